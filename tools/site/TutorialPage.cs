using System.Text;
using System.Text.RegularExpressions;

namespace SimpleGrad.Site;

/// <summary>A chapter of the tutorial as a page: comments become text, code stays code, output is shown.</summary>
/// <remarks>
/// A comment at the left margin is text; indented by four, it is code; with <c>//&gt;</c> it is output. A line that
/// prints <c># Heading</c> is a heading, under which the program prints what the section shows. From a paragraph
/// "Solution:" on, up to the next heading or exercise, all is folded away.
/// </remarks>
internal sealed partial class TutorialPage
{
    private readonly StringBuilder _page = new();
    private readonly List<string> _code = [];
    private readonly List<string> _text = [];
    private readonly Dictionary<string, string> _outputs;
    private string _heading = "";
    private bool _isFolded;

    private TutorialPage(string printed) => _outputs = SectionsOf(printed);

    /// <summary>The title of a chapter, with its number.</summary>
    public static string TitleOf(string source) => TitleIn(Lines(source));

    /// <summary>The page of a program.</summary>
    /// <param name="name">The name of its file.</param>
    /// <param name="source">The program.</param>
    /// <param name="printed">What it prints.</param>
    /// <param name="titles">The titles of all chapters, by the names of their files.</param>
    public static string Of(string name, string source, string printed, IReadOnlyDictionary<string, string> titles)
    {
        var page = new TutorialPage(printed);
        string[] lines = Lines(source);
        string links = string.Join(
            " · ",
            Neighbour().Matches(lines.First(line => Navigation().IsMatch(line))).Select(match =>
                $"{match.Groups[1].Value}: [{titles[match.Groups[2].Value]}]"
                + $"({Path.ChangeExtension(match.Groups[2].Value, ".md")})"));
        page._page.Append($"# {TitleIn(lines)}\n\n{links}\n\n");
        page._page.Append($"This page is a program: `dotnet run docs/tutorial/{name}` runs it.\n");
        foreach (string line in lines.Where(line =>
            !Title().IsMatch(line) && !Navigation().IsMatch(line) && !line.StartsWith("#:", StringComparison.Ordinal)))
            page.Add(line);
        page.EndSection();
        page._page.Append($"\n{links}\n");
        return BlankLines().Replace(page._page.ToString(), "\n\n").Replace("\n\n```\n", "\n```\n");
    }

    /// <summary>What is printed below each heading; what is printed before the first has none.</summary>
    private static Dictionary<string, string> SectionsOf(string printed)
    {
        var sections = new Dictionary<string, string>();
        string heading = "";
        foreach (string line in printed.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
                heading = line[2..];
            else
                sections[heading] = $"{sections.GetValueOrDefault(heading)}{line}\n";
        }
        return sections;
    }

    private static string[] Lines(string source) => source.ReplaceLineEndings("\n").Split('\n');

    private static string TitleIn(string[] lines) =>
        lines.Select(line => Title().Match(line)).First(match => match.Success).Groups[1].Value;

    private void Add(string line)
    {
        if (Heading().Match(line) is { Success: true } heading)
        {
            EndSection();
            _heading = heading.Groups[1].Value;
            _page.Append($"\n## {Escaped(_heading)}\n\n");
        }
        else if (line.StartsWith("///", StringComparison.Ordinal))
        {
            EndText();
            EndFold();
            _code.Add(line);
        }
        else if (line.StartsWith("//", StringComparison.Ordinal))
        {
            EndCode();
            _text.Add(line[2..]);
        }
        else
        {
            EndText();
            _code.Add(line);
        }
    }

    private void EndSection()
    {
        EndText();
        EndCode();
        EndFold();
        if (_outputs.Remove(_heading, out string? output) && output.Trim().Length > 0)
            _page.Append("\n<details><summary>All that this section prints</summary>\n\n")
                .Append($"```text\n{output.Trim('\n')}\n```\n\n</details>\n\n");
    }

    private void EndCode()
    {
        string code = string.Join('\n', _code);
        // The empty line that is printed before each heading.
        code = EmptyLine().Replace(code, "").Trim('\n');
        if (code.Length > 0)
            _page.Append($"\n```csharp\n{code}\n```\n\n");
        _code.Clear();
    }

    private void EndText()
    {
        if (_text.Count == 0)
            return;
        string fence = "";
        foreach (string line in _text)
        {
            string kind = line.StartsWith('>') ? "text"
                : line.StartsWith("    ", StringComparison.Ordinal) ? "csharp" : "";
            if (kind != fence && !(fence == "csharp" && line.Length == 0))
            {
                _page.Append(fence.Length > 0 ? "```\n\n" : "").Append(kind.Length > 0 ? $"\n```{kind}\n" : "");
                fence = kind;
            }
            string content = line.TrimStart(fence == "text" ? ['>'] : []).Length == 0 ? "" : line;
            if (fence == "text")
                _page.Append(content.Length > 1 ? content[2..] : "").Append('\n');
            else if (fence == "csharp")
                _page.Append(content.Length > 4 ? content[5..] : "").Append('\n');
            else
                AddProse(content.Trim());
        }
        _page.Append(fence.Length > 0 ? "```\n\n" : "\n");
        _text.Clear();
    }

    private void AddProse(string line)
    {
        if (line.StartsWith("Exercise:", StringComparison.Ordinal))
            EndFold();
        if (line.StartsWith("Solution:", StringComparison.Ordinal))
        {
            EndFold();
            _page.Append("\n<details><summary>Solution</summary>\n\n");
            _isFolded = true;
            line = line["Solution:".Length..].TrimStart();
            line = line.Length > 0 ? $"{char.ToUpperInvariant(line[0])}{line[1..]}" : line;
        }
        _page.Append(Picture().IsMatch(line) ? line : Escaped(line)).Append('\n');
    }

    private void EndFold()
    {
        if (_isFolded)
        {
            EndCode();
            _page.Append("\n</details>\n\n");
        }
        _isFolded = false;
    }

    /// <summary>Text without the signs that Markdown would take for its own.</summary>
    private static string Escaped(string text)
    {
        int start = text.StartsWith("- ", StringComparison.Ordinal) ? 2 : 0;
        return text[..start] + Special().Replace(text[start..], match => match.Value switch
        {
            "<" => "&lt;",
            ">" => "&gt;",
            var sign => $"\\{sign}",
        });
    }

    [GeneratedRegex(@"^// Chapter (\d+\. .+)$")]
    private static partial Regex Title();

    [GeneratedRegex(@"^// (?:Previous|Next): .+\.cs\.$")]
    private static partial Regex Navigation();

    [GeneratedRegex(@"(Previous|Next): (\S+\.cs)\.")]
    private static partial Regex Neighbour();

    [GeneratedRegex("^Console\\.WriteLine\\(\"# (.+)\"\\);$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^Console\.WriteLine\(\);$\n?", RegexOptions.Multiline)]
    private static partial Regex EmptyLine();

    [GeneratedRegex(@"^!\[[^\]]*\]\([^)]+\)$")]
    private static partial Regex Picture();

    [GeneratedRegex(@"[\\*_<>\[\]#|]")]
    private static partial Regex Special();

    [GeneratedRegex(@"\n{3,}")]
    private static partial Regex BlankLines();
}
