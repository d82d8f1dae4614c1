using System.Text;

namespace SimpleGrad.Docs.Tests;

/// <summary>A fenced block of a Markdown text, with the number of its first line.</summary>
/// <param name="Language">What follows the fence.</param>
/// <param name="Text">The lines of the block.</param>
/// <param name="Mark">The comment on the line before it; null for none.</param>
/// <param name="Line">The number of its first line, from 1.</param>
internal sealed record FencedBlock(string Language, string Text, string? Mark, int Line);

/// <summary>A command that a console block shows, and the output shown below it.</summary>
internal sealed record ShownCommand(string Line, string Output, string? Mark = null);

internal static class Markdown
{
    public static IReadOnlyList<FencedBlock> Blocks(string markdown)
    {
        const string fence = "```", open = "<!-- ", close = " -->";
        var blocks = new List<FencedBlock>();
        string[] lines = markdown.ReplaceLineEndings("\n").Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(fence, StringComparison.Ordinal))
                continue;
            string before = i == 0 ? "" : lines[i - 1];
            string? mark = before.StartsWith(open, StringComparison.Ordinal)
                && before.EndsWith(close, StringComparison.Ordinal) ? before[open.Length..^close.Length] : null;
            int end = Array.IndexOf(lines, fence, i + 1);
            Assert.True(end >= 0, $"The block in line {i + 1} has no end.");
            string text = string.Concat(lines[(i + 1)..end].Select(line => line + '\n'));
            blocks.Add(new FencedBlock(lines[i][fence.Length..], text, mark, i + 2));
            i = end;
        }
        return blocks;
    }

    /// <summary>The commands of the console blocks: each line with a "$ ", and the lines up to the next.</summary>
    public static IReadOnlyList<ShownCommand> Commands(IReadOnlyList<FencedBlock> blocks) =>
    [
        .. from block in blocks
           where block.Language == "console"
           from command in ("\n" + block.Text).Split("\n$ ").Skip(1)
           let parts = command.Split('\n', 2)
           select new ShownCommand(parts[0], parts.ElementAtOrDefault(1) ?? "", block.Mark),
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
