namespace SimpleGrad.Cli.Tests;

/// <summary>What the explain command prints.</summary>
public sealed class ExplainTests
{
    private const string Simple = "var t = a + b; return t * b;";

    private static readonly string[] _variables = ["--var", "a=1,2,3,4", "--var", "b=5,6,7,8"];

    [Fact]
    public void The_notebooks_function_is_computed_again_rather_than_saved() => Prints(
        """
        // f64: a (4,), b (4,)
        Forward(a, b)
        {
            var r = (a + b) * b;
            return r;
        }
        // keeps nothing of the 32 bytes that propagate reads
        // (memory budget 0.5: that takes less time to compute again than to write and read)
        // kernel over (4,): 2 operators, reads 2 values, writes 1, moves 96 bytes

        // propagate where dr is there
        // f64: a (4,), b (4,), dr (4,)
        ForwardPropagate(a, b, dr)
        {
            var da = dr * b;
            var db = dr * (a + b) + da;
            return (da, db);
        }
        // kernel over (4,): 4 operators, reads 3 values, writes 2, moves 160 bytes

        """);

    [Fact]
    public void With_all_budget_the_temporary_is_saved_as_in_the_notebook() => Prints(
        """
        // f32: a (4,), b (4,)
        Forward(a, b)
        {
            var t = a + b;
            var r = t * b;
            return (r, t);
        }
        // keeps t for propagate: all of the 16 bytes that it reads
        // (memory budget 1: with 0.5 it would be what takes the least time)
        // kernel over (4,): 2 operators, reads 2 values, writes 2, moves 64 bytes

        // propagate where dr is there and dt is known zero
        // f32: b (4,), t (4,), dr (4,)
        ForwardPropagate(b, t, dr)
        {
            var da = dr * b;
            var db = dr * t + da;
            return (da, db);
        }
        // kernel over (4,): 3 operators, reads 3 values, writes 2, moves 80 bytes

        """,
        "--memory-budget", "1", "--dtype", "f32");

    [Fact]
    public void A_pattern_is_shown_alone() => Prints(
        """
        // f64: a (4,), b (4,)
        Forward(a, b)
        {
            var t = a + b;
            var r = t * b;
            return (r, t);
        }
        // keeps t for propagate: all of the 32 bytes that it reads
        // (memory budget 1: with 0.5 it would be what takes the least time)
        // kernel over (4,): 2 operators, reads 2 values, writes 2, moves 128 bytes

        // propagate where dt is there and dr is known zero
        // f64: dt (4,)
        ForwardPropagate(dt)
        {
            return (dt, dt);
        }

        """,
        "--memory-budget", "1", "--pattern", "01");

    [Fact]
    public void Gradients_that_nobody_wants_are_not_computed()
    {
        string one = Explain("--wrt", "b");
        Assert.Contains("// propagate where dr is there, to b\n", one);
        Assert.Contains("return db;\n", one);
        Tool run = Tool.Run(["explain", "a * b", "--wrt", "c", .. _variables]);
        Assert.Contains("there is no variable 'c'", run.Errors);
    }

    [Fact]
    public void Order_0_shows_the_forward_and_order_2_the_propagate_of_propagate()
    {
        string none = Explain("--order", "0"), one = Explain(), two = Explain("--order", "2");
        Assert.DoesNotContain("ropagate(", none);
        Assert.StartsWith(none.Split('\n')[0], one);
        string untilKernel = one[..one.LastIndexOf("// kernel", StringComparison.Ordinal)];
        Assert.StartsWith(untilKernel + "// keeps nothing of the 32 bytes that propagate reads\n", two);
        Assert.Contains("ForwardPropagatePropagate(", two);
        Assert.Contains("// propagate where dda, ddb are there", two);
        Assert.DoesNotContain("ForwardPropagatePropagatePropagate(", two);
    }

    [Theory]
    [InlineData("(a - b) - (a - 2.0 * b)", "a - b - (a - 2.0 * b)")]
    [InlineData("(a * b) / (a / b)", "a * b / (a / b)")]
    [InlineData("Exp(-(a + b)) * (a - b)", "(-(a + b)).Exp() * (a - b)")]
    [InlineData("-Exp(a) - (-b)", "-a.Exp() - -b")]
    [InlineData("Where(a + b > b, a * b + 1.0, (a + b) * a)", "Variable.Where(v0 > b, a * b + 1.0, v0 * a)")]
    [InlineData(
        "a[..2] * (Concatenate([a, -b]))[..2]",
        "a.Slice(0, 0, 2) * Variable.Concatenate([a, -b], 0).Slice(0, 0, 2)")]
    public void Parentheses_are_where_precedence_needs_them(string program, string code)
    {
        Tool run = Tool.Run(["explain", program, "--order", "0", .. _variables]);
        Assert.Equal("", run.Errors);
        Assert.Contains($"var r = {code};\n", run.Output);
    }

    [Fact]
    public void Passes_show_what_each_stage_gives()
    {
        string output = Tool.Run(["explain", "(a + b) * (a + b)", "--passes", .. _variables]).Output;
        Assert.StartsWith(
            """
            // after trace: 5 values
            //   v0 = a + b
            //   v1 = a + b
            //   v2 = v0 * v1
            //   return v2

            // after simplify: 5 values
            //   v0 = a + b
            //   v1 = a + b
            //   v2 = v0 * v1
            //   return v2

            // after common subexpressions: 4 values
            //   v0 = a + b
            //   v1 = v0 * v0
            //   return v1

            // after joint differentiation: 6 values
            //   v0 = a + b
            //   v1 = dr * v0
            //   v2 = v1 + v1
            //   return v2, v2

            // after partition: saves v0
            //   v0 is saved:
            """,
            output);
        Assert.Matches(@"v0 is saved: [\d.]+ ns to compute, [\d.]+ ns to save\n", output);
        Assert.Contains(
            """
            // after fusion: 1 group
            //   over (4,): v0, v1

            // after schedule: 1 step
            //   0: v0, v1 = kernel(a, b) over (4,)

            // after memory plan: 64 bytes at most
            //   v0: 32 bytes, kept as a result
            //   v1: 32 bytes, kept as a result

            // f64: a (4,), b (4,)
            Forward(a, b)

            """,
            output);
        Assert.Contains("// propagate where dr is there and dt is known zero\n// after trace: 5 values\n", output);
        Assert.Contains("//   0: v1 = kernel(dr, t) over (4,)\n", output);
    }

    [Fact]
    public void Stages_show_views_and_when_memory_is_given_back()
    {
        string output = Tool.Run(
            "explain", "CumSum(a, 0).Transpose().Reshape(81).Exp()", "--order", "0", "--passes", "--var",
            $"a=[{string.Join(',', Enumerable.Repeat("[1,2,3,4,5,6,7,8,9]", 9))}]").Output;
        Assert.Contains(
            """
            // after schedule: 4 steps
            //   0: v0 = a.cumsum(0)
            //   1: v1 = v0.permute(1, 0)
            //   2: v2 = v1.reshape(81)
            //   3: v3 = kernel(v2) over (81,)

            // after memory plan: 1296 bytes at most
            //   v0: 648 bytes, given back after step 2
            //   v1: in the memory of v0
            //   v2: in the memory of v0, or a copy, given back after step 3
            //   v3: 648 bytes, kept as a result

            """,
            output);
    }

    [Fact]
    public void A_program_that_returns_its_input_is_explained()
    {
        Tool run = Tool.Run(["explain", "a", "--order", "2", .. _variables]);
        Assert.Equal("", run.Errors);
        Assert.Contains("return (dr, null);", run.Output);
    }

    [Theory]
    [InlineData("'forward' has 1 outputs, of which 0 are saved values: a pattern has", "--pattern", "01")]
    [InlineData("--pattern takes digits 0 and 1, of which one at least is 1", "--pattern", "0")]
    [InlineData("--pattern takes digits 0 and 1", "--pattern", "12")]
    [InlineData("--order takes a whole number from 0 to 9, not '10'", "--order", "10")]
    [InlineData("--order takes a whole number from 0 to 9, not '-1'", "--order", "-1")]
    [InlineData("--memory-budget takes a number from 0 to 1, not '2'", "--memory-budget", "2")]
    [InlineData("--memory-budget takes a number from 0 to 1, not 'NaN'", "--memory-budget", "NaN")]
    public void Mistakes_are_told(string message, params string[] options) =>
        Assert.Contains(message, Tool.Run(["explain", Simple, .. _variables, .. options]).Mistake());

    [Fact]
    public void A_program_without_variables_is_refused() => Assert.StartsWith(
        "A program without variables has nothing to compile: give some with --var.",
        Tool.Run("explain", "1.0").Mistake());

    [Fact]
    public void A_program_that_reads_values_is_refused() => Assert.Contains(
        "while its function is traced", Tool.Run("explain", "a.MaskedSelect(a > 1)", "--var", "a=1,2").Mistake());

    private static string Explain(params string[] options)
    {
        Tool run = Tool.Run(["explain", Simple, .. _variables, .. options]);
        Assert.Equal("", run.Errors);
        Assert.Equal(0, run.ExitCode);
        return run.Output;
    }

    private static void Prints(string expected, params string[] options) => Assert.Equal(expected, Explain(options));
}
