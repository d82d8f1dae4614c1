using System.CommandLine;

namespace SimpleGrad.Cli;

/// <summary>The option <c>--wrt</c>: the variables to differentiate by.</summary>
internal static class WantedVariables
{
    public static Option<string?> NewOption() => new("--wrt")
    {
        HelpName = "NAMES",
        Description = "The variables to differentiate by, as in a,b; all where left out.",
    };

    /// <summary>The indices of the wanted variables among all.</summary>
    public static int[] PlacesOf(string? names, IReadOnlyList<string> variables)
    {
        if (names is null)
            return [.. Enumerable.Range(0, variables.Count)];
        var wanted = new List<int>();
        foreach (string name in names.Split(',', StringSplitOptions.TrimEntries))
        {
            int at = variables.ToList().IndexOf(name);
            if (at < 0)
                throw new MistakeException(
                    $"--wrt {names}: there is no variable '{name}'.{ProgramNames.DidYouMean(name, variables)}");
            if (wanted.Contains(at))
                throw new MistakeException($"--wrt {names}: '{name}' is named twice.");
            wanted.Add(at);
        }
        return [.. wanted];
    }
}
