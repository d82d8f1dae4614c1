namespace SimpleGrad.Cli.Tests;

/// <summary>What programs mean.</summary>
public sealed class ProgramTests
{
    private static readonly string[] Variables = ["x=1,2,3,4", "m=[[1,2],[3,4]]", "s=2"];

    [Theory]
    [InlineData("Square(x)", "1 4 9 16")]
    [InlineData("x.Square()", "1 4 9 16")]
    [InlineData("x.Square().Sum()", "30")]
    [InlineData("Pow(x, 2)", "1 4 9 16")]
    [InlineData("x.Pow(2)", "1 4 9 16")]
    [InlineData("x.Pow(s)", "1 4 9 16")]
    [InlineData("Pow(2, x)", "2 4 8 16")]
    [InlineData("Sum(x)", "10")]
    [InlineData("x.Sum()", "10")]
    [InlineData("m.Sum(0)", "4 6")]
    [InlineData("m.Sum(-1)", "3 7")]
    [InlineData("m.Sum(axis: 1)", "3 7")]
    [InlineData("Sum(m, [0, 1])", "10")]
    [InlineData("m.Sum(axes: [0, 1], keepDims: true)", "10")]
    [InlineData("Expand(s, 3)", "2 2 2")]
    [InlineData("s.Expand(1, 2)", "2 2")]
    [InlineData("s.Expand([1, 2])", "2 2")]
    [InlineData("x.Reshape(2, 2).Transpose()", "1 3 2 4")]
    [InlineData("Permute(m, 1, 0)", "1 3 2 4")]
    [InlineData("Where(x > 2, x, 0)", "0 0 3 4")]
    [InlineData("Where(x > 2, 0, x)", "1 2 0 0")]
    [InlineData("Where(x > 2, -x, x)", "1 2 -3 -4")]
    [InlineData("Where(x > 2, 1, 0)", "0 0 1 1")]
    [InlineData("Where(y: -x, x: x, condition: x > 2)", "-1 -2 3 4")]
    [InlineData("Concatenate([x[..1], x[3..]])", "1 4")]
    [InlineData("Stack([s, s + 1], 0)", "2 3")]
    [InlineData("Stack([s, 7])", "2 7")]
    [InlineData("Concatenate([m, m], axis: 1)", "1 2 1 2 3 4 3 4")]
    [InlineData("MatMul(m, m)", "7 10 15 22")]
    [InlineData("Clamp(x, min: 2)", "2 2 3 4")]
    [InlineData("Clamp(x, max: 2.5, min: 1.5)", "1.5 2 2.5 2.5")]
    [InlineData("x.Clamp(2, 3)", "2 2 3 3")]
    [InlineData("Softplus(x, threshold: 0)", "1 2 3 4")]
    [InlineData("Maximum(x, 2.5)", "2.5 2.5 3 4")]
    [InlineData("Maximum(2.5, x)", "2.5 2.5 3 4")]
    [InlineData("x[1..3]", "2 3")]
    [InlineData("x[..]", "1 2 3 4")]
    [InlineData("x[^2..]", "3 4")]
    [InlineData("x[0]", "1")]
    [InlineData("x[^1]", "4")]
    [InlineData("x[1 + 1]", "3")]
    [InlineData("m[1]", "3 4")]
    [InlineData("m[.., 1..]", "2 4")]
    [InlineData("m[0..1, ^1..^0]", "2")]
    [InlineData("x.Slice(0, step: 2)", "1 3")]
    [InlineData("x < 3", "1 1 0 0")]
    [InlineData("x >= 3", "0 0 1 1")]
    [InlineData("2 <= x", "0 1 1 1")]
    [InlineData("2 > x", "1 0 0 0")]
    [InlineData("-x + 2 * (x - 1) / 2", "-1 -1 -1 -1")]
    [InlineData("+x", "1 2 3 4")]
    [InlineData("10 - x", "9 8 7 6")]
    [InlineData("12 / x", "12 6 4 3")]
    public void Expressions_are_computed(string program, string expected) =>
        Assert.Equal(Tool.Numbers(expected), Tool.Value(program, Variables));

    [Theory]
    [InlineData("var t = x * x; return t.Sum();", "30")]
    [InlineData("var t = x * x; t.Sum();", "30")]
    [InlineData("var t = x * x; t.Sum()", "30")]
    [InlineData("var t = x * x; t * s", "2 8 18 32")]
    [InlineData("var half = 0.5; var t = x * half; var k = 1; return t[k];", "1")]
    [InlineData("// the sum\nvar t = x;\n/* of all */ return t\n  .Sum(); // here", "10")]
    public void Statements_are_computed(string program, string expected) =>
        Assert.Equal(Tool.Numbers(expected), Tool.Value(program, Variables));

    [Theory]
    [InlineData("1", 1)]
    [InlineData("2.5", 2.5)]
    [InlineData("1e-3", 1e-3)]
    [InlineData("1_000", 1000)]
    [InlineData("0x10", 16)]
    [InlineData("0.5f", 0.5)]
    [InlineData("2d", 2)]
    [InlineData("2L", 2)]
    [InlineData("PI", Math.PI)]
    [InlineData("2*PI", 2 * Math.PI)]
    [InlineData("E", Math.E)]
    [InlineData("1 - 0.5", 0.5)]
    [InlineData("6 / 3", 2)]
    [InlineData("1.0 / 4", 0.25)]
    [InlineData("-(2 + 3)", -5)]
    [InlineData("Exp(1.0)", Math.E)]
    [InlineData("Sqrt(4)", 2)]
    [InlineData("2.0.Pow(3)", 8)]
    [InlineData("Maximum(1, 2)", 2)]
    [InlineData("Where(2 > 1, 3, 4)", 3)]
    public void Numbers_are_folded(string program, double expected)
    {
        Assert.Equal(expected, Tool.Value(program)[0], 15);
        // A folded number leaves nothing on the tape but the multiplication.
        string[] trace =
            Tool.Run("grad", $"({program}) * 3 * x", "--var", "x=1", "--trace", "notebook").Output.Split('\n');
        Assert.StartsWith("v0 = ", trace[1]);
        Assert.EndsWith(" * x", trace[1]);
        Assert.StartsWith("dv0 ---", trace[2]);
    }

    [Fact]
    public void A_number_that_the_library_takes_only_as_a_variable_becomes_a_constant() =>
        Assert.StartsWith(
            "x = tensor([1., 2.], dtype=torch.float64)\nv0 = 1.0\nv1 = v0.expand(2)\nv2 = v1 * x\n",
            Tool.Run("grad", "Expand(1, 2) * x", "--var", "x=1,2", "--trace", "notebook").Output);

    [Fact]
    public void Operators_trace_the_overload_with_a_number() =>
        Assert.StartsWith(
            "x = 3.0\nv0 = 2.0 * x\nv1 = v0 + 1.0\n",
            Tool.Run("grad", "2 * x + 1", "--var", "x=3", "--trace", "notebook").Output);

    [Fact]
    public void Gradients_flow_through_selected_parts()
    {
        var gradient = Tool.Grad("x[1..3] * x[^1]", ["x=1,2,3,4"]).GetProperty("gradients").GetProperty("x");
        Assert.Equal([0.0, 4, 4, 5], Tool.Numbers(gradient));
    }

    [Theory]
    [InlineData("-h*2")]
    [InlineData("-2*@h")]
    [InlineData("@h*(-2)")]
    public void A_program_can_begin_with_what_could_be_an_option_or_a_file(string program) =>
        Assert.Equal([-6.0], Tool.Value(program, "h=3"));

    [Fact]
    public void A_program_can_come_from_a_file()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("program.txt", "var t = a * a;\nreturn t;\n");
        Assert.StartsWith("value tensor(9.,", Tool.Run("grad", "--file", path, "--var", "a=3").Output);
    }

    [Fact]
    public void A_program_can_come_from_standard_input() =>
        Assert.StartsWith(
            "value tensor(9.,", Tool.RunWithInput("a * a\n", "grad", "--file", "-", "--var", "a=3").Output);

    [Fact]
    public void Operators_of_the_library_have_a_form_that_a_program_can_call()
    {
        IEnumerable<string> methods = typeof(Variable<double>).GetMethods()
            .Where(method => method is { IsStatic: false, IsSpecialName: false })
            .Where(method => method.ReturnType == typeof(Variable<double>))
            .Concat(typeof(InPlaceOperators).GetMethods().Where(method => method.IsStatic))
            .Select(method => method.Name);

        // For functions, tensors outside the tape, lists of index tensors, and the pairs of numbers of a padding,
        // programs have no notation.
        Assert.Equal(
            ["ApplyInPlace", "CopyFrom", "IndexPut", "Pad"],
            methods.Except(OperatorLookup.Names).Order(StringComparer.Ordinal));
        Assert.Superset(
            new HashSet<string> { "Where", "Concatenate", "Stack", "Exp", "Sum" }, OperatorLookup.Names.ToHashSet());
    }

    [Theory]
    [InlineData("var t = a * 1.5; var u = t.AddInPlace(b); t * u")]
    [InlineData("var t = a * 1.5; var u = AddInPlace(t, b); t * u")]
    public void A_program_writes_in_place(string text)
    {
        BoundProgram program = ProgramBinder.Bind(new ProgramText("program", text), ["a", "b"]);
        var tape = new Tape<double>();
        Assert.Equal(36, program.Run(tape, [tape.Variable(2.0), tape.Variable(3.0)]).Item());
    }

    [Fact]
    public void A_bound_program_runs_on_either_number_type_as_often_as_wanted()
    {
        BoundProgram program = ProgramBinder.Bind(new ProgramText("program", "var t = a * b; t + 1"), ["a", "b"]);

        var floats = new Tape<float>();
        var doubles = new Tape<double>();
        Assert.Equal(7f, program.Run(floats, [floats.Variable(2f), floats.Variable(3f)]).Item());
        Assert.Equal(7.0, program.Run(doubles, [doubles.Variable(2.0), doubles.Variable(3.0)]).Item());
        Assert.Equal(21.0, program.Run(doubles, [doubles.Variable(4.0), doubles.Variable(5.0)]).Item());
    }
}
