using System.Text.RegularExpressions;

namespace SimpleGrad.Docs.Tests;

/// <summary>The chapters are numbered without gaps, know their neighbours, and are listed in docs/README.md.</summary>
public sealed partial class TutorialOrderTests
{
    private static readonly string[] _files = [.. Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "docs", "tutorial"), "*.cs")
        .Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Fact]
    public void Each_chapter_has_its_number_and_its_neighbours()
    {
        foreach ((int index, string file) in _files.Index())
        {
            string[] lines = [.. File.ReadLines(Path.Combine(Repository.Root, "docs", "tutorial", file))
                .SkipWhile(line => !line.StartsWith("// ", StringComparison.Ordinal))];
            Assert.StartsWith($"{index + 1:00}-", file);
            Assert.StartsWith($"// Chapter {index + 1}. ", lines[0]);
            string[] links =
            [
                .. index > 0 ? [$"Previous: {_files[index - 1]}."] : Array.Empty<string>(),
                .. index + 1 < _files.Length ? [$"Next: {_files[index + 1]}."] : Array.Empty<string>(),
            ];
            Assert.Equal($"// {string.Join(' ', links)}", lines[1]);
        }
    }

    [Fact]
    public void The_list_of_chapters_is_complete_and_in_order()
    {
        string list = File.ReadAllText(Path.Combine(Repository.Root, "docs", "README.md"));
        Assert.Equal(_files, Rows().Matches(list).Select(row => row.Groups[3].Value));
        Assert.All(Rows().Matches(list), row => Assert.Contains(
            $"// Chapter {row.Groups[1].Value}. {row.Groups[2].Value}\n",
            File.ReadAllText(Path.Combine(Repository.Root, "docs", "tutorial", row.Groups[3].Value))));
    }

    /// <summary>A chapter that is mentioned by its number is the one that the link leads to.</summary>
    [Fact]
    public void Links_to_chapters_have_their_numbers()
    {
        foreach (string page in Page.Paths)
        {
            string text = File.ReadAllText(Path.Combine(Repository.Root, page));
            Assert.All(NumberedLinks().Matches(text), link => Assert.Equal(
                int.Parse(link.Groups[1].Value), int.Parse(link.Groups[2].Value)));
        }
    }

    [GeneratedRegex(@"^\| \[(\d+)\. (.+?)\]\(tutorial/(\S+)\)", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"\[[Cc]hapter (\d+)[^\]]*\]\((?:docs/)?tutorial/(\d+)-")]
    private static partial Regex NumberedLinks();
}
