using System.Runtime.CompilerServices;

namespace SimpleGrad;

// Derivatives that have digits where the function itself has rounded to a constant.
internal static unsafe partial class VectorMath<TSimd, TVector, T>
{
    /// <summary>The derivative of the logistic function: q (1 - q), with q = exp(-|x|) / (1 + exp(-|x|)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector SigmoidSlope(TVector x)
    {
        TVector r = ReduceNegative(x, out TVector n), power = ScaleDown(TSimd.Add(ExpMinusOne(r), One), n);
        TVector smaller = TSimd.Divide(power, TSimd.Add(power, One));
        return TSimd.Multiply(smaller, TSimd.Subtract(One, smaller));
    }

    /// <summary>The logistic function and, with digits of its own, 1 less that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector SigmoidAndComplement(TVector x, out TVector complement)
    {
        TVector r = ReduceNegative(x, out TVector n), power = ScaleDown(TSimd.Add(ExpMinusOne(r), One), n);
        return LogisticOf(power, x, out complement);
    }

    /// <summary>The logistic function of x, and 1 less that, of exp(-|x|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector LogisticOf(TVector power, TVector x, out TVector complement)
    {
        TVector larger = TSimd.Divide(One, TSimd.Add(power, One)), smaller = TSimd.Multiply(power, larger);
        TVector isAbove = TSimd.GreaterThan(x, Zero);
        complement = TSimd.Select(isAbove, smaller, larger);
        return TSimd.Select(isAbove, larger, smaller);
    }

    /// <summary>exp(-x² factor), for a factor that is 1 or 1/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gaussian(TVector x, double factor)
    {
        // Beyond, it is 0.
        TVector size = AtMost(TSimd.Abs(x), factor == 1 ? C(10.3, 27.5) : C(14.6, 39));
        TVector r = ReduceSquare(size, C(factor), out TVector n);
        return ScaleDown(PowerOf(r), n);
    }

    /// <summary>The normal distribution function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Ndtr(TVector x)
    {
        TVector size = AtMost(TSimd.Abs(x), C(15, 40));
        TVector r = ReduceSquare(size, C(0.5), out TVector n);
        TVector tail = ScaleDown(NormalTailTimesPower(size, ExpMinusOne(r), isTimesX: false), n);
        TVector far = TSimd.Select(LessThan(x, Zero), tail, TSimd.Subtract(One, tail));
        if (IsSingle)
            return far;
        TVector y = TSimd.Multiply(x, C(SqrtHalf)), near = TSimd.MultiplyAdd(ErfNearZero(y), C(0.5), 0.5);
        return TSimd.Select(LessThan(TSimd.Abs(y), NearZero), near, far);
    }
}
