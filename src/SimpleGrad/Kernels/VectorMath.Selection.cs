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

    /// <summary>x * y, and 0 where either is 0, also where the other is infinite or NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector StrongMultiply(TVector x, TVector y)
    {
        TVector isZero = TSimd.Or(TSimd.EqualTo(x, Zero), TSimd.EqualTo(y, Zero));
        return TSimd.Select(isZero, Zero, TSimd.Multiply(x, y));
    }

    /// <summary>x / y, and 0 where x is 0 or y infinite, also where the other is 0 or NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector StrongDivide(TVector x, TVector y)
    {
        TVector isZero = TSimd.Or(TSimd.EqualTo(x, Zero), TSimd.EqualTo(TSimd.Abs(y), Infinity));
        return TSimd.Select(isZero, Zero, TSimd.Divide(x, y));
    }

    /// <summary>The greater; the other one where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MaxNumber(TVector x, TVector y) =>
        TSimd.Max(TSimd.Select(TSimd.EqualTo(x, x), x, y), TSimd.Select(TSimd.EqualTo(y, y), y, x));

    /// <summary>The lesser; the other one where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MinNumber(TVector x, TVector y) =>
        TSimd.Min(TSimd.Select(TSimd.EqualTo(x, x), x, y), TSimd.Select(TSimd.EqualTo(y, y), y, x));
}
