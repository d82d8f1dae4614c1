using System.Numerics;

namespace SimpleGrad.Tests.Compiler;

/// <summary>Compiled functions on shapes and layouts of all kinds.</summary>
public sealed class CompiledShapeTests
{
    /// <summary>Arithmetic of which each element is rounded once an operator, as eagerly.</summary>
    private static Variable<T>[] Arithmetic<T>(Variable<T>[] x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T> t = x[0] + x[1];
        return [t * x[1], (t - 0.5) / (x[0] * x[0] + 2), -t.Abs(), Variable.Where(t > 0.1, x[0], x[1])];
    }

    private static Variable<T>[] Sums<T>(Variable<T>[] x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Variable<T> t = (x[0] * x[1]).Tanh() + x[0];
        var results = new List<Variable<T>> { t, t.Sum(), (t * t).Mean() };
        for (int axis = 0; axis < t.Rank; axis++)
        {
            results.Add((t * x[1]).Sum([axis]));
            results.Add((t * t).Sum([axis], keepDims: true));
            for (int other = 0; other < axis; other++)
                results.Add((t - x[0]).Sum([other, axis]));
        }
        return [.. results];
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Every_length_has_its_tail(bool isDouble)
    {
        if (isDouble)
            Lengths<double>();
        else
            Lengths<float>();

        static void Lengths<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> => Comparison.OnBothExecutors(() =>
        {
            Aggregate<T> compiled = Tested.Compile<T>(Arithmetic), sums = Tested.Compile<T>(Sums);
            for (int length = 0; length <= 70; length++)
            {
                Tensor<T>[] inputs = [Comparison.Wave<T>([length], 0.7), Comparison.Wave<T>([length], 1.3)];
                Comparison.AssertSame(
                    Comparison.Chain<T>(Arithmetic, inputs, 0),
                    Comparison.Chain<T>(compiled.InvokeAllOf, inputs, 0), 0);
                if (length % 10 < 3)
                    Comparison.AssertSame(
                        Comparison.Chain<T>(Sums, inputs, 1), Comparison.Chain<T>(sums.InvokeAllOf, inputs, 1),
                        typeof(T) == typeof(float) ? 1e-4 : 1e-12);
            }
        });
    }

    public static TheoryData<int[], int[]> Shapes => new()
    {
        { [], [] }, { [], [3] }, { [1], [] }, { [1, 1], [1] }, { [0], [0] }, { [0], [1] }, { [3, 0], [1, 1] },
        { [0, 3], [3] }, { [3, 1], [1, 0] }, { [7], [3, 7] }, { [3, 7], [7] }, { [3, 1], [3, 7] }, { [3, 1], [1, 7] },
        { [2, 3, 4], [4] }, { [2, 3, 4], [3, 1] }, { [2, 3, 4], [2, 1, 1] }, { [2, 1, 4], [3, 1] },
        { [5, 1, 67], [3, 67] }, { [40, 3], [3] }, { [40, 3], [40, 1] }, { [3, 40], [3, 1] }, { [2, 3, 40], [1, 3, 1] },
        { [70, 33], [70, 33] }, { [70, 33], [33] }, { [4, 1, 5, 1], [3, 1, 2] }, { [2, 2, 2, 2, 2], [2, 1, 2] },
        { [3, 2500], [2500] }, { [2500, 3], [3] }, { [2500, 3], [2500, 1] },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Broadcasts_and_sums_are_those_of_eager(int[] a, int[] b)
    {
        Check(Comparison.Wave<double>(Shape.Create(a), 0.7), Comparison.Wave<double>(Shape.Create(b), 1.3), 1e-11);
        Check(Comparison.Wave<float>(Shape.Create(a), 0.7), Comparison.Wave<float>(Shape.Create(b), 1.3), 2e-4);
    }

    private static void Check<T>(Tensor<T> a, Tensor<T> b, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T>[][] all = [[a, b], [b, a]];
        foreach (Tensor<T>[] inputs in all)
        {
            double[]?[] sums = Comparison.Chain<T>(Sums, inputs, 2);
            double[]?[] elements = Comparison.Chain<T>(Arithmetic, inputs, 0);
            Comparison.OnBothExecutors(() =>
            {
                Comparison.AssertSame(
                    elements, Comparison.Chain<T>(Tested.Compile<T>(Arithmetic).InvokeAllOf, inputs, 0), 0);
                Comparison.AssertSame(
                    sums, Comparison.Chain<T>(Tested.Compile<T>(Sums).InvokeAllOf, inputs, 2), tolerance);
            });
        }
    }

    public static TheoryData<int[]> Layouts => new()
    {
        new[] { 5 }, new[] { 2, 3 }, new[] { 3, 40 }, new[] { 40, 3 }, new[] { 2, 3, 4 }, new[] { 3, 1, 50 },
        new[] { 50, 1, 3 }, new[] { 4, 5, 1 }, new[] { 2, 3, 4, 5 }, new[] { 60, 70 },
    };

    /// <summary>Transposed, with gaps, from behind an offset, repeated: the same program runs on all.</summary>
    [Theory, MemberData(nameof(Layouts))]
    public void Layouts_make_no_difference(int[] lengths)
    {
        Shape shape = Shape.Create(lengths);
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<double> elements = Tested.Compile<double>(Arithmetic), sums = Tested.Compile<double>(Sums);
            Tensor<double> a = Comparison.Wave<double>(shape, 0.7), b = Comparison.Wave<double>(shape, 1.3);
            foreach (Tensor<double> x in Views(a))
            {
                foreach (Tensor<double> y in Views(b))
                {
                    Tensor<double>[] inputs = [x, y];
                    Comparison.AssertSame(
                        Comparison.Chain<double>(Arithmetic, inputs, 0),
                        Comparison.Chain<double>(elements.InvokeAllOf, inputs, 0), 0);
                    Comparison.AssertSame(
                        Comparison.Chain<double>(Sums, inputs, 1),
                        Comparison.Chain<double>(sums.InvokeAllOf, inputs, 1), 1e-12);
                }
            }
        });
    }

    private static IEnumerable<Tensor<double>> Views(Tensor<double> x)
    {
        yield return x;
        int[] reversed = [.. Enumerable.Range(0, x.Rank).Reverse()];
        yield return Tensor.Create<double>(x.Permute(reversed).ToArray(), [.. x.Shape.Reverse()]).Permute(reversed);
        double[] wide = [.. x.ToArray().SelectMany(value => new[] { double.NaN, value })];
        yield return Tensor.Create<double>(wide, [.. x.Shape.SkipLast(1), 2 * x.Shape[^1]])
            .Slice(x.Rank - 1, 1, step: 2);
        yield return x.Slice(0, 0, 1).Expand(x.Shape);
        yield return x.Slice(x.Rank - 1, 0, 1).Expand(x.Shape);
        if (x.Rank > 1)
        {
            int[] swapped = [1, 0, .. Enumerable.Range(2, x.Rank - 2)];
            yield return x.Permute(swapped).ToContiguous().Permute(swapped);
        }
    }

    /// <summary>Over several pieces of work; sums too are the same bits for any number of threads.</summary>
    [Theory]
    [InlineData(new[] { 200_003 }, new[] { 200_003 })]
    [InlineData(new[] { 1000, 211 }, new[] { 211 })]
    [InlineData(new[] { 1000, 211 }, new[] { 1000, 1 })]
    [InlineData(new[] { 3, 70_001 }, new[] { 3, 1 })]
    [InlineData(new[] { 70_001, 3 }, new[] { 3 })]
    public void Threads_make_no_difference(int[] a, int[] b)
    {
        Tensor<double>[] inputs =
            [Comparison.Wave<double>(Shape.Create(a), 0.7), Comparison.Wave<double>(Shape.Create(b), 1.3)];
        double[]?[] expected = Comparison.Chain<double>(Sums, inputs, 1);
        int threads = Parallelism.ThreadCount;
        try
        {
            Comparison.OnBothExecutors(() =>
            {
                Aggregate<double> compiled = Tested.Compile<double>(Sums);
                Parallelism.ThreadCount = 1;
                double[]?[] alone = Comparison.Chain<double>(compiled.InvokeAllOf, inputs, 1);
                Comparison.AssertSame(expected, alone, 1e-9);
                foreach (int count in new[] { 2, 3, 7 })
                {
                    Parallelism.ThreadCount = count;
                    Comparison.AssertSame(alone, Comparison.Chain<double>(compiled.InvokeAllOf, inputs, 1), 0);
                }
            });
        }
        finally
        {
            Parallelism.ThreadCount = threads;
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Special_numbers_propagate_as_eagerly(bool isDouble)
    {
        if (isDouble)
            Special<double>(1e-11);
        else
            Special<float>(1e-5);

        static void Special<T>(double tolerance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] numbers =
            [
                T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.Zero, T.NegativeZero, T.One, T.NegativeOne, T.Epsilon,
                -T.Epsilon, T.CreateChecked(1e30), T.CreateChecked(-1e30), T.CreateChecked(0.3), T.CreateChecked(-90),
            ];
            T[] a = [.. from x in numbers from y in numbers select x];
            T[] b = [.. from x in numbers from y in numbers select y];
            Tensor<T>[] inputs = [Tensor.Create<T>(a), Tensor.Create<T>(b)];
            // One at a time: a gradient that is a sum of many may be added up in another order.
            Check(Exact, 0);
            Check(Rounded, tolerance);

            void Check(Func<Variable<T>[], Variable<T>[]> functions, double tolerance)
            {
                int count = Comparison.Chain(functions, inputs, 0).Length;
                for (int i = 0; i < count; i++)
                {
                    Func<Variable<T>[], Variable<T>[]> function = x => [functions(x)[i]];
                    Comparison.OnBothExecutors(() => Comparison.AssertEachSame(
                        Comparison.Chain(function, inputs, 1, isLinear: true),
                        Comparison.Chain<T>(Tested.Compile(function).InvokeAllOf, inputs, 1, isLinear: true),
                        tolerance));
                }
            }
        }

        static Variable<T>[] Rounded<T>(Variable<T>[] x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [
            x[0].Exp(), x[0].Log(), x[0].Sqrt(), x[0].Tanh(), x[0].Sigmoid(), x[0].Log1p(), x[0].Expm1(),
            x[0].Maximum(x[1]), x[0].Minimum(x[1]), x[0].Pow(x[1]), x[0] / x[1], x[0].Pow(2), x[0] - x[1] * 0,
            x[0].Abs().Sqrt(), x[0].Sin(), x[0].Atan(), x[0].Softplus(), x[0].Square() * x[1],
        ];

        static Variable<T>[] Exact<T>(Variable<T>[] x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [
            x[0] * 1, x[0] + 0, x[0] - 0, 0 - x[0], x[0] * 0, x[0] / 1, -(-x[0]), x[0] * -1, x[0].Pow(1),
            x[0].Relu(), x[0].Maximum(x[1]), x[0].Minimum(0), x[0].Abs(), x[0] + x[0].Tape.Constant(T.NegativeZero),
        ];
    }
}
