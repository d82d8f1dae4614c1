namespace SimpleGrad.Tests.Properties;

/// <summary>Derivatives from values alone, by the central difference of fourth order.</summary>
/// <remarks>
/// With steps h and h/2 that agree to 1e-7 of the scale, the result of h/2 is off by about a fifteenth of the
/// difference, and by the rounding of the values, which is 1e-16 / h = 1e-13 of their size: so it is good to 1e-6 with
/// room to spare. Where the two do not agree the function is too crooked (or a kink too near) to say anything.
/// </remarks>
internal static class FiniteDifferences
{
    public const double Tolerance = 1e-6;
    private const double Trust = 1e-7;
    private const double Step = 2e-3;

    /// <summary>The derivative of f at 0; NaN in each component that cannot be trusted.</summary>
    public static double[] Derivative(Func<double, double[]> f)
    {
        double[] coarse = Central(f, Step), fine = Central(f, Step / 2);
        double scale = Scale(fine);
        return [.. coarse.Zip(fine, (a, b) => Math.Abs(a - b) <= Trust * scale ? b : double.NaN)];
    }

    /// <summary>What counts as one when the tolerance is applied.</summary>
    public static double Scale(double[] derivative) =>
        derivative.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max() + 1;

    private static double[] Central(Func<double, double[]> f, double h)
    {
        double[] a = f(-2 * h), b = f(-h), c = f(h), d = f(2 * h);
        return [.. a.Select((_, i) => (a[i] - d[i] + 8 * (c[i] - b[i])) / (12 * h))];
    }
}
