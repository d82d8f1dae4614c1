using System.Numerics;

namespace SimpleGrad;

/// <summary>The error function, its complement and its inverse, to a few units in the last place of double.</summary>
/// <remarks>
/// The two functions are W. J. Cody's rational approximations: "Rational Chebyshev Approximations for the Error
/// Function", Mathematics of Computation 23 (1969), with the coefficients of his program CALERF.
/// </remarks>
internal static class ErrorFunction
{
    /// <summary>Up to here the error function is x R(x²).</summary>
    private const double NearZero = 0.46875;

    /// <summary>From here on the complement is less than the least double.</summary>
    private const double Underflow = 27.3;

    private static ReadOnlySpan<double> NearNumerator =>
    [
        1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2,
        3.20937758913846947e3,
    ];

    private static ReadOnlySpan<double> NearDenominator =>
        [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];

    private static ReadOnlySpan<double> MiddleNumerator =>
    [
        2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
        2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3,
        1.23033935479799725e3,
    ];

    private static ReadOnlySpan<double> MiddleDenominator =>
    [
        1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
        3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
    ];

    private static ReadOnlySpan<double> FarNumerator =>
    [
        1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
        1.60837851487422766e-2, 6.58749161529837803e-4,
    ];

    private static ReadOnlySpan<double> FarDenominator =>
    [
        1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2,
        2.33520497626869185e-3,
    ];

    /// <summary>M. Giles, "Approximating the erfinv function" (2010): the inverse but where x is near 1.</summary>
    private static ReadOnlySpan<double> InverseStart =>
    [
        2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 2.1858087e-4, -1.25372503e-3, -4.17768164e-3,
        2.46640727e-1, 1.50140941,
    ];

    public static T Erf<T>(T x) where T : IBinaryFloatingPointIeee754<T> =>
        T.CreateTruncating(Erf(double.CreateTruncating(x)));

    public static T Erfc<T>(T x) where T : IBinaryFloatingPointIeee754<T> =>
        T.CreateTruncating(Erfc(double.CreateTruncating(x)));

    public static T Erfinv<T>(T x) where T : IBinaryFloatingPointIeee754<T> =>
        T.CreateTruncating(Erfinv(double.CreateTruncating(x)));

    public static double Erf(double x)
    {
        double size = Math.Abs(x);
        return size <= NearZero || double.IsNaN(x) ? Near(x) : Math.CopySign(1 - Tail(size), x);
    }

    public static double Erfc(double x)
    {
        double size = Math.Abs(x);
        return size <= NearZero || double.IsNaN(x) ? 1 - Near(x) : x > 0 ? Tail(size) : 2 - Tail(size);
    }

    /// <summary>An approximation, and then two steps of Halley's method, each of which triples the digits.</summary>
    public static double Erfinv(double x)
    {
        double size = Math.Abs(x), complement = 1 - size;
        if (!(size < 1))
            return size == 1 ? Math.CopySign(double.PositiveInfinity, x) : double.NaN;
        double w = -Math.Log(complement * (1 + size)), y;
        if (w < 5)
        {
            y = size * Polynomial(InverseStart, w - 2.5);
        }
        else
        {
            // The leading terms of the asymptotic expansion.
            double log = -Math.Log(complement * Math.Sqrt(Math.PI));
            y = Math.Sqrt(log - Math.Log(log) / 2);
        }
        for (int step = 0; step < 2; step++)
        {
            // Whichever of the two functions is small has the digits.
            double error = size < 0.5 ? Erf(y) - size : complement - Erfc(y);
            double newton = error * (Math.Sqrt(Math.PI) / 2) * Math.Exp(y * y);
            y -= newton / (1 + y * newton);
        }
        return Math.CopySign(y, x);
    }

    private static double Near(double x) => x * Ratio(NearNumerator, NearDenominator, x * x);

    /// <summary>The complement for an x above <see cref="NearZero"/>.</summary>
    private static double Tail(double x)
    {
        if (x > Underflow)
            return 0;
        double scaled;
        if (x <= 4)
        {
            scaled = Ratio(MiddleNumerator, MiddleDenominator, x);
        }
        else
        {
            double z = 1 / (x * x);
            scaled = (1 / Math.Sqrt(Math.PI) - z * Ratio(FarNumerator, FarDenominator, z)) / x;
        }
        // exp(-x²) in two factors: the square of the rounded x is exact, so that its error is not blown up.
        double rounded = Math.Truncate(x * 16) / 16;
        return Math.Exp(-rounded * rounded) * Math.Exp(-(x - rounded) * (x + rounded)) * scaled;
    }

    private static double Ratio(ReadOnlySpan<double> numerator, ReadOnlySpan<double> denominator, double x) =>
        Polynomial(numerator, x) / Polynomial(denominator, x);

    /// <summary>The polynomial whose coefficients are given from the highest power down.</summary>
    private static double Polynomial(ReadOnlySpan<double> coefficients, double x)
    {
        double result = 0;
        foreach (double coefficient in coefficients)
            result = result * x + coefficient;
        return result;
    }
}
