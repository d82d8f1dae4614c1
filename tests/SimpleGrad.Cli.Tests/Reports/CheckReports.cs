namespace SimpleGrad.Cli.Tests.Reports;

/// <summary>Right derivatives that were once called wrong; their values are analytic.</summary>
public sealed class CheckReports
{
    [Theory]
    [InlineData("Log(x)", "1e-6")]
    [InlineData("1/x", "1e-6")]
    [InlineData("1/x", "1e-12")]
    [InlineData("Sqrt(x)", "1e-12")]
    [InlineData("1.3*x/(1e-7 + x)", "1e-6,1e-7,1e-8")]
    [InlineData("Pow(x, 1.5)", "0")]
    [InlineData("x*x", "1e200")]
    [InlineData("x*x", "1e-200")]
    [InlineData("Sin(x)", "1e8")]
    [InlineData("Sin(x)", "1e12")]
    [InlineData("x/x", "1.5")]
    [InlineData("Sin(x)*Sin(x) + Cos(x)*Cos(x)", "0.7,1.9")]
    [InlineData("x*2", "nan")]
    [InlineData("Sin(x)", "nan,1")]
    [InlineData("Tanh(x)", "inf")]
    [InlineData("Abs(x)", "0")]
    [InlineData("Relu(x)", "0,1,-1")]
    [InlineData("Exp(x)", "700")]
    [InlineData("x + 1", "1e-12")]
    [InlineData("x + 1e20", "1")]
    [InlineData("(x + 1e12) - 1e12", "0.7")]
    [InlineData("Softmax(x, 0)", "1,200,-300")]
    [InlineData("Acosh(x)", "1.0000001")]
    [InlineData("x + 1e-20/x", "1e-12")]
    [InlineData("Sin(0.3*Exp(x))", "40")]
    [InlineData("Cos(Exp(x))", "36")]
    [InlineData("Exp(-Square(1e14*(x - 1)))", "1.000000000000005")]
    public void What_is_right_is_never_called_wrong(string program, string x)
    {
        Tool run = Tool.Run("check", program, "--var", $"x={x}");

        Assert.DoesNotContain("WRONG", run.Output);
        Assert.Equal(0, run.ExitCode);
    }

    [Theory]
    [InlineData("x*x", "3", "d result / dx: expected 6, found 6")]
    [InlineData("Log(x)", "1e-6", "d result / dx: expected 1000000, found 1000000")]
    [InlineData("1/x", "1e-6", "d result / dx: expected -1E+12, found -1E+12")]
    [InlineData("Exp(x)*x", "0.5", "d result / dx: expected 2.473081906, found 2.473081906")]
    public void The_derivative_itself_is_printed(string program, string x, string expected) =>
        Assert.Contains(expected, Tool.Run("check", program, "--var", $"x={x}").Output);

    [Theory]
    [InlineData("Pow(x, 1.5)", "0")]
    [InlineData("x*2", "nan")]
    [InlineData("Abs(x)", "0")]
    public void Differences_without_digits_are_undecided(string program, string x) =>
        Assert.Contains(
            "order 1, differences: undecided, 1 element", Tool.Run("check", program, "--var", $"x={x}").Output);
}
