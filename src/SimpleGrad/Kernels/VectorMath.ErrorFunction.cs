using System.Runtime.CompilerServices;

namespace SimpleGrad;

internal static unsafe partial class VectorMath<TSimd, TVector, T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Erf(TVector x)
    {
        TVector size = TSimd.Abs(x), far = WithSign(TSimd.Subtract(One, ErfcTail(size)), x);
        return TSimd.Select(LessThan(size, NearZero), ErfNearZero(x), far);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Erfc(TVector x)
    {
        TVector size = TSimd.Abs(x), tail = ErfcTail(size);
        TVector far = TSimd.Select(LessThan(x, Zero), TSimd.Subtract(C(2), tail), tail);
        return TSimd.Select(LessThan(size, NearZero), TSimd.Subtract(One, ErfNearZero(x)), far);
    }

    /// <summary>x erfc(-x / sqrt(2)) / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gelu(TVector x)
    {
        // x or 0, and |x| times the tail less. The exponent is that of x itself, whose square is halved exactly.
        TVector size = AtMost(TSimd.Abs(x), C(15, 40));
        TVector r = ReduceSquare(size, C(0.5), out TVector n);
        TVector tail = ScaleDown(NormalTailTimesPower(size, ExpMinusOne(r), isTimesX: true), n);
        TVector far = TSimd.Select(LessThan(x, Zero), TSimd.Negate(tail), TSimd.Subtract(x, tail));
        if (IsSingle)
            return far;
        TVector y = TSimd.Multiply(x, C(SqrtHalf));
        TVector near = TSimd.Multiply(TSimd.Multiply(x, C(0.5)), TSimd.Add(ErfNearZero(y), One));
        return TSimd.Select(LessThan(TSimd.Abs(y), NearZero), near, far);
    }

    /// <summary>The slope of <see cref="Gelu"/>: the normal distribution function, and x times its density.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector GeluSlope(TVector x)
    {
        TVector size = AtMost(TSimd.Abs(x), C(15, 40));
        TVector r = ReduceSquare(size, C(0.5), out TVector n), expm1 = ExpMinusOne(r);
        TVector height = TSimd.Multiply(size, C(0.39894228040143267794)); // |x| / sqrt(2 pi)
        TVector density = TSimd.MultiplyAdd(expm1, height, height);
        TVector rest = TSimd.Subtract(density, NormalTailTimesPower(size, expm1, isTimesX: false));
        TVector start = TSimd.Select(LessThan(x, Zero), Zero, One);
        if (!IsSingle)
        {
            TVector y = TSimd.Multiply(x, C(SqrtHalf)), isNear = LessThan(TSimd.Abs(y), NearZero);
            start = TSimd.Select(isNear, TSimd.MultiplyAdd(ErfNearZero(y), C(0.5), 0.5), start);
            rest = TSimd.Select(isNear, density, rest);
        }
        return TSimd.Add(start, TSimd.Xor(ScaleDown(rest, n), TSimd.And(x, SignBit)));
    }

    /// <summary>The inverse of the error function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Erfinv(TVector x)
    {
        // As in M. Giles, "Approximating the erfinv function" (2010): x times a function of w = -log(1 - x²).
        TVector size = TSimd.Abs(x), complement = TSimd.Subtract(One, size);
        TVector f = Split(TSimd.Multiply(complement, TSimd.Add(size, One)), out TVector k);
        TVector w = TSimd.Negate(LogOf(f, k)), y = TSimd.MultiplyAdd(size, ErfinvFactor(w), size);
        if (!IsSingle)
            y = ImproveErfinv(y, size, complement);
        TVector end = TSimd.Select(TSimd.EqualTo(size, One), Infinity, NaN);
        return WithSign(TSimd.Select(LessThan(size, One), y, end), x);
    }

    /// <summary>erfinv(x) / x - 1 from w, exact to rounding of floats, in doubles to 2^-20.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfinvFactor(TVector w)
    {
        TVector centred = TSimd.Subtract(w, C(2.5));
        TVector near = Polynomial(centred, 3.62608277e-10, -8.72006556e-09, 1.76823125e-08);
        near = Horner(near, centred, 4.65230386e-07, -3.43305692e-06, -4.95920267e-06, 0.000218280053);
        near = Horner(near, centred, -0.00125274865, -0.00417733798, 0.246640295, 0.50140941);
        TVector root = TSimd.Subtract(TSimd.Sqrt(w), C(3, 4)), far;
        if (IsSingle)
        {
            far = Polynomial(root, -2.97372426e-05, 0.000159329924, -0.000275400205);
            far = Horner(far, root, -0.000118672702, 0.00147285545, -0.00356765906, 0.00568849733);
            far = Horner(far, root, -0.0076426561, 0.00944521464, 1.00167525, 1.83297682);
        }
        else
        {
            far = Polynomial(
                root, 1.7825097e-05, -7.8921901e-05, 9.0501288e-05, -2.7656660e-05, 0.00025632680);
            far = Horner(far, root, -0.00094216216, 0.0012928562, 1.0095109637, 2.8397814901);
        }
        return TSimd.Select(TSimd.GreaterThan(w, C(5)), far, near);
    }

    /// <summary>A step to the zero of erf(y) - x, by three terms of the series of the inverse function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ImproveErfinv(TVector y, TVector x, TVector complement)
    {
        TVector r = ReduceSquare(AtMost(y, C(7)), One, out TVector n);
        TVector tail = Scale(ErfcTimesPower(y, ExpMinusOne(r)), n);
        // Whichever of the two functions is small has the digits.
        TVector near = TSimd.Subtract(x, ErfNearZero(y)), far = TSimd.Subtract(tail, complement);
        TVector error = TSimd.Select(LessThan(y, NearZero), near, far), slope = Scale(PowerOf(r), n);
        TVector t = TSimd.Divide(TSimd.Multiply(error, C(0.88622692545275801365)), slope);
        TVector third = TSimd.MultiplyAdd(Square(y), C(4.0 / 3), 1.0 / 3);
        return TSimd.Add(y, TSimd.MultiplyAdd(Square(t), TSimd.MultiplyAdd(third, t, y), t));
    }

    /// <summary>Below it the error function is a polynomial, above it the complement is taken from 1.</summary>
    private static TVector NearZero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => C(0.5, 0.75);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfNearZero(TVector x)
    {
        TVector z = Square(x), p;
        if (IsSingle)
        {
            p = Horner(
                Polynomial(z, -0.000766026031, 0.0051984312), z, -0.0268627461, 0.112837709, -0.376126379, 0.128379167);
        }
        else
        {
            p = Polynomial(z, 1.1385333892850592e-08, -1.5916276346240502e-07, 1.6427929673480448e-06);
            p = Horner(
                p, z, -1.4924020099338548e-05, 0.00012055282771238827, -0.0008548326026929761, 0.005223977613081309);
            p = Horner(p, z, -0.0268661706442349, 0.11283791670951786, -0.37612638903183704, 0.1283791670955126);
        }
        return TSimd.MultiplyAdd(x, p, x);
    }

    /// <summary>erfc(x) for an x that is not near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfcTail(TVector x)
    {
        x = AtMost(x, C(10.3, 27.5));
        TVector r = ReduceSquare(x, One, out TVector n);
        return ScaleDown(ErfcTimesPower(x, ExpMinusOne(r)), n);
    }

    /// <summary>As <see cref="Reduce"/>, for -x² times a factor that is a power of 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ReduceSquare(TVector x, TVector factor, out TVector n)
    {
        // The square in two numbers, lest its rounding error be blown up.
        TVector square, rest;
        if (IsFused)
        {
            square = Square(x);
            rest = TSimd.MultiplyAdd(x, x, TSimd.Negate(square));
        }
        else
        {
            TVector high = TSimd.And(x, Bits(-1 << 12, -1L << 27));
            square = Square(high);
            rest = TSimd.Multiply(TSimd.Subtract(x, high), TSimd.Add(x, high));
        }
        TVector r = Reduce(TSimd.Negate(TSimd.Multiply(square, factor)), out n);
        return TSimd.MultiplyAdd(TSimd.Negate(rest), factor, r);
    }

    /// <summary>exp(x²) erfc(x) for an x that is neither near 0 nor beyond 27.5.</summary>
    public static TVector ErfcTimesPower(TVector x) => ErfcTimesPower(x, Zero);

    /// <summary>exp(r + x²) erfc(x), from exp(r) - 1: a polynomial in (x - a) / (x + a), divided by 1 + 2 x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfcTimesPower(TVector x, TVector expm1)
    {
        TVector a = C(2, 4), p;
        TVector u = TSimd.Divide(TSimd.Subtract(x, a), TSimd.Add(x, a));
        if (IsSingle)
        {
            p = Polynomial(u, 0.000228857098, -0.000318373874, -0.00148080604);
            p = Horner(p, u, 0.00122141175, 0.0087306425, -0.0080256816, -0.0542210378);
            p = Horner(p, u, 0.164050698, -0.166030347, -0.0927638188, 1.27697837);
        }
        else
        {
            p = Horner(
                Polynomial(u, -8.130275859152012e-09, -1.3550139474649062e-08), u,
                9.954702420689535e-08, 7.02699512198774e-08, -8.156487487778399e-07, 2.961797633769706e-07);
            p = Horner(p, u, 5.704257847468507e-06, -1.1222784475562386e-05, -2.4397267112572807e-05,
                0.00015062181628510633);
            p = Horner(p, u, -0.00019925714057943012, -0.0007577733022602357, 0.00503197004265914,
                -0.016197734057481573);
            p = Horner(p, u, 0.037167515531821925, -0.06633036581216012, 0.09373283499862196, -0.101039066036309);
            p = Horner(p, u, 0.06809705425468669, 0.015379652102619842, -0.13962111684056247, 1.2329951186255526);
        }
        return TSimd.Divide(TSimd.MultiplyAdd(expm1, p, p), TSimd.MultiplyAdd(x, C(2), 1));
    }

    /// <summary>
    /// exp(r + x² / 2) erfc(x / sqrt(2)) / 2, from exp(r) - 1, and x times that where it is asked for. In doubles x is
    /// not near 0; in floats a polynomial in x t, times t = 1 / (1 + 0.375 x), does for all x that are not negative.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector NormalTailTimesPower(TVector x, TVector expm1, bool isTimesX)
    {
        if (!IsSingle)
        {
            TVector factor = isTimesX ? TSimd.Multiply(x, C(0.5)) : C(0.5);
            return TSimd.Multiply(ErfcTimesPower(TSimd.Multiply(x, C(SqrtHalf)), expm1), factor);
        }
        TVector t = TSimd.Divide(One, TSimd.MultiplyAdd(x, C(0.375), 1)), u = TSimd.Multiply(x, t);
        // All but the last steps with the even and the odd powers by themselves, for a shorter chain.
        TVector square = Square(u);
        TVector even = Polynomial(square, 2.06651603e-05, -2.23531515e-05, -0.000318662496, 0.0211021323);
        TVector odd = Polynomial(square, -3.01345835e-06, -2.43818104e-05, -0.000309437921, 0.00634627696);
        TVector p = Horner(TSimd.MultiplyAdd(odd, u, even), u, -0.211441934, 0.5);
        p = TSimd.Multiply(p, isTimesX ? u : t);
        return TSimd.MultiplyAdd(expm1, p, p);
    }
}
