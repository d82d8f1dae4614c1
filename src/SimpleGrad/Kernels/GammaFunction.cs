using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// The logarithm of the gamma function's absolute value, and its derivatives, to a few units in the last place of
/// double; near zeros other than those of the logarithm at 1 and 2, to a few units of 1e-16.
/// </summary>
/// <remarks>
/// The formulas are those of M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions", chapters 6, 23.
/// Far out they are asymptotic series, which the recurrences lead to; below 0 the reflection formulas hold.
/// </remarks>
internal static class GammaFunction
{
    /// <summary>From here on the asymptotic series are exact to rounding.</summary>
    private const double Far = 10;

    private const double OneMinusEuler = 0.42278433509846713939;

    /// <summary>The Bernoulli numbers of even index, from the second on.</summary>
    private static ReadOnlySpan<double> Bernoulli =>
    [
        1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510,
        43867.0 / 798, -174611.0 / 330, 854513.0 / 138, -236364091.0 / 2730,
    ];

    /// <summary>The sums of 1 / 2^k + 1 / 3^k + ..., from k = 2 on.</summary>
    private static ReadOnlySpan<double> ZetaMinusOne =>
    [
        0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
        0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853,
        0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-05,
        3.058823630702049e-05, 1.528225940865187e-05, 7.637197637899763e-06, 3.81729326499984e-06,
        1.908212716553939e-06, 9.539620338727962e-07, 4.769329867878064e-07, 2.38450502727733e-07,
        1.1921992596531106e-07, 5.960818905125948e-08, 2.980350351465228e-08, 1.4901554828365043e-08,
        7.45071178983543e-09, 3.725334024788457e-09, 1.862659723513049e-09,
    ];

    public static T Lgamma<T>(T x) where T : IBinaryFloatingPointIeee754<T> =>
        T.CreateTruncating(Lgamma(double.CreateTruncating(x)));

    public static T Digamma<T>(T x) where T : IBinaryFloatingPointIeee754<T> =>
        T.CreateTruncating(Digamma(double.CreateTruncating(x)));

    public static T Polygamma<T>(int n, T x) where T : IBinaryFloatingPointIeee754<T> =>
        T.CreateTruncating(Polygamma(n, double.CreateTruncating(x)));

    public static double Lgamma(double x)
    {
        if (double.IsInfinity(x))
            return double.PositiveInfinity;
        if (x <= -0.5)
        {
            // Infinite at the poles, where the sine is 0.
            double sine = double.SinPi(x);
            return Math.Log(Math.PI / Math.Abs(x * sine)) - Lgamma(-x);
        }
        if (x < 0.5)
            return LgammaNearTwo(x) - Accurate.Log1p(x) - Math.Log(Math.Abs(x));
        if (x < 1.5)
            return LgammaNearTwo(x - 1) - Accurate.Log1p(x - 1);
        if (x < Far)
        {
            double product = 1;
            for (; x > 2.5; product *= x)
                x -= 1;
            return Math.Log(product) + LgammaNearTwo(x - 2);
        }
        // Stirling's series, 6.1.40.
        double sum = 0, y = 1 / (x * x);
        for (int k = 8; k > 0; k--)
            sum = sum * y + Bernoulli[k - 1] / (2 * k * (2 * k - 1));
        return (x - 0.5) * (Math.Log(x) - 1) + (Math.Log(2 * Math.PI) - 1) / 2 + sum / x;
    }

    /// <summary>As in PyTorch, the poles are NaN, save the one at 0 that has a sign.</summary>
    public static double Digamma(double x)
    {
        if (x == 0)
            return Math.CopySign(double.PositiveInfinity, -x);
        if (x < 0)
        {
            return double.IsInteger(x) || double.IsInfinity(x)
                ? double.NaN
                : Digamma(-x) - 1 / x - Math.PI * CotPi(x);
        }
        double result = 0;
        for (; x < Far; x++)
            result -= 1 / x;
        // The asymptotic series, 6.3.18.
        double sum = 0, y = 1 / (x * x);
        for (int k = 8; k > 0; k--)
            sum = (sum + Bernoulli[k - 1] / (2 * k)) * y;
        return result + Math.Log(x) - 0.5 / x - sum;
    }

    /// <summary>
    /// The derivative of order n of <see cref="Digamma(double)"/>; infinite at the poles, with PyTorch's sign.
    /// </summary>
    public static double Polygamma(int n, double x)
    {
        if (n == 0)
            return Digamma(x);
        int sign = int.IsOddInteger(n) ? 1 : -1;
        if (x <= 0)
        {
            if (double.IsInteger(x))
                return sign * double.PositiveInfinity;
            // The reflection formula, 6.4.7.
            return -sign * Polygamma(n, 1 - x) - Math.Pow(Math.PI, n + 1) * CotDerivative(n, CotPi(x));
        }
        double factorial = 1;
        for (int i = 2; i <= n; i++)
            factorial *= i;
        return sign * factorial * HurwitzZeta(n + 1, x);
    }

    /// <summary>lgamma(2 + x) for an x between -1/2 and 1/2, exact to rounding at 0 too: 6.1.33.</summary>
    private static double LgammaNearTwo(double x)
    {
        double sum = 0;
        for (int k = ZetaMinusOne.Length + 1; k >= 2; k--)
            sum = sum * x + (int.IsOddInteger(k) ? -1 : 1) * ZetaMinusOne[k - 2] / k;
        return x * (OneMinusEuler + x * sum);
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
