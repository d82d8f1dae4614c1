using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>Powers of e of vectors.</summary>
internal static unsafe class SimdPowers
{
    // An integer added to 1.5 * 2^23 (2^52) is there in the last digits; with the bias of the exponent it is shifted to
    // where the exponent is.
    public const float SingleShift = 12582912f + 127;
    public const double DoubleShift = 6755399441055744d + 1023;

    /// <summary>
    /// exp(x - greatest), where no x is greater than that; it is one number for all, or one for each.
    /// </summary>
    public static void Below<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> greatest, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isOne = greatest.Length == 1;
        fixed (T* xs = x, bounds = greatest, to = result)
        {
            int done = 0;
            if (Vector512.IsHardwareAccelerated)
                done = Below<Arithmetic512<T>, Vector512<T>, T>(xs, bounds, isOne, to, done, result.Length);
            if (Vector256.IsHardwareAccelerated)
                done = Below<Arithmetic256<T>, Vector256<T>, T>(xs, bounds, isOne, to, done, result.Length);
            if (Vector128.IsHardwareAccelerated)
                done = Below<Arithmetic128<T>, Vector128<T>, T>(xs, bounds, isOne, to, done, result.Length);
            Below<Arithmetic1<T>, T, T>(xs, bounds, isOne, to, done, result.Length);
        }
    }

    private static int Below<TSimd, TVector, T>(T* x, T* greatest, bool isOne, T* result, int i, int length)
        where TSimd : struct, ISimdArithmetic<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector bound = TSimd.Broadcast(*greatest);
        for (; i + TSimd.Count <= length; i += TSimd.Count)
        {
            TVector shifted = TSimd.Subtract(TSimd.Load(x + i), isOne ? bound : TSimd.Load(greatest + i));
            TSimd.Store(OfNegative<TSimd, TVector, T>(shifted), result + i);
        }
        return i;
    }

    /// <summary>e to powers that are not positive: what is too small for a subnormal number is 0.</summary>
    /// <remarks>
    /// With x = k log 2 + r it is 2^k e^r. r is small enough for the first terms of the series: the next is less than
    /// half a unit in the last place. 2^k is multiplied in two steps, as it may be subnormal.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OfNegative<TSimd, TVector, T>(TVector x)
        where TSimd : struct, ISimdArithmetic<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isSingle = typeof(T) == typeof(float);
        x = TSimd.MaxOrNaN(Number(isSingle ? -104 : -746), x);
        TVector k = TSimd.Round(TSimd.Multiply(x, Number(1.4426950408889634)));
        // log 2 in two parts; the first has so few digits that its product with k is exact.
        TVector r = TSimd.MultiplyAdd(k, Number(isSingle ? -0.693359375 : -0.6931471803691238), x);
        r = TSimd.MultiplyAdd(k, Number(isSingle ? 2.1219444005469058e-4 : -1.9082149292705877e-10), r);
        TVector sum;
        if (isSingle)
        {
            sum = Number(1 / 5040.0);
        }
        else
        {
            sum = TSimd.MultiplyAdd(Number(1 / 6227020800.0), r, Number(1 / 479001600.0));
            sum = TSimd.MultiplyAdd(sum, r, Number(1 / 39916800.0));
            sum = TSimd.MultiplyAdd(sum, r, Number(1 / 3628800.0));
            sum = TSimd.MultiplyAdd(sum, r, Number(1 / 362880.0));
            sum = TSimd.MultiplyAdd(sum, r, Number(1 / 40320.0));
            sum = TSimd.MultiplyAdd(sum, r, Number(1 / 5040.0));
        }
        sum = TSimd.MultiplyAdd(sum, r, Number(1 / 720.0));
        sum = TSimd.MultiplyAdd(sum, r, Number(1 / 120.0));
        sum = TSimd.MultiplyAdd(sum, r, Number(1 / 24.0));
        sum = TSimd.MultiplyAdd(sum, r, Number(1 / 6.0));
        sum = TSimd.MultiplyAdd(sum, r, Number(0.5));
        sum = TSimd.MultiplyAdd(sum, r, Number(1));
        sum = TSimd.MultiplyAdd(sum, r, Number(1));
        TVector half = TSimd.Round(TSimd.Multiply(k, Number(0.5)));
        sum = TSimd.Multiply(sum, TSimd.PowerOfTwo(half));
        return TSimd.Multiply(sum, TSimd.PowerOfTwo(TSimd.Subtract(k, half)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static TVector Number(double value) => TSimd.Broadcast(
            typeof(T) == typeof(float) ? (T)(object)(float)value : (T)(object)value); // constants to the compiler
    }
}
