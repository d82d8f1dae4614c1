using System.Text;
using System.Text.RegularExpressions;

namespace SimpleGrad.Site;

/// <summary>Writes what docfx makes the site of: documents, chapters as pages, and tables of contents.</summary>
internal sealed partial class SiteSource(string root, string target)
{
    /// <summary>Pages besides those of docs/, and where they go.</summary>
    private static readonly (string From, string To)[] _more =
    [
        ("README.md", "index.md"), ("CHANGELOG.md", "CHANGELOG.md"), ("CONTRIBUTING.md", "CONTRIBUTING.md"),
        ("examples/README.md", "examples/README.md"), ("bench/README.md", "bench/README.md"),
        ("tools/gradbench/README.md", "tools/gradbench/README.md"),
    ];

    public void Write()
    {
        string docs = Path.Combine(root, "docs");
        string[] chapters = Names(Path.Combine(docs, "tutorial"), "*.cs");
        Dictionary<string, string> sources =
            chapters.ToDictionary(name => name, name => File.ReadAllText(Path.Combine(docs, "tutorial", name)));
        Dictionary<string, string> titles =
            sources.ToDictionary(pair => pair.Key, pair => TutorialPage.TitleOf(pair.Value));
        foreach ((string name, string source) in sources)
        {
            string printed = File.ReadAllText(
                Path.Combine(docs, "tutorial", Path.ChangeExtension(name, ".expected.txt")));
            Save(PageOf(name), TutorialPage.Of(name, source, printed, titles));
        }
        string[] pages = Names(docs, "*.md");
        foreach ((string from, string to) in pages.Select(page => ($"docs/{page}", $"docs/{page}")).Concat(_more))
            Save(to, WithLinks(from, File.ReadAllText(Path.Combine(root, from))));
        foreach (string picture in Names(Path.Combine(docs, "pictures"), "*"))
            Copy($"docs/pictures/{picture}");
        Save("toc.yml", "- name: Guides\n  href: docs/toc.yml\n- name: Tutorial\n  href: docs/tutorial/toc.yml\n"
            + "- name: API\n  href: api/toc.yml\n- name: Changes\n  href: CHANGELOG.md\n");
        Save("docs/tutorial/toc.yml", Contents(chapters.Select(PageOf)));
        Save("docs/toc.yml", Contents(
            pages.OrderBy(page => page != "README.md").ThenBy(page => IndexIn("docs/README.md", page))
                .Select(page => $"docs/{page}")));
    }

    private static string PageOf(string chapter) => $"docs/tutorial/{Path.ChangeExtension(chapter, ".md")}";

    /// <summary>Guides stand in the order of the page that lists them.</summary>
    private int IndexIn(string list, string page)
    {
        int index = File.ReadAllText(Path.Combine(root, list)).IndexOf($"]({page})", StringComparison.Ordinal);
        return index < 0 ? int.MaxValue : index;
    }

    private string Contents(IEnumerable<string> pages)
    {
        var contents = new StringBuilder();
        foreach (string page in pages)
        {
            string title = File.ReadLines(Path.Combine(target, page))
                .First(line => line.StartsWith("# ", StringComparison.Ordinal))[2..];
            title = title.Replace("`", "").Replace("\"", "'");
            contents.Append($"- name: \"{title}\"\n  href: {Path.GetFileName(page)}\n");
        }
        return contents.ToString();
    }

    /// <summary>
    /// Links to chapters lead to their pages and those to the readme to the first page. What is no page of the site
    /// (sources, folders) keeps its text.
    /// </summary>
    private string WithLinks(string page, string text) => Link().Replace(text, link =>
    {
        (string name, string path, string anchor) = (link.Groups[1].Value, link.Groups[2].Value, link.Groups[3].Value);
        if (path.Length == 0 || path.Contains("://", StringComparison.Ordinal))
            return link.Value;
        string folder = Path.GetDirectoryName(page)!;
        string file = Path.GetRelativePath(root, Path.GetFullPath(Path.Combine(root, folder, path))).Replace('\\', '/');
        string? to = _more.FirstOrDefault(pair => pair.From == file).To;
        if (file.StartsWith("docs/tutorial/", StringComparison.Ordinal))
            to = Path.ChangeExtension(file, ".md");
        else if (file.StartsWith("docs/", StringComparison.Ordinal) && File.Exists(Path.Combine(root, file)))
            to = file;
        if (to is null)
            return Path.Exists(Path.Combine(root, file)) ? name : link.Value;
        string from = _more.FirstOrDefault(pair => pair.From == page).To ?? page;
        string relative =
            Path.GetRelativePath(Path.Combine(target, Path.GetDirectoryName(from)!), Path.Combine(target, to));
        return $"[{name}]({relative.Replace('\\', '/')}{anchor})";
    });

    private void Save(string path, string text)
    {
        string full = Path.Combine(target, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private void Copy(string path)
    {
        string full = Path.Combine(target, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.Copy(Path.Combine(root, path), full, overwrite: true);
    }

    private static string[] Names(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(folder, pattern).Select(file => Path.GetFileName(file))
            .Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)#\s]*)(#[^)\s]*)?\)")]
    private static partial Regex Link();
}
