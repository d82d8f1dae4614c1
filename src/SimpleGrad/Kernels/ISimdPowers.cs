using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>What powers of e take, for vectors of one width; see <see cref="SimdPowers"/>.</summary>
internal interface ISimdPowers<TVector, T> : ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    static abstract TVector Subtract(TVector x, TVector y);

    static abstract TVector Multiply(TVector x, TVector y);

    /// <summary>The greater of two numbers; x where it is NaN.</summary>
    static abstract TVector MaxOrNaN(TVector bound, TVector x);

    static abstract TVector Round(TVector x);

    /// <summary>2 to a power that is an integer and no subnormal number's.</summary>
    static abstract TVector PowerOfTwo(TVector exponent);
}

internal static class SimdPowers
{
    // An integer added to 1.5 * 2^23 (2^52) is there in the last digits; with the bias of the exponent it is shifted to
    // where the exponent is.
    public const float SingleShift = 12582912f + 127;
    public const double DoubleShift = 6755399441055744d + 1023;

    /// <summary>e to powers that are not positive: what is too small for a subnormal number is 0.</summary>
    /// <remarks>
    /// With x = k log 2 + r it is 2^k e^r. r is small enough for the first terms of the series: the next is less than
    /// half a unit in the last place. 2^k is multiplied in two steps, as it may be subnormal.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector OfNegative<TSimd, TVector, T>(TVector x)
        where TSimd : struct, ISimdPowers<TVector, T>
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
        static TVector Number(double value) => TSimd.Broadcast(T.CreateTruncating(value));
    }
}

internal readonly unsafe struct SimdPowers512<T> : ISimdPowers<Vector512<T>, T> where T : unmanaged
{
    public static int Count => Vector512<T>.Count;

    public static Vector512<T> Broadcast(T value) => Vector512.Create(value);

    public static Vector512<T> Load(T* from) => Vector512.Load(from);

    public static void Store(Vector512<T> value, T* to) => value.Store(to);

    public static Vector512<T> Add(Vector512<T> x, Vector512<T> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> x, Vector512<T> y, Vector512<T> z) =>
        Simd512<T>.MultiplyAdd(x, y, z);

    public static Vector512<T> Subtract(Vector512<T> x, Vector512<T> y) => x - y;

    public static Vector512<T> Multiply(Vector512<T> x, Vector512<T> y) => x * y;

    public static Vector512<T> MaxOrNaN(Vector512<T> bound, Vector512<T> x) => Vector512.MaxNative(bound, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Round(Vector512<T> x) => typeof(T) == typeof(float)
        ? Vector512.Round(x.AsSingle()).As<float, T>()
        : Vector512.Round(x.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> PowerOfTwo(Vector512<T> exponent) => typeof(T) == typeof(float)
        ? ((exponent.AsSingle() + Vector512.Create(SimdPowers.SingleShift)).AsInt32() << 23).As<int, T>()
        : ((exponent.AsDouble() + Vector512.Create(SimdPowers.DoubleShift)).AsInt64() << 52).As<long, T>();
}

internal readonly unsafe struct SimdPowers256<T> : ISimdPowers<Vector256<T>, T> where T : unmanaged
{
    public static int Count => Vector256<T>.Count;

    public static Vector256<T> Broadcast(T value) => Vector256.Create(value);

    public static Vector256<T> Load(T* from) => Vector256.Load(from);

    public static void Store(Vector256<T> value, T* to) => value.Store(to);

    public static Vector256<T> Add(Vector256<T> x, Vector256<T> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> MultiplyAdd(Vector256<T> x, Vector256<T> y, Vector256<T> z) =>
        Simd256<T>.MultiplyAdd(x, y, z);

    public static Vector256<T> Subtract(Vector256<T> x, Vector256<T> y) => x - y;

    public static Vector256<T> Multiply(Vector256<T> x, Vector256<T> y) => x * y;

    public static Vector256<T> MaxOrNaN(Vector256<T> bound, Vector256<T> x) => Vector256.MaxNative(bound, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Round(Vector256<T> x) => typeof(T) == typeof(float)
        ? Vector256.Round(x.AsSingle()).As<float, T>()
        : Vector256.Round(x.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> PowerOfTwo(Vector256<T> exponent) => typeof(T) == typeof(float)
        ? ((exponent.AsSingle() + Vector256.Create(SimdPowers.SingleShift)).AsInt32() << 23).As<int, T>()
        : ((exponent.AsDouble() + Vector256.Create(SimdPowers.DoubleShift)).AsInt64() << 52).As<long, T>();
}

internal readonly unsafe struct SimdPowers128<T> : ISimdPowers<Vector128<T>, T> where T : unmanaged
{
    public static int Count => Vector128<T>.Count;

    public static Vector128<T> Broadcast(T value) => Vector128.Create(value);

    public static Vector128<T> Load(T* from) => Vector128.Load(from);

    public static void Store(Vector128<T> value, T* to) => value.Store(to);

    public static Vector128<T> Add(Vector128<T> x, Vector128<T> y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> MultiplyAdd(Vector128<T> x, Vector128<T> y, Vector128<T> z) =>
        Simd128<T>.MultiplyAdd(x, y, z);

    public static Vector128<T> Subtract(Vector128<T> x, Vector128<T> y) => x - y;

    public static Vector128<T> Multiply(Vector128<T> x, Vector128<T> y) => x * y;

    public static Vector128<T> MaxOrNaN(Vector128<T> bound, Vector128<T> x) => Vector128.MaxNative(bound, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Round(Vector128<T> x) => typeof(T) == typeof(float)
        ? Vector128.Round(x.AsSingle()).As<float, T>()
        : Vector128.Round(x.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> PowerOfTwo(Vector128<T> exponent) => typeof(T) == typeof(float)
        ? ((exponent.AsSingle() + Vector128.Create(SimdPowers.SingleShift)).AsInt32() << 23).As<int, T>()
        : ((exponent.AsDouble() + Vector128.Create(SimdPowers.DoubleShift)).AsInt64() << 52).As<long, T>();
}

/// <summary>Single numbers in place of vectors.</summary>
internal readonly unsafe struct SimdPowers1<T> : ISimdPowers<T, T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => 1;

    public static T Broadcast(T value) => value;

    public static T Load(T* from) => *from;

    public static void Store(T value, T* to) => *to = value;

    public static T Add(T x, T y) => x + y;

    public static T MultiplyAdd(T x, T y, T z) => T.MultiplyAddEstimate(x, y, z);

    public static T Subtract(T x, T y) => x - y;

    public static T Multiply(T x, T y) => x * y;

    public static T MaxOrNaN(T bound, T x) => x < bound ? bound : x;

    public static T Round(T x) => T.Round(x);

    public static T PowerOfTwo(T exponent) => T.ScaleB(T.One, int.CreateTruncating(exponent));
}
