using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>More arithmetic with vectors of one width.</summary>
internal interface ISimdArithmetic<TVector, T> : ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    static abstract TVector Subtract(TVector x, TVector y);

    static abstract TVector Multiply(TVector x, TVector y);

    static abstract TVector Divide(TVector x, TVector y);

    /// <summary>The greater of two numbers, of which only x may be NaN, and is the result then.</summary>
    static abstract TVector MaxOrNaN(TVector bound, TVector x);

    /// <summary>The greater of two numbers, or NaN where one is.</summary>
    static abstract TVector Max(TVector x, TVector y);

    /// <summary>The lesser of two numbers, or NaN where one is.</summary>
    static abstract TVector Min(TVector x, TVector y);

    static abstract TVector Round(TVector x);

    /// <summary>2 to a power that is an integer and no subnormal number's.</summary>
    static abstract TVector PowerOfTwo(TVector exponent);
}

internal readonly unsafe struct Arithmetic512<T> : ISimdArithmetic<Vector512<T>, T> where T : unmanaged
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

    public static Vector512<T> Divide(Vector512<T> x, Vector512<T> y) => x / y;

    public static Vector512<T> MaxOrNaN(Vector512<T> bound, Vector512<T> x) => Vector512.MaxNative(bound, x);

    // Of two numbers one of which is NaN the native instructions give either.
    public static Vector512<T> Max(Vector512<T> x, Vector512<T> y) => Vector512.ConditionalSelect(
        Vector512.Equals(x, x), Vector512.MaxNative(x, y), x);

    public static Vector512<T> Min(Vector512<T> x, Vector512<T> y) => Vector512.ConditionalSelect(
        Vector512.Equals(x, x), Vector512.MinNative(x, y), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Round(Vector512<T> x) => typeof(T) == typeof(float)
        ? Vector512.Round(x.AsSingle()).As<float, T>()
        : Vector512.Round(x.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> PowerOfTwo(Vector512<T> exponent) => typeof(T) == typeof(float)
        ? ((exponent.AsSingle() + Vector512.Create(SimdPowers.SingleShift)).AsInt32() << 23).As<int, T>()
        : ((exponent.AsDouble() + Vector512.Create(SimdPowers.DoubleShift)).AsInt64() << 52).As<long, T>();
}

internal readonly unsafe struct Arithmetic256<T> : ISimdArithmetic<Vector256<T>, T> where T : unmanaged
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

    public static Vector256<T> Divide(Vector256<T> x, Vector256<T> y) => x / y;

    public static Vector256<T> MaxOrNaN(Vector256<T> bound, Vector256<T> x) => Vector256.MaxNative(bound, x);

    // Of two numbers one of which is NaN the native instructions give either.
    public static Vector256<T> Max(Vector256<T> x, Vector256<T> y) => Vector256.ConditionalSelect(
        Vector256.Equals(x, x), Vector256.MaxNative(x, y), x);

    public static Vector256<T> Min(Vector256<T> x, Vector256<T> y) => Vector256.ConditionalSelect(
        Vector256.Equals(x, x), Vector256.MinNative(x, y), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Round(Vector256<T> x) => typeof(T) == typeof(float)
        ? Vector256.Round(x.AsSingle()).As<float, T>()
        : Vector256.Round(x.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> PowerOfTwo(Vector256<T> exponent) => typeof(T) == typeof(float)
        ? ((exponent.AsSingle() + Vector256.Create(SimdPowers.SingleShift)).AsInt32() << 23).As<int, T>()
        : ((exponent.AsDouble() + Vector256.Create(SimdPowers.DoubleShift)).AsInt64() << 52).As<long, T>();
}

internal readonly unsafe struct Arithmetic128<T> : ISimdArithmetic<Vector128<T>, T> where T : unmanaged
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

    public static Vector128<T> Divide(Vector128<T> x, Vector128<T> y) => x / y;

    public static Vector128<T> MaxOrNaN(Vector128<T> bound, Vector128<T> x) => Vector128.MaxNative(bound, x);

    // Of two numbers one of which is NaN the native instructions give either.
    public static Vector128<T> Max(Vector128<T> x, Vector128<T> y) => Vector128.ConditionalSelect(
        Vector128.Equals(x, x), Vector128.MaxNative(x, y), x);

    public static Vector128<T> Min(Vector128<T> x, Vector128<T> y) => Vector128.ConditionalSelect(
        Vector128.Equals(x, x), Vector128.MinNative(x, y), x);

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
internal readonly unsafe struct Arithmetic1<T> : ISimdArithmetic<T, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => 1;

    public static T Broadcast(T value) => value;

    public static T Load(T* from) => *from;

    public static void Store(T value, T* to) => *to = value;

    public static T Add(T x, T y) => x + y;

    public static T MultiplyAdd(T x, T y, T z) => T.MultiplyAddEstimate(x, y, z);

    public static T Subtract(T x, T y) => x - y;

    public static T Multiply(T x, T y) => x * y;

    public static T Divide(T x, T y) => x / y;

    public static T MaxOrNaN(T bound, T x) => x < bound ? bound : x;

    public static T Max(T x, T y) => T.Max(x, y);

    public static T Min(T x, T y) => T.Min(x, y);

    public static T Round(T x) => T.Round(x);

    public static T PowerOfTwo(T exponent) => T.ScaleB(T.One, int.CreateTruncating(exponent));
}
