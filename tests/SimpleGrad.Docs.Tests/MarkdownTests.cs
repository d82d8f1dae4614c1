using Xunit.Sdk;

namespace SimpleGrad.Docs.Tests;

public sealed class MarkdownTests
{
    private const string Text = """
        # Title

        ```csharp
        Shown();
        ```

        <!-- run -->
        ```csharp
        Run();
        ```

        It prints

        ```text
        one

        two
        ```

        ```console
        $ simplegrad check "a b" --all
        fine
        $ ls
        src
        $ simplegrad
        ```
        """;

    [Fact]
    public void A_block_has_its_mark_and_its_line() => Assert.Equal(
        [("csharp", null, 4), ("csharp", "run", 9), ("text", null, 15), ("console", null, 21)],
        Markdown.Blocks(Text).Select(block => (block.Language, block.Mark, block.Line)));

    [Fact]
    public void The_output_of_a_block_is_the_text_below_it() => Assert.Equal(
        "one\n\ntwo\n", Markdown.Blocks(Text)[2].Text);

    [Fact]
    public void A_block_without_an_end_is_refused() =>
        Assert.Throws<TrueException>(() => Markdown.Blocks("```csharp\nA();\n"));

    [Fact]
    public void A_console_block_has_commands_and_their_outputs() =>
        Assert.Equal(
            [
                new ShownCommand("simplegrad check \"a b\" --all", "fine"),
                new ShownCommand("ls", "src"),
                new ShownCommand("simplegrad", ""),
            ],
            Markdown.Commands(Markdown.Blocks(Text)));

    [Fact]
    public void Quotes_keep_an_argument_together() =>
        Assert.Equal(
            ["check", "a b", "x*y", "it's", "", "c=d e"],
            Markdown.Arguments("check  \"a b\" 'x*y' \"it's\" '' c='d e'"));

    [Theory]
    [InlineData("check a | sort")]
    [InlineData("check > file")]
    [InlineData("check *.cs")]
    public void What_needs_a_shell_is_refused(string line) =>
        Assert.Throws<FalseException>(() => Markdown.Arguments(line));
}
