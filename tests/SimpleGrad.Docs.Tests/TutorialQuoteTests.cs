namespace SimpleGrad.Docs.Tests;

/// <summary>What the tutorial's text quotes of a program's output (lines with <c>//&gt;</c>) is there.</summary>
public sealed class TutorialQuoteTests
{
    private const string Quote = "//>";

    private static readonly string _folder = Path.Combine(Repository.Root, "docs", "tutorial");

    public static TheoryData<string> Chapters =>
        [.. new DirectoryInfo(_folder).EnumerateFiles("*.cs").Select(file => file.Name).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Chapters))]
    public void What_a_chapter_quotes_is_printed(string chapter)
    {
        string path = Path.Combine(_folder, chapter);
        string printed = OnOneLine(File.ReadAllText(Path.ChangeExtension(path, ".expected.txt")));
        string[] quotes = [.. File.ReadLines(path)
            .Where(line => line.StartsWith(Quote, StringComparison.Ordinal))
            .Select(line => OnOneLine(line[Quote.Length..]))];

        Assert.NotEmpty(quotes);
        Assert.All(quotes, quote => Assert.Contains(quote, printed));
    }

    /// <summary>A quote may break a long line.</summary>
    private static string OnOneLine(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
