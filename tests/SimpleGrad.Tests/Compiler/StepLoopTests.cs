namespace SimpleGrad.Tests.Compiler;

/// <summary>Loops whose steps stand inside the loop over elements give what the steps written out give.</summary>
public sealed class StepLoopTests
{
    /// <summary>
    /// Rows of any number of vectors with any tail, and of more than one piece; states that only move, sequences by
    /// element and by step, and records.
    /// </summary>
    [Theory, InlineData(1, 9), InlineData(2, 9), InlineData(3, 1), InlineData(67, 9), InlineData(100, 40),
        InlineData(129, 9), InlineData(1_003, 150)]
    public void Rows_of_any_length(int length, int steps)
    {
        Tensor<double>[] inputs =
        [
            Comparison.Wave<double>([length], 0.3), Comparison.Wave<double>([steps, length], 0.7),
            Comparison.Wave<double>([steps], 0.2), Comparison.Wave<double>([length], 0.9),
        ];
        Comparison.OnBothExecutors(() => Same(inputs, WithLoop, WrittenOut, 1e-11));

        Variable<double>[] WithLoop(Variable<double>[] x)
        {
            (Variable<double>[] states, Variable<double>[] records) = Loop.Scan<double>(
                (s, e, p) => Step(s, e[0], e[1], p[0]), [x[0], x[0] * 2], [x[1], x[2]], x[3]);
            return [.. states, .. records];
        }

        Variable<double>[] WrittenOut(Variable<double>[] x)
        {
            Variable<double>[] states = [x[0], x[0] * 2];
            var records = new List<Variable<double>>();
            for (int i = 0; i < steps; i++)
            {
                (states, Variable<double>[] record) = Step(states, x[1][i], x[2][i], x[3]);
                records.Add(record[0]);
            }
            return [.. states, Variable.Stack([.. records])];
        }

        static (Variable<double>[], Variable<double>[]) Step(
            Variable<double>[] s, Variable<double> x, Variable<double> y, Variable<double> p) =>
            ([s[1], (s[0] * p + 0.1 * x * s[1] + y).Tanh()], [s[0] * x]);
    }

    /// <summary>Nothing goes back through a step that forgets its state, not even an infinite slope.</summary>
    [Theory, InlineData(1), InlineData(100)]
    public void A_gradient_that_is_zero_stays_zero_at_an_infinite_slope(int length)
    {
        const int Steps = 60;
        var weights = new double[Steps];
        Array.Fill(weights, 0.5);
        weights[40] = 0;
        double[] roots = [.. Enumerable.Range(0, Steps * length).Select(i => i / length % 7 == 3 && i < 40 * length
            ? 0.0 : 1.0 + i % 5)];
        Tensor<double>[] inputs =
        [
            Comparison.Wave<double>([length], 0.3), Tensor.Create(roots, [Steps, length]), Tensor.Create(weights),
        ];
        Comparison.OnBothExecutors(() => Same(
            inputs, x => [Loop.Scan<double>(
                (s, e, _) => ([s[0] * e[1] + e[0].Sqrt()], []), [x[0]], [x[1], x[2].Expand([Steps])]).States[0]],
            x =>
            {
                Variable<double> s = x[0];
                for (int i = 0; i < Steps; i++)
                    s = s * x[2][i] + x[1][i].Sqrt();
                return [s];
            },
            1e-12));
    }

    [Fact]
    public void States_of_one_kernel_are_in_registers()
    {
        string text = Derivatives.ValueAndGrad<double>(
            x => Loop.For(50, (s, p) => s + 0.1 * (s * p).Sin(), x, x).Sum()).Compile().Explain([[100]]);
        Assert.Contains("inside one kernel", text, StringComparison.Ordinal);
        // Here the elements meet.
        text = Derivatives.ValueAndGrad<double>(
            x => Loop.For(50, (s, p) => s + 0.1 * (s * p).Mean(), x, x).Sum()).Compile().Explain([[100]]);
        Assert.DoesNotContain("inside one kernel", text, StringComparison.Ordinal);
    }

    /// <summary>Results and gradients of a function that is compiled are those of another one on a tape.</summary>
    private static void Same(
        Tensor<double>[] inputs, Func<Variable<double>[], Variable<double>[]> compiled,
        Func<Variable<double>[], Variable<double>[]> eager, double tolerance)
    {
        Tensor<double>[] expected = new TapeRun<double>("eager", (x, _) => WithGradients(x, eager)).Run(inputs, []);
        Tensor<double>[] actual = new CompiledRun<double>(
            "compiled", (x, _) => WithGradients(x, compiled), Tested.Pipeline).Run(inputs, []);
        for (int i = 0; i < expected.Length; i++)
        {
            double[] one = expected[i].ToArray(), other = actual[i].ToArray();
            Assert.Equal(one.Length, other.Length);
            for (int j = 0; j < one.Length; j++)
                Assert.True(
                    Math.Abs(one[j] - other[j]) <= tolerance * (1 + Math.Abs(one[j])),
                    $"Result {i}, element {j}: {other[j]} where it is {one[j]}.");
        }

        static Variable<double>[] WithGradients(
            Variable<double>[] x, Func<Variable<double>[], Variable<double>[]> function)
        {
            Variable<double>[] results = function(x);
            Variable<double> loss = x[0].Tape.Constant(0.0);
            foreach (Variable<double> result in results)
                loss += (result * (1.5 + result)).Sum();
            Variable<double>?[] gradients = x[0].Tape.Grad(loss, x);
            return [.. results, .. gradients.Select((gradient, i) => gradient ?? 0 * x[i])];
        }
    }
}
