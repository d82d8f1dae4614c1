namespace SimpleGrad.Docs.Tests;

/// <summary>What the pages show is what happens.</summary>
[Collection(nameof(Run))] // Programs print to the console of this process, one at a time.
public sealed class PageTests
{
    private static readonly string[] _toolPrefixes = ["simplegrad ", "dotnet run --project src/SimpleGrad.Cli -- "];

    public static TheoryData<string> Pages => [.. Page.Paths];

    /// <summary>A block that nothing looks at goes out of date.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_of_code_has_a_mark(string path)
    {
        string[] known = [Mark.Run, Mark.Continue, Mark.Compile];
        Assert.All(
            Page.Read(path).Blocks.Where(block => block.Language == "csharp"),
            block => Assert.True(
                known.Contains(block.Mark), $"{path}:{block.Line}: a comment <!-- run --> belongs before this block."));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Programs_print_the_text_below_them(string path)
    {
        Page page = Page.Read(path);
        (PageBlock Block, string Printed)[] printed =
            [.. page.Programs(Mark.Run).SelectMany(blocks => blocks.Zip(PageProgram.Run(path, blocks)))];
        if (ExpectedOutput.IsUpdated)
            page.Update(
                from pair in printed
                where pair.Block.Output is not null
                select (pair.Block.Output!, ExpectedOutput.Update(pair.Block.Output!.Text, pair.Printed)));
        foreach ((PageBlock block, string text) in ExpectedOutput.IsUpdated ? [] : printed)
        {
            string? difference =
                ExpectedOutput.Difference((block.Output?.Text ?? "").TrimEnd('\n'), text.TrimEnd('\n'));
            Assert.True(difference is null, $"{path}:{block.Code.Line}: {difference}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Programs_that_are_not_run_compile(string path) => Assert.All(
        Page.Read(path).Programs(Mark.Compile), blocks => Assert.Empty(PageProgram.Mistakes(path, blocks)));

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Commands_print_the_output_below_them(string path)
    {
        foreach (ShownCommand command in Markdown.Commands(Page.Read(path).Blocks))
        {
            string? prefix = _toolPrefixes.FirstOrDefault(start => $"{command.Line} ".StartsWith(start));
            if (prefix is null || command.Mark == Mark.NotRun)
                continue;
            Run run = await Run.Tool([.. Markdown.Arguments($"{command.Line} "[prefix.Length..])]);
            string shown = (run.Output + run.Errors).ReplaceLineEndings("\n").TrimEnd('\n');
            Assert.True(run.ExitCode == 0, $"{command.Line} ended with {run.ExitCode}:\n{shown}");
            Assert.Equal($"{command.Line}\n{command.Output.TrimEnd('\n')}", $"{command.Line}\n{shown}");
        }
    }

    [Fact]
    public async Task The_graph_in_the_readme_is_what_the_command_above_it_draws()
    {
        IReadOnlyList<FencedBlock> blocks = Page.Read("README.md").Blocks;
        int graph = blocks.ToList().FindIndex(block => block.Language == "mermaid");
        string line = Assert.Single(Markdown.Commands([blocks[graph - 1]])).Line;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("graph");
        try
        {
            string path = Path.Combine(folder.FullName, "tape.mmd");
            Run run = await Run.Tool([.. Markdown.Arguments(line).Skip(1).SkipLast(1), path]);
            Assert.True(run.ExitCode == 0, run.Errors);
            Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), blocks[graph].Text);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
