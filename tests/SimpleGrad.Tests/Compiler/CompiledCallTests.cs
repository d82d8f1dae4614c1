namespace SimpleGrad.Tests.Compiler;

/// <summary>Calls of compiled functions: what they allocate, where results go, and which shapes they know.</summary>
public sealed class CompiledCallTests
{
    private const int Runs = 200;

    [Fact]
    public void A_call_into_memory_allocates_nothing()
    {
        var function = TensorFunction.Of<double>(
            x => [x[0] * x[1] + x[1], (x[0].Exp() * x[1]).Sum([0], keepDims: true), x[1]]).Compile(Tested.Pipeline);
        Tensor<double>?[] results = [null, null, null];
        AllocatesAtMost(0, () => function.InvokeInto(results, Check.Vector, Check.Weights));
    }

    /// <summary>The buffers of kernels without code of their own are used again.</summary>
    [Fact]
    public void A_call_into_memory_allocates_nothing_without_emitted_code() =>
        Comparison.OnExecutor(emits: false, () =>
        {
            var function = TensorFunction.Of<double>(
                x => [(x[0] * x[1]).Sin() + x[1], (x[0].Exp() * x[1]).Sum([0], keepDims: true)])
                .Compile(Tested.Pipeline);
            Tensor<double>?[] results = [null, null];
            AllocatesAtMost(0, () => function.InvokeInto(results, Check.Vector, Check.Weights));
        });

    /// <summary>Who holds the number of an earlier call keeps it.</summary>
    [Fact]
    public void A_call_into_memory_allocates_no_more_than_the_number_that_it_gives()
    {
        var function = Derivatives.ValueAndGrad<double>((a, b) => ((a + b) * b).Sum()).Compile(Tested.Pipeline);
        var results = new Tensor<double>?[3];
        AllocatesAtMost(64, () => function.InvokeInto(results, Check.Vector, Check.Weights));
        Tensor<double> value = results[0]!;
        double before = value.Item();
        function.InvokeInto(results, Check.Weights, Check.Vector);
        Assert.NotSame(value, results[0]);
        Assert.Equal(before, value.Item());
    }

    /// <summary>More operands than are pinned at once, and more than fit on the stack; numbers and constants
    /// too.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(5), InlineData(9), InlineData(70)]
    public void Any_number_of_operands(int count) => Comparison.OnBothExecutors(() =>
    {
        foreach (int length in (int[])[1, 3, 64, 5000])
        {
            Tensor<double> constant = Comparison.Wave<double>([length], 0.3);
            Variable<double>[] Body(Variable<double>[] x)
            {
                Variable<double> sum = x[0] * x[0].Tape.Constant(constant);
                for (int i = 1; i < x.Length; i++)
                    sum += x[i] * x[i - 1];
                return [.. x.Select(each => each * sum), sum.Sum(), sum];
            }

            Tensor<double>[] inputs =
            [
                .. Enumerable.Range(0, count).Select(i => i % 3 == 1
                    ? Tensor.Scalar(0.1 * i)
                    : Comparison.Wave<double>([length], 0.7 + i)),
            ];
            var compiled = TensorFunction.Of<double>(Body).Compile(Tested.Pipeline);
            var results = new Tensor<double>?[count + 2];
            double[]?[] expected = [.. TensorFunction.Of<double>(Body).Invoke(inputs).Select(each => each.ToArray())];
            for (int call = 0; call < 2; call++)
            {
                compiled.InvokeInto(results, inputs);
                Comparison.AssertSame(expected, [.. results.Select(each => each!.ToArray())], 1e-12);
            }
            Comparison.AssertSame(expected, [.. compiled.Invoke(inputs).Select(each => each.ToArray())], 1e-12);
        }
    });

    /// <summary>The shape says that the kernel runs over one row, and an input with gaps that it does not.</summary>
    [Fact]
    public void Inputs_with_gaps_and_without_in_turn()
    {
        var function = Derivatives.ValueAndGrad<double>((a, b) => ((a + b) * b).Sum());
        var compiled = function.Compile(Tested.Pipeline);
        Tensor<double> wide = Comparison.Wave<double>([4, 6], 0.7), y = Comparison.Wave<double>([4, 3], 1.3);
        var results = new Tensor<double>?[3];
        foreach (Tensor<double> x in (Tensor<double>[])[y + y, wide[.., ..3], y * y, Tensor.Full<double>([4, 3], 2)])
        {
            (Tensor<double> value, Tensor<double> da, Tensor<double> db) = function.Invoke(x, y);
            compiled.InvokeInto(results, x, y);
            Comparison.AssertSame(
                [value.ToArray(), da.ToArray(), db.ToArray()], [.. results.Select(each => each!.ToArray())], 1e-13);
        }
    }

    /// <summary>Twenty shapes are more than are found without the dictionary.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(8), InlineData(20)]
    public void Shapes_in_turn(int count)
    {
        int traced = 0;
        var compiled = TensorFunction.Of<double>((a, b) =>
        {
            traced++;
            return (a + b) * b;
        }).Compile(Tested.Pipeline);
        for (int i = 0; i < 5 * count; i++)
        {
            Tensor<double> x = Comparison.Wave<double>([1 + i % count, 2], 0.7), y = Comparison.Wave<double>([2], 1.3);
            Assert.Equal(((x + y) * y).ToArray(), compiled.Invoke(x, y).ToArray());
        }
        Assert.Equal(count, traced);
    }

    [Fact]
    public void Threads_that_call_with_shapes_of_their_own_get_their_own_results()
    {
        var compiled = Derivatives.ValueAndGrad<double>((a, b) => ((a + b) * b).Sum()).Compile(Tested.Pipeline);
        Parallel.For(0, 8, thread =>
        {
            var results = new Tensor<double>?[12][];
            for (int i = 0; i < 2000; i++)
            {
                int length = 1 + (i * (thread + 1)) % 12;
                Tensor<double> x = Filled(length, thread + 1), y = Filled(length, i + 1);
                Tensor<double>?[] into = results[length - 1] ??= new Tensor<double>?[3];
                compiled.InvokeInto(into, x, y);
                Assert.Equal((thread + i + 2.0) * (i + 1) * length, into[0]!.Item());
                Assert.All(into[1]!.ToArray(), each => Assert.Equal(i + 1, each));
                Assert.All(into[2]!.ToArray(), each => Assert.Equal(thread + 2 * i + 3, each));
            }
        });

        static Tensor<double> Filled(int length, double number) =>
            Tensor.Create<double>([.. Enumerable.Repeat(number, length)]);
    }

    /// <summary>The condition of a loop calls the function that the loop is in.</summary>
    [Fact]
    public void Calls_within_calls()
    {
        TensorFunction<double, Tensor<double>>? function = null;
        function = TensorFunction.Of<double>((a, b) => a.Rank == 0 ? a * b + 1 : Loop.While(
            state => function!.Invoke(state.Reshape(), Tensor.Scalar(2.0)).Item() < 100,
            (state, parameter) => state * parameter + 1, a, b)).Compile(Tested.Pipeline);
        Tensor<double> x = Tensor.Create<double>([1]), y = Tensor.Create<double>([2]);
        var results = new Tensor<double>?[1];
        for (int i = 0; i < 3; i++)
        {
            function.InvokeInto(results, x, y);
            Assert.Equal(63, results[0]!.Item());
        }
    }

    [Fact]
    public void A_function_that_calls_itself_without_end_is_refused_and_can_be_called_again()
    {
        Aggregate<double>? function = null;
        bool isMistaken = true;
        function = Tested.Compile<double>(x => isMistaken ? function!.Invoke(x) : x * x);
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable([1, 2, 3]);
        Assert.Contains(
            "calls itself", Assert.Throws<InvalidOperationException>(() => function.Invoke(x)).Message,
            StringComparison.Ordinal);
        isMistaken = false;
        Assert.Equal([1, 4, 9], function.Invoke(x).Value.ToArray());
    }

    /// <summary>Which output gradients are there changes from sweep to sweep.</summary>
    [Fact]
    public void Patterns_in_turn()
    {
        Aggregate<double> split = Tested.Compile<double>((a, b) => (Variable<double>[])[a * b, a + b.Exp()]);
        Variable<double>[] Plain(Variable<double> a, Variable<double> b) => [a * b, a + b.Exp()];
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable([1, 2, 3]), y = tape.Variable([0.5, 0.25, -1]);
        for (int i = 0; i < 12; i++)
        {
            Variable<double>[] results = split.InvokeAll(x, y), plain = Plain(x, y);
            (Variable<double> loss, Variable<double> other) = (i % 3) switch
            {
                0 => (results[0], plain[0]),
                1 => (results[1], plain[1]),
                _ => (results[0] * results[1], plain[0] * plain[1]),
            };
            Variable<double>[] wanted = i % 2 == 0 ? [x, y] : [y];
            Comparison.AssertSame(
                Values(tape.Grad(other, wanted)), Values(tape.Grad(loss, wanted, createGraph: i % 4 < 2)), 1e-13);
        }

        static double[]?[] Values(Variable<double>?[] gradients) =>
            [.. gradients.Select(gradient => gradient?.Value.ToArray())];
    }

    private static void AllocatesAtMost(long bytes, Action call) => Allocations.AtMost(bytes * Runs, () =>
    {
        for (int i = 0; i < Runs; i++)
            call();
    });

    private static class Check
    {
        public static Tensor<double> Vector { get; } = Tensor.Create<double>([0.5, -1, 2, 3, 0.25]);

        public static Tensor<double> Weights { get; } = Tensor.Create<double>([1, 2, -3, 0.5, 4]);
    }
}
