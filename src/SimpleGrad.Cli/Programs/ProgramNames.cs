using System.Globalization;

namespace SimpleGrad.Cli;

/// <summary>What names mean in programs, and which are free for variables.</summary>
internal static class ProgramNames
{
    private const int LongestToCompare = 64;

    // C#'s, so that a program that is copied into C# means the same there.
    private static readonly HashSet<string> _keywords = [.. (
        "abstract as base bool break byte case catch char checked class const continue decimal default delegate do "
        + "double else enum event explicit extern false finally fixed float for foreach goto if implicit in int "
        + "interface internal is lock long namespace new null object operator out override params private protected "
        + "public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true "
        + "try typeof uint ulong unchecked unsafe ushort using virtual void volatile while").Split(' ')];

    /// <summary>The numbers that have a name.</summary>
    public static IReadOnlyDictionary<string, double> Constants { get; } = new Dictionary<string, double>
    {
        ["PI"] = Math.PI,
        ["E"] = Math.E,
    };

    public static bool IsKeyword(string name) => _keywords.Contains(name);

    public static bool IsIdentifier(string name) => name.Length > 0 && IsStart(name[0]) && name.All(IsPart);

    public static bool IsStart(char c) => char.IsLetter(c) || c == '_';

    public static bool IsPart(char c) => IsStart(c) || char.GetUnicodeCategory(c)
        is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.ConnectorPunctuation or UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.LetterNumber;

    /// <summary>Why a variable cannot have a name; null where it can.</summary>
    public static string? WhyNot(string name) => name switch
    {
        _ when !IsIdentifier(name) => $"'{name}' is not an identifier.",
        "var" => "'var' is a keyword.",
        _ when IsKeyword(name) => $"'{name}' is a keyword.",
        _ when Constants.ContainsKey(name) => $"'{name}' is a constant.",
        _ when OperatorLookup.Contains(name) => $"'{name}' is an operator.",
        _ => null,
    };

    /// <summary>A question after the name that is nearest to an unknown one; empty where none is near.</summary>
    public static string DidYouMean(string unknown, IEnumerable<string> known)
    {
        // The time is the product of the lengths, and nobody mistypes a name of hundreds of letters.
        if (unknown.Length > LongestToCompare)
            return "";
        string? nearest = known.Where(name => name.Length <= LongestToCompare).MinBy(name => Distance(unknown, name));
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
