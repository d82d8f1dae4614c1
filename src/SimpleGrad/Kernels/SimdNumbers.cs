using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>Single numbers in place of vectors, for processors without any and for what is left over.</summary>
internal readonly unsafe struct Simd1<T> : ISimd<T, T> where T : unmanaged, INumberBase<T>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Broadcast(T value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load(T* from) => *from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T value, T* to) => *to = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreStreaming(T value, T* to) => *to = value;

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
    public static T Negate(T x) => -x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Abs(T x) => T.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sqrt(T x) =>
        typeof(T) == typeof(float) ? From(MathF.Sqrt(Single(x))) : From(Math.Sqrt(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Max(T x, T y) =>
        typeof(T) == typeof(float) ? From(MathF.Max(Single(x), Single(y))) : From(Math.Max(Double(x), Double(y)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Min(T x, T y) =>
        typeof(T) == typeof(float) ? From(MathF.Min(Single(x), Single(y))) : From(Math.Min(Double(x), Double(y)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Floor(T x) =>
        typeof(T) == typeof(float) ? From(MathF.Floor(Single(x))) : From(Math.Floor(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Ceiling(T x) =>
        typeof(T) == typeof(float) ? From(MathF.Ceiling(Single(x))) : From(Math.Ceiling(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Truncate(T x) =>
        typeof(T) == typeof(float) ? From(MathF.Truncate(Single(x))) : From(Math.Truncate(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Round(T x) =>
        typeof(T) == typeof(float) ? From(MathF.Round(Single(x))) : From(Math.Round(Double(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GreaterThan(T x, T y) =>
        Mask(typeof(T) == typeof(float) ? Single(x) > Single(y) : Double(x) > Double(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GreaterOrEqual(T x, T y) =>
        Mask(typeof(T) == typeof(float) ? Single(x) >= Single(y) : Double(x) >= Double(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T EqualTo(T x, T y) =>
        Mask(typeof(T) == typeof(float) ? Single(x) == Single(y) : Double(x) == Double(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Select(T mask, T x, T y) =>
        typeof(T) == typeof(float) ? From((Int32(x) & Int32(mask)) | (Int32(y) & ~Int32(mask))) : From((Int64(x) & Int64(mask)) | (Int64(y) & ~Int64(mask)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T And(T x, T y) =>
        typeof(T) == typeof(float) ? From(Int32(x) & Int32(y)) : From(Int64(x) & Int64(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Or(T x, T y) =>
        typeof(T) == typeof(float) ? From(Int32(x) | Int32(y)) : From(Int64(x) | Int64(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Xor(T x, T y) =>
        typeof(T) == typeof(float) ? From(Int32(x) ^ Int32(y)) : From(Int64(x) ^ Int64(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T AndNot(T x, T y) =>
        typeof(T) == typeof(float) ? From(Int32(x) & ~Int32(y)) : From(Int64(x) & ~Int64(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T AddBits(T x, T y) =>
        typeof(T) == typeof(float) ? From(Int32(x) + Int32(y)) : From(Int64(x) + Int64(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SubtractBits(T x, T y) =>
        typeof(T) == typeof(float) ? From(Int32(x) - Int32(y)) : From(Int64(x) - Int64(y));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftLeft(T x, int bits) =>
        typeof(T) == typeof(float) ? From(Int32(x) << bits) : From(Int64(x) << bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ShiftRight(T x, int bits) =>
        typeof(T) == typeof(float) ? From(Int32(x) >>> bits) : From(Int64(x) >>> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(T x) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Single(T x) => Unsafe.BitCast<T, float>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Double(T x) => Unsafe.BitCast<T, double>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Int32(T x) => Unsafe.BitCast<T, int>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Int64(T x) => Unsafe.BitCast<T, long>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T From(float x) => Unsafe.BitCast<float, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T From(double x) => Unsafe.BitCast<double, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T From(int x) => Unsafe.BitCast<int, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T From(long x) => Unsafe.BitCast<long, T>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Mask(bool isTrue) =>
        typeof(T) == typeof(float) ? From(isTrue ? -1 : 0) : From(isTrue ? -1L : 0L);
}
