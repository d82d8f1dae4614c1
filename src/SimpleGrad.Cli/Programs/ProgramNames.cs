using Microsoft.CodeAnalysis.CSharp;

namespace SimpleGrad.Cli;

/// <summary>What names mean in programs, and which are free for variables.</summary>
internal static class ProgramNames
{
    /// <summary>The numbers that have a name.</summary>
    public static IReadOnlyDictionary<string, double> Constants { get; } = new Dictionary<string, double>
    {
        ["PI"] = Math.PI,
        ["E"] = Math.E,
    };

    /// <summary>Why a variable cannot have a name; null where it can.</summary>
    public static string? WhyNot(string name) => name switch
    {
        _ when !SyntaxFacts.IsValidIdentifier(name) => $"'{name}' is not an identifier.",
        "var" => "'var' is a keyword.",
        _ when SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None => $"'{name}' is a keyword.",
        _ when Constants.ContainsKey(name) => $"'{name}' is a constant.",
        _ when OperatorLookup.Contains(name) => $"'{name}' is an operator.",
        _ => null,
    };

    /// <summary>A question after the name that is nearest to an unknown one; empty where none is near.</summary>
    public static string DidYouMean(string unknown, IEnumerable<string> known)
    {
        string? nearest = known.MinBy(name => Distance(unknown, name));
        return nearest is not null && Distance(unknown, nearest) <= unknown.Length / 2
            ? $" Did you mean '{nearest}'?"
            : "";
    }

    /// <summary>How many letters must be inserted, removed or replaced; capitals do not count.</summary>
    private static int Distance(string x, string y)
    {
        int[] row = [.. Enumerable.Range(0, y.Length + 1)];
        for (int i = 1; i <= x.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= y.Length; j++)
            {
                int replaced = diagonal + (char.ToUpperInvariant(x[i - 1]) == char.ToUpperInvariant(y[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[^1];
    }
}
