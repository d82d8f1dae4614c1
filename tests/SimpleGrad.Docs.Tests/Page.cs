namespace SimpleGrad.Docs.Tests;

/// <summary>What a comment on the line before a block says of it.</summary>
internal static class Mark
{
    /// <summary>The block begins a program, which is run.</summary>
    public const string Run = "run";

    /// <summary>The block goes on with the program of the block before.</summary>
    public const string Continue = "continue";

    /// <summary>The block is a program that is compiled and not run.</summary>
    public const string Compile = "compile";

    /// <summary>The commands of the block are not run: they write a file, say.</summary>
    public const string NotRun = "not run";
}

/// <summary>A block of a program on a page, with the output shown below it; null where none is shown.</summary>
internal sealed record PageBlock(FencedBlock Code, FencedBlock? Output);

/// <summary>A page of the documents, and the programs on it.</summary>
internal sealed class Page
{
    private Page(string path)
    {
        Path = path;
        Blocks = Markdown.Blocks(File.ReadAllText(FullPath));
    }

    /// <summary>The pages whose blocks are run.</summary>
    public static IReadOnlyList<string> Paths =>
    [
        "README.md",
        .. Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, "docs"), "*.md")
            .Select(file => $"docs/{System.IO.Path.GetFileName(file)}").Order(StringComparer.Ordinal),
        .. Directory.EnumerateDirectories(System.IO.Path.Combine(Repository.Root, "src"))
            .Where(folder => File.Exists(System.IO.Path.Combine(folder, "README.md")))
            .Select(folder => $"src/{System.IO.Path.GetFileName(folder)}/README.md").Order(StringComparer.Ordinal),
    ];

    public string Path { get; }

    public IReadOnlyList<FencedBlock> Blocks { get; }

    public static Page Read(string path) => new(path);

    /// <summary>Writes other outputs below blocks of code.</summary>
    public void Update(IEnumerable<(FencedBlock Output, string Text)> outputs)
    {
        List<string> lines = [.. File.ReadAllText(FullPath).Split('\n')];
        foreach ((FencedBlock output, string text) in outputs.OrderByDescending(pair => pair.Output.Line))
        {
            lines.RemoveRange(output.Line - 1, output.Text.Count(c => c == '\n'));
            lines.InsertRange(output.Line - 1, text.TrimEnd('\n').Split('\n'));
        }
        File.WriteAllText(FullPath, string.Join('\n', lines));
    }

    /// <summary>The programs of the page: each the blocks that belong together.</summary>
    public IReadOnlyList<IReadOnlyList<PageBlock>> Programs(string begin)
    {
        var programs = new List<List<PageBlock>>();
        List<PageBlock>? open = null;
        foreach ((int index, FencedBlock block) in Blocks.Index())
        {
            if (block.Language != "csharp")
                continue;
            if (block.Mark == begin)
                programs.Add(open = []);
            else if (block.Mark != Mark.Continue)
                open = null;
            FencedBlock? next = Blocks.ElementAtOrDefault(index + 1);
            open?.Add(new PageBlock(block, next is { Language: "text" } ? next : null));
        }
        return programs;
    }

    private string FullPath => System.IO.Path.Combine(Repository.Root, Path);
}
