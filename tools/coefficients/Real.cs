using System.Numerics;

namespace SimpleGrad.Coefficients;

/// <summary>A number with 420 bits behind the point, for values that are neither huge nor tiny.</summary>
internal readonly record struct Real(BigInteger Bits) : IComparable<Real>
{
    private const int Precision = 420;

    public static Real Zero => default;

    public static Real One { get; } = new(BigInteger.One << Precision);

    public static Real Pi { get; } = 16 * AtanOfReciprocal(5) - 4 * AtanOfReciprocal(239); // Machin

    public static Real Ln2 { get; } = Functions.LogNearOne((Real)2 / 3, 3); // 2 atanh(1/3)

    public static implicit operator Real(int value) => new((BigInteger)value << Precision);

    /// <summary>The exact value.</summary>
    public static implicit operator Real(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        BigInteger mantissa = bits & 0xF_FFFF_FFFF_FFFF | (exponent == 0 ? 0 : 1L << 52);
        int shift = Math.Max(exponent, 1) - 1075 + Precision;
        mantissa = shift >= 0 ? mantissa << shift : mantissa >> -shift;
        return new(bits < 0 ? -mantissa : mantissa);
    }

    public static explicit operator double(Real x)
    {
        // 64 bits suffice: the second rounding is of no account for what is only shown or compared.
        int excess = Math.Max(0, (int)BigInteger.Abs(x.Bits).GetBitLength() - 64);
        return Math.ScaleB((double)(x.Bits >> excess), excess - Precision);
    }

    public static Real operator +(Real x, Real y) => new(x.Bits + y.Bits);

    public static Real operator -(Real x, Real y) => new(x.Bits - y.Bits);

    public static Real operator -(Real x) => new(-x.Bits);

    public static Real operator *(Real x, Real y) => new(x.Bits * y.Bits >> Precision);

    public static Real operator *(int x, Real y) => new(x * y.Bits);

    public static Real operator /(Real x, Real y) => new((x.Bits << Precision) / y.Bits);

    public static Real operator /(Real x, int y) => new(x.Bits / y);

    public static bool operator <(Real x, Real y) => x.Bits < y.Bits;

    public static bool operator >(Real x, Real y) => x.Bits > y.Bits;

    public int CompareTo(Real other) => Bits.CompareTo(other.Bits);

    public static Real Abs(Real x) => new(BigInteger.Abs(x.Bits));

    /// <summary>The number times a power of 2.</summary>
    public Real Scaled(int exponent) => new(exponent >= 0 ? Bits << exponent : Bits >> -exponent);

    /// <summary>Newton's iteration, from a root in double.</summary>
    public static Real Sqrt(Real x)
    {
        if (x.Bits.IsZero)
            return x;
        Real root = Math.Sqrt((double)x);
        for (int i = 0; i < 5; i++)
            root = (root + x / root).Scaled(-1);
        return root;
    }

    private static Real AtanOfReciprocal(int n)
    {
        Real power = One / n, sum = power;
        for (int k = 3; !power.Bits.IsZero; k += 2)
        {
            power = power / (-n * n);
            sum += power / k;
        }
        return sum;
    }
}
