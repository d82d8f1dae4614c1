namespace SimpleGrad.Docs.Tests;

/// <summary>What README.md shows is what happens.</summary>
[Collection(nameof(Run))] // Its programs are built too: see ProgramTests.
public sealed class ReadmeTests
{
    private static readonly string[] ToolPrefixes = ["simplegrad ", "dotnet run --project src/SimpleGrad.Cli -- "];

    private static readonly IReadOnlyList<FencedBlock> Blocks =
        Markdown.Blocks(File.ReadAllText(Path.Combine(Repository.Root, "README.md")));

    [Fact]
    public async Task Marked_programs_print_the_text_below_them()
    {
        var programs = Markdown.Programs(Blocks);
        Assert.True(programs.Count > 0, "README.md has no ```csharp block with <!-- run --> on the line before it.");

        // Inside the repository, so that the program is built with the repository's settings.
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "readme"));
        foreach (var (index, (code, output)) in programs.Index())
        {
            var path = Path.Combine(folder.FullName, $"Readme{index + 1}.cs");
            await File.WriteAllTextAsync(
                path,
                $"#:project ../../src/SimpleGrad/SimpleGrad.csproj\n{code}",
                TestContext.Current.CancellationToken);

            var run = await Run.File(path);
            Assert.True(run.ExitCode == 0, $"It ended with {run.ExitCode}:\n{code}\n{run.Output}\n{run.Errors}");
            Assert.Equal(output, run.Output.ReplaceLineEndings("\n"));
        }
    }

    [Fact]
    public async Task Commands_print_the_output_below_them()
    {
        foreach (var command in Markdown.Commands(Blocks))
        {
            var prefix = ToolPrefixes.FirstOrDefault(start => $"{command.Line} ".StartsWith(start));
            if (prefix is null)
            {
                continue;
            }

            var run = await Run.Tool([.. Markdown.Arguments($"{command.Line} "[prefix.Length..])]);
            var shown = (run.Output + run.Errors).ReplaceLineEndings("\n").TrimEnd('\n');
            Assert.True(run.ExitCode == 0, $"{command.Line} ended with {run.ExitCode}:\n{shown}");
            Assert.Equal($"{command.Line}\n{command.Output.TrimEnd('\n')}", $"{command.Line}\n{shown}");
        }
    }
}
