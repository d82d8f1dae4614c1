using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// Sums of two numbers, of which the second holds what rounding has taken from the first (D. E. Knuth, "The Art of
/// Computer Programming", volume 2, section 4.2.2): however many numbers are added one after the other, their sum is as
/// exact as if it were computed with twice the digits.
/// </summary>
internal static unsafe class TwoSum
{
    /// <summary>Adds x to the sum of the two. Infinities and NaN stay what they are in the first number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TSimd, TVector, T>(ref TVector high, ref TVector low, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        TVector sum = TSimd.Add(high, x), part = TSimd.Subtract(sum, high);
        TVector lost = TSimd.Add(TSimd.Subtract(high, TSimd.Subtract(sum, part)), TSimd.Subtract(x, part));
        TVector isFinite = TSimd.GreaterThan(TSimd.Constant(double.PositiveInfinity), TSimd.Abs(sum));
        low = TSimd.And(TSimd.Add(low, lost), isFinite);
        high = TSimd.Add(sum, low);
        low = TSimd.And(TSimd.Subtract(low, TSimd.Subtract(high, sum)), isFinite);
    }

    /// <summary>Adds the numbers of x to sums, and writes these behind each other's first numbers.</summary>
    /// <param name="high">The first numbers of the sums, which may be written over.</param>
    /// <param name="low">The second ones, which are brought up to date.</param>
    /// <param name="x">What is added.</param>
    /// <param name="result">The first numbers of the new sums.</param>
    /// <param name="count">How many sums there are.</param>
    public static void Add<T>(T* high, T* low, T* x, T* result, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int done = 0;
        if (Vector512.IsHardwareAccelerated)
            done = Vectors<Simd512<T>, Vector512<T>, T>(high, low, x, result, done, count);
        if (Vector256.IsHardwareAccelerated)
            done = Vectors<Simd256<T>, Vector256<T>, T>(high, low, x, result, done, count);
        if (Vector128.IsHardwareAccelerated)
            done = Vectors<Simd128<T>, Vector128<T>, T>(high, low, x, result, done, count);
        Vectors<Simd1<T>, T, T>(high, low, x, result, done, count);
    }

    private static int Vectors<TSimd, TVector, T>(T* high, T* low, T* x, T* result, int i, int count)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        for (; i + TSimd.Count <= count; i += TSimd.Count)
        {
            TVector first = TSimd.Load(high + i), second = TSimd.Load(low + i);
            Add<TSimd, TVector, T>(ref first, ref second, TSimd.Load(x + i));
            TSimd.Store(first, result + i);
            TSimd.Store(second, low + i);
        }
        return i;
    }
}
