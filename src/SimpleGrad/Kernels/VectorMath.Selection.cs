using System.Runtime.CompilerServices;

namespace SimpleGrad;

internal static unsafe partial class VectorMath<TSimd, TVector, T>
{
    /// <summary>-1, 0 or 1, and NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sign(TVector x)
    {
        TVector isNotZero = TSimd.GreaterThan(TSimd.Abs(x), Zero);
        TVector sign = TSimd.And(isNotZero, WithSign(One, x));
        return TSimd.Select(TSimd.EqualTo(x, x), sign, x);
    }

    /// <summary>x * y, and 0 where either is 0 and the other infinite or NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector StrongMultiply(TVector x, TVector y)
    {
        TVector product = TSimd.Multiply(x, y);
        if (!TSimd.AnyNaN(product))
            return product;
        TVector isZero = TSimd.Or(TSimd.EqualTo(x, Zero), TSimd.EqualTo(y, Zero));
        return TSimd.AndNot(product, TSimd.And(TSimd.Unordered(product, product), isZero));
    }

    /// <summary>x / y, and 0 where x is 0 or y infinite and the other one makes that NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector StrongDivide(TVector x, TVector y)
    {
        TVector quotient = TSimd.Divide(x, y);
        if (!TSimd.AnyNaN(quotient))
            return quotient;
        TVector isZero = TSimd.Or(TSimd.EqualTo(x, Zero), TSimd.EqualTo(TSimd.Abs(y), Infinity));
        return TSimd.AndNot(quotient, TSimd.And(TSimd.Unordered(quotient, quotient), isZero));
    }

    /// <summary>The larger; the other one where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MaxNumber(TVector x, TVector y) =>
        TSimd.Max(TSimd.Select(TSimd.EqualTo(x, x), x, y), TSimd.Select(TSimd.EqualTo(y, y), y, x));

    /// <summary>The smaller; the other one where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MinNumber(TVector x, TVector y) =>
        TSimd.Min(TSimd.Select(TSimd.EqualTo(x, x), x, y), TSimd.Select(TSimd.EqualTo(y, y), y, x));
}
