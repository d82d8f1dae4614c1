using System.Runtime.CompilerServices;

namespace SimpleGrad;

internal static unsafe partial class VectorMath<TSimd, TVector, T>
{
    /// <summary>From here on the asymptotic series hold.</summary>
    private static TVector FarGamma
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => C(5.5, 8.5);
    }

    /// <summary>The logarithm of the gamma function's absolute value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Lgamma(TVector x)
    {
        TVector result = LgammaRight(x);
        return TSimd.Any(LessThan(x, C(-0.5))) ? LgammaOfAll(x, result) : result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Digamma(TVector x)
    {
        TVector result = DigammaAboveZero(x);
        return TSimd.Any(LessThan(x, Zero)) ? DigammaOfAll(x, result) : result;
    }

    /// <summary>The reflection formula; at the poles the sine is 0.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector LgammaOfAll(TVector x, TVector right)
    {
        TVector size = TSimd.Abs(x);
        SinCosPi(size, out TVector sine, out _);
        TVector logarithm = Log(TSimd.Divide(C(Pi), TSimd.Multiply(size, TSimd.Abs(sine))));
        TVector reflected = TSimd.Subtract(logarithm, LgammaRight(size));
        TVector isPole = TSimd.Or(TSimd.EqualTo(sine, Zero), TSimd.EqualTo(size, Infinity));
        return TSimd.Select(LessThan(x, C(-0.5)), TSimd.Select(isPole, Infinity, reflected), right);
    }

    /// <summary>The reflection formula. As in PyTorch, the poles are NaN, save the one at 0 that has a sign.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector DigammaOfAll(TVector x, TVector right)
    {
        TVector size = TSimd.Abs(x);
        SinCosPi(size, out TVector sine, out TVector cosine);
        TVector cotangent = TSimd.Multiply(C(Pi), TSimd.Divide(cosine, sine));
        TVector reflected = TSimd.Add(DigammaAboveZero(TSimd.Add(size, One)), cotangent);
        TVector isPole = TSimd.Or(TSimd.EqualTo(sine, Zero), TSimd.EqualTo(size, Infinity));
        return TSimd.Select(LessThan(x, Zero), TSimd.Select(isPole, NaN, reflected), right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LgammaRight(TVector x) // of -1/2
    {
        // Near: x is led into the range from 3/2 to 5/2 by the recurrence, factor by factor.
        TVector product = One, y = x;
        for (int i = 1; i <= 3; i++)
            Lower(x, i, ref product, ref y);
        if (!IsSingle)
        {
            for (int i = 4; i <= 6; i++)
                Lower(x, i, ref product, ref y);
        }
        TVector isLow = LessThan(x, C(1.5)), isVeryLow = LessThan(x, C(0.5));
        TVector divisor = TSimd.Select(isVeryLow, TSimd.Abs(TSimd.MultiplyAdd(x, x, x)), x);
        // x - 2, x - 1 or x, which are exact.
        TVector d = TSimd.Select(isVeryLow, x, TSimd.Subtract(y, TSimd.Select(isLow, One, C(2))));
        TVector isFar = TSimd.GreaterOrEqual(x, FarGamma);
        TVector argument = TSimd.Select(isFar, x, TSimd.Select(isLow, divisor, product));
        TVector logarithm = LogOf(Split(argument, out TVector k), k);
        TVector signed = TSimd.Select(isLow, TSimd.Negate(logarithm), logarithm);
        TVector near = TSimd.MultiplyAdd(d, LgammaNearTwo(d), signed);
        // Far: Stirling's series.
        TVector reciprocal = TSimd.Divide(One, x), z = Square(reciprocal);
        TVector p = IsSingle ? StirlingSeriesOfFloats(z) : StirlingSeriesOfDoubles(z);
        TVector correction = TSimd.MultiplyAdd(p, reciprocal, C(0.41893853320467274178)); // (log(2 pi) - 1) / 2
        TVector far = TSimd.MultiplyAdd(
            TSimd.Subtract(x, C(0.5)), TSimd.Subtract(logarithm, One), correction);
        TVector isEnd = TSimd.Or(TSimd.EqualTo(x, Zero), TSimd.EqualTo(x, Infinity));
        return TSimd.Select(isEnd, Infinity, TSimd.Select(isFar, far, near));
    }

    /// <summary>Takes the factor x - i where y is still too large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lower(TVector x, int i, ref TVector product, ref TVector y)
    {
        TVector factor = TSimd.Subtract(x, C(i)), isTooLarge = TSimd.GreaterOrEqual(x, C(i + 1.5));
        product = TSimd.Select(isTooLarge, TSimd.Multiply(product, factor), product);
        y = TSimd.Select(isTooLarge, factor, y);
    }

    /// <summary>lgamma(2 + d) / d for a d between -1/2 and 1/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LgammaNearTwo(TVector d) =>
        IsSingle ? LgammaNearTwoOfFloats(d) : LgammaNearTwoOfDoubles(d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector DigammaAboveZero(TVector x)
    {
        // Eight steps of the recurrence, whose sum is one quotient: with v = x (x + 7), the pairs of 1 / (x + i) and
        // 1 / (x + 7 - i) are (2 x + 7) / (v + 0, 6, 10, 12).
        TVector isNear = LessThan(x, C(8)), v = TSimd.Multiply(x, TSimd.Add(x, C(7)));
        TVector first = TSimd.Multiply(v, TSimd.Add(v, C(6)));
        TVector second = TSimd.Multiply(TSimd.Add(v, C(10)), TSimd.Add(v, C(12)));
        TVector numerator = TSimd.MultiplyAdd(
            TSimd.MultiplyAdd(v, C(2), 6), second, TSimd.Multiply(TSimd.MultiplyAdd(v, C(2), 22), first));
        TVector steps = TSimd.Divide(
            TSimd.Multiply(TSimd.MultiplyAdd(x, C(2), 7), numerator), TSimd.Multiply(first, second));
        TVector y = TSimd.Select(isNear, TSimd.Add(x, C(8)), x);
        TVector reciprocal = TSimd.Divide(One, y), z = Square(reciprocal);
        TVector p = IsSingle ? DigammaSeriesOfFloats(z) : DigammaSeriesOfDoubles(z);
        TVector logarithm = LogOf(Split(y, out TVector k), k);
        TVector correction = TSimd.MultiplyAdd(z, p, TSimd.Multiply(reciprocal, C(0.5)));
        TVector result = TSimd.Subtract(logarithm, TSimd.Add(correction, TSimd.And(isNear, steps)));
        TVector end = TSimd.Select(TSimd.EqualTo(x, Infinity), x, result);
        return TSimd.Select(TSimd.EqualTo(x, Zero), WithSign(Infinity, TSimd.Negate(x)), end);
    }

    /// <summary>The sine and the cosine of pi x for an x not below 0, exact at multiples of 1/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SinCosPi(TVector x, out TVector sine, out TVector cosine)
    {
        TVector fraction = TSimd.Subtract(x, TSimd.Round(x)), size = TSimd.Abs(fraction); // up to a sign of both
        TVector isSteep = TSimd.GreaterThan(size, C(0.25));
        TVector angle = TSimd.Multiply(TSimd.Select(isSteep, TSimd.Subtract(C(0.5), size), size), C(Pi));
        TVector sin = SinOf(angle), cos = CosOf(angle);
        sine = WithSign(TSimd.Select(isSteep, cos, sin), fraction);
        cosine = TSimd.Select(isSteep, sin, cos);
    }
}
