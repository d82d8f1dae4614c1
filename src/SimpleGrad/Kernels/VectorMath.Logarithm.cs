using System.Runtime.CompilerServices;

namespace SimpleGrad;

internal static unsafe partial class VectorMath<TSimd, TVector, T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log(TVector x)
    {
        TVector f = Split(x, out TVector k);
        return OrEnds(LogOf(f, k), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log2(TVector x)
    {
        TVector f = Split(x, out TVector k);
        return OrEnds(TSimd.MultiplyAdd(LogOf(f, Zero), C(Log2E), k), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log10(TVector x)
    {
        TVector f = Split(x, out TVector k);
        // log10(2) in two parts, the first with few bits.
        TVector low = TSimd.Multiply(k, C(7.9034151667e-07, 3.69423907715893078616e-13));
        TVector sum = TSimd.MultiplyAdd(LogOf(f, Zero), C(0.43429448190325182765), low);
        return OrEnds(TSimd.MultiplyAdd(k, C(3.0102920532e-01, 3.01029995663611771306e-01), sum), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Log1p(TVector x)
    {
        TVector result = WithSign(Log1pInRange(x), x); // the sign of -0
        TVector isInside = TSimd.And(TSimd.GreaterThan(x, C(-1)), LessThan(x, Infinity));
        TVector end = TSimd.Select(TSimd.EqualTo(x, C(-1)), C(double.NegativeInfinity), x);
        return TSimd.Select(isInside, result, TSimd.Select(LessThan(x, C(-1)), NaN, end));
    }

    /// <summary>log(1 + x) for a finite x above -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Log1pInRange(TVector x)
    {
        TVector sum = TSimd.Add(x, One);
        // What the rounding of the sum has lost.
        TVector xPart = TSimd.Subtract(sum, One);
        TVector lost = TSimd.Add(TSimd.Subtract(x, xPart), TSimd.Subtract(One, TSimd.Subtract(sum, xPart)));
        TVector exponent = ExponentOf(sum);
        TVector f = TSimd.Subtract(TSimd.AddBits(TSimd.SubtractBits(sum, exponent), One), One);
        // 2 / 2^k; where that underflows, nothing is lost.
        TVector inverse = TSimd.SubtractBits(Bits(0x7F800000, 0x7FF0000000000000), exponent);
        f = TSimd.MultiplyAdd(TSimd.Multiply(lost, inverse), C(0.5), f);
        return LogOf(f, ToNumber(exponent));
    }

    /// <summary>x = 2^k (1 + f), where 1 + f is between sqrt(1/2) and sqrt(2); for a finite x above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Split(TVector x, out TVector k)
    {
        TVector isSubnormal = LessThan(x, C(1.17549435e-38, 2.2250738585072014e-308));
        x = TSimd.Select(isSubnormal, TSimd.Multiply(x, C(16777216, 18014398509481984)), x);
        TVector exponent = ExponentOf(x);
        k = TSimd.Subtract(ToNumber(exponent), TSimd.And(isSubnormal, C(24, 54)));
        return TSimd.Subtract(TSimd.AddBits(TSimd.SubtractBits(x, exponent), One), One);
    }

    /// <summary>The bits of the exponent of the power of 2 that leads x between sqrt(1/2) and sqrt(2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExponentOf(TVector x)
    {
        // 1 - sqrt(1/2), as bits.
        TVector shifted = TSimd.AddBits(x, Bits(0x3F800000 - 0x3F3504F3, 0x3FF0000000000000 - 0x3FE6A09E667F3BCD));
        return TSimd.And(shifted, Bits(0x7F800000, 0x7FF0000000000000));
    }

    /// <summary>The exponent that stands in the bits, without its bias, as a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ToNumber(TVector exponent) => TSimd.Subtract(
        TSimd.Or(TSimd.ShiftRight(exponent, FractionBits), C(8388608, 4503599627370496)),
        C(8388608 + 127, 4503599627370496 + 1023));

    /// <summary>k ln 2 + log(1 + f), by the series of atanh at s = f / (2 + f).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogOf(TVector f, TVector k)
    {
        TVector s = TSimd.Divide(f, TSimd.Add(f, C(2))), z = Square(s);
        TVector p = IsSingle ? LogSeriesOfFloats(z) : LogSeriesOfDoubles(z);
        // f is exact and s is not: log(1 + f) = f - (f² / 2 - s (f² / 2 + z p)).
        TVector halfSquare = TSimd.Multiply(TSimd.Multiply(f, f), C(0.5));
        TVector tail = TSimd.Multiply(k, C(9.0580006145e-06, 1.90821492927058770002e-10));
        tail = TSimd.MultiplyAdd(s, TSimd.MultiplyAdd(z, p, halfSquare), tail);
        TVector sum = TSimd.Subtract(f, TSimd.Subtract(halfSquare, tail));
        return TSimd.MultiplyAdd(k, C(6.9313812256e-01, 6.93147180369123816490e-01), sum);
    }

    /// <summary>The logarithm where x is finite and above 0; else -infinity for 0, NaN below, and x itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector OrEnds(TVector logarithm, TVector x)
    {
        TVector isInside = TSimd.And(TSimd.GreaterThan(x, Zero), LessThan(x, Infinity));
        TVector end = TSimd.Select(TSimd.EqualTo(x, Zero), C(double.NegativeInfinity), x);
        return TSimd.Select(isInside, logarithm, TSimd.Select(LessThan(x, Zero), NaN, end));
    }
}
