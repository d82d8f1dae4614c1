using System.Runtime.CompilerServices;

namespace SimpleGrad;

internal static unsafe partial class VectorMath<TSimd, TVector, T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        TVector r = Reduce(InRangeOfExp(x), out TVector n);
        return Scale(PowerOf(r), n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp2(TVector x)
    {
        x = AtLeast(AtMost(x, C(130, 1026)), C(-152, -1077));
        TVector n = TSimd.Add(x, Shifter);
        TVector r = TSimd.Multiply(TSimd.Subtract(x, TSimd.Subtract(n, Shifter)), C(Ln2));
        return Scale(PowerOf(r), n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Expm1(TVector x)
    {
        // Below the range it is -1. The half keeps the power of 2 finite where the result is.
        TVector inRange = AtLeast(AtMost(x, C(89, 710)), C(-18, -40));
        TVector half = HalfOfExpm1(inRange);
        TVector isTiny = LessThan(TSimd.Abs(x), C(1e-10, 1e-20)); // where halving loses bits
        return TSimd.Select(isTiny, x, TSimd.Add(half, half));
    }

    /// <summary>exp(x), and exp(x) - 1 beside it, for an x that is not above 0 save by rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ExpAndExpm1(TVector x, out TVector expm1)
    {
        TVector r = Reduce(InRangeOfExp(x), out TVector n), reduced = ExpMinusOne(r), power = ScaleDown(One, n);
        expm1 = TSimd.MultiplyAdd(reduced, power, TSimd.Subtract(power, One));
        return ScaleDown(TSimd.Add(reduced, One), n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sigmoid(TVector x)
    {
        TVector r = ReduceNegative(x, out TVector n);
        TVector expm1 = ExpMinusOne(r), sum = TSimd.Add(expm1, One), power = ScaleDown(sum, n);
        TVector isAbove = TSimd.GreaterThan(x, Zero);
        TVector result = TSimd.Divide(TSimd.Select(isAbove, One, power), TSimd.Add(power, One));
        if (!IsSingle)
            return result;
        // What the rounding of the sum has lost, nearly divided by the sum, and times the derivative.
        TVector lost = TSimd.Subtract(expm1, TSimd.Subtract(sum, One));
        lost = TSimd.Multiply(TSimd.AndNot(lost, isAbove), TSimd.Subtract(C(2), sum));
        return TSimd.MultiplyAdd(TSimd.Multiply(result, lost), TSimd.Subtract(One, result), result);
    }

    /// <summary>log(1 + exp(x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Softplus(TVector x)
    {
        TVector logarithm = Log1pInRange(Exp(TSimd.Or(x, SignBit)));
        return TSimd.Add(TSimd.Select(LessThan(x, Zero), Zero, x), logarithm);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanh(TVector x)
    {
        // With e = exp(-2 |x|): 1 - 2 e / (1 + e), and near 0 (1 - e) / (1 + e). The derivative, too, is made of
        // e / (1 + e): where both are in a kernel, the compiler computes what they share once.
        TVector r = ReduceNegative(TSimd.Add(x, x), out TVector n), expm1 = ExpMinusOne(r);
        TVector power = ScaleDown(TSimd.Add(expm1, One), n), size = TSimd.Abs(x);
        if (IsSingle)
        {
            TVector far = TSimd.MultiplyAdd(TSimd.Divide(power, TSimd.Add(power, One)), C(-2), One), z = Square(x);
            TVector p = TanhNearZeroOfFloats(z);
            TVector small = TSimd.MultiplyAdd(TSimd.Multiply(size, z), p, size);
            return WithSign(TSimd.Select(LessThan(size, C(0.625)), small, far), x);
        }
        TVector scale = ScaleDown(One, n), isNear = LessThan(size, C(0.5));
        TVector less = TSimd.MultiplyAdd(expm1, scale, TSimd.Subtract(scale, One)); // e - 1
        TVector ratio = TSimd.Divide(TSimd.Select(isNear, less, power), TSimd.Add(power, One));
        return WithSign(
            TSimd.Select(isNear, TSimd.Abs(ratio), TSimd.MultiplyAdd(ratio, C(-2), One)), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sinh(TVector x)
    {
        // With t = (exp(|x|) - 1) / 2: sinh = t + t / (2 t + 1), and t is finite wherever sinh is.
        TVector size = TSimd.Abs(x), t = HalfOfExpm1(AtMost(size, C(89.5, 710.5)));
        TVector finite = AtMost(t, C(1e30));
        TVector sinh = TSimd.Add(t, TSimd.Divide(finite, TSimd.Add(TSimd.Add(finite, finite), One)));
        if (!IsSingle)
            return WithSign(TSimd.Select(LessThan(size, C(1e-20)), size, sinh), x);
        TVector z = Square(size), p = SinhNearZeroOfFloats(z);
        TVector small = TSimd.MultiplyAdd(TSimd.Multiply(size, z), p, size);
        return WithSign(TSimd.Select(LessThan(size, One), small, sinh), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Cosh(TVector x)
    {
        TVector r = Reduce(AtMost(TSimd.Abs(x), C(89.5, 710.5)), out TVector n);
        TVector quarter = TSimd.Multiply(PowerOf(r), PowerOfTwo(n, -2));
        TVector half = TSimd.Add(quarter, quarter);
        return TSimd.Add(half, TSimd.Divide(C(0.25), half));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector InRangeOfExp(TVector x) => AtLeast(AtMost(x, C(89, 710)), C(-104, -746));

    /// <summary>From x to r, between -ln 2 / 2 and ln 2 / 2, and n in the low bits: x = n ln 2 + r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Reduce(TVector x, out TVector n)
    {
        n = TSimd.MultiplyAdd(x, C(Log2E), Shifter);
        // The first part of ln 2 has few bits, so that its product is exact, fused or not.
        TVector negative = TSimd.Subtract(Shifter, n);
        TVector r = TSimd.MultiplyAdd(negative, C(0.693359375, 6.93147180369123816490e-01), x);
        return TSimd.MultiplyAdd(negative, C(-2.1219444005469058e-4, 1.90821492927058770002e-10), r);
    }

    /// <summary>As <see cref="Reduce"/>, of -|x|, whose exponential does not overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ReduceNegative(TVector x, out TVector n) =>
        Reduce(AtLeast(TSimd.Or(x, SignBit), C(-104, -746)), out n);

    /// <summary>exp(r) for a reduced r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector PowerOf(TVector r) => TSimd.MultiplyAdd(TSimd.MultiplyAdd(ExpTail(r), r, 1), r, 1);

    /// <summary>exp(r) - 1 for a reduced r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpMinusOne(TVector r) => TSimd.MultiplyAdd(Square(r), ExpTail(r), r);

    /// <summary>(exp(r) - 1 - r) / r² for a reduced r.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ExpTail(TVector r) => IsSingle ? ExpTailOfFloats(r) : ExpTailOfDoubles(r);

    /// <summary>(exp(x) - 1) / 2 for an x that is at most 89.5 or 710.5.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector HalfOfExpm1(TVector x)
    {
        TVector r = Reduce(x, out TVector n), power = PowerOfTwo(n, -2);
        TVector quarter = TSimd.MultiplyAdd(ExpMinusOne(r), power, TSimd.Subtract(power, C(0.25)));
        return TSimd.Add(quarter, quarter);
    }

    /// <summary>2 to the power n + offset, where that is a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector PowerOfTwo(TVector n, int offset) =>
        TSimd.ShiftLeft(TSimd.AddBits(n, Bits(127 + offset, 1023 + offset)), FractionBits);

    /// <summary>y times 2 to the power n: in two factors, for that may be beyond the range of normal numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Scale(TVector y, TVector n)
    {
        // Twice the bias of exponents, without the bits of the shifter.
        TVector biased = TSimd.AddBits(n, Bits(254 - 0x4B400000, 2046 - 0x4338000000000000));
        TVector half = TSimd.ShiftRight(biased, 1), otherHalf = TSimd.SubtractBits(biased, half);
        y = TSimd.Multiply(y, TSimd.ShiftLeft(half, FractionBits));
        return TSimd.Multiply(y, TSimd.ShiftLeft(otherHalf, FractionBits));
    }

    /// <summary>As <see cref="Scale"/>, for an n that is not above 0, in fewer instructions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ScaleDown(TVector y, TVector n)
    {
        TVector raised = PowerOfTwo(n, IsSingle ? 64 : 512);
        return TSimd.Multiply(TSimd.Multiply(y, raised), C(1 / 18446744073709551616.0, 7.458340731200207e-155));
    }
}
