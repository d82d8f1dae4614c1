using System.Runtime.Intrinsics;

namespace SimpleGrad.Tests.Kernels;

/// <summary>Softmax against its definition, on shapes that leave tails, for every width of vectors.</summary>
public sealed class SoftmaxKernelTests
{
    private delegate void Kernel<T>(Tensor<T> x, Tensor<T> result, int axis, bool logarithm) where T : unmanaged;

    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 3, 10, 1 }, { 2, 2049, 1 }, { 1, 5, 3 }, { 2, 1001, 7 }, { 1, 3, 65 }, { 2, 33, 131 },
        { 1, 700, 100 }, { 137, 10, 1 }, { 70, 32, 1 }, { 9, 31, 1 }, { 21, 33, 1 },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Every_width_of_vectors_gives_powers_over_their_sum(int outer, int length, int inner)
    {
        foreach (bool logarithm in new[] { false, true })
        {
            Check<double>(Run<Simd512<double>, Vector512<double>, double>, 1e-14);
            Check<double>(Run<Simd256<double>, Vector256<double>, double>, 1e-14);
            Check<double>(Run<Simd128<double>, Vector128<double>, double>, 1e-14);
            Check<double>(Run<Simd1<double>, double, double>, 1e-14);
            Check<float>(Run<Simd512<float>, Vector512<float>, float>, 1e-6);
            Check<float>(Run<Simd256<float>, Vector256<float>, float>, 1e-6);

            void Check<T>(Kernel<T> kernel, double tolerance)
                where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
            {
                var random = new Random(3);
                T[] x = [.. Enumerable.Range(0, outer * length * inner).Select(
                    i => T.CreateChecked(i % 11 == 0 ? -120 * random.NextDouble() : random.NextDouble() * 8 - 4))];
                Shape shape = Shape.Create(outer, length, inner);
                var result = Tensor<T>.Uninitialized(shape);
                kernel(Tensor.Create<T>(x, shape), result, 1, logarithm);
                T[] actual = result.ToArray();
                for (int line = 0; line < outer * inner; line++)
                {
                    int[] places = [.. Enumerable.Range(0, length).Select(
                        i => (line / inner * length + i) * inner + line % inner)];
                    double[] numbers = [.. places.Select(at => double.CreateChecked(x[at]))];
                    double total = Math.Log(numbers.Sum(value => Math.Exp(value - numbers.Max()))) + numbers.Max();
                    for (int i = 0; i < length; i++)
                    {
                        double expected = logarithm ? numbers[i] - total : Math.Exp(numbers[i] - total);
                        double error = Math.Abs(double.CreateChecked(actual[places[i]]) - expected);
                        Assert.True(
                            error <= tolerance * Math.Max(1, logarithm ? Math.Abs(expected) : 0)
                            && (logarithm || error <= 100 * tolerance * expected + 1e-44),
                            $"{typeof(T).Name}: {actual[places[i]]} for {expected} of {numbers[i]}");
                    }
                }
            }
        }
    }

    private static void Run<TSimd, TVector, T>(Tensor<T> x, Tensor<T> result, int axis, bool logarithm)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        new SoftmaxKernel.Kernel<T>(x, result, axis, logarithm).Run<TSimd, TVector>();

    [Fact]
    public void Infinities_and_NaN_are_as_in_the_definition()
    {
        const double infinity = double.PositiveInfinity;
        double[] numbers =
        [
            1, -infinity, 1, double.NaN, 0, 1, infinity, 0, 1, -infinity, -infinity, -infinity, -800, 0, -708,
        ];
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(Tensor.Create<double>(numbers, [5, 3]));
        double[] expected =
        [
            0.5, 0, 0.5, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN,
            double.NaN, double.NaN, double.NaN, 0, 1, Math.Exp(-708),
        ];
        double[] rows = x.Softmax(1).Value.ToArray(), columns = x.Transpose().Softmax(0).Transpose().Value.ToArray();
        for (int i = 0; i < expected.Length; i++)
        {
            double tolerance = double.IsNaN(expected[i]) ? 0 : expected[i] * 1e-14;
            Assert.Equal(expected[i], rows[i], tolerance);
            Assert.Equal(expected[i], columns[i], tolerance);
        }
        Assert.Equal(
            [1 + Math.Log(2), double.NaN, infinity, -infinity, 0],
            x.LogSumExp(1).Value.ToArray().Select(value => Math.Round(value, 14) is var r && r == 0 ? 0 : value));
    }
}
