namespace SimpleGrad.Coefficients;

/// <summary>The functions that polynomials stand for, to about 400 bits, by their series.</summary>
internal static class Functions
{
    public static Real Exp(Real x)
    {
        // exp(x) = 2^n exp(r / 256)^256.
        int n = (int)Math.Round((double)x / Math.Log(2));
        Real r = (x - n * Real.Ln2).Scaled(-8), term = Real.One, sum = Real.One;
        for (int k = 1; !term.Bits.IsZero; k++)
        {
            term = term * r / k;
            sum += term;
        }
        for (int i = 0; i < 8; i++)
            sum *= sum;
        return sum.Scaled(n);
    }

    /// <summary>Newton's iteration, from a logarithm in double.</summary>
    public static Real Log(Real x)
    {
        Real y = Math.Log((double)x);
        for (int i = 0; i < 4; i++)
        {
            Real power = Exp(y);
            y += 2 * ((x - power) / (x + power));
        }
        return y;
    }

    /// <summary>
    /// The logarithm of (1 + s) / (1 - s) with s = 1 / n, by its series 2 s + 2 s³ / 3 + …, whose first term is given.
    /// </summary>
    public static Real LogNearOne(Real first, int n)
    {
        Real power = first, sum = first;
        for (int k = 3; !power.Bits.IsZero; k += 2)
        {
            power = power / (n * n);
            sum += power / k;
        }
        return sum;
    }

    /// <summary>The inverse hyperbolic tangent of a number that is not near 1.</summary>
    public static Real Atanh(Real x) => Odd(x, x * x, k => k);

    public static Real Sin(Real x) => Odd(x, -(x * x), null);

    public static Real Cos(Real x)
    {
        Real z = -(x * x), term = Real.One, sum = Real.One;
        for (int k = 2; !term.Bits.IsZero; k += 2)
        {
            term = term * z / (k * (k - 1));
            sum += term;
        }
        return sum;
    }

    public static Real Sinh(Real x) => Odd(x, x * x, null);

    public static Real Tanh(Real x)
    {
        Real power = Exp(2 * x);
        return (power - 1) / (power + 1);
    }

    /// <summary>The inverse tangent, of an angle that is halved three times.</summary>
    public static Real Atan(Real x)
    {
        for (int i = 0; i < 3; i++)
            x /= 1 + Real.Sqrt(1 + x * x);
        return Odd(x, -(x * x), k => k).Scaled(3);
    }

    public static Real Asin(Real x) => Atan(x / Real.Sqrt(1 - x * x));

    public static Real Erf(Real x)
    {
        // 2 / sqrt(pi) exp(-x²) Σ 2^k x^(2k+1) / (1 · 3 · … · (2k + 1)): all terms are positive.
        Real term = x, sum = x;
        for (int k = 3; !term.Bits.IsZero; k += 2)
        {
            term = 2 * (term * x * x) / k;
            sum += term;
        }
        return 2 * (sum * Exp(-(x * x))) / Real.Sqrt(Real.Pi);
    }

    /// <summary>exp(x²) erfc(x).</summary>
    public static Real Erfcx(Real x)
    {
        if (x < 5)
            return Exp(x * x) * (1 - Erf(x));
        // The continued fraction 1 / (x + (1/2) / (x + (2/2) / (x + (3/2) / …))), from far behind.
        Real tail = x;
        for (int k = 300; k > 0; k--)
            tail = x + ((Real)k).Scaled(-1) / tail;
        return 1 / (tail * Real.Sqrt(Real.Pi));
    }

    /// <summary>The inverse of the error function where it is 1 - complement, by Newton's iteration.</summary>
    public static Real Erfinv(Real complement, double start)
    {
        Real y = start;
        for (int i = 0; i < 7; i++)
        {
            Real power = Exp(-(y * y));
            y += (Erfcx(y) - complement / power) * Real.Sqrt(Real.Pi).Scaled(-1);
        }
        return y;
    }

    public static Real Lgamma(Real x)
    {
        // The recurrence leads beyond 60, where Stirling's series has enough digits.
        Real product = Real.One;
        for (; x < 60; x += 1)
            product *= x;
        Real sum = (x - 0.5) * Log(x) - x + Log(2 * Real.Pi).Scaled(-1), power = 1 / x;
        for (int k = 1; k <= BernoulliNumbers.Length; k++)
        {
            sum += BernoulliNumbers[k - 1] * power / (2 * k * (2 * k - 1));
            power = power / (x * x);
        }
        return sum - Log(product);
    }

    public static Real Digamma(Real x)
    {
        Real steps = Real.Zero;
        for (; x < 60; x += 1)
            steps += 1 / x;
        Real sum = Log(x) - 1 / (2 * x), power = 1 / (x * x);
        for (int k = 1; k <= BernoulliNumbers.Length; k++)
        {
            sum -= BernoulliNumbers[k - 1] * power / (2 * k);
            power = power / (x * x);
        }
        return sum - steps;
    }

    /// <summary>The Bernoulli numbers of even index from 2 on, by their recurrence.</summary>
    private static readonly Real[] BernoulliNumbers = Bernoulli(40);

    private static Real[] Bernoulli(int count)
    {
        // B[m] = -1 / (m + 1) Σ over k < m of (m + 1 over k) B[k].
        var all = new Real[2 * count + 1];
        all[0] = Real.One;
        for (int m = 1; m < all.Length; m++)
        {
            Real sum = Real.Zero;
            System.Numerics.BigInteger binomial = 1;
            for (int k = 0; k < m; k++)
            {
                sum += new Real(binomial * all[k].Bits);
                binomial = binomial * (m + 1 - k) / (k + 1);
            }
            all[m] = -sum / (m + 1);
        }
        return [.. Enumerable.Range(1, count).Select(k => all[2 * k])];
    }

    /// <summary>x, x z, x z², …: each over a divisor, or over the factorial of its index.</summary>
    private static Real Odd(Real x, Real z, Func<int, int>? divisor)
    {
        Real term = x, sum = x;
        for (int k = 3; !term.Bits.IsZero; k += 2)
        {
            term *= z;
            if (divisor is null)
                term = term / (k * (k - 1));
            sum += divisor is null ? term : term / divisor(k);
        }
        return sum;
    }
}
