namespace SimpleGrad.Tests.Properties;

/// <summary>Derivatives from values alone, by the central difference of fourth order.</summary>
/// <remarks>
/// With steps h and h/2 that agree to 1e-7 of a derivative's size, the result of h/2 is off by about a fifteenth of the
/// difference, and by the rounding of the values, which is 1e-16 / h = 1e-13 of their size: so it is good to 1e-6 with
/// room to spare. Where the two do not agree the function is too crooked (or a kink too near) to say anything. That
/// they agree by chance is rare, but there are many comparisons: so nobody is told wrong before other steps say so too.
/// </remarks>
internal static class FiniteDifferences
{
    private const double Tolerance = 1e-6;
    private const double Trust = 1e-7;
    private const double Step = 2e-3;
    private const double OtherStep = 0.37 * Step;

    /// <summary>What is to be said of numbers that should be the derivative of f at 0.</summary>
    public static Finding[] Examine(Func<double, double[]> f, double[] derivative)
    {
        double[] found = Derivative(f, Step);
        Finding[] findings = [.. found.Zip(derivative, Compare)];
        if (!findings.Any(finding => finding.IsWrong))
            return findings;
        double[] confirmed = Derivative(f, OtherStep);
        return
        [
            .. findings.Select((finding, i) => finding.IsWrong && !IsClose(found[i], confirmed[i], Tolerance)
                ? finding with { Expected = double.NaN, IsWrong = false }
                : finding),
        ];
    }

    private static Finding Compare(double expected, double actual) =>
        new(expected, actual, !double.IsNaN(expected) && !IsClose(expected, actual, Tolerance));

    /// <summary>NaN in each component that cannot be trusted.</summary>
    public static double[] Derivative(Func<double, double[]> f, double h = 2e-3)
    {
        double[] coarse = Central(f, h), fine = Central(f, h / 2);
        return [.. coarse.Zip(fine, (a, b) => IsClose(b, a, Trust) ? b : double.NaN)];
    }

    private static bool IsClose(double expected, double actual, double tolerance) =>
        Math.Abs(actual - expected) <= tolerance * (Math.Abs(expected) + 1);

    private static double[] Central(Func<double, double[]> f, double h)
    {
        double[] a = f(-2 * h), b = f(-h), c = f(h), d = f(2 * h);
        return [.. a.Select((_, i) => (a[i] - d[i] + 8 * (c[i] - b[i])) / (12 * h))];
    }

    /// <param name="Expected">By finite differences; NaN where they say nothing.</param>
    /// <param name="Actual">What was examined.</param>
    /// <param name="IsWrong">Whether the two differ.</param>
    public readonly record struct Finding(double Expected, double Actual, bool IsWrong);
}
