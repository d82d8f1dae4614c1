using System.Text;

namespace SimpleGrad.Docs.Tests;

/// <summary>A fenced block of a Markdown text, marked when a comment "run" stands on the line before it.</summary>
internal sealed record FencedBlock(string Language, string Text, bool IsMarked);

/// <summary>A command that a console block shows, and the output shown below it.</summary>
internal sealed record ShownCommand(string Line, string Output);

internal static class Markdown
{
    public static IReadOnlyList<FencedBlock> Blocks(string markdown)
    {
        const string fence = "```";
        var blocks = new List<FencedBlock>();
        var before = "";
        using var lines = new StringReader(markdown);
        while (lines.ReadLine() is { } line)
        {
            if (line.StartsWith(fence, StringComparison.Ordinal))
            {
                var text = new StringBuilder();
                while (lines.ReadLine() is { } inner && inner != fence)
                {
                    text.Append(inner).Append('\n');
                }

                blocks.Add(new FencedBlock(line[fence.Length..], text.ToString(), before == "<!-- run -->"));
                before = "";
            }
            else if (line.Trim().Length > 0)
            {
                before = line.Trim();
            }
        }

        return blocks;
    }

    /// <summary>The marked C# blocks, each with the text block that follows it: its output.</summary>
    public static IReadOnlyList<(string Code, string Output)> Programs(IReadOnlyList<FencedBlock> blocks)
    {
        var programs = new List<(string, string)>();
        for (var i = 0; i < blocks.Count; i++)
        {
            if (blocks[i] is { Language: "csharp", IsMarked: true } code)
            {
                var output = blocks.ElementAtOrDefault(i + 1);
                Assert.True(output?.Language == "text", $"No text block with the output follows:\n{code.Text}");
                programs.Add((code.Text, output.Text));
            }
        }

        return programs;
    }

    /// <summary>The commands of the console blocks: each line with a "$ ", and the lines up to the next.</summary>
    public static IReadOnlyList<ShownCommand> Commands(IReadOnlyList<FencedBlock> blocks) =>
    [
        .. from block in blocks
           where block.Language == "console"
           from command in ("\n" + block.Text).Split("\n$ ").Skip(1)
           let parts = command.Split('\n', 2)
           select new ShownCommand(parts[0], parts.ElementAtOrDefault(1) ?? ""),
    ];

    /// <summary>Splits a command line at its spaces, as a shell does; quotes keep a part together.</summary>
    public static IReadOnlyList<string> Arguments(string line)
    {
        var arguments = new List<string>();
        var current = new StringBuilder();
        var inside = false;
        var quote = '\0';
        foreach (var character in line + " ")
        {
            if (quote == '\0' ? character is '"' or '\'' : character == quote)
            {
                quote = quote == '\0' ? character : '\0';
                inside = true;
            }
            else if (quote != '\0' || character != ' ')
            {
                Assert.False(
                    quote == '\0' && "|<>&;$*?\\`".Contains(character), $"Only a shell could run this: {line}");
                current.Append(character);
                inside = true;
            }
            else if (inside)
            {
                arguments.Add(current.ToString());
                current.Clear();
                inside = false;
            }
        }

        Assert.True(quote == '\0', $"A quote is left open: {line}");
        return arguments;
    }
}
