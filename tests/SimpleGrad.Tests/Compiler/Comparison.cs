using System.Numerics;

namespace SimpleGrad.Tests.Compiler;

/// <summary>A function that is compiled, beside the same function as it is.</summary>
internal static class Comparison
{
    /// <summary>Runs a test with kernels of emitted code, and with kernels that run operator by operator.</summary>
    public static void OnBothExecutors(Action test)
    {
        foreach (bool emits in new[] { true, false })
        {
            OnExecutor(emits, test);
        }
    }

    /// <summary>
    /// Runs a test on one executor: what <see cref="Tested"/> compiles is verified after each stage, and no kernel is
    /// inlined.
    /// </summary>
    public static void OnExecutor(bool emits, Action test)
    {
        Tested.Pipeline = Tested.Verified(emits);
        try
        {
            test();
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"With {(emits ? "emitted code" : "tiles")}: {e.Message}", e);
        }
        finally
        {
            Tested.Pipeline = CompilePipeline.Default;
        }
    }

    /// <summary>
    /// The results, and then for each order the gradients of a loss: first of the results' squares, then of the last
    /// gradients' squares; or where it <paramref name="isLinear"/>, of weighted sums. Null is known zero.
    /// </summary>
    public static double[]?[] Chain<T>(
        Func<Variable<T>[], Variable<T>[]> function, Tensor<T>[] inputs, int orders, bool isLinear = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = new Tape<T>();
        Variable<T>[] x = [.. inputs.Select(input => tape.Variable(input))];
        Variable<T>?[] last = function(x);
        var all = new List<double[]?>(last.Select(Numbers));
        for (int order = 1; order <= orders; order++)
        {
            Variable<T>? loss = last.Select(each => each is null ? null : Term(each, isLinear)).Aggregate(
                Aggregate.AddOptional);
            if (loss is null)
                break;
            last = tape.Grad(loss, x);
            all.AddRange(last.Select(Numbers));
        }
        return [.. all];
    }

    /// <summary>Equal numbers within the tolerance, as a part of the greatest of this result and those before it, from
    /// which it comes and which may cancel in it; and NaN, infinities and known zeros where these are expected.
    /// </summary>
    /// <param name="expected">What the function gives as it is.</param>
    /// <param name="actual">What it gives compiled.</param>
    /// <param name="tolerance">How far apart they may be.</param>
    /// <param name="moved">What the function gives for inputs that are a little off: where that is farther from what is
    /// expected, the function magnifies what rounding makes of it, and results may be as far apart.</param>
    /// <param name="what">What is compared, for messages.</param>
    public static void AssertSame(
        double[]?[] expected, double[]?[] actual, double tolerance, double[]?[]? moved = null, string what = "")
    {
        Assert.Equal(expected.Length, actual.Length);
        what = what == "" ? "Result" : $"{what}: result";
        double scale = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            scale = Math.Max(scale, Scale(expected[i] ?? []));
            Assert.True(
                (expected[i] is null) == (actual[i] is null),
                $"{what} {i}: eager is {(expected[i] is null ? "known zero" : "not")}, compiled is not the same.");
            double noise = Distance(expected[i] ?? [], moved is null || i >= moved.Length ? null : moved[i]);
            AssertClose(expected[i] ?? [], actual[i] ?? [], Math.Max(tolerance * scale, noise), $"{what} {i}");
        }
    }

    /// <summary>Inputs that are a little off, for the last parameter of <see cref="AssertSame"/>.</summary>
    public static Tensor<double>[] Moved(Tensor<double>[] inputs) =>
    [
        .. inputs.Select(input => Tensor.Create<double>(
            [.. input.ToArray().Select((x, i) => x * (1 + 1e-12 * Math.Cos(i)))], input.Shape)),
    ];

    private static double Distance(double[] expected, double[]? moved) => moved is null ? 0 : expected.Zip(moved)
        .Select(pair => Math.Abs(pair.First - pair.Second)).Where(double.IsFinite).DefaultIfEmpty().Max();

    /// <summary>Equal numbers within the tolerance, as a part of each number itself.</summary>
    public static void AssertEachSame(double[]?[] expected, double[]?[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i]?.Length, actual[i]?.Length);
            for (int j = 0; j < (expected[i]?.Length ?? 0); j++)
            {
                double x = expected[i]![j];
                AssertClose([x], [actual[i]![j]], tolerance * Math.Abs(x), $"Result {i}, element {j}");
            }
        }
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double x = expected[i], y = actual[i];
            bool isSame = double.IsFinite(x)
                ? tolerance == 0 ? BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y)
                    : Math.Abs(x - y) <= tolerance
                : double.IsNaN(x) ? double.IsNaN(y) : x == y;
            if (!isSame)
                Assert.Fail($"{what}, element {i} of {expected.Length}: eager {x:R}, compiled {y:R}.");
        }
    }

    private static double Scale(double[] numbers) =>
        numbers.Select(Math.Abs).Where(double.IsFinite).DefaultIfEmpty().Max() + 1;

    /// <summary>Numbers that are not equal, between -1 and 1.</summary>
    public static Tensor<T> Wave<T>(Shape shape, double step) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Tensor.Create<T>(
            [.. Enumerable.Range(1, shape.FlattenedLength).Select(i => T.CreateChecked(Math.Sin(step * i)))], shape);

    private static double[]? Numbers<T>(Variable<T>? x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        x is null ? null : [.. x.Value.ToArray().Select(double.CreateChecked)];

    private static Variable<T> Term<T>(Variable<T> x, bool isLinear)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (x * (isLinear ? x.Tape.Constant(Wave<T>(x.Shape, 1)) : x)).Sum();
}

internal static class AggregateExtensions
{
    /// <summary><see cref="Aggregate{T}.InvokeAll(ReadOnlySpan{Variable{T}})"/> as a delegate on arrays.</summary>
    public static Variable<T>[] InvokeAllOf<T>(this Aggregate<T> aggregate, Variable<T>[] inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => aggregate.InvokeAll(inputs);

    /// <summary><see cref="Aggregate{T}.Invoke(ReadOnlySpan{Variable{T}})"/> as a delegate.</summary>
    public static Variable<T> InvokeOf<T>(this Aggregate<T> aggregate, Variable<T> input)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => aggregate.Invoke(input);
}
