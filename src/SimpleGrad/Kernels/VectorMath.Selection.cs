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

    /// <summary>The greater; the other one where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MaxNumber(TVector x, TVector y) =>
        TSimd.Max(TSimd.Select(TSimd.EqualTo(x, x), x, y), TSimd.Select(TSimd.EqualTo(y, y), y, x));

    /// <summary>The lesser; the other one where either is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MinNumber(TVector x, TVector y) =>
        TSimd.Min(TSimd.Select(TSimd.EqualTo(x, x), x, y), TSimd.Select(TSimd.EqualTo(y, y), y, x));
}
