namespace SimpleGrad;

/// <summary>
/// The polygamma functions of any order, in a time that does not grow with it: their size spans more than a double
/// does, so it is carried as a number and a power of two.
/// </summary>
/// <remarks>
/// The formulas are those of M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions", chapters 6, 23; a
/// number and its rounding error are carried as in T. J. Dekker, "A floating-point technique for extending the
/// available precision", 1971.
/// </remarks>
internal static class PolygammaOfHighOrder
{
    private const int MaxMultiplied = 60; // beyond, Stirling's series of the factorial is exact to rounding
    private const double Negligible = 40; // e^-40 of a sum is

    /// <summary>n! times the sum of (x + k)^-(n + 1) over all k from 0 on, for an x above 0.</summary>
    public static double Right(int n, double x)
    {
        if (double.IsNaN(x) || double.IsPositiveInfinity(x))
            return double.IsNaN(x) ? x : 0;
        // The sum is about 1 + x / n where its first term is 1.
        (double number, long exponent) = FactorialOverPower(n - 1, x);
        return Scale(number * (Sum(n + 1.0, x) / x * n), exponent);
    }

    /// <summary>
    /// The function at an x below 0 that is no integer: all terms of both directions, less the far ones.
    /// </summary>
    public static double Left(int n, double x)
    {
        if (double.IsNaN(x) || double.IsInfinity(x))
            return double.NaN;
        int sign = int.IsOddInteger(n) ? 1 : -1;
        double s = n + 1.0, distance = Math.Abs(x - Math.Round(x)), sum = 0;
        for (int k = 0; k < 8; k++)
        {
            double at = distance + k, ratio = s * Log1p((2 * distance - 1) / (1 - distance + k));
            double both = sign > 0 ? 1 + Math.Exp(ratio) : -Expm1(ratio);
            sum += Math.Exp(-s * Log1p(k / distance)) * both;
            if (!(s * Log1p((k + 1) / distance) < Negligible))
                break;
        }
        int side = x > Math.Round(x) ? sign : 1; // the sign of the pole's nearest term
        double near = 0;
        if (sum != 0)
        {
            (double number, long exponent) = FactorialOverPower(n, distance);
            near = side * Scale(number * sum, exponent);
        }
        return double.IsInfinity(near) ? near : near - Right(n, 1 - x);
    }

    // .NET's LogP1 and ExpM1 are no better than Log and Exp.
    private static double Expm1(double x) => VectorMath<Simd1<double>, double, double>.Expm1(x);

    private static double Log1p(double x) => VectorMath<Simd1<double>, double, double>.Log1p(x);

    /// <summary>The sum of (x / (x + k))^s over all k from 0 on: the sum formula of Euler and Maclaurin.</summary>
    private static double Sum(double s, double x)
    {
        double sum = 0, shift = 0;
        for (; x + shift < GammaFunction.Far + s; shift++)
        {
            double power = s * Log1p(shift / x);
            if (!(power < Negligible))
                return sum;
            sum += Math.Exp(-power);
        }
        double at = x + shift, term = Math.Exp(-s * Log1p(shift / x)), factor = s / 2.0;
        sum += term * (at / (s - 1) + 0.5);
        ReadOnlySpan<double> bernoulli = GammaFunction.Bernoulli;
        for (int k = 1; k <= bernoulli.Length; k++)
        {
            // factor is s (s + 1) ... (s + 2k - 2) / (2k)!
            sum += bernoulli[k - 1] * factor * term / at;
            factor *= (s + 2 * k - 1) / at * ((s + 2 * k) / at) / ((2 * k + 1) * (2 * k + 2));
        }
        return sum;
    }

    /// <summary>n! / x^(n + 1), as a number and a power of two.</summary>
    private static (double Number, long Exponent) FactorialOverPower(int n, double x)
    {
        if (n <= MaxMultiplied)
        {
            var product = new Scaled(1, 0, 0);
            var divisor = new Scaled(x, 0, 0).Normalized();
            for (int i = 1; i <= n; i++)
                product = product.Times(new Scaled(i, 0, 0)).Over(divisor);
            product = product.Over(divisor);
            return (product.High, product.Exponent);
        }
        // Stirling: n! = sqrt(2 pi n) (n / e)^n (1 + 1 / (12 n) + ...).
        var e = new Scaled(2.718281828459045, 1.4456468917292502e-16, 0);
        Scaled power = new Scaled(n, 0, 0).Over(new Scaled(x, 0, 0).Normalized()).Over(e).Power(n);
        double z = 1.0 / n;
        double series = Math.Exp(z * (1 / 12.0 - z * z * (1 / 360.0 - z * z * (1 / 1260.0 - z * z / 1680.0))));
        Scaled result = power.Times(new Scaled(Math.Sqrt(2 * Math.PI * n) * series, 0, 0))
            .Over(new Scaled(x, 0, 0).Normalized());
        return (result.High, result.Exponent);
    }

    private static double Scale(double number, long exponent) =>
        number == 0 || double.IsNaN(number) ? number : Math.ScaleB(number, (int)Math.Clamp(exponent, -5000, 5000));

    /// <summary>(High + Low) 2^Exponent, where Low is what High was rounded by.</summary>
    private readonly record struct Scaled(double High, double Low, long Exponent)
    {
        public Scaled Normalized()
        {
            int shift = -Math.ILogB(High);
            return new(Math.ScaleB(High, shift), Math.ScaleB(Low, shift), Exponent - shift);
        }

        public Scaled Times(Scaled y)
        {
            double high = High * y.High;
            double low = Math.FusedMultiplyAdd(High, y.High, -high) + (High * y.Low + Low * y.High);
            return Sum(high, low, Exponent + y.Exponent);
        }

        public Scaled Over(Scaled y)
        {
            double quotient = High / y.High;
            double remainder = Math.FusedMultiplyAdd(-quotient, y.High, High) + Low - quotient * y.Low;
            return Sum(quotient, remainder / y.High, Exponent - y.Exponent);
        }

        public Scaled Power(int n)
        {
            var result = new Scaled(1, 0, 0);
            for (Scaled square = this; n > 0; n >>= 1, square = square.Times(square))
            {
                if ((n & 1) != 0)
                    result = result.Times(square);
            }
            return result;
        }

        private static Scaled Sum(double high, double low, long exponent)
        {
            double sum = high + low;
            return new Scaled(sum, low - (sum - high), exponent).Normalized();
        }
    }
}
