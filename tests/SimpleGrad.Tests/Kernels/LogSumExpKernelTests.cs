using System.Numerics;
using System.Runtime.Intrinsics;

namespace SimpleGrad.Tests.Kernels;

/// <summary>The logarithm of the sum of exponentials, row by row, against its definition.</summary>
public sealed class LogSumExpKernelTests
{
    private const double Inf = double.PositiveInfinity, NaN = double.NaN;

    private delegate void Kernel<T>(ReadOnlySpan<T> x, int length, Span<T> result);

    public static TheoryData<int, int> Sizes => new()
    {
        { 1, 1 }, { 3, 2 }, { 65, 10 }, { 130, 16 }, { 7, 33 }, { 20_000, 7 }, { 3, 64 }, { 0, 5 },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void Rows_have_the_logarithm_of_their_sum(int rows, int length)
    {
        Check<double>(LogSumExpKernel.Rows, rows, length, 1e-14);
        Check<double>(Rows<Simd512<double>, Vector512<double>, double>, rows, length, 1e-14);
        Check<double>(Rows<Simd128<double>, Vector128<double>, double>, rows, length, 1e-14);
        Check<double>(Rows<Simd1<double>, double, double>, rows, length, 1e-14);
        Check<float>(LogSumExpKernel.Rows, rows, length, 1e-5);
    }

    [Theory]
    [InlineData(new[] { -Inf, -Inf, -Inf }, -Inf)]
    [InlineData(new[] { 1, Inf, -Inf }, Inf)]
    [InlineData(new[] { Inf, NaN, 1 }, NaN)]
    [InlineData(new[] { NaN, 1, 2 }, NaN)]
    [InlineData(new[] { 2, 1, NaN }, NaN)]
    [InlineData(new[] { -Inf, NaN, -Inf }, NaN)]
    [InlineData(new[] { 1000.0, 1000.0, -Inf }, 1000.6931471805599)]
    public void Infinity_and_NaN_are_as_in_the_sum(double[] row, double expected)
    {
        // At each end of rows of several lengths, the rest being what adds nothing.
        foreach (int length in (int[])[3, 4, 5, 8, 11, 16, 35])
        {
            foreach (int at in (int[])[0, length - 3])
            {
                double[] x = [.. Enumerable.Repeat(-Inf, length)];
                row.CopyTo(x, at);
                var result = new double[1];
                LogSumExpKernel.Rows<double>(x, length, result);
                Assert.Equal(expected, result[0], 1e-12);
                Rows<Simd512<double>, Vector512<double>, double>(x, length, result);
                Assert.Equal(expected, result[0], 1e-12);
            }
        }
    }

    private static unsafe void Rows<TSimd, TVector, T>(ReadOnlySpan<T> x, int length, Span<T> result)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* from = x, to = result)
            new LogSumExpKernel.Kernel<T>(from, to, length, result.Length).Run<TSimd, TVector>();
    }

    private static void Check<T>(Kernel<T> kernel, int rows, int length, double tolerance)
        where T : IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(rows + length);
        T[] x = [.. Enumerable.Range(0, rows * length).Select(_ => T.CreateChecked(random.NextDouble() * 40 - 20))];
        var result = new T[rows];
        kernel(x, length, result);
        for (int row = 0; row < rows; row++)
        {
            double sum = 0;
            foreach (T number in x.AsSpan(row * length, length))
                sum += Math.Exp(double.CreateChecked(number));
            double expected = Math.Log(sum);
            Assert.Equal(expected, double.CreateChecked(result[row]), tolerance * Math.Max(1, Math.Abs(expected)));
        }
    }
}
