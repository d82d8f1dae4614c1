using System.Runtime.CompilerServices;

namespace SimpleGrad;

internal static unsafe partial class VectorMath<TSimd, TVector, T>
{
    /// <summary>
    /// x tanh(log(1 + exp(x))): with s the logistic function of x and r = 1 - s, x s (1 + r) / (1 + r²).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Mish(TVector x)
    {
        TVector s = SigmoidAndComplement(x, out TVector r);
        TVector share = TSimd.Divide(TSimd.MultiplyAdd(s, r, s), TSimd.MultiplyAdd(r, r, 1));
        return TSimd.Select(TSimd.EqualTo(share, Zero), share, TSimd.Multiply(x, share));
    }

    /// <summary>The slope of <see cref="Mish"/>: s / (1 + r²) times 1 + r + 4 x r² / (1 + r²).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MishSlope(TVector x)
    {
        TVector s = SigmoidAndComplement(x, out TVector r), square = Square(r), below = TSimd.Add(square, One);
        TVector bend = TSimd.Divide(TSimd.Multiply(TSimd.Multiply(square, C(4)), x), below);
        bend = TSimd.Select(TSimd.EqualTo(square, Zero), Zero, bend);
        return StrongMultiply(TSimd.Divide(s, below), TSimd.Add(TSimd.Add(r, One), bend));
    }

    /// <summary>x - tanh(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tanhshrink(TVector x)
    {
        // Near 0 from Lambert's continued fraction x / (1 + z / (3 + z / (5 + …))) of tanh, in which z = x².
        TVector z = Square(x);
        TVector above = TSimd.Multiply(z, Polynomial(z, 1, 1430, 289575, 16081065, 218243025));
        TVector below = Horner(Polynomial(z, 1, 1485), z, 315315, 18918900, 310134825, 654729075);
        TVector near = TSimd.Multiply(x, TSimd.Divide(above, below));
        return TSimd.Select(LessThan(TSimd.Abs(x), C(1.3)), near, TSimd.Subtract(x, Tanh(x)));
    }

    /// <summary>log(x / (1 - x)), as the logarithm of 1 + |1 - 2 x| / min(x, 1 - x) with the sign of x - 1/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Logit(TVector x)
    {
        TVector isLow = LessThan(x, C(0.5)), isTiny = LessThan(TSimd.Abs(x), C(1e-37, 1e-307));
        TVector below = TSimd.Select(isLow, TSimd.Add(x, Zero), TSimd.Subtract(One, x)); // 0 for -0
        // The reciprocal of a subnormal number would overflow.
        below = TSimd.Multiply(below, TSimd.Select(isTiny, C(18446744073709551616.0), One));
        TVector log = Log1p(TSimd.Divide(TSimd.Abs(TSimd.MultiplyAdd(x, C(-2), 1)), below));
        log = TSimd.Add(log, TSimd.And(isTiny, C(64 * Ln2)));
        return TSimd.Xor(log, TSimd.And(isLow, SignBit));
    }

    private const double TanhGeluSlope = 1.5957691216057308; // 2 sqrt(2 / pi)
    private const double TanhGeluCubic = 0.07135481627260025; // 0.044715 times that

    /// <summary>x times the logistic function of y = 2 sqrt(2 / pi) (x + 0.044715 x³).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector GeluTanh(TVector x)
    {
        TVector s = TanhGeluAndComplement(WithinTanhGelu(x), out _);
        return TSimd.Select(TSimd.EqualTo(s, Zero), WithSign(Zero, x), TSimd.Multiply(x, s));
    }

    /// <summary>The slope of <see cref="GeluTanh"/>; NaN where x² overflows, as in PyTorch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector GeluTanhSlope(TVector x)
    {
        TVector within = WithinTanhGelu(x), s = TanhGeluAndComplement(within, out TVector complement);
        TVector slope = TSimd.MultiplyAdd(Square(within), C(3 * TanhGeluCubic), TanhGeluSlope);
        TVector result = TSimd.Multiply(s, TSimd.MultiplyAdd(TSimd.Multiply(within, slope), complement, 1));
        return TSimd.MultiplyAdd(Square(x), Zero, result);
    }

    /// <summary>The slope of the logistic function at y, in the words of <see cref="GeluTanh"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector GeluTanhDensity(TVector x)
    {
        TVector s = TanhGeluAndComplement(WithinTanhGelu(x), out TVector complement);
        return TSimd.Multiply(s, complement);
    }

    /// <summary>Beyond, the logistic function is 0 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector WithinTanhGelu(TVector x) => AtLeast(AtMost(x, C(24)), C(-24));

    /// <summary>The logistic function of y and 1 less that. The exponent y is in two numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector TanhGeluAndComplement(TVector x, out TVector complement)
    {
        TVector size = TSimd.Abs(x), z = Square(x), cubic = C(TanhGeluCubic), start = C(TanhGeluSlope);
        TVector product = TSimd.Multiply(cubic, z), factor = TSimd.Add(product, start);
        // What the square, the product, the sum and the constants have lost.
        TVector part = TSimd.Subtract(factor, product);
        TVector low = TSimd.Add(
            TSimd.Subtract(product, TSimd.Subtract(factor, part)), TSimd.Subtract(start, part));
        low = TSimd.Add(low, TSimd.MultiplyAdd(cubic, Lost(x, x, z), Lost(cubic, z, product)));
        low = TSimd.Add(low, TSimd.MultiplyAdd(
            z, C(2.3988324659995897e-09, -6.175149918155315e-19), C(-4.534068054340423e-08, -9.96930880911092e-17)));
        TVector y = TSimd.Multiply(size, factor);
        low = TSimd.MultiplyAdd(size, low, Lost(size, factor, y));

        TVector r = Reduce(AtLeast(TSimd.Negate(y), C(-104, -746)), out TVector n);
        return LogisticOf(ScaleDown(PowerOf(TSimd.Subtract(r, low)), n), x, out complement);
    }

    /// <summary>
    /// The slope of <see cref="Erfinv"/> at x, where y = erfinv(x): sqrt(pi) / 2 exp(y²). Far from 0 the power is taken
    /// from erfc(y) = 1 - |x|, for y has been rounded.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector ErfinvSlope(TVector x, TVector y)
    {
        TVector size = TSimd.Abs(x), isNear = LessThan(size, C(0.75));
        TVector near = Exp(Square(TSimd.And(y, isNear)));
        TVector far = TSimd.Divide(ErfcTimesPower(AtMost(TSimd.Abs(y), C(27.5)), Zero), TSimd.Subtract(One, size));
        TVector slope = TSimd.Multiply(TSimd.Select(isNear, near, far), C(0.88622692545275801365));
        return TSimd.Select(TSimd.GreaterThan(size, One), NaN, slope);
    }
}
