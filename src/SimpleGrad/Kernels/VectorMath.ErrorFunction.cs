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
        TVector term = TSimd.Subtract(density, NormalTailTimesPower(size, expm1, isTimesX: false));
        TVector start = TSimd.Select(LessThan(x, Zero), Zero, One);
        if (!IsSingle)
        {
            TVector y = TSimd.Multiply(x, C(SqrtHalf)), isNear = LessThan(TSimd.Abs(y), NearZero);
            start = TSimd.Select(isNear, TSimd.MultiplyAdd(ErfNearZero(y), C(0.5), 0.5), start);
            term = TSimd.Select(isNear, density, term);
        }
        return TSimd.Add(start, TSimd.Xor(ScaleDown(term, n), TSimd.And(x, SignBit)));
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

    /// <summary>erfinv(x) / x - 1 from w, exact to rounding of floats, in doubles to 2^-19.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfinvFactor(TVector w)
    {
        TVector near = ErfinvNear(TSimd.Subtract(w, C(2.5)));
        TVector root = TSimd.Subtract(TSimd.Sqrt(w), C(3, 4));
        TVector far = IsSingle ? ErfinvFarOfFloats(root) : ErfinvFarOfDoubles(root);
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
        TVector z = Square(x), p = IsSingle ? ErfNearZeroOfFloats(z) : ErfNearZeroOfDoubles(z);
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
        TVector square, low;
        if (IsFused)
        {
            square = Square(x);
            low = TSimd.MultiplyAdd(x, x, TSimd.Negate(square));
        }
        else
        {
            TVector high = TSimd.And(x, Bits(-1 << 12, -1L << 27));
            square = Square(high);
            low = TSimd.Multiply(TSimd.Subtract(x, high), TSimd.Add(x, high));
        }
        TVector r = Reduce(TSimd.Negate(TSimd.Multiply(square, factor)), out n);
        return TSimd.MultiplyAdd(TSimd.Negate(low), factor, r);
    }

    /// <summary>exp(x²) erfc(x) for an x that is neither near 0 nor beyond 27.5.</summary>
    public static TVector ErfcTimesPower(TVector x) => ErfcTimesPower(x, Zero);

    /// <summary>exp(r + x²) erfc(x), from exp(r) - 1: a polynomial in (x - a) / (x + a), divided by 1 + 2 x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ErfcTimesPower(TVector x, TVector expm1)
    {
        TVector a = C(2, 4), u = TSimd.Divide(TSimd.Subtract(x, a), TSimd.Add(x, a));
        TVector p = IsSingle ? ErfcxOfFloats(u) : ErfcxOfDoubles(u);
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
        TVector p = NormalTailOfFloats(u);
        p = TSimd.Multiply(p, isTimesX ? u : t);
        return TSimd.MultiplyAdd(expm1, p, p);
    }
}
