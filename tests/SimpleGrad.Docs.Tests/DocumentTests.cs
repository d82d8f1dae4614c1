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
    public void Links_lead_to_headings(string document)
    {
        string[] broken = [.. from link in Anchors().Matches(File.ReadAllText(PathOf(document)))
                              let page = link.Groups[1].Value is { Length: > 0 } target
                                  ? Path.Combine(Path.GetDirectoryName(document)!, target)
                                  : document
                              where !File.Exists(PathOf(page)) || !Headings(page).Contains(link.Groups[2].Value)
                              select link.Value];
        Assert.True(broken.Length == 0, $"{document}: no headings for {string.Join(", ", broken)}");
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

    /// <summary>Messages change; the table of them in docs/debugging.md has to follow.</summary>
    [Fact]
    public void Messages_that_a_page_explains_are_in_the_sources()
    {
        string[] messages = [.. File.ReadLines(PathOf("docs/debugging.md"))
            .SkipWhile(line => !line.StartsWith("| the message says", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('`')[1])];
        string sources = string.Concat(Repository.SourceFiles(PathOf("src/SimpleGrad")).Select(File.ReadAllText));
        Assert.InRange(messages.Length, 5, 50);
        Assert.All(messages, message => Assert.Contains(message, sources));
    }

    [Fact]
    public void The_version_to_install_is_that_of_the_packages()
    {
        string version = Version().Match(File.ReadAllText(PathOf("Directory.Build.props"))).Groups[1].Value;
        string[] said = [.. InstalledVersions()
            .Matches(File.ReadAllText(PathOf("docs/install.md")) + File.ReadAllText(PathOf("README.md")))
            .Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(said);
        Assert.All(said, one => Assert.Equal(version, one));
    }

    /// <summary>What a picture shows comes from the library, so that it has to follow it.</summary>
    [Fact]
    public void Pictures_are_what_their_program_draws() => Assert.All(
        Pictures.Pictures.All(),
        picture => Assert.Equal(picture.Svg, File.ReadAllText(PathOf($"docs/pictures/{picture.Name}"))));

    /// <summary>Each question of the index has one answer in a sentence, and a link to where it is answered.</summary>
    [Fact]
    public void Each_question_leads_to_one_place()
    {
        Match[] questions = Questions().Matches(File.ReadAllText(PathOf("docs/questions.md"))).ToArray();
        Assert.Equal(Enumerable.Range(1, 22), questions.Select(question => int.Parse(question.Groups[1].Value)));
        Assert.All(questions, question => Assert.Single(Links().Matches(question.Value)));
    }

    /// <summary>The anchors of a page's headings: small letters, hyphens for spaces, no punctuation.</summary>
    private static IEnumerable<string> Headings(string page) =>
        from line in File.ReadLines(PathOf(page))
        where line.StartsWith('#')
        select string.Concat(
            from c in line.TrimStart('#').Trim().ToLowerInvariant()
            where char.IsLetterOrDigit(c) || c is ' ' or '-' or '_'
            select c == ' ' ? '-' : c);

    private static string PathOf(string path) => Path.Combine(Repository.Root, path);

    [GeneratedRegex(@"\]\((?!https?:)([^)#\s]+)")]
    private static partial Regex Links();

    [GeneratedRegex(@"\]\((?!https?:)([^)#\s]*\.md)?#([^)\s]+)\)")]
    private static partial Regex Anchors();

    [GeneratedRegex("<Version>(.+)</Version>")]
    private static partial Regex Version();

    [GeneratedRegex(@"(?:--version |SimpleGrad@)(\d+\.\d+\.\d+\S*?)(?=[\s`])")]
    private static partial Regex InstalledVersions();

    [GeneratedRegex(@"^(\d+)\. \*\*.+?(?=^\d+\. |\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Questions();

    [GeneratedRegex(@"(?<![\w./-])(?:src|tests)/[\w./-]*\w(?![\w*])")]
    private static partial Regex Sources();

    [GeneratedRegex(@"`(\w+)`\s+in\s+`(src/[^`]+\.cs)`")]
    private static partial Regex Names();
}
