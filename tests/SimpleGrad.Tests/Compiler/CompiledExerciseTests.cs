using SimpleGrad.Tests.Notebook;

namespace SimpleGrad.Tests.Compiler;

/// <summary>The notebook's exercises with compiled functions.</summary>
public sealed class CompiledExerciseTests
{
    private static readonly Tensor<double> _a = Tensor.Create<double>([0.4605, 0.4061, 0.9422, 0.3946]);
    private static readonly Tensor<double> _b = Tensor.Create<double>([0.0850, 0.3296, 0.9888, 0.6494]);

    private static readonly Dictionary<string, Func<Variable<double>, Variable<double>, Variable<double>>> _programs =
        new()
        {
            ["simple"] = NotebookPrograms<double>.Simple,
            ["cubic"] = (a, b) => a * a * a * b,
            ["quartic"] = (a, b) => a * a * b * b,
            ["nested"] = (a, b) => ((a + b) * b + a) * (a * b),
            ["a*a"] = (a, _) => a * a,
            ["a+a"] = (a, _) => a + a,
            ["a*a*a"] = (a, _) => a * a * a,
            ["(a*a)*(a*a)"] = (a, _) => a * a * (a * a),
            ["t=a*b; t*t"] = (a, b) => a * b is var t ? t * t : a,
            ["t=a+b; t*t+t"] = (a, b) => a + b is var t ? t * t + t : a,
            ["agg2"] = NotebookPrograms<double>.Aggregate2Reference,
            ["agg3"] = NotebookPrograms<double>.Aggregate3Reference,
            ["a"] = (a, _) => a,
        };

    public static TheoryData<string> Programs => [.. _programs.Keys];

    [Theory, MemberData(nameof(Programs))]
    public void Compiled_programs_have_the_gradients_of_the_notebook(string name)
    {
        var program = _programs[name];
        foreach (Func<Variable<double>, Variable<double>, Variable<double>> around in
            new Func<Variable<double>, Variable<double>, Variable<double>>[]
            {
                (a, r) => r, (a, r) => a * r, (a, r) => r + r * a,
            })
        {
            double[]?[] expected = Chain((a, b) => around(a, program(a, b)));
            Comparison.OnBothExecutors(() =>
            {
                Aggregate<double> compiled = Tested.Compile<double>(program);
                Comparison.AssertSame(expected, Chain((a, b) => around(a, compiled.Invoke(a, b))), 1e-12);
                Aggregate<double> whole = Tested.Compile<double>((a, b) => around(a, compiled.Invoke(a, b)));
                Comparison.AssertSame(expected, Chain((a, b) => whole.Invoke(a, b)), 1e-12);
            });
        }
    }

    /// <summary>
    /// The second loss reads the gradients of the first and, for the last pattern, the first loss too: the gradients of
    /// the result and of the saved temporary both arrive.
    /// </summary>
    [Fact]
    public void Exactly_the_patterns_that_are_met_are_compiled()
    {
        foreach (bool isBothAtOnce in new[] { false, true })
        {
            Aggregate<double> simple = Tested.Compile<double>(NotebookPrograms<double>.Simple).WithMemoryBudget(1);
            CompiledFunction<double> function = simple.For([_a.Shape, _b.Shape]);
            Assert.Single(function.Partition.Saved);
            Assert.Empty(function.Used);
            var tape = new Tape<double>();
            Variable<double> a = tape.Variable(_a), b = tape.Variable(_b);
            Variable<double> l0 = simple.Invoke(a, b).Sum();
            (Variable<double>? da, Variable<double>? db) = tape.Grad(l0, a, b);
            Assert.Equal(["10"], Patterns(function));
            Variable<double> l1 = (da! * da + db! * db).Sum();
            if (isBothAtOnce)
                l1 += l0;
            (Variable<double>? d2a, Variable<double>? d2b) = tape.Grad(l1, a, b);
            Assert.Equal(isBothAtOnce ? ["10", "11"] : ["01", "10"], Patterns(function));
            Assert.All(function.Used, pattern => Assert.Equal([true, true], pattern.Wanted));

            var other = new Tape<double>();
            Variable<double> x = other.Variable(_a), y = other.Variable(_b);
            Variable<double> m0 = NotebookPrograms<double>.Simple(x, y).Sum();
            (Variable<double>? dx, Variable<double>? dy) = other.Grad(m0, x, y);
            Variable<double> m1 = (dx! * dx + dy! * dy).Sum();
            (Variable<double>? d2x, Variable<double>? d2y) = other.Grad(isBothAtOnce ? m1 + m0 : m1, x, y);
            Comparison.AssertSame(
                [d2x!.Value.ToArray(), d2y!.Value.ToArray()], [d2a!.Value.ToArray(), d2b!.Value.ToArray()], 1e-12);
        }
    }

    [Fact]
    public void Only_gradients_that_are_wanted_are_compiled()
    {
        Aggregate<double> simple = Tested.Compile<double>(NotebookPrograms<double>.Simple);
        var tape = new Tape<double>();
        Variable<double> a = tape.Variable(_a), b = tape.Constant(_b);
        Variable<double> r = simple.Invoke(a, b);
        _ = tape.Grad(r.Sum(), a);
        Assert.Equal([true, false], Assert.Single(simple.For([_a.Shape, _b.Shape]).Used).Wanted);
    }

    private static string[] Patterns(CompiledFunction<double> function) =>
        [.. function.Used.Select(used => string.Concat(used.Known.Select(known => known ? '1' : '0'))).Order()];

    private static double[]?[] Chain(Func<Variable<double>, Variable<double>, Variable<double>> function) =>
        Comparison.Chain<double>(x => [function(x[0], x[1])], [_a, _b], 4);
}
