namespace SimpleGrad.Tests.Kernels;

/// <summary>Digits that naive formulas and loops lose.</summary>
public sealed class AccuracyTests
{
    private static readonly double[] _small = [1e-300, 1e-20, 1e-16, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-3, 1e-2, 0.1];

    /// <summary>tanh, expm1 and log1p near 0 are x - x³/3 …, x + x²/2 …, x - x²/2 …</summary>
    [Fact]
    public void FunctionsThatVanishAtZeroKeepTheirDigits()
    {
        foreach (double sign in new[] { 1.0, -1.0 })
        {
            double[] x = [.. _small.Select(value => sign * value)];
            Check(x, v => v.Tanh(), v => Series(v, [1, 0, -1.0 / 3, 0, 2.0 / 15, 0, -17.0 / 315]), 1e-4);
            Check(x, v => v.Expm1(), v => Series(v, [1, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120]), 1e-3);
            Check(x, v => v.Log1p(), v => Series(v, [1, -1.0 / 2, 1.0 / 3, -1.0 / 4, 1.0 / 5, -1.0 / 6]), 1e-3);
            Check(x, v => v.Tanh(), Math.Tanh, 1);
        }
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(1_000_000)]
    [InlineData(10_000_000)]
    public void SumsOfManyFloatsKeepTheirDigits(int n)
    {
        Tensor<float> tenths = Tensor.Full<float>([n], 0.1f);
        Assert.Equal(0.1f * (double)n, tenths.Sum().Item(), 1e-5 * 0.1 * n);
        foreach (float sum in Tensor.Full<float>([n / 2, 2], 0.1f).Sum([0]).ToArray())
            Assert.Equal(0.1f * (n / 2.0), sum, 1e-5 * 0.05 * n);
    }

    [Fact]
    public void LogSumExpHoldsInfinities()
    {
        var tape = new Tape<double>();
        const double inf = double.PositiveInfinity;
        Variable<double> x = tape.Variable([-inf, 0, 0]), one = tape.Variable([inf, 0, -inf]);
        Variable<double> all = tape.Variable([-inf, -inf]);
        Assert.Equal(Math.Log(2), x.LogSumExp().Item(), 1e-15);
        Assert.Equal([0, 0.5, 0.5], tape.Grad(x.LogSumExp(), x)!.Value.ToArray());
        Assert.Equal(inf, one.LogSumExp().Item());
        Assert.Equal(-inf, all.LogSumExp().Item());
        Assert.Equal(1e300, tape.Variable([1e300, 0]).LogSumExp().Item());
    }

    [Theory]
    [InlineData(65)]
    [InlineData(130)]
    [InlineData(1000)]
    public void LongInnerProductsAreWhole(int inner)
    {
        double[] left = [.. Enumerable.Range(0, 3 * inner).Select(i => (double)(i % 7 - 3))];
        double[] right = [.. Enumerable.Range(0, inner * 5).Select(i => (double)(i % 11 - 5))];
        Tensor<double> x = Tensor.Create<double>(left, [3, inner]), y = Tensor.Create<double>(right, [inner, 5]);
        double[] product = x.MatMul(y).ToArray();
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 5; j++)
                Assert.Equal(
                    Enumerable.Range(0, inner).Sum(k => left[i * inner + k] * right[k * 5 + j]), product[i * 5 + j]);
        }
    }

    /// <summary>The products of floats are exact in doubles, whose sum is exact to what floats can show.</summary>
    [Theory]
    [InlineData(4, 4)]
    [InlineData(1, 16)]
    [InlineData(16, 1)]
    public void LongInnerProductsOfFloatsKeepTheirDigits(int rows, int columns)
    {
        const int inner = 1 << 19;
        var random = new Random(1);
        float[] left = [.. Enumerable.Range(0, rows * inner).Select(_ => random.NextSingle())];
        float[] right = [.. Enumerable.Range(0, inner * columns).Select(_ => random.NextSingle())];
        float[] product = Tensor.Create<float>(left, [rows, inner])
            .MatMul(Tensor.Create<float>(right, [inner, columns])).ToArray();
        for (int i = 0; i < product.Length; i++)
        {
            (int row, int column) = (i / columns, i % columns);
            double sum = 0;
            for (int k = 0; k < inner; k++)
                sum += (double)left[row * inner + k] * right[k * columns + column];
            Assert.Equal(1, product[i] / sum, 2.5e-7);
        }
    }

    private static void Check(
        double[] x, Func<Variable<double>, Variable<double>> function, Func<double, double> expected, double limit)
    {
        var tape = new Tape<double>();
        double[] together = function(tape.Variable(x)).Value.ToArray();
        for (int i = 0; i < x.Length; i++)
        {
            if (Math.Abs(x[i]) > limit)
                continue;
            double exact = expected(x[i]);
            Assert.Equal(exact, together[i], 1e-15 * Math.Abs(exact) + double.Epsilon);
            Assert.Equal(exact, function(tape.Variable(x[i])).Item(), 1e-15 * Math.Abs(exact) + double.Epsilon);
        }
    }

    private static double Series(double x, double[] coefficients)
    {
        double sum = 0;
        for (int i = coefficients.Length - 1; i >= 0; i--)
            sum = (sum + coefficients[i]) * x;
        return sum;
    }
}
