using System.Text.RegularExpressions;

namespace SimpleGrad.Docs.Tests;

/// <summary>Files that the documents mention or link to are there, with the names that they are said to have.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents =>
    [
        "README.md", "CONTRIBUTING.md", "examples/README.md",
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md")
            .Select(file => $"docs/{Path.GetFileName(file)}").Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_lead_to_files(string document)
    {
        string folder = Path.GetDirectoryName(PathOf(document))!;
        string[] broken = [.. Links().Matches(File.ReadAllText(PathOf(document))).Select(link => link.Groups[1].Value)
            .Where(target => !Path.Exists(Path.Combine(folder, target)))];
        Assert.True(broken.Length == 0, $"{document} links to {string.Join(", ", broken)}");
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Sources_that_a_document_mentions_exist(string document)
    {
        string[] missing = [.. Sources().Matches(File.ReadAllText(PathOf(document))).Select(path => path.Value)
            .Where(path => !Path.Exists(PathOf(path)))];
        Assert.True(missing.Length == 0, $"{document} mentions {string.Join(", ", missing)}");
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Names_are_in_the_files_that_a_document_says(string document)
    {
        string[] wrong = [.. from match in Names().Matches(File.ReadAllText(PathOf(document)))
                             let name = match.Groups[1].Value
                             let path = PathOf(match.Groups[2].Value)
                             where !File.Exists(path) || !Regex.IsMatch(File.ReadAllText(path), $@"\b{name}\b")
                             select match.Value];
        Assert.True(wrong.Length == 0, $"{document} says {string.Join(", ", wrong)}");
    }

    private static string PathOf(string path) => Path.Combine(Repository.Root, path);

    [GeneratedRegex(@"\]\((?!https?:)([^)#\s]+)")]
    private static partial Regex Links();

    [GeneratedRegex(@"(?<![\w./-])(?:src|tests)/[\w./-]*\w(?![\w*])")]
    private static partial Regex Sources();

    [GeneratedRegex(@"`(\w+)`\s+in\s+`(src/[^`]+\.cs)`")]
    private static partial Regex Names();
}
