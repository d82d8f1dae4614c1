using System.Runtime.CompilerServices;

namespace SimpleGrad;

internal static unsafe partial class VectorMath<TSimd, TVector, T>
{
    // pi/2 in two parts, of which the second is what the first lacks.
    private const double HalfPi = Pi / 2, HalfPiLow = 6.123233995736766e-17, HalfPiLowOfFloats = -4.371138828673793e-08;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Asin(TVector x)
    {
        TVector size = TSimd.Abs(x), arc = ArcOf(size, out TVector isNear);
        // Far: pi/2 - 2 arc, in which the low part of pi/2 counts.
        TVector twice = TSimd.Add(arc, arc);
        TVector far = TSimd.Subtract(C(HalfPi), TSimd.Subtract(twice, C(HalfPiLowOfFloats, HalfPiLow)));
        return WithSign(TSimd.Select(isNear, arc, far), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Acos(TVector x)
    {
        TVector size = TSimd.Abs(x), arc = ArcOf(size, out TVector isNear), sign = TSimd.And(x, SignBit);
        TVector signed = TSimd.Xor(arc, sign), low = C(HalfPiLowOfFloats, HalfPiLow);
        TVector near = TSimd.Subtract(C(HalfPi), TSimd.Subtract(signed, low));
        TVector twice = TSimd.Add(arc, arc), isNegative = LessThan(x, Zero);
        TVector below = TSimd.Subtract(C(Pi), TSimd.Subtract(twice, TSimd.Add(low, low)));
        return TSimd.Select(isNear, near, TSimd.Select(isNegative, below, twice));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Atan(TVector x)
    {
        TVector size = TSimd.Abs(x);
        return WithSign(Angle(size, One), x);
    }

    /// <summary>The angle of the point with the ordinate y and the abscissa x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Atan2(TVector y, TVector x)
    {
        TVector angle = Angle(TSimd.Abs(y), TSimd.Abs(x));
        // By bits, for -0 too.
        TVector isLeft = TSimd.GreaterThan(Zero, TSimd.Or(TSimd.And(x, SignBit), One));
        TVector low = C(2 * HalfPiLowOfFloats, 2 * HalfPiLow);
        TVector left = TSimd.Subtract(C(Pi), TSimd.Subtract(angle, low));
        return WithSign(TSimd.Select(isLeft, left, angle), y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Hypot(TVector x, TVector y)
    {
        TVector a = TSimd.Abs(x), b = TSimd.Abs(y);
        TVector max = TSimd.Max(a, b), min = TSimd.Min(a, b), ratio = TSimd.Divide(min, max);
        TVector result = TSimd.Multiply(max, TSimd.Sqrt(TSimd.MultiplyAdd(ratio, ratio, One)));
        TVector isInfinite = TSimd.Or(TSimd.EqualTo(a, Infinity), TSimd.EqualTo(b, Infinity));
        return TSimd.Select(isInfinite, Infinity, TSimd.Select(TSimd.EqualTo(max, Zero), Zero, result));
    }

    /// <summary>
    /// Up to 1/2 the inverse sine; else that of sqrt((1 - size) / 2), which is half the inverse cosine. NaN above 1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ArcOf(TVector size, out TVector isNear)
    {
        isNear = LessThan(size, C(0.5));
        TVector half = TSimd.MultiplyAdd(size, C(-0.5), 0.5);
        TVector z = TSimd.Select(isNear, Square(size), half);
        TVector s = TSimd.Select(isNear, size, TSimd.Sqrt(half));
        TVector p = IsSingle ? AsinSeriesOfFloats(z) : AsinSeriesOfDoubles(z);
        TVector tail = TSimd.Multiply(TSimd.Multiply(s, z), p);
        if (!IsSingle)
            return TSimd.Add(s, tail);
        // What the rounding of the root has lost.
        TVector lost = TSimd.Divide(TSimd.MultiplyAdd(TSimd.Negate(s), s, half), TSimd.MultiplyAdd(s, C(2), 1e-30));
        return TSimd.Add(s, TSimd.Add(tail, TSimd.AndNot(lost, isNear)));
    }

    /// <summary>The angle, from 0 to pi/2, of the point at height y and distance x, neither below 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Angle(TVector y, TVector x)
    {
        TVector isSteep = TSimd.GreaterThan(y, x), high = TSimd.Select(isSteep, y, x);
        TVector low = TSimd.Select(isSteep, x, y);
        // In the upper half of the eighth of a turn, (low - high) / (low + high) is the tangent of what is left.
        TVector isFar = TSimd.Or(
            TSimd.GreaterThan(low, TSimd.Multiply(high, C(0.41421356237309503))), TSimd.EqualTo(low, Infinity));
        TVector scale = TSimd.Select(TSimd.GreaterThan(high, One), C(0.5), One); // for the sum of two large numbers
        TVector numerator = TSimd.Multiply(TSimd.Select(isFar, TSimd.Subtract(low, high), low), scale);
        low = TSimd.Multiply(low, scale);
        high = TSimd.Multiply(high, scale);
        TVector t = TSimd.Divide(numerator, TSimd.Select(isFar, TSimd.Add(low, high), high));
        t = TSimd.Select(TSimd.EqualTo(low, high), Zero, t); // also where both are 0, or infinite
        TVector z = Square(t), p = IsSingle ? AtanSeriesOfFloats(z) : AtanSeriesOfDoubles(z);
        p = TSimd.Multiply(TSimd.Multiply(t, z), p);
        // t + p, to which pi/4 is added when far; and when steep pi/2 less that.
        TVector quarterLow = TSimd.And(isFar, C(HalfPiLowOfFloats / 2, HalfPiLow / 2));
        TVector angle = TSimd.Add(TSimd.And(isFar, C(Pi / 4)), TSimd.Add(t, TSimd.Add(p, quarterLow)));
        TVector difference = TSimd.Subtract(angle, C(HalfPiLowOfFloats, HalfPiLow));
        return TSimd.Select(isSteep, TSimd.Subtract(C(HalfPi), difference), angle);
    }
}
