using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SimpleGrad.Cli.Tests.Reports;

/// <summary>
/// Models that people fitted in public, from starts whose every parameter is off by up to ten times: from how many the
/// search finds the optimum, whose sum of squares is known to 40 digits.
/// </summary>
public sealed partial class StartTests
{
    [Fact]
    public void Poor_starts_lead_to_the_optimum_as_often_as_they_did()
    {
        using var folder = new TemporaryFolder();
        using JsonDocument models = JsonDocument.Parse(
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "starts.json")));
        int found = models.RootElement.EnumerateArray().Sum(model => CountFound(model, folder));

        Assert.InRange(found, 183, 225);
    }

    private static int CountFound(JsonElement model, TemporaryFolder folder)
    {
        string formula = model.GetProperty("formula").GetString()!, y = model.GetProperty("y_name").GetString()!;
        string[] parameters = [.. model.GetProperty("parameters").EnumerateArray().Select(name => name.GetString()!)];
        string x = Name().Matches(formula).Select(match => match.Value).First(name => !parameters.Contains(name));
        string rows = string.Join(
            '\n', Texts(model, "x").Zip(Texts(model, "y"), (first, second) => $"{first},{second}"));
        string path = folder.Write("data.csv", $"{x},{y}\n{rows}\n");
        double least = model.GetProperty("least_sum_of_squares").GetDouble();
        return model.GetProperty("starts").EnumerateArray().Count(start =>
        {
            string starts = string.Join(
                ',', parameters.Zip(start.EnumerateArray(), (name, value) => $"{name}={value.GetRawText()}"));
            Tool run = Tool.Run("fit", formula, "--data", path, "--y", y, "--start", starts, "--json");
            return run.ExitCode == 0
                && JsonDocument.Parse(run.Output).RootElement.GetProperty("rss").GetDouble() <= least * (1 + 1e-6);
        });
    }

    private static IEnumerable<string> Texts(JsonElement model, string name) =>
        model.GetProperty(name).EnumerateArray().Select(
            value => value.GetDouble().ToString("R", CultureInfo.InvariantCulture));

    // Neither what is called nor what is declared, nor a keyword or constant.
    [GeneratedRegex(@"\b(?!var\b|return\b|PI\b|g\b)[A-Za-z_]\w*\b(?!\()")]
    private static partial Regex Name();
}
