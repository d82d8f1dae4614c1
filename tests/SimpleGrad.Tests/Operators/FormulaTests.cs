namespace SimpleGrad.Tests.Operators;

/// <summary>Composed functions at their edges, with numbers from the formulas.</summary>
public sealed class FormulaTests
{
    private const double Infinity = double.PositiveInfinity;
    private readonly Tape<double> _tape = new();

    [Fact]
    public void Sums_of_exponentials_do_not_overflow()
    {
        Variable<double> x = _tape.Variable([0.0, 1000, -Infinity, -Infinity, Infinity, Infinity, 1, double.NaN]);
        Variable<double> y = _tape.Variable([0.0, 998, -Infinity, 3, Infinity, -Infinity, Infinity, 1]);
        AssertClose(
            [Math.Log(2), 1000 + Math.Log(1 + Math.Exp(-2)), -Infinity, 3, Infinity, Infinity, Infinity, double.NaN],
            x.LogAddExp(y));
        double[] slopes = _tape.Grad(x.LogAddExp(y).Sum(), x)!.Value.ToArray();
        Assert.Equal(0.5, slopes[0]);
        Assert.Equal(1 / (1 + Math.Exp(-2)), slopes[1], 1e-15);
        Assert.Equal(0, slopes[3]);
        Assert.Equal(1, slopes[5]);
        Assert.Equal(Math.Log(1 + Math.Exp(-0.5)), _tape.Constant(0.0).LogAddExp(_tape.Constant(-0.5)).Item(), 1e-15);
    }

    [Fact]
    public void Nothing_times_a_logarithm_is_0()
    {
        Variable<double> x = _tape.Variable([0.0, 0, 0, 0, 2, 0, 0]);
        Variable<double> y = _tape.Variable([0.0, -1, 3, double.NaN, 3, Infinity, -Infinity]);
        Variable<double> z = x.Xlogy(y);
        AssertClose([0, 0, 0, double.NaN, 2 * Math.Log(3), 0, 0], z);
        AssertClose([0, 0, Math.Log(3), double.NaN, Math.Log(3), 0, 0], _tape.Grad(z.Sum(), x)!);
        // Nothing depends on the logarithm where it is multiplied by 0, also on that of NaN.
        AssertClose([0, 0, 0, 0, 2.0 / 3, 0, 0], _tape.Grad(z.Sum(), y)!);
    }

    /// <summary>The second derivative at 0 is -π²/3; the two pieces meet at 1 / (2π).</summary>
    [Fact]
    public void Sinc_is_smooth_at_0()
    {
        Variable<double> x = _tape.Variable([0.0, 1e-9, 0.5 / Math.PI - 1e-12, 0.5 / Math.PI + 1e-12, 0.5, 1, -1.5]);
        Variable<double> y = x.Sinc(), slope = _tape.Grad(y.Sum(), x)!, curve = _tape.Grad(slope.Sum(), x)!;
        double[] angles = [.. x.Value.ToArray().Select(v => Math.PI * v)];
        AssertClose(angles.Select(u => u == 0 ? 1 : Math.Sin(u) / u), y);
        AssertClose(
            angles.Select(u => Math.Abs(u) < 1e-3
                ? -Math.PI * u / 3
                : Math.PI * (Math.Cos(u) / u - Math.Sin(u) / (u * u))),
            slope, 1e-13);
        double[] second = curve.Value.ToArray();
        Assert.Equal(-Math.PI * Math.PI / 3, second[0], 1e-14);
        Assert.Equal(second[2], second[3], 1e-9);
    }

    [Fact]
    public void Simple_formulas_have_their_numbers()
    {
        Variable<double> x = _tape.Variable([0.25, -1.5, 2]), y = _tape.Variable([1.0, 4, -3]);
        Variable<double> z = _tape.Variable([2.0, 5, 4]);
        AssertClose([0.25 + 0.3 * 0.75, -1.5 + 0.3 * 5.5, 2 - 0.3 * 5], x.Lerp(y, 0.3));
        AssertClose([1.75, 34.25 - 3.25 - 5, -18], x.Lerp(y, z));
        AssertClose([0.25 + 1, -1.5 + 10, 2 - 6], x.Addcmul(y, z, 0.5));
        AssertClose([0.75, -0.7, 1.25], x.Addcdiv(y, z));
        AssertClose([0.25, -0.5, 0], x.Frac());
        AssertClose([0.25, 1.5, -2], x.CopySign(y));
        AssertClose([-0.25, -1.5, -2], x.CopySign(_tape.Constant(-0.0)));
        AssertClose([-Math.Log(3), Math.Log(0.9 / 0.1), -Infinity, Infinity, double.NaN],
            _tape.Constant([0.25, 0.9, 0, 1, 2]).Logit());
        AssertClose([Math.Log(0.1 / 0.9), Math.Log(0.9 / 0.1)], _tape.Constant([0.0, 2]).Logit(0.1));
        Variable<double> odd = _tape.Variable([1, double.NaN, Infinity, -Infinity]);
        AssertClose([1, 0, double.MaxValue, -double.MaxValue], odd.NanToNum());
        AssertClose([1, 7, 8, 9], odd.NanToNum(7, 8, 9));
        AssertClose([1, 0, 0, 0], _tape.Grad(odd.NanToNum().Sum(), odd)!);
        AssertClose([0, 1, 0, 0], odd.IsNaN());
        AssertClose([0, 0, 1, 1], odd.IsInfinity());
        AssertClose([1, 0, 0, 0], odd.IsFinite());
        AssertClose([0, 1, 1, 1], odd.NotEqualTo(1));
        AssertClose([0, 1, 0, 0], odd.NotEqualTo(odd));
    }

    [Fact]
    public void Activations_have_their_numbers_and_their_slopes_at_the_kinks()
    {
        Variable<double> x = _tape.Variable([-4.0, -3, -0.5, 0, 0.5, 3, 7]);
        double[] v = x.Value.ToArray();
        const double alpha = 1.6732632423543772, scale = 1.0507009873554805;
        Check(x.Selu(), v.Select(a => a > 0 ? scale * a : scale * alpha * (Math.Exp(a) - 1)), 3, scale * alpha);
        Check(x.Celu(2), v.Select(a => a > 0 ? a : 2 * (Math.Exp(a / 2) - 1)), 3, 1);
        Check(x.Prelu(_tape.Constant(0.1)), v.Select(a => a > 0 ? a : 0.1 * a), 3, 0.1);
        Check(x.Relu6(), v.Select(a => Math.Clamp(a, 0, 6)), 3, 0);
        Check(x.Hardsigmoid(), v.Select(a => Math.Clamp(a + 3, 0, 6) / 6), 1, 0);
        Check(x.Hardswish(), v.Select(a => a * Math.Clamp(a + 3, 0, 6) / 6), 1, 0);
        Check(x.Hardswish(), v.Select(a => a * Math.Clamp(a + 3, 0, 6) / 6), 5, 1);
        Check(x.Hardshrink(), v.Select(a => Math.Abs(a) > 0.5 ? a : 0), 4, 0);
        Check(x.Softshrink(), v.Select(a => a > 0.5 ? a - 0.5 : a < -0.5 ? a + 0.5 : 0), 4, 0);
        Check(x.Threshold(0.5, 9), v.Select(a => a > 0.5 ? a : 9), 4, 0);
        Check(x.Tanhshrink(), v.Select(a => a - Math.Tanh(a)), 3, 0);
        double sum = v.Sum(a => Math.Exp(-a));
        AssertClose(v.Select(a => Math.Exp(-a) / sum), x.Softmin(0));
        Variable<double> halves = x.Reshape(7, 1).Expand(7, 2);
        AssertClose(v.Select(a => a / (1 + Math.Exp(-a))), halves.Glu());
        AssertClose([1, -1, 2, -0.4], _tape.Variable(Tensor.Create<double>([1, -10, 2, -2], [2, 2]))
            .Prelu(_tape.Constant([0.3, 0.1])) * _tape.Constant(Tensor.Create<double>([1, 1, 1, 2], [2, 2])));
        Assert.Throws<ArgumentException>(() => x.Glu());
        Assert.Throws<ArgumentException>(() => halves.Prelu(x));

        void Check(Variable<double> y, IEnumerable<double> expected, int kink, double slope)
        {
            AssertClose(expected, y);
            Assert.Equal(slope, _tape.Grad(y.Sum(), x)!.Value.GetValue(kink), 1e-15);
        }
    }

    [Fact]
    public void Losses_take_weights_and_probabilities()
    {
        Variable<double> p = _tape.Variable([0.2, 0.9, 0, 1]), t = _tape.Constant([1.0, 0.3, 0, 1]);
        double[] losses = [-Math.Log(0.2), -0.3 * Math.Log(0.9) - 0.7 * Math.Log(0.1), 0, 0];
        AssertClose(losses, p.BinaryCrossEntropy(t, LossReduction.None), 1e-14);
        AssertClose([losses[0] + losses[1]], p.BinaryCrossEntropy(t, LossReduction.Sum).Reshape(1), 1e-14);
        AssertClose([100, 100], _tape.Constant([0.0, 1]).BinaryCrossEntropy(
            _tape.Constant([1.0, 0]), LossReduction.None));
        AssertClose([-1.25, 0, 0.25, -0.25], _tape.Grad(
            p.BinaryCrossEntropy(t, LossReduction.Mean, _tape.Constant([1.0, 0, 1, 1])), p)!);
        Variable<double> x = _tape.Variable([0.4, -1.5]), y = _tape.Constant([1, 0.25]);
        double Positive(double a) => Math.Log(1 + Math.Exp(-a));
        AssertClose(
            [3 * Positive(0.4), 2 * (0.25 * 3 * Positive(-1.5) + 0.75 * Positive(1.5))],
            x.BinaryCrossEntropyWithLogits(
                y, LossReduction.None, weight: _tape.Constant([1.0, 2]), posWeight: _tape.Constant(3.0)));
        Variable<double> log = _tape.Variable(Tensor.Create<double>([-1, -2, -3, -4, -5, -6], [2, 3]));
        Variable<double> target = _tape.Constant(Tensor.Create<double>([0.1, 0.2, 0.7, 0.5, 0.5, 0], [2, 3]));
        double total = log.KlDiv(target, LossReduction.Sum).Item();
        Assert.Equal(total / 2, log.KlDiv(target, LossReduction.BatchMean).Item(), 1e-14);
        Assert.Equal(total, log.KlDiv((target + 1e-300).Log(), LossReduction.Sum, logTarget: true).Item(), 1e-12);
        Assert.Equal(4, _tape.Constant(2.0).MseLoss(_tape.Constant(0.0), LossReduction.BatchMean).Item());
        Assert.Throws<ArgumentException>(() => x.BinaryCrossEntropyWithLogits(y, posWeight: log));
    }

    private static void AssertClose(IEnumerable<double> expected, Variable<double> actual, double tolerance = 1e-15) =>
        Assert.Equal([.. expected], actual.Value.ToArray(), (x, y) =>
            x.Equals(y) || Math.Abs(x - y) <= tolerance * (1 + Math.Abs(x)));
}
