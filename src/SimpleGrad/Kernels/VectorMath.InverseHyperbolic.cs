using System.Runtime.CompilerServices;

namespace SimpleGrad;

internal static unsafe partial class VectorMath<TSimd, TVector, T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Asinh(TVector x)
    {
        // log(1 + a + a² / (1 + sqrt(a² + 1))); far out, log(a) + log(2).
        TVector size = TSimd.Abs(x), isFar = TSimd.GreaterThan(size, C(1e8, 1e18));
        TVector square = Square(size), root = TSimd.Sqrt(TSimd.Add(square, One));
        TVector near = TSimd.Add(size, TSimd.Divide(square, TSimd.Add(root, One)));
        TVector logarithm = Log1pInRange(AtMost(TSimd.Select(isFar, size, near), MaxValue));
        return WithSign(OrFar(TSimd.Add(logarithm, TSimd.And(isFar, C(Ln2))), size), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Acosh(TVector x)
    {
        // With t = x - 1: log(1 + t + sqrt(2 t + t²)); far out, log(x) + log(2).
        TVector t = TSimd.Subtract(x, One), isFar = TSimd.GreaterThan(x, C(1e8, 1e18));
        TVector root = TSimd.Sqrt(TSimd.MultiplyAdd(t, t, TSimd.Add(t, t)));
        TVector logarithm = Log1pInRange(AtMost(TSimd.Select(isFar, x, TSimd.Add(t, root)), MaxValue));
        TVector result = OrFar(TSimd.Add(logarithm, TSimd.And(isFar, C(Ln2))), x);
        return TSimd.Select(LessThan(x, One), NaN, result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Atanh(TVector x)
    {
        // log(1 + 2 a / (1 - a)) / 2.
        TVector size = TSimd.Abs(x), twice = TSimd.Add(size, size);
        TVector logarithm = Log1pInRange(TSimd.Divide(twice, TSimd.Subtract(One, size)));
        TVector result = WithSign(TSimd.Multiply(logarithm, C(0.5)), x);
        TVector isEnd = TSimd.EqualTo(size, One), isOutside = TSimd.GreaterThan(size, One);
        return TSimd.Select(isOutside, NaN, TSimd.Select(isEnd, WithSign(Infinity, x), result));
    }

    /// <summary>The largest finite number.</summary>
    private static TVector MaxValue
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => C(float.MaxValue, double.MaxValue);
    }

    /// <summary>The result, or infinity where x is infinite.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector OrFar(TVector result, TVector x) =>
        TSimd.Select(TSimd.EqualTo(x, Infinity), x, result);
}
