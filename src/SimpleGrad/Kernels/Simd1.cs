using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>Single numbers in place of vectors, for processors without any and for tails.</summary>
internal readonly unsafe struct Simd1<T> : ISimd<T, T> where T : unmanaged, INumberBase<T>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Broadcast(T value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Constant(double value) => sizeof(T) == sizeof(float) ? From((float)value) : From(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load(T* from) => *from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T value, T* to) => *to = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add(T x, T y) => x + y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Subtract(T x, T y) => x - y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Multiply(T x, T y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Divide(T x, T y) => x / y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd(T x, T y, T z) => T.MultiplyAddEstimate(x, y, z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd(T x, T y, double z) => T.MultiplyAddEstimate(x, y, Constant(z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Negate(T x) => -x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Abs(T x) => T.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sqrt(T x) =>
        sizeof(T) == sizeof(float) ? From(MathF.Sqrt(Single(x))) : From(Math.Sqrt(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Max(T x, T y) =>
        sizeof(T) == sizeof(float) ? From(MathF.Max(Single(x), Single(y))) : From(Math.Max(Double(x), Double(y)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Min(T x, T y) =>
        sizeof(T) == sizeof(float) ? From(MathF.Min(Single(x), Single(y))) : From(Math.Min(Double(x), Double(y)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxNative(T x, T y) => sizeof(T) == sizeof(float)
        ? Single(x) > Single(y) ? x : y
        : Double(x) > Double(y) ? x : y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MinNative(T x, T y) => sizeof(T) == sizeof(float)
        ? Single(x) < Single(y) ? x : y
        : Double(x) < Double(y) ? x : y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Floor(T x) =>
        sizeof(T) == sizeof(float) ? From(MathF.Floor(Single(x))) : From(Math.Floor(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Ceiling(T x) =>
        sizeof(T) == sizeof(float) ? From(MathF.Ceiling(Single(x))) : From(Math.Ceiling(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Truncate(T x) =>
        sizeof(T) == sizeof(float) ? From(MathF.Truncate(Single(x))) : From(Math.Truncate(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Round(T x) =>
        sizeof(T) == sizeof(float) ? From(MathF.Round(Single(x))) : From(Math.Round(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GreaterThan(T x, T y) => Simd128<T>.GreaterThan(V(x), V(y)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GreaterOrEqual(T x, T y) => Simd128<T>.GreaterOrEqual(V(x), V(y)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T EqualTo(T x, T y) => Simd128<T>.EqualTo(V(x), V(y)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Unordered(T x, T y) => Simd128<T>.Unordered(V(x), V(y)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Select(T mask, T x, T y) => Simd128<T>.Select(V(mask), V(x), V(y)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyNaN(T x) => !Vector128.EqualsAll(V(x), V(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Any(T mask) =>
        sizeof(T) == sizeof(float)
            ? Unsafe.BitCast<T, int>(mask) != 0
            : Unsafe.BitCast<T, long>(mask) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T And(T x, T y) => Simd128<T>.And(V(x), V(y)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Or(T x, T y) => Simd128<T>.Or(V(x), V(y)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Xor(T x, T y) => Simd128<T>.Xor(V(x), V(y)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T AndNot(T x, T y) => Simd128<T>.AndNot(V(x), V(y)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T AddBits(T x, T y) => Simd128<T>.AddBits(V(x), V(y)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SubtractBits(T x, T y) => Simd128<T>.SubtractBits(V(x), V(y)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftLeft(T x, int bits) => Simd128<T>.ShiftLeft(V(x), bits).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight(T x, int bits) => Simd128<T>.ShiftRight(V(x), bits).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(T x) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Single(T x) => Unsafe.BitCast<T, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Double(T x) => Unsafe.BitCast<T, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T From(float x) => Unsafe.BitCast<float, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T From(double x) => Unsafe.BitCast<double, T>(x);

    /// <summary>In the register of a vector, where the number is anyway; the other elements do not matter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> V(T x) => Vector128.CreateScalarUnsafe(x);
}
