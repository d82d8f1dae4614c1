using Functions = SimpleGrad.VectorMath<SimpleGrad.Simd1<double>, double, double>;

namespace SimpleGrad;

/// <summary>Functions of the tails of the normal distribution, to a few units in the last place of double.</summary>
/// <remarks>
/// They are built of E[n](x) = exp(x²) times the n-fold integral of erfc from x to infinity, whose derivatives are
/// -2 (n + 1) E[n + 1] and whose neighbours are tied by 2 n E[n] = E[n - 2] - 2 x E[n - 1] (M. Abramowitz and I. A.
/// Stegun, "Handbook of Mathematical Functions", 7.2). The quotients of neighbours are a continued fraction, so that
/// nothing cancels in the tail (W. Gautschi, "Recursive Computation of the Repeated Integrals of the Error Function",
/// 1961).
/// </remarks>
internal static class NormalFunction
{
    private const double SqrtPi = 1.7724538509055160273;
    private const double SqrtHalf = 0.70710678118654752440, Sqrt2 = 1.4142135623730950488;
    public const double DensityAtZero = 0.39894228040143267794; // 1 / sqrt(2 pi)

    /// <summary>exp(x²) erfc(x).</summary>
    public static double Erfcx(double x)
    {
        if (x < 0)
            return 2 * ExpOfSquare(-x) - Erfcx(-x);
        if (x < 0.75)
            return Functions.Erfc(x) / Functions.Gaussian(x, 1);
        if (x < 27.5)
            return Functions.ErfcTimesPower(x);
        // The asymptotic series.
        double z = 1 / (2 * x * x), sum = 0;
        for (int k = 6; k >= 1; k--)
            sum = -(2 * k - 1) * z * (1 + sum);
        return (1 + sum) / (x * SqrtPi);
    }

    /// <summary>exp(x²) for an x that is not negative: by the square of a few bits of it, which is exact.</summary>
    private static double ExpOfSquare(double x)
    {
        double part = Math.Floor(Math.Min(x, 30) * 16) / 16;
        return Math.Exp(part * part) * Math.Exp((x - part) * (x + part));
    }

    /// <summary>E[n](x).</summary>
    public static double ErfcxIntegral(int n, double x)
    {
        double result = Erfcx(x);
        Span<double> ratios = stackalloc double[n + 1];
        Ratios(x, ratios);
        for (int i = 1; i <= n; i++)
            result *= ratios[i];
        return result;
    }

    /// <summary>The quotients E[i] / E[i - 1] from i = 1 on.</summary>
    private static void Ratios(double x, Span<double> ratios)
    {
        int last = ratios.Length - 1;
        if (!(x < 1e8))
        {
            ratios.Fill(1 / (2 * x)); // the limit; NaN for NaN
            return;
        }
        if (x < 0.5)
        {
            if (last > 0)
                ratios[1] = 1 / (SqrtPi * Erfcx(x)) - x;
            for (int i = 2; i <= last; i++)
                ratios[i] = (1 / ratios[i - 1] - 2 * x) / (2 * i);
            return;
        }
        int far = last + 20 + (int)(130 / (x * x));
        double ratio = (Math.Sqrt(x * x + 2 * far + 2) - x) / (2 * far + 2);
        for (int i = far - 1; i >= 1; i--)
        {
            ratio = 1 / (2 * x + 2 * (i + 1) * ratio);
            if (i <= last)
                ratios[i] = ratio;
        }
    }

    /// <summary>The logarithm of the normal distribution function.</summary>
    public static double LogNdtr(double x) => x < -1
        ? Math.Log(Erfcx(-x * SqrtHalf) / 2) - x * x / 2
        : Functions.Log1p(-Functions.Ndtr(-x));

    /// <summary>
    /// The derivative of <see cref="LogNdtr"/>: the normal density divided by the distribution function.
    /// </summary>
    public static double Hazard(double x) => x < 0
        ? 2 * DensityAtZero / Erfcx(-x * SqrtHalf)
        : DensityAtZero * Functions.Gaussian(x, 0.5) / Functions.Ndtr(x);

    /// <summary>x + hazard(x), which in the tail is small.</summary>
    public static double HazardExcess(double x)
    {
        Span<double> ratios = stackalloc double[2];
        Ratios(-x * SqrtHalf, ratios);
        return Sqrt2 * ratios[1];
    }

    /// <summary>The negative derivative of <see cref="Hazard"/>.</summary>
    public static double HazardFall(double x) => Hazard(x) * HazardExcess(x);

    /// <summary>The second derivative of <see cref="Hazard"/>.</summary>
    public static double HazardBend(double x)
    {
        Span<double> ratios = stackalloc double[4];
        Ratios(-x * SqrtHalf, ratios);
        (double first, double second, double third) = (ratios[1], ratios[2], ratios[3]);
        // Both are the square of the excess less its slope; each cancels where the other does not.
        double factor = x > 0
            ? 4 * first * (first - second)
            : 8 * first * first * second * (3 * third - 2 * second);
        return Hazard(x) * factor;
    }

    /// <summary>The derivative of <see cref="HazardExcess"/>.</summary>
    public static double HazardExcessSlope(double x)
    {
        Span<double> ratios = stackalloc double[3];
        Ratios(-x * SqrtHalf, ratios);
        return ratios[1] * (4 * ratios[2] - 2 * ratios[1]);
    }

    /// <summary>
    /// The inverse of the normal distribution function, by the rational approximations PPND16 of M. J. Wichura,
    /// "Algorithm AS 241: The Percentage Points of the Normal Distribution", 1988.
    /// </summary>
    public static double Ndtri(double p)
    {
        double q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
        {
            double z = 0.180625 - q * q;
            return q * Quotient(
                z,
                [
                    2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
                    13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.3871328727963666080,
                ],
                [
                    5226.4952788528545610, 28729.085735721942674, 39307.895800092710610, 21213.794301586595867,
                    5394.1960214247511077, 687.18700749205790830, 42.313330701600911252, 1,
                ]);
        }
        double tail = q < 0 ? p : 1 - p;
        if (!(tail > 0))
            return tail == 0 ? Math.CopySign(double.PositiveInfinity, q) : double.NaN;
        double r = Math.Sqrt(-Math.Log(tail)), size;
        if (r <= 5)
        {
            size = Quotient(
                r - 1.6,
                [
                    7.74545014278341407640e-4, 0.0227238449892691845833, 0.241780725177450611770,
                    1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590,
                    1.42343711074968357734,
                ],
                [
                    1.05075007164441684324e-9, 5.47593808499534494600e-4, 0.0151986665636164571966,
                    0.148103976427480074590, 0.689767334985100004550, 1.67638483018380384940, 2.05319162663775882187,
                    1,
                ]);
        }
        else
        {
            size = Quotient(
                r - 5,
                [
                    2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
                    0.0265321895265761230930, 0.296560571828504891230, 1.78482653991729133580,
                    5.46378491116411436990, 6.65790464350110377720,
                ],
                [
                    2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
                    7.86869131145613259100e-4, 0.0148753612908506148525, 0.136929880922735805310,
                    0.599832206555887937690, 1,
                ]);
        }
        return q < 0 ? -size : size;
    }

    /// <summary>Two polynomials, divided; the highest powers come first.</summary>
    private static double Quotient(double x, ReadOnlySpan<double> above, ReadOnlySpan<double> below)
    {
        double numerator = 0, denominator = 0;
        for (int i = 0; i < above.Length; i++)
        {
            numerator = numerator * x + above[i];
            denominator = denominator * x + below[i];
        }
        return numerator / denominator;
    }
}
