namespace SimpleGrad.Cli.Tests;

/// <summary>What is wrong with programs is said, in its place.</summary>
public sealed class ProgramMistakeTests
{
    private static readonly string[] Variables = ["--var", "x=1,2,3,4", "--var", "m=[[1,2],[3,4]]", "--var", "s=2"];

    [Theory]
    [InlineData("x +", 1, 4, "A value is missing before the end.")]
    [InlineData("var t = x", 1, 10, "A ';' is missing")]
    [InlineData("(x", 1, 3, "A ')' is missing")]
    [InlineData("1e400 * x", 1, 1, "outside the range")]
    // Statements.
    [InlineData("", 1, 1, "The program has no result")]
    [InlineData("// nothing", 1, 11, "The program has no result")]
    [InlineData("var t = x;", 1, 11, "The program has no result")]
    [InlineData("x; s", 1, 1, "not used")]
    [InlineData("return x; s", 1, 8, "not used")]
    [InlineData("return;", 1, 1, "no value after 'return'")]
    [InlineData("double t = 2; t", 1, 1, "declared with 'var'")]
    [InlineData("var t = 1, u = 2; t", 1, 1, "one local variable")]
    [InlineData("var t; x", 1, 5, "'t' has no value")]
    [InlineData("var x = 1; x", 1, 5, "a variable 'x' already")]
    [InlineData("var t = 1; var t = 2; t", 1, 16, "a variable 't' already")]
    [InlineData("var PI = 3; PI", 1, 5, "'PI' is a constant")]
    [InlineData("var Exp = 3; x", 1, 5, "'Exp' is an operator")]
    [InlineData("var t = t; t", 1, 9, "no variable 't'")]
    [InlineData("x = 3", 1, 3, "A variable keeps its value")]
    [InlineData("x += 3", 1, 3, "A variable keeps its value")]
    [InlineData("if (x > 1) x;", 1, 1, "no if statement")]
    [InlineData("{ x; }", 1, 1, "There are no braces")]
    [InlineData("int f() => 3; x", 1, 1, "declared with 'var'")]
    [InlineData("using System; x", 1, 1, "no 'using'")]
    [InlineData("public var t = x; t", 1, 1, "declared with 'var'")]
    [InlineData("#r \"a.dll\"\nx", 1, 1, "A comment begins with //")]
    // Names.
    [InlineData("y * x", 1, 1, "There is no variable 'y'.")]
    [InlineData("X * 2", 1, 1, "There is no variable 'X'. Did you mean 'x'?")]
    [InlineData("x * Pi", 1, 5, "Did you mean 'PI'?")]
    [InlineData("Expp(x)", 1, 1, "There is no operator 'Expp'. Did you mean 'Exp'?")]
    [InlineData("x.Sumn()", 1, 3, "There is no operator 'Sumn'. Did you mean 'Sum'?")]
    [InlineData("sqrt(x)", 1, 1, "Did you mean 'Sqrt'?")]
    [InlineData("Exp * x", 1, 1, "'Exp' is an operator: parentheses")]
    [InlineData("x.Exp * 2", 1, 3, "'Exp' is an operator: parentheses")]
    [InlineData("op_Addition(x, x)", 1, 1, "There is no operator 'op_Addition'")]
    // Numbers.
    [InlineData("1m * x", 1, 1, "leave out the suffix 'm'")]
    [InlineData("x * (1 / 2)", 1, 6, "C# would cut")]
    [InlineData("x / (1 / 0)", 1, 6, "C# would cut")]
    // Values in places that are not for them.
    [InlineData("true", 1, 1, "A bool cannot stand here")]
    [InlineData("x * true", 1, 5, "A bool cannot stand here")]
    [InlineData("x * [x, x]", 1, 5, "A list cannot stand here")]
    [InlineData("x[-1]", 1, 3, "An index is")]
    [InlineData("x[1.5]", 1, 3, "An index is")]
    [InlineData("x[s]", 1, 3, "An index is")]
    [InlineData("x[0, 1]", 1, 2, "In brackets")]
    [InlineData("x[at: 0]", 1, 5, "A range is written")]
    [InlineData("Stack([.. x])", 1, 8, "no spread element")]
    [InlineData("Exp<float>(x)", 1, 5, "declared with 'var'")]
    // Other C#.
    [InlineData("x ^ 2", 1, 3, "A power is written Pow(x, 2)")]
    [InlineData("x ** 2", 1, 3, "A power is written Pow(x, 2)")]
    [InlineData("x % 2", 1, 3, "Remainder(a, b)")]
    [InlineData("x == 2", 1, 3, "EqualTo(a, b)")]
    [InlineData("x > 1 ? x : s", 1, 7, "Where(condition, a, b)")]
    [InlineData("~x", 1, 1, "1 - (x > 0)")]
    [InlineData("x++", 1, 2, "write x + 1")]
    [InlineData("(float)x", 1, 2, "no other types")]
    [InlineData("x!", 1, 2, "Exp(Lgamma(x + 1))")]
    [InlineData("x?.Exp()", 1, 2, "Where(condition, a, b)")]
    [InlineData("Exp(ref x)", 1, 5, "no 'ref'")]
    [InlineData("x(s)", 1, 1, "'x' is a variable and no operator: a product is written x*(…)")]
    [InlineData("(x)(s)", 1, 4, "a product is written (…)*(…)")]
    // Attempts at more than arithmetic.
    [InlineData("System.IO.File.Delete(\"x\")", 1, 23, "no text in quotes")]
    [InlineData("System.Environment.Exit(3)", 1, 1, "There is no 'System.Environment' here")]
    [InlineData("new object()", 1, 1, "no 'new'")]
    [InlineData("new[] { x }", 1, 1, "no 'new'")]
    [InlineData("stackalloc int[3]", 1, 1, "no 'stackalloc'")]
    [InlineData("y => y", 1, 3, "no functions of its own")]
    [InlineData("Exp(() => x)", 1, 6, "A value is missing before ')'")]
    [InlineData("typeof(int)", 1, 1, "no 'typeof'")]
    [InlineData("nameof(x)", 1, 1, "There is no operator 'nameof'")]
    [InlineData("\"text\"", 1, 1, "no text in quotes")]
    [InlineData("$\"{x}\"", 1, 1, "no text in quotes")]
    [InlineData("'c'", 1, 1, "no text in quotes")]
    [InlineData("null", 1, 1, "no 'null'")]
    [InlineData("default", 1, 1, "no 'default'")]
    [InlineData("this", 1, 1, "no 'this'")]
    [InlineData("await x", 1, 7, "An operator is missing")]
    [InlineData("throw x;", 1, 1, "no 'throw'")]
    [InlineData("x.GetType()", 1, 3, "There is no operator 'GetType'")]
    [InlineData("x.ToString()", 1, 3, "There is no operator 'ToString'")]
    [InlineData("x.Item()", 1, 3, "There is no operator 'Item'")]
    [InlineData("x.Tape", 1, 3, "There is no operator 'Tape'")]
    [InlineData("x.Value", 1, 3, "There is no operator 'Value'")]
    [InlineData("x.Tape.Reset()", 1, 8, "There is no operator 'Reset'")]
    [InlineData("x.Sum(name: \"q\")", 1, 13, "no text in quotes")]
    public void A_mistake_is_shown_in_its_place(string program, int line, int column, string message)
    {
        string[] said = Tool.Run(["grad", program, .. Variables]).Mistake().Split('\n');

        Assert.StartsWith($"program({line},{column}): ", said[0]);
        Assert.Contains(message, said[0]);
        Assert.Equal("  " + program.Split('\n')[line - 1], said[1]);
        Assert.Equal(new string(' ', column + 1) + '^', said[2].TrimEnd('^') + '^');
    }

    [Fact]
    public void Arguments_that_do_not_fit_are_answered_with_the_forms_that_there_are() =>
        Assert.Equal(
            """
            program(1,5): There is no Sum(variable, axis: number); there is
              1 + Sum(x, axis: 1.0)
                  ^^^^^^^^^^^^^^^^^
                Sum(x)
                Sum(x, int axis, bool keepDims = false)
                Sum(x, int[] axes, bool keepDims = false)

            """,
            Tool.Run(["grad", "1 + Sum(x, axis: 1.0)", .. Variables]).Mistake());

    [Theory]
    [InlineData("Expand(true)", "Expand(x, params int[] shape)")]
    [InlineData("Clamp(true)", "Clamp(x, double min = none, double max = none)\n    Clamp(x, min, max)")]
    [InlineData("Softplus(true)", "Softplus(x, double beta = 1, double threshold = 20)")]
    [InlineData("Stack(true)", "Stack(list parts, int axis = 0)")]
    [InlineData("Maximum(true)", "Maximum(x, y)\n    Maximum(x, double y)")]
    public void Forms_are_written_as_they_are_called(string program, string form) =>
        Assert.EndsWith($"^\n    {form}\n", Tool.Run("grad", program).Mistake());

    [Theory]
    [InlineData("Exp()", "Exp()")]
    [InlineData("Exp(x, 1)", "Exp(variable, whole number)")]
    [InlineData("Exp([x])", "Exp(list)")]
    [InlineData("x.Pow()", "Pow(variable)")]
    [InlineData("Clamp(x, mn: 0)", "Clamp(variable, mn: whole number)")]
    [InlineData("Clamp(x, 0, min: 1)", "Clamp(variable, whole number, min: whole number)")]
    [InlineData("Expand(x, 1.5)", "Expand(variable, number)")]
    [InlineData("Expand(x, s)", "Expand(variable, variable)")]
    [InlineData("Sum(x, 0, 1)", "Sum(variable, whole number, whole number)")]
    [InlineData("Sum(x, [0.5])", "Sum(variable, list)")]
    [InlineData("Sum(x, 3000000000)", "Sum(variable, whole number)")]
    [InlineData("Stack(x, x)", "Stack(variable, variable)")]
    [InlineData("Where(x, x)", "Where(variable, variable)")]
    [InlineData("Where(true, x, x)", "Where(bool, variable, variable)")]
    public void Arguments_are_described_by_kind(string program, string call) =>
        Assert.StartsWith(
            $"program(1,1): There is no {call}; there is\n", Tool.Run(["grad", program, .. Variables]).Mistake());

    [Fact]
    public void Arguments_with_names_come_last() =>
        Assert.Contains(
            "program(1,15): Arguments without a name come before",
            Tool.Run(["grad", "Clamp(min: 0, x)", .. Variables]).Mistake());

    [Theory]
    [InlineData("var t = x;\nreturn t * (x + x[..3]);", 2, 13, "add: shapes (4,) and (3,) do not broadcast")]
    [InlineData("Exp(MatMul(m, x))", 1, 5, "matmul")]
    [InlineData("x[9]", 1, 1, "index 9 lies outside axis 0")]
    [InlineData("x[2..9]", 1, 1, "2..9 lies outside axis 0")]
    [InlineData("x[.., ..]", 1, 1, "takes at most 1 indices")]
    [InlineData("Sum(x, axis: 5)", 1, 1, "has no axis 5")]
    [InlineData("1 + x.Reshape(3)", 1, 5, "reshape")]
    [InlineData("x.Clamp()", 1, 1, "is given neither a minimum nor a maximum")]
    [InlineData("Clamp(1.0) * x", 1, 1, "is given neither a minimum nor a maximum")]
    [InlineData("x.Slice(0, step: 0)", 1, 1, "step")]
    [InlineData("Concatenate([])", 1, 1, "there is nothing to join")]
    public void What_the_library_refuses_is_shown_in_its_place(string program, int line, int column, string message)
    {
        string said = Tool.Run(["grad", program, .. Variables]).Mistake();

        Assert.StartsWith($"program({line},{column}): ", said);
        Assert.Contains(message, said);
    }

    [Theory]
    [InlineData("x * 1e40", 5)]
    [InlineData("Maximum(x, -1e40)", 12)]
    [InlineData("Pow(1e40, x)", 5)]
    [InlineData("1e30 * 1e30 * x", 1)]
    [InlineData("1e40", 1)]
    public void A_number_that_float_cannot_hold_is_a_mistake(string program, int column)
    {
        string said = Tool.Run(["grad", program, .. Variables, "--dtype", "f32"]).Mistake();

        Assert.StartsWith($"program(1,{column}): The number ", said);
        Assert.Contains("is too large for f32.", said);
        Assert.Equal(0, Tool.Run(["grad", program, .. Variables]).ExitCode);
    }

    [Fact]
    public void The_place_in_a_file_has_the_files_name()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("wrong.txt", "var t = x;\n\treturn tt;\n");
        Assert.Equal(
            $"{path}(2,9): There is no variable 'tt'. Did you mean 't'?\n   return tt;\n          ^^\n",
            Tool.Run(["grad", "--file", path, .. Variables]).Mistake());
    }

    [Fact]
    public void The_place_in_standard_input_is_named_so() => Assert.StartsWith(
        "standard input(1,1): ", Tool.RunWithInput("q", ["grad", "--file", "-", .. Variables]).Mistake());

    [Fact]
    public void Of_a_long_line_the_part_around_the_place_is_shown()
    {
        string sum = string.Concat(Enumerable.Repeat("x + ", 100));
        string[] said = Tool.Run(["grad", $"{sum}qq + {sum}x", .. Variables]).Mistake().Split('\n');

        Assert.StartsWith("program(1,401): ", said[0]);
        Assert.Equal("qq", said[1].Substring(said[2].IndexOf('^', StringComparison.Ordinal), 2));
        Assert.InRange(said[1].Length, 100, 130);
    }

    [Fact]
    public void A_program_can_be_deep_but_not_endless()
    {
        string deep = string.Concat(Enumerable.Repeat("Exp(", 3000)) + "-s" + new string(')', 3000);
        Assert.Equal(0, Tool.Run(["grad", deep, .. Variables]).ExitCode);
        Assert.Equal(0, Tool.Run(["grad", string.Join('+', Enumerable.Repeat("s", 20_000)), .. Variables]).ExitCode);
        Assert.Contains("at most 50000 characters", Tool.Run("grad", new string('(', 50_001)).Mistake());
    }

    [Fact]
    public void Nothing_is_printed_before_a_mistake_that_the_text_shows() =>
        Tool.Run(["grad", "var t = x * x; return t * q;", .. Variables, "--trace", "notebook"]).Mistake();

    [Fact]
    public void A_trace_is_printed_up_to_what_the_library_refuses()
    {
        Tool run = Tool.Run(
            "grad", "var t = x * x; return 2 * t + y;", "--var", "x=1,2", "--var", "y=1,2,3", "--trace", "notebook");

        Assert.Equal(2, run.ExitCode);
        Assert.EndsWith("v0 = x * x\nv1 = 2.0 * v0\n", run.Output);
        Assert.StartsWith("error: program(1,23): add:", run.Errors);
    }
}
