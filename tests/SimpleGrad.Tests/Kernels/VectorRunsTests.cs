using System.Numerics;

namespace SimpleGrad.Tests.Kernels;

/// <summary>Folding runs against their definitions, at lengths that leave rests of every kind.</summary>
public sealed class VectorRunsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(75)]
    [InlineData(4097)]
    [InlineData(20_003)]
    public void Runs_become_one_number(int length)
    {
        Check<double>(length, 1e-12);
        Check<float>(length, 1e-4);
    }

    [Fact]
    public void NaN_is_the_extreme_of_any_run_that_has_one()
    {
        CheckNaN<float>();
        CheckNaN<double>();
    }

    private static void Check<T>(int length, double tolerance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(length);
        double[] numbers = [.. Enumerable.Range(0, length).Select(_ => (double)(float)(random.NextDouble() - 0.4))];
        double mean = numbers.Average();
        T[] x = Array.ConvertAll(numbers, T.CreateChecked), near = Array.ConvertAll(
            numbers, value => T.CreateChecked(Math.Exp(0.1 * (value - mean))));
        AssertNear(numbers.Sum(), VectorRuns.Fold<SumFold, T>(x, T.Zero));
        AssertNear(numbers.Sum(value => value * value), VectorRuns.Fold<SumOfSquaresFold, T>(x, T.Zero));
        AssertNear(numbers.Sum(Math.Abs), VectorRuns.Fold<SumOfMagnitudesFold, T>(x, T.Zero));
        AssertNear(
            near.Aggregate(1.0, (product, value) => product * double.CreateChecked(value)),
            VectorRuns.Fold<ProductFold, T>(near, T.One));
        AssertNear(numbers.Max(), VectorRuns.Fold<ExtremumFold<MaxPick>, T>(x, T.NegativeInfinity));
        AssertNear(numbers.Min(), VectorRuns.Fold<ExtremumFold<MinPick>, T>(x, T.PositiveInfinity));
        T[] sums = [.. x], squares = [.. x], greatest = new T[length];
        VectorRuns.Accumulate<SumFold, T>(near, sums);
        VectorRuns.Accumulate<SumOfSquaresFold, T>(x, squares);
        VectorRuns.Accumulate<ExtremumFold<MaxPick>, T>(x, greatest);
        for (int i = 0; i < length; i++)
        {
            AssertNear(numbers[i] + double.CreateChecked(near[i]), sums[i]);
            AssertNear(numbers[i] * (1 + numbers[i]), squares[i]);
            Assert.Equal(T.Max(x[i], T.Zero), greatest[i]);
        }

        void AssertNear(double expected, T actual) => Assert.Equal(
            expected, double.CreateChecked(actual), tolerance * Math.Max(1, Math.Abs(expected)));
    }

    private static void CheckNaN<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int place = 0; place < 140; place++)
        {
            T[] x = [.. Enumerable.Range(0, 140).Select(i => i == place ? T.NaN : T.CreateChecked(i - 70))];
            Assert.True(T.IsNaN(VectorRuns.Fold<ExtremumFold<MaxPick>, T>(x, T.NegativeInfinity)));
            Assert.True(T.IsNaN(VectorRuns.Fold<ExtremumFold<MinPick>, T>(x, T.PositiveInfinity)));
            T[] ones = [.. Enumerable.Repeat(T.One, 140)], greatest = [.. ones], least = [.. x];
            VectorRuns.Accumulate<ExtremumFold<MaxPick>, T>(x, greatest);
            VectorRuns.Accumulate<ExtremumFold<MinPick>, T>(ones, least);
            Assert.Equal([place], greatest.Index().Where(item => T.IsNaN(item.Item)).Select(item => item.Index));
            Assert.Equal([place], least.Index().Where(item => T.IsNaN(item.Item)).Select(item => item.Index));
        }
    }
}
