using System.Diagnostics;
using System.Text;

namespace SimpleGrad.Cli.Tests;

/// <summary>Commands and options, and the tool as a process.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("grad", "--help")]
    [InlineData("grad", "x", "--nonsense", "--help")]
    public void Help_is_no_mistake(params string[] arguments)
    {
        Tool run = Tool.Run(arguments);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("simplegrad", run.Output);
        Assert.Equal("", run.Errors);
    }

    [Fact]
    public void Help_names_every_option_operator_and_constant()
    {
        string help = Tool.Run("grad", "--help").Output;

        Assert.All(
            ["--file", "--var", "--wrt", "--dtype", "--trace", "--orders", "--json"],
            option => Assert.Contains(option, help));
        Assert.All(OperatorLookup.Names, name => Assert.Contains(name, help));
        Assert.Contains("PI, E", help);
    }

    [Theory]
    [InlineData("Required command was not provided.")]
    [InlineData("'frobnicate'", "frobnicate")]
    [InlineData("'--nonsense'", "grad", "x", "--nonsense")]
    [InlineData("'y'", "grad", "x", "y")]
    [InlineData("--var", "grad", "x", "--var")]
    [InlineData("'f16'", "grad", "x", "--dtype", "f16")]
    [InlineData("'loud'", "grad", "x", "--trace", "loud")]
    [InlineData("--dtype", "grad", "x", "--dtype", "f32", "--dtype", "f64")]
    [InlineData("--orders takes a whole number from 1 on, not '0'.", "grad", "x", "--orders", "0")]
    [InlineData("--orders takes a whole number from 1 on, not '-1'.", "grad", "x", "--orders", "-1")]
    [InlineData("--orders takes a whole number from 1 on, not '1.5'.", "grad", "x", "--orders", "1.5")]
    [InlineData("--orders takes a whole number from 1 on, not '9999999999'.", "grad", "x", "--orders", "9999999999")]
    public void Wrong_options_are_mistakes(string message, params string[] arguments)
    {
        string said = Tool.Run(arguments).Mistake();

        Assert.Contains(message, said);
        Assert.EndsWith("--help' to see what there is.\n", said);
    }

    [Theory]
    [InlineData("There is no program", "grad", "--var", "x=1")]
    [InlineData("There are two programs", "grad", "x", "--file", "f")]
    [InlineData("There is no file 'nowhere.txt'", "grad", "--file", "nowhere.txt")]
    [InlineData("--json and --trace both write", "grad", "x", "--json", "--trace", "notebook")]
    public void Options_that_contradict_are_mistakes(string message, params string[] arguments) =>
        Assert.StartsWith(message, Tool.Run(arguments).Mistake());

    [Fact]
    public void Json_without_a_trace_is_no_contradiction() =>
        Assert.Equal(0, Tool.Run("grad", "1", "--json", "--trace", "none").ExitCode);

    [Fact]
    public void A_fault_of_the_tool_itself_is_told_apart_and_has_no_stack_trace()
    {
        using var errors = new StringWriter { NewLine = "\n" };
        using var broken = new BrokenWriter();

        Assert.Equal(1, Cli.Run(["grad", "1"], broken, errors, TextReader.Null));
        Assert.Equal("error: This is a fault of simplegrad itself: InvalidCastException: broken\n", errors.ToString());
    }

    [Fact]
    public async Task The_process_has_the_same_streams_and_exit_codes()
    {
        Tool good = await Start("a * b\n", "grad", "--file", "-", "--var", "a=2", "--var", "b=3", "--dtype", "f32");
        Assert.Equal("value tensor(6.)\nda tensor(3.)\ndb tensor(2.)\n", good.Output);
        Assert.Equal("", good.Errors);
        Assert.Equal(0, good.ExitCode);

        Tool wrong = await Start("", "grad", "a * c", "--var", "a=2");
        Assert.Equal("program(1,5): There is no variable 'c'.\n  a * c\n      ^\n", wrong.Mistake());

        Tool version = await Start("", "--version");
        Assert.Equal(typeof(Cli).Assembly.GetName().Version!.ToString(3) + "\n", version.Output);
        Assert.Equal(0, version.ExitCode);
    }

    private static async Task<Tool> Start(string input, params string[] arguments)
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        using Process process = Process.Start(new ProcessStartInfo(
            dotnet, [Path.Combine(AppContext.BaseDirectory, "SimpleGrad.Cli.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Tool(
            process.ExitCode, (await output).ReplaceLineEndings("\n"), (await errors).ReplaceLineEndings("\n"));
    }

    private sealed class BrokenWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new InvalidCastException("broken");
    }
}
