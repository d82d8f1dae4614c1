using System.Numerics;
using System.Runtime.Intrinsics;

namespace SimpleGrad.Tests.Kernels;

/// <summary>Convolutions against their definition, on random shapes that reach every way to compute them.</summary>
public sealed class ConvolutionTests
{
    public static TheoryData<int, int> Seeds => new(
        from rank in new[] { 1, 2, 3 } from seed in Enumerable.Range(0, 40) select (rank, seed));

    [Theory, MemberData(nameof(Seeds))]
    public void Convolution_is_the_sum_of_products(int rank, int seed)
    {
        var problem = Problem.Random(rank, seed);
        Check<double>(problem, 1e-12);
        Check<float>(problem, 1e-4);
    }

    public static TheoryData<int[], int[], WindowAxisData[], int> Large => new()
    {
        // Several blocks of channels and of windows, and rows that end within a tile.
        { [2, 70, 9, 61], [13, 70, 3, 3], [new(1, 1, 1), new(1, 1, 1)], 1 },
        // Blocks of taps, and images that share blocks, as for the gradient by a kernel.
        { [9, 3, 27, 27], [10, 3, 25, 26], [new(1, 0, 0), new(1, 0, 0)], 1 },
        { [130, 2, 40], [100, 2, 38], [new(1, 0, 0)], 1 },
        // More windows than a block holds.
        { [1, 4, 3000], [8, 4, 5], [new(1, 2, 2)], 1 },
        { [2, 3, 65, 67], [8, 3, 7, 7], [new(2, 3, 3), new(2, 3, 3)], 1 },
        // One window for each element, and one for each image.
        { [2, 6, 20, 20], [8, 3, 1, 1], [new(1, 0, 0), new(1, 0, 0)], 2 },
        { [5, 4, 20, 20], [6, 2, 20, 20], [new(1, 0, 0), new(1, 0, 0)], 2 },
        // Each channel for itself, with few and with many windows.
        { [2, 8, 30, 30], [16, 1, 3, 3], [new(1, 1, 1), new(1, 1, 1)], 8 },
        { [3, 5, 31, 30], [5, 1, 29, 28], [new(1, 0, 0), new(1, 0, 0)], 5 },
        // The gradient by the input of a convolution with stride.
        { [2, 8, 15, 15], [4, 8, 3, 3], [new(1, 1, 2, 2), new(1, 1, 2, 2)], 1 },
    };

    [Theory, MemberData(nameof(Large))]
    public void Large_convolutions_are_too(int[] input, int[] kernel, WindowAxisData[] axes, int groups)
    {
        var problem = new Problem(input, kernel, [.. axes.Select(axis => axis.ToAxis())], groups);
        Check<double>(problem, 1e-11);
        Check<float>(problem, 1e-2);
    }

    /// <summary>The properties of the windows along an axis, which the runner can show.</summary>
    public sealed record WindowAxisData(
        int Stride, int Before, int After, int InputDilation = 1, int KernelDilation = 1)
    {
        internal WindowAxis ToAxis() => new(Stride, Before, After, InputDilation, KernelDilation);
    }

    private static void Check<T>(Problem problem, double tolerance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> x = Numbers<T>(problem.Input, 1), kernel = Numbers<T>(problem.Kernel, 2);
        double[] expected = problem.Define(x, kernel);
        Shape shape = problem.Result;
        // Rows, columns and gaps: the same elements in another order in memory.
        foreach ((Tensor<T> input, Tensor<T> taps) in new[]
        {
            (x, kernel), (Backwards(x), kernel), (x, Backwards(kernel)), (Spread(x), Spread(kernel)),
        })
        {
            Tensor<T> result = ConvolutionKernel.Compute(input, taps, problem.Axes, problem.Groups, shape);
            AssertClose(expected, result, tolerance);
        }
        foreach (Tensor<T> result in EveryWidth(problem, x, kernel))
            AssertClose(expected, result, tolerance);
    }

    private static IEnumerable<Tensor<T>> EveryWidth<T>(Problem problem, Tensor<T> x, Tensor<T> kernel)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (problem.Result.FlattenedLength == 0 || x.Length == 0)
            yield break;
        yield return ConvolutionKernel.OneByOne(x, kernel, problem.Axes, problem.Groups, problem.Result);
        foreach (bool isFew in new[] { false, true })
        {
            yield return Windows<Simd512<T>, Vector512<T>>(isFew);
            yield return Windows<Simd256<T>, Vector256<T>>(isFew);
            yield return Windows<Simd128<T>, Vector128<T>>(isFew);
            yield return Windows<Simd1<T>, T>(isFew);
        }

        Tensor<T> Windows<TSimd, TVector>(bool isFew)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            var windows = new ConvolutionKernel.WindowKernel<T>(
                x, kernel, problem.Axes, problem.Groups, problem.Result, isFew);
            windows.Run<TSimd, TVector>();
            return windows.Result!;
        }
    }

    private static void AssertClose<T>(double[] expected, Tensor<T> actual, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = actual.ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            Assert.Equal(expected[i], double.CreateChecked(values[i]), tolerance);
    }

    private static Tensor<T> Numbers<T>(int[] lengths, int seed) where T : unmanaged, INumberBase<T>
    {
        var random = new Random(seed);
        Shape shape = Shape.Create(lengths);
        return Tensor.Create<T>(
            [.. Enumerable.Range(0, shape.FlattenedLength).Select(_ => T.CreateChecked(random.NextSingle() - 0.5f))],
            shape);
    }

    private static Tensor<T> Backwards<T>(Tensor<T> x) where T : unmanaged =>
        Tensor.Create<T>(x.Transpose().ToArray(), [.. x.Shape.Reverse()]).Transpose();

    private static Tensor<T> Spread<T>(Tensor<T> x) where T : unmanaged =>
        Tensor.Create<T>(
            [.. x.ToArray().SelectMany(value => new[] { default, value })], [.. x.Shape.SkipLast(1), 2 * x.Shape[^1]])
            .Slice(x.Rank - 1, 1, step: 2);

    private sealed record Problem(int[] Input, int[] Kernel, WindowAxis[] Axes, int Groups)
    {
        public Shape Result => Shape.Create([
            Input[0], Kernel[0], .. Axes.Select((axis, i) => (int)axis.Count(Input[i + 2], Kernel[i + 2]))]);

        public static Problem Random(int rank, int seed)
        {
            var random = new Random(seed);
            int groups = random.Next(1, 4), longest = rank == 1 ? 60 : rank == 2 ? 20 : 7;
            int[] input = [random.Next(1, 4), groups * random.Next(1, 4), .. Lengths(1, longest)];
            int[] kernel = [groups * random.Next(1, 9), input[1] / groups, .. Lengths(1, Math.Min(longest, 8))];
            return new Problem(
                input, kernel,
                [
                    .. Lengths(1, 4).Select(stride => new WindowAxis(
                        random.Next(2) == 0 ? 1 : stride, random.Next(-1, 5), random.Next(-1, 5),
                        random.Next(3) > 0 ? 1 : random.Next(1, 4), random.Next(2) == 0 ? 1 : random.Next(1, 4))),
                ],
                groups);

            int[] Lengths(int least, int most) =>
                [.. Enumerable.Range(0, rank).Select(_ => random.Next(least, most + 1))];
        }

        /// <summary>The sums, term by term.</summary>
        public double[] Define<T>(Tensor<T> x, Tensor<T> kernel) where T : unmanaged, INumberBase<T>
        {
            Shape shape = Result;
            T[] inputs = x.ToArray(), factors = kernel.ToArray();
            var result = new double[shape.FlattenedLength];
            int taps = Kernel.Skip(2).Aggregate(1, (product, length) => product * length), windows = 1;
            foreach (int length in shape.Skip(2))
                windows *= length;
            int[] sources = [.. from p in Enumerable.Range(0, windows) from k in Enumerable.Range(0, taps)
                                select Source(p, k, shape)];
            int elements = Input.Skip(2).Aggregate(1, (product, length) => product * length);
            for (int i = 0; i < result.Length; i++)
            {
                int window = i % windows, output = i / windows % Kernel[0], image = i / windows / Kernel[0];
                int group = output / (Kernel[0] / Groups);
                for (int c = 0; c < Kernel[1]; c++)
                {
                    int channel = (image * Input[1] + group * Kernel[1] + c) * elements;
                    for (int k = 0; k < taps; k++)
                    {
                        if (sources[window * taps + k] is int at and >= 0)
                            result[i] += double.CreateChecked(inputs[channel + at])
                                * double.CreateChecked(factors[(output * Kernel[1] + c) * taps + k]);
                    }
                }
            }
            return result;
        }

        /// <summary>The element of a channel that a window meets with a tap; negative for a zero.</summary>
        private int Source(int window, int tap, Shape shape)
        {
            int at = 0, step = 1;
            for (int i = Axes.Length - 1; i >= 0; i--)
            {
                WindowAxis axis = Axes[i];
                long place = window % shape[i + 2] * axis.Stride + tap % Kernel[i + 2] * axis.KernelDilation
                    - axis.Before;
                (window, tap) = (window / shape[i + 2], tap / Kernel[i + 2]);
                if (place < 0 || place % axis.InputDilation != 0 || place / axis.InputDilation >= Input[i + 2])
                    return -1;
                at += (int)(place / axis.InputDilation) * step;
                step *= Input[i + 2];
            }
            return at;
        }
    }
}
