using System.Runtime.CompilerServices;

namespace SimpleGrad;

internal static unsafe partial class VectorMath<TSimd, TVector, T>
{
    /// <summary>A function of single numbers, for arguments beyond the range of the vectors.</summary>
    private interface IFunction
    {
        static abstract double Of(double x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Sin(TVector x)
    {
        TVector r = Quadrant(x, out TVector n);
        TVector sine = TSimd.Select(IsOdd(n), CosOf(r), SinOf(r));
        sine = TSimd.Select(TSimd.EqualTo(x, Zero), x, TSimd.Xor(sine, SignOfSecondBit(n)));
        return OrExact<SineFunction>(sine, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Cos(TVector x)
    {
        TVector r = Quadrant(x, out TVector n);
        TVector cosine = TSimd.Select(IsOdd(n), SinOf(r), CosOf(r));
        cosine = TSimd.Xor(cosine, SignOfSecondBit(TSimd.AddBits(n, Bits(1, 1))));
        return OrExact<CosineFunction>(cosine, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Tan(TVector x)
    {
        TVector numerator, denominator, n;
        if (IsSingle)
        {
            TVector r = Quadrant(x, out n, out TVector low), z = Square(r), p = TanSeriesOfFloats(z);
            p = TSimd.MultiplyAdd(TSimd.Multiply(r, z), p, low);
            // What the low part adds grows as the derivative, 1 + tan².
            p = TSimd.MultiplyAdd(low, Square(TSimd.Add(r, p)), p);
            (numerator, denominator) = (TSimd.Add(r, p), One);
        }
        else
        {
            TVector r = Quadrant(x, out n);
            (numerator, denominator) = (SinOf(r), CosOf(r));
        }
        TVector isOdd = IsOdd(n);
        TVector tangent = TSimd.Divide(
            TSimd.Select(isOdd, TSimd.Negate(denominator), numerator),
            TSimd.Select(isOdd, numerator, denominator));
        return OrExact<TangentFunction>(TSimd.Select(TSimd.EqualTo(x, Zero), x, tangent), x);
    }

    /// <summary>
    /// From x to r, between -pi/4 and pi/4, and n in the low bits: x = n pi/2 + r. pi/2 is subtracted in parts: fused,
    /// each product is exact; else, the first parts have few bits.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Quadrant(TVector x, out TVector n)
    {
        n = TSimd.MultiplyAdd(x, C(2 / Pi), Shifter);
        TVector negative = TSimd.Subtract(Shifter, n);
        if (IsFused)
        {
            TVector r = TSimd.MultiplyAdd(negative, C(1.5707963705062866, 1.5707963267948966), x);
            r = TSimd.MultiplyAdd(negative, C(-4.371138828673793e-08, 6.123233995736766e-17), r);
            return TSimd.MultiplyAdd(negative, C(-1.7151245100058819e-15, -1.4973849048591698e-33), r);
        }
        else
        {
            TVector r = TSimd.MultiplyAdd(negative, C(1.5703125, 1.5707963267341256), x);
            r = TSimd.MultiplyAdd(negative, C(4.837512969970703e-4, 6.077100506303966e-11), r);
            r = TSimd.MultiplyAdd(negative, C(7.54953362047672e-8, 2.0222662487111665e-21), r);
            return TSimd.MultiplyAdd(negative, C(2.5633440682570786e-12, 8.4784276603689e-32), r);
        }
    }

    /// <summary>As above, in two numbers, the second of which holds what the rounding of the first has lost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Quadrant(TVector x, out TVector n, out TVector low)
    {
        if (!IsFused)
        {
            low = Zero;
            return Quadrant(x, out n);
        }
        n = TSimd.MultiplyAdd(x, C(2 / Pi), Shifter);
        TVector turns = TSimd.Subtract(n, Shifter), second = C(-4.371138828673793e-08, 6.123233995736766e-17);
        TVector r = TSimd.MultiplyAdd(TSimd.Negate(turns), C(1.5707963705062866, 1.5707963267948966), x);
        TVector product = TSimd.Multiply(turns, second), reduced = TSimd.Subtract(r, product);
        // What the difference and the product have lost (D. Knuth's sum in two numbers), and the third part of pi/2.
        TVector taken = TSimd.Subtract(reduced, r);
        low = TSimd.Subtract(TSimd.Subtract(r, TSimd.Subtract(reduced, taken)), TSimd.Add(product, taken));
        TVector lost = TSimd.MultiplyAdd(turns, second, TSimd.Negate(product));
        lost = TSimd.MultiplyAdd(turns, C(-1.7151245100058819e-15, -1.4973849048591698e-33), lost);
        low = TSimd.Subtract(low, lost);
        return reduced;
    }

    /// <summary>The largest size for which the above are exact to rounding.</summary>
    private static TVector MaxAngle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsFused ? C(300000, 1e12) : C(8000, 1e6);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SinOf(TVector r)
    {
        TVector z = Square(r), p = IsSingle ? SinSeriesOfFloats(z) : SinSeriesOfDoubles(z);
        return TSimd.MultiplyAdd(TSimd.Multiply(r, z), p, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector CosOf(TVector r)
    {
        TVector z = Square(r), p = IsSingle ? CosSeriesOfFloats(z) : CosSeriesOfDoubles(z);
        return TSimd.MultiplyAdd(Square(z), p, TSimd.MultiplyAdd(z, C(-0.5), 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector IsOdd(TVector n) => TSimd.SubtractBits(Zero, TSimd.And(n, Bits(1, 1)));

    /// <summary>The sign bit where the second lowest bit is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SignOfSecondBit(TVector n) =>
        TSimd.And(TSimd.ShiftLeft(n, IsSingle ? 30 : 62), SignBit);

    /// <summary>The result, save for arguments that are too large: those are rare, and computed one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector OrExact<TFunction>(TVector result, TVector x)
        where TFunction : struct, IFunction
    {
        TVector isBeyond = TSimd.GreaterThan(TSimd.Abs(x), MaxAngle);
        return TSimd.Any(isBeyond) ? Exact<TFunction>(result, x) : result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TVector Exact<TFunction>(TVector result, TVector x)
        where TFunction : struct, IFunction
    {
        T* buffer = stackalloc T[TSimd.Count];
        TSimd.Store(x, buffer);
        for (int i = 0; i < TSimd.Count; i++)
        {
            if (IsSingle)
                ((float*)buffer)[i] = (float)TFunction.Of(((float*)buffer)[i]);
            else
                ((double*)buffer)[i] = TFunction.Of(((double*)buffer)[i]);
        }
        return TSimd.Select(TSimd.GreaterThan(TSimd.Abs(x), MaxAngle), TSimd.Load(buffer), result);
    }

    private readonly struct SineFunction : IFunction
    {
        public static double Of(double x) => Math.Sin(x);
    }

    private readonly struct CosineFunction : IFunction
    {
        public static double Of(double x) => Math.Cos(x);
    }

    private readonly struct TangentFunction : IFunction
    {
        public static double Of(double x) => Math.Tan(x);
    }
}
