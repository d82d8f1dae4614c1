using System.Numerics;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>Powers of e of vectors.</summary>
internal static unsafe class SimdPowers
{
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
                done = Below<Simd512<T>, Vector512<T>, T>(xs, bounds, isOne, to, done, result.Length);
            if (Vector256.IsHardwareAccelerated)
                done = Below<Simd256<T>, Vector256<T>, T>(xs, bounds, isOne, to, done, result.Length);
            if (Vector128.IsHardwareAccelerated)
                done = Below<Simd128<T>, Vector128<T>, T>(xs, bounds, isOne, to, done, result.Length);
            Below<Simd1<T>, T, T>(xs, bounds, isOne, to, done, result.Length);
        }
    }

    private static int Below<TSimd, TVector, T>(T* x, T* greatest, bool isOne, T* result, int i, int length)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector bound = TSimd.Broadcast(*greatest);
        for (; i + TSimd.Count <= length; i += TSimd.Count)
        {
            TVector shifted = TSimd.Subtract(TSimd.Load(x + i), isOne ? bound : TSimd.Load(greatest + i));
            TSimd.Store(VectorMath<TSimd, TVector, T>.Exp(shifted), result + i);
        }
        return i;
    }
}
