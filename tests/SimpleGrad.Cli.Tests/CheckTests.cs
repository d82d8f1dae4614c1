namespace SimpleGrad.Cli.Tests;

/// <summary>What the check command prints.</summary>
public sealed class CheckTests
{
    [Fact]
    public void Each_order_is_compared_in_two_ways()
    {
        Tool run = Tool.Run("check", "Exp(a) * b + a * a", "--var", "a=0.5,1", "--var", "b=2", "--order", "3");

        Assert.Equal(0, run.ExitCode);
        string[] lines = run.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.StartsWith("order 1, forward mode: right, 6 elements; worst d result[", lines[0]);
        Assert.StartsWith("order 2, forward mode: right, 18 elements; worst d2 result[", lines[2]);
        Assert.StartsWith("order 3, differences: right, 54 elements; worst d3 result[", lines[5]);
    }

    [Fact]
    public void What_is_wrong_is_shown_and_ends_with_3()
    {
        Tool run = Tool.Run("check", "a * Detach(a)", "--var", "a=1,2", "--order", "1");

        Assert.Equal(3, run.ExitCode);
        Assert.Matches(
            @"order 1, differences: WRONG, 2 of 4 elements; worst d result\[([01])\] / da\[\1\]: expected ",
            run.Output);
    }

    [Theory]
    [InlineData("f64", "--order", "0", "--order takes a whole number from 1 on, not '0'.")]
    [InlineData("f64", "--tolerance", "x", "--tolerance takes a positive number, not 'x'.")]
    [InlineData("f32", "--order", "1", "check computes with f64: differences of f32 numbers say too little.")]
    public void Mistakes_are_told(string type, string option, string value, string message) =>
        Assert.Contains(message, Tool.Run("check", "a", "--var", "a=1", "--dtype", type, option, value).Mistake());

    [Fact]
    public void A_program_without_variables_has_nothing_to_check() =>
        Assert.Contains("There is no variable", Tool.Run("check", "1 + 1").Mistake());
}
