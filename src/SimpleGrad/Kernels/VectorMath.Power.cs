using System.Runtime.CompilerServices;

namespace SimpleGrad;

internal static unsafe partial class VectorMath<TSimd, TVector, T>
{
    /// <summary>x to the power y; the square and the cube are products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Pow(TVector x, TVector y)
    {
        TVector high = LogOfSize(x, out TVector low), exponent = TSimd.Multiply(y, high);
        return Power(x, y, exponent, TSimd.MultiplyAdd(y, low, Lost(y, high, exponent)));
    }

    /// <summary>x to the power y - z, with what this difference loses when it is rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector PowOfDifference(TVector x, TVector y, TVector z)
    {
        // D. E. Knuth's sum of two numbers, here y and -z.
        TVector less = TSimd.Subtract(y, z), taken = TSimd.Subtract(y, less);
        TVector lost = TSimd.Subtract(
            TSimd.Subtract(y, TSimd.Add(less, taken)), TSimd.Subtract(z, taken));
        lost = TSimd.And(lost, TSimd.EqualTo(lost, lost)); // NaN where y is infinite
        TVector high = LogOfSize(x, out TVector low), exponent = TSimd.Multiply(less, high);
        TVector exponentLow = TSimd.MultiplyAdd(less, low, Lost(less, high, exponent));
        return Power(x, less, exponent, TSimd.MultiplyAdd(lost, high, exponentLow));
    }

    /// <summary>The logarithm of |x| in two numbers; that of 0 is -infinity, and those of infinity and NaN are they.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogOfSize(TVector x, out TVector low)
    {
        TVector size = TSimd.Abs(x), high = LogInTwo(size, out low);
        TVector isInside = TSimd.And(TSimd.GreaterThan(size, Zero), LessThan(size, Infinity));
        TVector end = TSimd.Select(TSimd.EqualTo(size, Zero), C(double.NegativeInfinity), size);
        return TSimd.Select(isInside, high, end);
    }

    /// <summary>x to the power y, whose product with the logarithm of |x| is the exponent, in two numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Power(TVector x, TVector y, TVector exponent, TVector exponentLow)
    {
        TVector size = TSimd.Abs(x);
        TVector isOne = TSimd.EqualTo(size, One); // else infinity times 0
        exponent = TSimd.AndNot(exponent, isOne);
        exponentLow = TSimd.AndNot(exponentLow, isOne);
        TVector r = Reduce(InRangeOfExp(exponent), out TVector n);
        // What the product has lost, where it is not beyond all bounds.
        TVector isInRange = LessThan(TSimd.Abs(exponent), C(104, 746));
        TVector power = Scale(PowerOf(TSimd.Add(r, TSimd.And(exponentLow, isInRange))), n);

        TVector half = TSimd.Multiply(y, C(0.5)), isInteger = TSimd.EqualTo(TSimd.Truncate(y), y);
        TVector isOdd = TSimd.AndNot(isInteger, TSimd.EqualTo(TSimd.Truncate(half), half));
        power = TSimd.Or(power, TSimd.And(TSimd.And(x, SignBit), isOdd));
        TVector isFiniteBelow = TSimd.And(LessThan(x, Zero), TSimd.GreaterThan(x, C(double.NegativeInfinity)));
        power = TSimd.Select(TSimd.AndNot(isFiniteBelow, isInteger), NaN, power);
        TVector square = Square(x);
        power = TSimd.Select(TSimd.EqualTo(y, C(2)), square, power);
        power = TSimd.Select(TSimd.EqualTo(y, C(3)), TSimd.Multiply(square, x), power);
        return TSimd.Select(TSimd.Or(TSimd.EqualTo(y, Zero), TSimd.EqualTo(x, One)), One, power);
    }

    /// <summary>The logarithm of a finite x above 0, in two numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogInTwo(TVector x, out TVector low)
    {
        // With s = f / (2 + f): log(1 + f) = 2 s + s³ (2/3 + s² (2/5 + …)), of which all but the end is in two numbers.
        TVector f = Split(x, out TVector k), d = TSimd.Add(f, C(2)), reciprocal = TSimd.Divide(One, d);
        TVector s = TSimd.Multiply(f, reciprocal), dLow = TSimd.Subtract(f, TSimd.Subtract(d, C(2)));
        TVector product = TSimd.Multiply(s, d);
        TVector sLow = TSimd.Subtract(TSimd.Subtract(f, product), Lost(s, d, product));
        sLow = TSimd.Multiply(TSimd.Subtract(sLow, TSimd.Multiply(s, dLow)), reciprocal);

        TVector z = Square(s), twiceLow = TSimd.Add(sLow, sLow);
        TVector zLow = TSimd.MultiplyAdd(s, twiceLow, Lost(s, s, z));
        TVector tail = TSimd.Multiply(z, IsSingle ? LogTailOfFloats(z) : LogTailOfDoubles(z));
        TVector r = TSimd.Add(C(2.0 / 3), tail);
        TVector rLow = TSimd.Add(TSimd.Subtract(C(2.0 / 3), r), tail);
        rLow = TSimd.Add(rLow, C(2.0 / 3 - (float)(2.0 / 3), 3.700743415417188e-17));

        TVector cube = TSimd.Multiply(s, z);
        TVector cubeLow = TSimd.MultiplyAdd(s, zLow, TSimd.MultiplyAdd(sLow, z, Lost(s, z, cube)));
        TVector t = TSimd.Multiply(cube, r);
        TVector tLow = TSimd.MultiplyAdd(cube, rLow, TSimd.MultiplyAdd(cubeLow, r, Lost(cube, r, t)));

        TVector twice = TSimd.Add(s, s), sum = TSimd.Add(twice, t);
        TVector sumLow = TSimd.Add(TSimd.Add(TSimd.Subtract(twice, sum), t), TSimd.Add(tLow, twiceLow));
        TVector base2 = TSimd.Multiply(k, C(6.9313812256e-01, 6.93147180369123816490e-01));
        TVector result = TSimd.Add(base2, sum);
        TVector lost = TSimd.Add(TSimd.Subtract(base2, result), sum);
        low = TSimd.Add(lost, TSimd.MultiplyAdd(k, C(9.0580006145e-06, 1.90821492927058770002e-10), sumLow));
        return result;
    }

    /// <summary>What the rounding of a product has lost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Lost(TVector x, TVector y, TVector product)
    {
        if (IsFused)
            return TSimd.MultiplyAdd(x, y, TSimd.Negate(product));
        // T. J. Dekker's product of halves.
        TVector mask = Bits(-1 << 12, -1L << 27), xHigh = TSimd.And(x, mask), yHigh = TSimd.And(y, mask);
        TVector xLow = TSimd.Subtract(x, xHigh), yLow = TSimd.Subtract(y, yHigh);
        TVector lost = TSimd.Subtract(TSimd.Multiply(xHigh, yHigh), product);
        lost = TSimd.Add(TSimd.Add(lost, TSimd.Multiply(xHigh, yLow)), TSimd.Multiply(xLow, yHigh));
        return TSimd.Add(lost, TSimd.Multiply(xLow, yLow));
    }
}
