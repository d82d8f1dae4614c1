using System.Numerics;

namespace SimpleGrad.Tests.Reports;

/// <summary>
/// Means and variances whose sums overflow. Expected: those of the numbers divided by a power of 2, times that.
/// </summary>
public sealed class MeanRangeTests
{
    [Fact]
    public void Doubles() => Check(1e308, 1e154);

    [Fact]
    public void Floats() => Check(3e38f, 1.5e19f);

    private static void Check<T>(T great, T spread) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T half = T.CreateChecked(0.5), tolerance = (T.BitIncrement(T.One) - T.One) * T.CreateChecked(8);
        T[] numbers = [great, great * half, great, great * half], spreads = [spread, -spread, spread, -spread];
        T mean = great * T.CreateChecked(0.75);
        var tape = new Tape<T>();
        Variable<T> x = tape.Variable(numbers), rows = x.Reshape(2, 2), y = tape.Variable(spreads);
        Near(mean, x.Mean());
        Near(mean, rows.Mean(0).Mean());
        Near(mean, rows.Mean(1, keepDims: true)[0]);
        Near(mean, x.VarMean().Mean);
        Near(great * T.CreateChecked(0.25), x.Std(correction: 0));
        Near(T.CreateChecked(0.25), tape.Grad(x.Mean(), x)!.Slice(0, 0, 1));
        Near(spread * spread, y.Var(correction: 0));

        void Near(T exact, Variable<T> result) => Assert.Equal(
            1, double.CreateChecked(result.Value.ToArray()[0] / exact), double.CreateChecked(tolerance));
    }
}
