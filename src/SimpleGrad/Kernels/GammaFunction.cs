using System.Numerics;

namespace SimpleGrad;

/// <summary>The derivatives of the digamma function, to a few units in the last place of double.</summary>
/// <remarks>
/// The formulas are those of M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions", chapters 6, 23.
/// </remarks>
internal static class GammaFunction
{
    /// <summary>From the order of the sum beyond this on, the asymptotic series is exact to rounding.</summary>
    public const double Far = 10;

    /// <summary>Up to this order, the factorial and polynomials in the cotangent are small.</summary>
    private const int MaxDirect = 16;

    /// <summary>The Bernoulli numbers of even index, from the second on.</summary>
    public static ReadOnlySpan<double> Bernoulli =>
    [
        1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510,
        43867.0 / 798, -174611.0 / 330, 854513.0 / 138, -236364091.0 / 2730,
    ];

    public static T Polygamma<T>(int n, T x) where T : IBinaryFloatingPointIeee754<T> =>
        T.CreateTruncating(Polygamma(n, double.CreateTruncating(x)));

    /// <summary>
    /// The derivative of order n of the digamma function; infinite at the poles, with PyTorch's sign.
    /// </summary>
    public static double Polygamma(int n, double x)
    {
        if (n == 0)
            return VectorMath<Simd1<double>, double, double>.Digamma(x);
        int sign = int.IsOddInteger(n) ? 1 : -1;
        if (x <= 0 && double.IsInteger(x))
            return sign * double.PositiveInfinity;
        if (n > MaxDirect)
            return x > 0 ? sign * PolygammaOfHighOrder.Right(n, x) : PolygammaOfHighOrder.Left(n, x);
        // The reflection formula, 6.4.7.
        if (x <= 0)
            return -sign * Polygamma(n, 1 - x) - Math.Pow(Math.PI, n + 1) * CotDerivative(n, CotPi(x));
        double zeta = HurwitzZeta(n + 1, x);
        if (!(zeta is > 1e-270 and < 1e270) && double.IsFinite(x))
            return sign * PolygammaOfHighOrder.Right(n, x); // the factorial may lead back into the range
        double factorial = 1;
        for (int i = 2; i <= n; i++)
            factorial *= i;
        return sign * factorial * zeta;
    }

    /// <summary>
    /// The sum of (x + k)^-s over all k from 0 on, for an x above 0: the sum formula of Euler and Maclaurin.
    /// </summary>
    private static double HurwitzZeta(int s, double x)
    {
        if (double.IsPositiveInfinity(x))
            return 0;
        double sum = 0;
        for (; x < Far + s; x++)
            sum += Math.Pow(x, -s);
        double power = Math.Pow(x, -s), factor = s / 2.0;
        sum += Math.Pow(x, 1 - s) / (s - 1) + power / 2;
        for (int k = 1; k <= Bernoulli.Length; k++)
        {
            // factor is s (s + 1) ... (s + 2k - 2) / (2k)!
            sum += Bernoulli[k - 1] * factor * power / x;
            power /= x * x;
            factor *= (s + 2 * k - 1) * (double)(s + 2 * k) / ((2 * k + 1) * (2 * k + 2));
        }
        return sum;
    }

    /// <summary>The cotangent of pi x.</summary>
    private static double CotPi(double x) => double.CosPi(x) / double.SinPi(x);

    /// <summary>
    /// The derivative of order n of the cotangent, as a polynomial in the cotangent c: each differentiation multiplies
    /// the derivative by c with -(1 + c²).
    /// </summary>
    private static double CotDerivative(int n, double c)
    {
        var polynomial = new double[n + 2];
        polynomial[1] = 1;
        for (int order = 0; order < n; order++)
        {
            var next = new double[n + 2];
            for (int power = 1; power <= order + 1; power++)
            {
                next[power - 1] -= power * polynomial[power];
                next[power + 1] -= power * polynomial[power];
            }
            polynomial = next;
        }
        double result = 0;
        for (int power = n + 1; power >= 0; power--)
            result = result * c + polynomial[power];
        return result;
    }
}
