using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SimpleGrad;

/// <summary>
/// Mathematical functions of vectors of any width, without branches and calls, so that kernels hold them.
/// </summary>
/// <remarks>
/// The polynomials are minimax approximations of Remez' algorithm; tools/coefficients writes them.
/// docs/accuracy.md gives the error of each function.
/// </remarks>
internal static unsafe partial class VectorMath<TSimd, TVector, T>
    where TSimd : struct, ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    private const double Ln2 = 0.69314718055994530942, Log2E = 1.44269504088896340736;
    private const double Pi = 3.14159265358979323846, SqrtHalf = 0.70710678118654752440;

    private static bool IsSingle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Precision<T>.IsSingle;
    }

    /// <summary>Whether <see cref="ISimd{TVector, T}.MultiplyAdd(TVector, TVector, TVector)"/> rounds once.</summary>
    private static bool IsFused
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Fma.IsSupported || AdvSimd.IsSupported || Avx512F.IsSupported;
    }

    private static TVector Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => C(0);
    }

    private static TVector One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => C(1);
    }

    private static TVector Infinity
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => C(double.PositiveInfinity);
    }

    private static TVector NaN
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => C(double.NaN);
    }

    private static TVector SignBit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => C(-0.0);
    }

    /// <summary>A constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector C(double value) => TSimd.Constant(value);

    /// <summary>A constant of different values for floats and for doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector C(double ofFloats, double ofDoubles) => TSimd.Constant(IsSingle ? ofFloats : ofDoubles);

    /// <summary>A constant of bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Bits(int ofFloats, long ofDoubles) => sizeof(T) == sizeof(float)
        ? TSimd.Broadcast(Unsafe.BitCast<int, T>(ofFloats))
        : TSimd.Broadcast(Unsafe.BitCast<long, T>(ofDoubles));

    /// <summary>The number of bits of the fraction.</summary>
    private static int FractionBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsSingle ? 23 : 52;
    }

    /// <summary>
    /// A number that leaves no bits behind the point to a small number that is added to it: rounded to an integer, this
    /// one stands in the low bits then.
    /// </summary>
    private static TVector Shifter
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => C(12582912, 6755399441055744);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Square(TVector x) => TSimd.Multiply(x, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LessThan(TVector x, TVector y) => TSimd.GreaterThan(y, x);

    /// <summary>The size of the first and the sign of the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector WithSign(TVector positive, TVector sign) =>
        TSimd.Or(positive, TSimd.And(sign, SignBit));

    /// <summary>The smaller of x and a bound; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AtMost(TVector x, TVector bound) => TSimd.MinNative(bound, x);

    /// <summary>The larger of x and a bound; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AtLeast(TVector x, TVector bound) => TSimd.MaxNative(bound, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Polynomial(TVector x, double c1, double c0) => TSimd.MultiplyAdd(C(c1), x, c0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Polynomial(TVector x, double c2, double c1, double c0) =>
        Horner(C(c2), x, c1, c0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Polynomial(TVector x, double c3, double c2, double c1, double c0) =>
        Horner(TSimd.MultiplyAdd(TSimd.Constant(c3), x, c2), x, c1, c0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Polynomial(TVector x, double c4, double c3, double c2, double c1, double c0) =>
        Horner(C(c4), x, c3, c2, c1, c0);

    /// <summary>A polynomial, given the part above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Horner(TVector above, TVector x, double c1, double c0) =>
        TSimd.MultiplyAdd(TSimd.MultiplyAdd(above, x, c1), x, c0);

    /// <summary>A polynomial, given the part above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Horner(TVector above, TVector x, double c3, double c2, double c1, double c0) =>
        TSimd.MultiplyAdd(TSimd.MultiplyAdd(TSimd.MultiplyAdd(TSimd.MultiplyAdd(above, x, c3), x, c2), x, c1), x, c0);
}
