using System.Globalization;
using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace SimpleGrad.Cli;

/// <summary>A fit, as text or as JSON.</summary>
internal sealed class FitReport(FitResult fit, double confidence)
{
    private const int Width = 120;

    public void WriteText(TextWriter writer)
    {
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("parameter");
        foreach (string header in new[] { "estimate", "standard error", $"{Text(confidence * 100, 6)} % from", "to" })
            table.AddColumn(header, column => column.RightAligned());
        foreach (FitParameter parameter in fit.Parameters)
        {
            (double lower, double upper) = parameter.Interval(confidence);
            table.AddRow(parameter.IsAtBound || parameter.IsAtKink
                ? [parameter.Name, Text(parameter.Value, 9), parameter.IsAtBound ? "at its bound" : "at a kink", "", ""]
                : [
                    parameter.Name, Text(parameter.Value, 9), Text(parameter.StandardError, 5), Text(lower, 7),
                    Text(upper, 7),
                ]);
        }
        foreach (string line in Lines(table))
            writer.WriteLine(line);
        switch (fit)
        {
            case LeastSquaresFit squares:
                writer.WriteLine($"residual sum of squares      {Text(squares.ResidualSumOfSquares, 9)}");
                writer.WriteLine(
                    $"residual standard deviation  {Text(squares.ResidualDeviation, 9)}, degrees of freedom "
                    + Text(squares.DegreesOfFreedom, 9));
                break;
            case LikelihoodFit likelihood:
                writer.WriteLine($"log-likelihood  {Text(likelihood.LogLikelihood, 9)}");
                writer.WriteLine($"AIC {Text(likelihood.Aic, 9)}, BIC {Text(likelihood.Bic, 9)}");
                break;
        }
        writer.WriteLine($"{fit.Iterations} iterations, {fit.Evaluations} evaluations; {Reason(fit.Stop)}");
    }

    /// <summary>Prints numbers with as many digits as it takes to read the same numbers back.</summary>
    public void WriteJson(TextWriter writer)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("parameters");
            foreach (FitParameter parameter in fit.Parameters)
            {
                (double lower, double upper) = parameter.Interval(confidence);
                json.WriteStartObject(parameter.Name);
                json.WriteNumber("value", parameter.Value);
                WriteNumber(json, "standard_error", parameter.StandardError);
                WriteNumber(json, "lower", lower);
                WriteNumber(json, "upper", upper);
                json.WriteBoolean("at_bound", parameter.IsAtBound);
                if (parameter.IsAtKink)
                    json.WriteBoolean("at_kink", true);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            if (fit is LeastSquaresFit squares)
            {
                WriteNumber(json, "rss", squares.ResidualSumOfSquares);
                WriteNumber(json, "residual_sd", squares.ResidualDeviation);
                json.WriteNumber("degrees_of_freedom", squares.DegreesOfFreedom);
            }
            else if (fit is LikelihoodFit likelihood)
            {
                WriteNumber(json, "log_likelihood", likelihood.LogLikelihood);
                WriteNumber(json, "aic", likelihood.Aic);
                WriteNumber(json, "bic", likelihood.Bic);
                json.WriteNumber("observations", likelihood.Observations);
            }
            json.WriteNumber("confidence", confidence);
            json.WriteNumber("iterations", fit.Iterations);
            json.WriteNumber("evaluations", fit.Evaluations);
            json.WriteString("stop", JsonNamingPolicy.SnakeCaseLower.ConvertName($"{fit.Stop}"));
            json.WriteEndObject();
        }
        writer.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    /// <summary>The table without colours, and without blanks at the end of lines.</summary>
    private static IEnumerable<string> Lines(Table table)
    {
        using var text = new StringWriter { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = Width;
        console.Write(table);
        return text.ToString().Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0);
    }

    private static string Text(double value, int digits) =>
        value.ToString($"G{digits}", CultureInfo.InvariantCulture);

    private static string Reason(FitStop stop) => stop switch
    {
        FitStop.NegligibleReduction => "no step makes it better",
        FitStop.NegligibleStep => "the steps became too short to matter",
        FitStop.Kink => "no step makes it better; the optimum is at a kink",
        _ => "the residuals are nothing but rounding",
    };
}
