namespace SimpleGrad.Tests.Compiler;

/// <summary>Aggregates with several results: patterns of known zeros, nesting, aliases, budgets.</summary>
public sealed class CompiledAggregateTests
{
    private const int Orders = 3;

    private static readonly Dictionary<string, Func<Variable<double>[], Variable<double>[]>> _functions = new()
    {
        ["apart"] = x => [x[0] * x[0], x[1].Sin(), x[2].Exp()],
        ["mixed"] = x => [(x[0] + x[1]) * x[1], (x[0] * x[2]).Tanh(), x[1] * x[2] + x[0]],
        ["sums"] = x => [(x[0] * x[1]).Sum(), (x[0] * x[1]).Exp(), ((x[0] * x[1]).Exp() * x[2]).Sum()],
        ["inputs as results"] = x => [x[0], x[1] * x[0], x[1]],
        ["a result twice"] = x => (x[0] * x[1] + x[2]) is var t ? [t, t * t, t] : [],
        ["constants"] = x => [x[0].Tape.Constant(2.5), x[0] * 3, x[0].Tape.Constant([1.0, 2, 3, 4, 5]) * x[1]],
        ["folded number"] = x => [x[0].Tape.Constant(2.0) * 3 + 1, x[0] * 3, x[2]],
        ["folded"] = x => [x[0].Tape.Constant(Tensor.Ones<double>([5])) * 2, x[1] * x[2], x[0] + 1],
        ["views"] = x => [x[0].Reshape(5, 1), (x[0] * x[1]).Reshape(1, 5), (x[0] * x[1]).Expand(3, 5)],
        ["products"] = x => x[0].Reshape(1, 5).MatMul(x[1].Reshape(5, 1)).Reshape() is var t
            ? [t, t * x[2], (t * x[2]).Sum()] : [],
        ["gradients"] = x => [.. x[0].Tape.Grad((x[0] * x[1] * x[1] * x[2]).Sin().Sum(), x)!],
    };

    public static TheoryData<string> Functions => [.. _functions.Keys];

    public static TheoryData<string> FunctionsWithoutGradients => [.. _functions.Keys.Except(["gradients"])];

    private static Tensor<double>[] Inputs =>
        [Comparison.Wave<double>([5], 0.7), Comparison.Wave<double>([5], 1.3), Comparison.Wave<double>([5], 2.1)];

    [Theory, MemberData(nameof(Functions))]
    public void All_results_have_all_derivatives(string name)
    {
        Func<Variable<double>[], Variable<double>[]> function = _functions[name];
        double[]?[] expected = Comparison.Chain(function, Inputs, Orders);
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<double> compiled = Tested.Compile(function);
            Comparison.AssertSame(
                expected, Comparison.Chain<double>(x => compiled.InvokeAll(x), Inputs, Orders), 1e-11);
        });
    }

    /// <summary>Each choice of the results that a loss reads, and of the inputs that are asked for.</summary>
    [Theory, MemberData(nameof(Functions))]
    public void Every_pattern_of_known_zeros_is_that_of_eager(string name)
    {
        Func<Variable<double>[], Variable<double>[]> function = _functions[name];
        Comparison.OnBothExecutors(() =>
        {
            foreach (double budget in new[] { 0, 0.5, 1 })
            {
                Aggregate<double> compiled = Tested.Compile(function).WithMemoryBudget(budget);
                for (int used = 1; used < 8; used++)
                {
                    for (int wanted = 1; wanted < 8; wanted++)
                        Comparison.AssertSame(
                            Some(function, used, wanted), Some(x => compiled.InvokeAll(x), used, wanted), 1e-11);
                }
            }
        });
    }

    [Theory, MemberData(nameof(FunctionsWithoutGradients))]
    public void Inside_another_compiled_function_it_is_the_same(string name)
    {
        Func<Variable<double>[], Variable<double>[]> function = _functions[name];
        double[]?[] expected = Comparison.Chain<double>(Around(function), Inputs, Orders);
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<double> inner = Tested.Compile(function);
            Aggregate<double> outer = Tested.Compile(Around(x => inner.InvokeAll(x)));
            Comparison.AssertSame(expected, Comparison.Chain<double>(x => outer.InvokeAll(x), Inputs, Orders), 1e-10);
            // On a tape, among other entries.
            Comparison.AssertSame(
                expected, Comparison.Chain<double>(Around(x => inner.InvokeAll(x)), Inputs, Orders), 1e-10);
        });

        static Func<Variable<double>[], Variable<double>[]> Around(
            Func<Variable<double>[], Variable<double>[]> inner) =>
            x => [.. inner([x[0] * x[1], x[1], x[2].Sin()]), .. inner([x[2], x[0], x[0]]).Select(r => r * r)];
    }

    /// <summary>
    /// A compiled function takes gradients by its own inputs, each as if it depended on no other, whatever it is called
    /// with and wherever.
    /// </summary>
    [Fact]
    public void Gradients_inside_are_by_the_inputs_as_such()
    {
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<double> slope = Tested.Compile<double>((a, b) => a.Tape.Grad((a * b * b).Sum(), b)!);
            Aggregate<double> outer = Tested.Compile<double>(a => slope.Invoke(a, a));
            foreach (Func<Variable<double>, Variable<double>> function in
                new Func<Variable<double>, Variable<double>>[] { a => slope.Invoke(a, a), outer.InvokeOf })
            {
                var tape = new Tape<double>();
                Variable<double> a = tape.Variable([1.0, 3]), result = function(a);
                Assert.Equal([2.0, 18], result.Value.ToArray()); // 2 a b
                Assert.Equal([4.0, 12], tape.Grad(result.Sum(), a)!.Value.ToArray());
            }
        });
    }

    /// <summary>An aggregate may be called, and its gradients taken, without a graph for further derivatives.</summary>
    [Theory, MemberData(nameof(Functions))]
    public void Gradients_without_a_graph_are_the_same(string name)
    {
        Aggregate<double> compiled = Tested.Compile(_functions[name]);
        double[]?[] first = Of(createGraph: true), second = Of(createGraph: false);
        Comparison.AssertSame(first, second, 0);

        double[]?[] Of(bool createGraph)
        {
            var tape = new Tape<double>();
            Variable<double>[] x = [.. Inputs.Select(input => tape.Variable(input))];
            Variable<double> loss = compiled.InvokeAll(x).Select(r => (r * r).Sum()).Aggregate((a, b) => a + b);
            return [.. tape.Grad(loss, x, createGraph: createGraph).Select(g => g?.Value.ToArray())];
        }
    }

    /// <summary>
    /// The tape gives its memory back at a reset, and the compiled function must lose none of its own.
    /// </summary>
    [Theory, MemberData(nameof(Functions))]
    public void A_tape_may_be_reset_between_calls(string name)
    {
        Func<Variable<double>[], Variable<double>[]> function = _functions[name];
        double[]?[] expected = Comparison.Chain(function, Inputs, 1);
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<double> compiled = Tested.Compile(function);
            var tape = new Tape<double>();
            Variable<double>[] x = [.. Inputs.Select(input => tape.Variable(input))];
            for (int round = 0; round < 4; round++)
            {
                Variable<double>[] results = compiled.InvokeAll(x);
                Variable<double> loss = results.Select(r => (r * r).Sum()).Aggregate((a, b) => a + b);
                Variable<double>?[] gradients = tape.Grad(loss, x);
                // What is read is no longer given back: only every second round reads.
                if (round % 2 == 1)
                    Comparison.AssertSame(
                        expected, [.. results.Concat(gradients).Select(r => r?.Value.ToArray())], 1e-12);
                tape.Reset();
                // Others take the memory that was given back.
                _ = Enumerable.Range(0, 20).Select(i => (x[0] * i).Value).ToArray();
            }
        });
    }

    [Fact]
    public void A_tape_prints_a_call_as_one_line()
    {
        using var lines = new StringWriter { NewLine = "\n" };
        var tape = new Tape<double>(Trace.Notebook(lines));
        Variable<double> a = tape.Variable([1.0, 2], "a"), b = tape.Variable([3.0, 4], "b");
        Aggregate<double> compiled = Tested.Compile<double>((a, b) => (a + b) * b, "simple");
        _ = compiled.Invoke(a, b);
        Assert.EndsWith(" = simple(a, b)", lines.ToString().TrimEnd());
        Assert.Equal(1, tape.Count);
        Aggregate<double> both = Tested.Compile<double>((a, b) => new[] { a + b, a * b }, "both");
        Variable<double>[] results = both.InvokeAll(a, b);
        Assert.EndsWith($"\n{results[0].Name}, {results[1].Name} = both(a, b)", lines.ToString().TrimEnd());
        using (tape.NoGrad())
            results = both.InvokeAll(a, b);
        Assert.EndsWith($"\n{results[0].Name}, {results[1].Name} = both(a, b)", lines.ToString().TrimEnd());
    }

    [Fact]
    public void An_aggregate_with_a_body_on_tensors_cannot_be_compiled()
    {
        Aggregate<double> compiled = Tested.Compile<double>((a, b) =>
        {
            Tape<double> tape = a.Tape;
            Variable<double> r = tape.Temporary(a.Value * b.Value);
            tape.RecordAggregate("by_hand", [a, b], [r], gradients => [gradients[0]! * b, gradients[0]! * a]);
            return r;
        });
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable([1.0, 2]);
        Assert.Contains(
            "Aggregate 'by_hand' has a body of its own",
            Assert.Throws<InvalidOperationException>(() => compiled.Invoke(x, x)).Message);
    }

    private static double[]?[] Some(Func<Variable<double>[], Variable<double>[]> function, int used, int wanted)
    {
        var tape = new Tape<double>();
        Variable<double>[] x = [.. Inputs.Select(input => tape.Variable(input))];
        Variable<double> loss = function(x).Where((_, i) => (used >> i & 1) != 0).Select(r => (r * r).Sum())
            .Aggregate((a, b) => a + b);
        Variable<double>[] by = [.. x.Where((_, i) => (wanted >> i & 1) != 0)];
        Variable<double>?[] first = tape.Grad(loss, by);
        Variable<double>? next = first.Select(g => g is null ? null : (g * g).Sum()).Aggregate(Aggregate.AddOptional);
        Variable<double>?[] second = next is null ? [] : tape.Grad(next, by);
        return [.. first.Concat(second).Select(g => g?.Value.ToArray())];
    }
}
