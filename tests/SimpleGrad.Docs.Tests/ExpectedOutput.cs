using System.Text.RegularExpressions;

namespace SimpleGrad.Docs.Tests;

/// <summary>
/// The output that a program should have. A <c>{any}</c> in a line stands for any text within that line: for figures
/// that depend on the machine, like times and memory.
/// </summary>
internal static class ExpectedOutput
{
    public const string Any = "{any}";

    public const string Switch = "SIMPLEGRAD_UPDATE_EXPECTED";

    /// <summary>Whether the tests write what is expected, in place of comparing with it.</summary>
    public static bool IsUpdated => Environment.GetEnvironmentVariable(Switch) == "1";

    /// <summary>Says where the two differ, or gives null where they do not.</summary>
    public static string? Difference(string expected, string actual)
    {
        var expectedLines = Lines(expected);
        var actualLines = Lines(actual);
        for (var i = 0; i < Math.Max(expectedLines.Length, actualLines.Length); i++)
        {
            var wanted = expectedLines.ElementAtOrDefault(i);
            var found = actualLines.ElementAtOrDefault(i);
            if (wanted is null || found is null || !Matches(wanted, found))
            {
                return $"""
                    Line {i + 1} differs.
                    expected: {wanted ?? "(the end)"}
                    actual:   {found ?? "(the end)"}
                    The whole actual output:
                    {actual}
                    """;
            }
        }

        return null;
    }

    /// <summary>The actual output, with the lines of the old expectation that have a marker and still match.</summary>
    public static string Update(string expected, string actual)
    {
        var old = Lines(expected);
        var now = Lines(actual);

        // common[i, j]: how many lines can be paired, in order, from old line i and new line j on.
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
            {
                common[i, j] = Matches(old[i], now[j])
                    ? common[i + 1, j + 1] + 1
                    : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        for (int i = 0, j = 0; i < old.Length && j < now.Length;)
        {
            if (Matches(old[i], now[j]))
            {
                now[j++] = old[i++];
            }
            else if (common[i + 1, j] >= common[i, j + 1])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return string.Join('\n', now);
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n');

    private static bool Matches(string expected, string actual) => expected.Contains(Any, StringComparison.Ordinal)
        ? Regex.IsMatch(actual, $"^{string.Join(".*", expected.Split(Any).Select(Regex.Escape))}$")
        : expected == actual;
}
