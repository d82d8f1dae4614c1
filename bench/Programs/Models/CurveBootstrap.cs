namespace SimpleGrad.Bench.Programs.Models;

/// <summary>
/// A curve of twenty discount factors from the quotes of twenty swaps by root finding, and the value of a swap on it.
/// </summary>
internal static class CurveBootstrap
{
    private const double Coupon = 0.035;

    public static Tensor<double> Quotes => Tensor.LinSpace(0.02, 0.04, 20);

    /// <summary>The value of a swap of fifteen years that starts in two.</summary>
    public static Variable<double> Swap(Variable<double> quotes)
    {
        Variable<double> factors = (-Implicit.Root(
            Residuals, Tensor.LinSpace(0.03, 0.6, quotes.Length), quotes)).Exp();
        return factors[1] - factors[16] - Coupon * factors[2..17].Sum();
    }

    /// <summary>What each swap is worth, by the negative logarithms of the discount factors.</summary>
    private static Variable<double> Residuals(Variable<double> x, Variable<double> quotes)
    {
        Variable<double> factors = (-x).Exp();
        return quotes * factors.CumSum(0) - (1 - factors);
    }
}
