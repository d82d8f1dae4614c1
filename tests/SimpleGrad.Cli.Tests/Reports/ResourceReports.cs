using System.Diagnostics;

namespace SimpleGrad.Cli.Tests.Reports;

/// <summary>Inputs that once took time or memory without bounds.</summary>
public sealed class ResourceReports
{
    public static TheoryData<string, int, string, string> Deep => new()
    {
        { "(", 24_500, ")", "" },
        { "[", 24_500, "]", "A list cannot stand here" },
        { "(a,", 12_000, ")", "A comma stands only" },
        { "(a=", 12_000, ")", "A variable keeps its value" },
        { "a<", 24_500, "", "" },
        { "([", 12_000, "])", "A list cannot stand here" },
        { "f([", 9_000, "])", "There is no operator 'f'" },
        { "(", 49_999, "", "A ')' is missing" },
        { "Exp(-", 8_000, ")", "" },
        { "- ", 24_999, "", "" },
        { "a[..", 9_000, "]", "An index is a whole number" },
    };

    [Theory]
    [MemberData(nameof(Deep))]
    public void Deep_programs_take_time_by_their_length(string open, int count, string close, string message)
    {
        string program = string.Concat(Enumerable.Repeat(open, count)) + "a"
            + string.Concat(Enumerable.Repeat(close, count));
        var watch = Stopwatch.StartNew();
        Tool run = Tool.Run("grad", program, "--var", "a=1");

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
        Assert.Equal(message.Length == 0 ? 0 : 2, run.ExitCode);
        Assert.Contains(message, run.Errors);
    }

    [Fact]
    public void Long_names_are_not_compared()
    {
        string[] variables =
            [.. Enumerable.Range(0, 51).SelectMany(i => new[] { "--var", $"{new string('m', 5000)}{i}=1" })];
        var watch = Stopwatch.StartNew();
        string said = Tool.Run(["grad", new string('n', 49_000), .. variables]).Mistake();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
        Assert.Contains("There is no variable 'nnn", said);
        Assert.InRange(said.Length, 100, 2000);
    }

    [Theory]
    [InlineData("a*a")]
    [InlineData("Exp(a)*Sin(a) + 1/a")]
    public void Orders_without_end_are_refused_with_the_cause(string program) =>
        Assert.Matches(
            "^--orders 50: each order makes the tape .* times as long, and order .* Up to [0-9]+ orders",
            Tool.Run("grad", program, "--var", "a=0.5,0.3", "--orders", "50").Mistake());

    [Theory]
    [InlineData("check")]
    [InlineData("explain")]
    public void An_order_that_is_too_high_is_refused(string command)
    {
        string program = string.Join('*', Enumerable.Repeat("a", 2000));
        Assert.StartsWith(
            "--order 9: a program of 1999 operators has some ",
            Tool.Run(command, program, "--var", "a=1", "--order", "9").Mistake());
    }

    [Fact]
    public void Orders_of_a_program_without_variables_print_the_value() =>
        Assert.Equal("value tensor(0., dtype=torch.float64)\n", Tool.Run("grad", "1.5", "--orders", "2").Output);
}
