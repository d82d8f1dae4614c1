namespace SimpleGrad.Docs.Tests;

/// <summary>
/// Every program of the tutorial and of the examples runs, and prints what the file NAME.expected.txt beside it says.
/// </summary>
[Collection(nameof(Run))] // One at a time: their builds share the library's project.
public sealed class ProgramTests
{
    public static TheoryData<string> Programs
    {
        get
        {
            var examples = Path.Combine(Repository.Root, "examples");
            var folders = (Directory.Exists(examples) ? Directory.GetDirectories(examples) : [])
                .Append(Path.Combine(Repository.Root, "docs", "tutorial"))
                .Where(Directory.Exists);

            return [.. folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs")
                    .Concat(Directory.EnumerateFiles(folder, "*.fsproj")))
                .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'))
                .Order(StringComparer.Ordinal)];
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Programs))]
    public async Task Program_prints_what_is_expected(string program)
    {
        var run = await Run.File(program);
        Assert.True(run.ExitCode == 0, $"{program} ended with {run.ExitCode}:\n{run.Output}\n{run.Errors}");

        var expectedName = Path.ChangeExtension(program, ".expected.txt");
        var expectedPath = Path.Combine(Repository.Root, expectedName);
        if (ExpectedOutput.IsUpdated)
        {
            var old = File.Exists(expectedPath) ? File.ReadAllText(expectedPath) : "";
            File.WriteAllText(expectedPath, ExpectedOutput.Update(old, run.Output));
        }

        Assert.True(
            File.Exists(expectedPath),
            $"There is no {expectedName}; {ExpectedOutput.Switch}=1 writes it. {run.Output}");
        var difference = ExpectedOutput.Difference(File.ReadAllText(expectedPath), run.Output);
        Assert.True(
            difference is null,
            $"{program} does not print {expectedName}; if this is meant, run the tests with "
            + $"{ExpectedOutput.Switch}=1.\n{difference}");
    }
}
