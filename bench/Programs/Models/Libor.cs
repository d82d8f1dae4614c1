namespace SimpleGrad.Bench.Programs.Models;

/// <summary>
/// The LIBOR market model: 80 forward rates over 40 steps, and 15 swaptions on them. Its inputs are δ, the
/// volatilities λ, the first rates, and normals z, a row for each step and a column for each path.
/// </summary>
internal static class Libor
{
    public const int Rates = 80, Steps = 40;

    private static readonly int[] _maturities = [4, 8, 20, 28, 40];
    private static readonly double[] _swapRates = [0.045, 0.05, 0.055];

    public static Tensor<double> Delta => Tensor.Scalar(0.05);

    public static Tensor<double> Volatilities => Tensor.Full<double>([Rates], 0.2);

    public static Tensor<double> FirstRates => Tensor.Full<double>([Rates], 0.05);

    /// <summary>The rates as the rows of one tensor; the running sum over them is <c>CumSum</c>.</summary>
    public static Variable<double> Price(
        Variable<double> delta, Variable<double> lambda, Variable<double> start, Variable<double> z)
    {
        Variable<double> rates = start.Unsqueeze(1).Expand(Rates, z.Shape[1]);
        Variable<double> deflator = z.Tape.Constant(1);
        for (int n = 0; n < Steps; n++)
        {
            deflator *= 1 + delta * rates[0];
            rates = rates[1..];
            Variable<double> volatility = lambda[..(Rates - n - 1)].Unsqueeze(1), c = delta * volatility;
            Variable<double> v = (c * rates / (1 + delta * rates)).CumSum(0);
            rates *= (c * v + volatility * (delta.Sqrt() * z[n] - c / 2)).Exp();
        }
        Variable<double> b = (1 / (1 + delta * rates)).CumProd(0), s = delta * b.CumSum(0);
        Variable<double> payoff = z.Tape.Constant(0);
        foreach (int maturity in _maturities)
        {
            foreach (double rate in _swapRates)
                payoff += 100 * (-(b[maturity - 1] + rate * s[maturity - 1] - 1)).Maximum(0);
        }
        return (payoff / deflator).Mean();
    }

    /// <summary>The formula as it stands: a double loop over an array of rates, each a vector over the paths.</summary>
    public static Variable<double> PriceByElements(
        Variable<double> delta, Variable<double> lambda, Variable<double> start, Variable<double> z)
    {
        var rates = new Variable<double>[Rates];
        for (int i = 0; i < Rates; i++)
            rates[i] = start[i];
        for (int n = 0; n < Steps; n++)
        {
            Variable<double> v = z.Tape.Constant(0);
            for (int i = n + 1; i < Rates; i++)
            {
                Variable<double> volatility = lambda[i - n - 1], c = delta * volatility;
                v += c * rates[i] / (1 + delta * rates[i]);
                rates[i] *= (c * v + volatility * (delta.Sqrt() * z[n] - c / 2)).Exp();
            }
        }
        Variable<double> b = z.Tape.Constant(1), s = z.Tape.Constant(0), payoff = z.Tape.Constant(0);
        for (int i = Steps; i < Rates; i++)
        {
            b /= 1 + delta * rates[i];
            s += delta * b;
            if (!_maturities.Contains(i - Steps + 1))
                continue;
            foreach (double rate in _swapRates)
                payoff += 100 * (-(b + rate * s - 1)).Maximum(0);
        }
        for (int n = 0; n < Steps; n++)
            payoff /= 1 + delta * rates[n];
        return payoff.Mean();
    }
}
