using System.Text.RegularExpressions;

namespace SimpleGrad.Cli.Tests.Reports;

/// <summary>What people type who come from mathematics, Python, MATLAB, R, spreadsheets or C#.</summary>
public sealed partial class IdiomReports
{
    private static readonly string[] _variables =
        ["--var", "x=1", "--var", "a=2", "--var", "b=3", "--var", "A=[[1,2],[3,4]]", "--var", "v=1,2"];

    [Theory]
    [InlineData("2x", 2, "a product is written 2*x")]
    [InlineData("2 x", 3, "a product is written 2*x")]
    [InlineData("a x", 3, "a product is written a*x")]
    [InlineData("2(x+1)", 2, "a product is written 2*(…)")]
    [InlineData("(x+1)(x-1)", 6, "a product is written (…)*(…)")]
    [InlineData("(x+1)x", 6, "a product is written (…)*x")]
    [InlineData("x(x+1)", 1, "'x' is a variable and no operator: a product is written x*(…)")]
    [InlineData("PI(x)", 1, "leave out the parentheses")]
    [InlineData("x²", 2, "Pow(x, 2)")]
    [InlineData("x³", 2, "Pow(x, 3)")]
    [InlineData("x^2", 2, "Pow(x, 2)")]
    [InlineData("x**2", 2, "Pow(x, 2)")]
    [InlineData("x.^2", 2, "Pow(x, 2)")]
    [InlineData("a·b", 2, "written with *")]
    [InlineData("a×b", 2, "written with *")]
    [InlineData("a.*b", 2, "a*b")]
    [InlineData("a÷b", 2, "written with /")]
    [InlineData("x − 1", 3, "write -")]
    [InlineData("x – 1", 3, "write -")]
    [InlineData("sin x", 5, "Sin(x)")]
    [InlineData("Sin x", 5, "Sin(x)")]
    [InlineData("ln x", 4, "Log(x)")]
    [InlineData("√x", 1, "Sqrt(x)")]
    [InlineData("|x|", 1, "Abs(x)")]
    [InlineData("||v||", 1, "Norm(x)")]
    [InlineData("x!", 2, "Exp(Lgamma(x + 1))")]
    [InlineData("3,5*x", 2, "3.5")]
    [InlineData("Pow(x; 2)", 6, "separated by commas")]
    [InlineData("A @ v", 3, "MatMul(A, x)")]
    [InlineData("A @v", 3, "MatMul(A, x)")]
    [InlineData("A'", 2, "A.Transpose()")]
    [InlineData("A.T", 3, "x.Transpose()")]
    [InlineData("x ? a : b", 3, "Where(condition, a, b)")]
    [InlineData("x > 0 ? x*x : -x", 7, "Where(condition, a, b)")]
    [InlineData("x if x > 0 else a", 3, "Where(condition, a, b)")]
    [InlineData("if (x > 0) x", 1, "Where(condition, a, b)")]
    [InlineData("IF(x > 0, a, b)", 1, "There is no operator 'IF'.")]
    [InlineData("ifelse(x > 0, a, b)", 1, "Where(condition, a, b)")]
    [InlineData("Math.Sin(x)", 1, "Write Sin(x).")]
    [InlineData("MathF.Exp(x)", 1, "Write Exp(x).")]
    [InlineData("System.Math.Max(x, 0)", 1, "Write Maximum(x, y)")]
    [InlineData("np.exp(x)", 1, "Write Exp(x).")]
    [InlineData("torch.sigmoid(x)", 1, "Write Sigmoid(x).")]
    [InlineData("Math.PI*x", 1, "Write PI.")]
    [InlineData("math.pi*x", 1, "Write PI.")]
    [InlineData("double.NaN", 1, "Write 0.0/0.")]
    [InlineData("π*x", 1, "Write PI.")]
    [InlineData("ln(x)", 1, "Write Log(x).")]
    [InlineData("LN(x)", 1, "Write Log(x).")]
    [InlineData("max(x, 0)", 1, "Write Maximum(x, y)")]
    [InlineData("min(v)", 1, "Amin(x)")]
    [InlineData("exp(x)", 1, "Did you mean 'Exp'?")]
    [InlineData("v.sum()", 3, "Did you mean 'Sum'?")]
    [InlineData("arctan(x)", 1, "Write Atan(x).")]
    [InlineData("cot(x)", 1, "Write 1/Tan(x).")]
    [InlineData("fabs(x)", 1, "Write Abs(x).")]
    [InlineData("power(x, 2)", 1, "Write Pow(x, y).")]
    [InlineData("heaviside(x)", 1, "Write x > 0.")]
    [InlineData("Where(x == 1, x, 0*x)", 9, "EqualTo(a, b)")]
    [InlineData("x != 1", 3, "NotEqualTo(a, b)")]
    [InlineData("x <> 1", 3, "NotEqualTo(a, b)")]
    [InlineData("x ≤ 1", 3, "<=")]
    [InlineData("x > 0 && x < 1", 7, "(x > 0)*(x < 1)")]
    [InlineData("x > 0 and x < 1", 7, "(x > 0)*(x < 1)")]
    [InlineData("x < 0 || x > 1", 7, "Maximum(x < 0, x > 1)")]
    [InlineData("!(x > 0)", 1, "1 - (x > 0)")]
    [InlineData("x % 2", 3, "Remainder(a, b)")]
    [InlineData("x mod 2", 3, "Remainder(x, y)")]
    [InlineData("x // 2", 3, "Floor(a / b)")]
    [InlineData("x -- 1", 3, "x - (-y)")]
    [InlineData("y = x + 1", 3, "before the result stands no '='")]
    [InlineData("=x + 1", 1, "leave out '='")]
    [InlineData("y ~ x", 3, "leave out what stands before '~'")]
    [InlineData("v[0:1]", 4, "1..3")]
    [InlineData("v[:, 0]", 3, "x[..] or x[1..3]")]
    [InlineData("[1 2 3]", 4, "a comma or an operator is missing")]
    [InlineData("1.*x", 2, "a*b")]
    [InlineData("5.", 2, "1.0")]
    [InlineData("x_{1}", 3, "no braces")]
    [InlineData("\\frac{x}{2}", 1, "(a)/(b)")]
    [InlineData("x # half", 3, "A comment begins with //")]
    [InlineData("lambda x: x", 8, "write the expression alone")]
    [InlineData("x => x*x", 3, "no functions of its own")]
    [InlineData("for (x) x", 1, "(x*y).Sum()")]
    public void It_is_said_what_to_write(string program, int column, string message)
    {
        string said = Tool.Run(["grad", program, .. _variables]).Mistake();

        Assert.StartsWith($"program(1,{column}): ", said);
        Assert.Contains(message, said.Split('\n')[0]);
    }

    [Fact]
    public void What_is_to_be_written_can_be_written()
    {
        IEnumerable<string> used = ProgramIdioms.Answers.SelectMany(
            answer => Called.Matches(answer).Select(match => match.Groups[1].Value));
        Assert.All(used, name => Assert.Contains(name, OperatorLookup.Names));
    }

    [Theory]
    [InlineData("x // the value", 1)]
    [InlineData("x /* 2 */ * 3", 3)]
    [InlineData("Where(x < a, x, a > (x))", 1)]
    [InlineData("x - -1", 2)]
    [InlineData("-+-x", 1)]
    [InlineData("@x", 1)]
    public void What_is_allowed_stays_so(string program, double value) =>
        Assert.Equal(value, Tool.Value(program, "x=1", "a=2")[0]);

    [GeneratedRegex(@"\b([A-Z][A-Za-z0-9]+)\(")]
    private static partial Regex Called { get; }
}
