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
    public void A_marked_block_is_a_program_with_its_output() =>
        Assert.Equal([("Run();\n", "one\n\ntwo\n")], Markdown.Programs(Markdown.Blocks(Text)));

    [Fact]
    public void A_marked_block_without_an_output_is_refused() =>
        Assert.Throws<TrueException>(
            () => Markdown.Programs(Markdown.Blocks("<!-- run -->\n```csharp\nA();\n```\n```console\n```\n")));

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
