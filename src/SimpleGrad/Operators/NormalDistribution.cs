using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The normal distribution function, erfc(-x / sqrt(2)) / 2, with all digits of its lower tail.</summary>
[Elementwise]
internal readonly partial struct Ndtr<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Ndtr(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(x.NormalDensity());
}

/// <summary>The density of the normal distribution, with all digits of its tails.</summary>
[Elementwise(IsInternal = true)]
internal readonly partial struct NormalDensity<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Multiply(
            VectorMath<TSimd, TVector, T>.Gaussian(x, 0.5), TSimd.Constant(NormalFunction.DensityAtZero));

    public static A Gradient<A>(A gradient, A x, A result) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(-(x * result));
}

/// <summary>exp(-x²), with all digits: x² is not rounded on the way.</summary>
[Elementwise(IsInternal = true)]
internal readonly partial struct Gaussian<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Gaussian(x, 1);

    public static A Gradient<A>(A gradient, A x, A result) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(-2 * x * result);
}

/// <summary>
/// The logarithm of the normal distribution function, with all digits of both tails, as its derivatives have them.
/// </summary>
[Elementwise]
internal readonly partial struct LogNdtr<T>
{
    public static T Apply(T x) => T.CreateTruncating(NormalFunction.LogNdtr(double.CreateTruncating(x)));

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(x.NormalHazard());
}

/// <summary>
/// The density of the normal distribution divided by its distribution function, the derivative of
/// <see cref="LogNdtr{T}"/>.
/// </summary>
[Elementwise(IsInternal = true)]
internal readonly partial struct NormalHazard<T>
{
    public static T Apply(T x) => T.CreateTruncating(NormalFunction.Hazard(double.CreateTruncating(x)));

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        -gradient.StrongMultiply(x.NormalHazardFall());
}

/// <summary>
/// x plus <see cref="NormalHazard{T}"/> at x, without the cancellation of the sum in the tail.
/// </summary>
[Elementwise(IsInternal = true)]
internal readonly partial struct NormalHazardExcess<T>
{
    public static T Apply(T x) => T.CreateTruncating(NormalFunction.HazardExcess(double.CreateTruncating(x)));

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(x.NormalHazardExcessSlope());
}

/// <summary>The derivative of <see cref="NormalHazardExcess{T}"/>.</summary>
[Elementwise(IsInternal = true)]
internal readonly partial struct NormalHazardExcessSlope<T>
{
    public static T Apply(T x) => T.CreateTruncating(NormalFunction.HazardExcessSlope(double.CreateTruncating(x)));

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(x.NormalHazardBend());
}

/// <summary>The negative derivative of <see cref="NormalHazard{T}"/>: it times its excess.</summary>
[Elementwise(IsInternal = true)]
internal readonly partial struct NormalHazardFall<T>
{
    public static T Apply(T x) => T.CreateTruncating(NormalFunction.HazardFall(double.CreateTruncating(x)));

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        -gradient.StrongMultiply(x.NormalHazardBend());
}

/// <summary>The second derivative of <see cref="NormalHazard{T}"/> and of its excess.</summary>
[Elementwise(IsInternal = true)]
internal readonly partial struct NormalHazardBend<T>
{
    public static T Apply(T x) => T.CreateTruncating(NormalFunction.HazardBend(double.CreateTruncating(x)));

    public static A Gradient<A>(A gradient, A x, A result) where A : struct, IAlgebra<A>
    {
        A hazard = x.NormalHazard();
        A excess = x.NormalHazardExcess();
        A slope = x.NormalHazardExcessSlope();
        return gradient.StrongMultiply(hazard * (2 * excess * slope - result) - excess * result);
    }
}

/// <summary>
/// The inverse of the normal distribution function (M. J. Wichura, "Algorithm AS 241"); -infinity at 0, infinity at 1,
/// NaN outside.
/// </summary>
[Elementwise]
internal readonly partial struct Ndtri<T>
{
    public static T Apply(T x) => T.CreateTruncating(NormalFunction.Ndtri(double.CreateTruncating(x)));

    public static A Gradient<A>(A gradient, A x, A result) where A : struct, IAlgebra<A>
    {
        A isLow = x <= 0.5, tail = A.Where(isLow, x, 1 - x);
        A place = A.Where(isLow, result, -result);
        // One after the other: their product may be subnormal.
        return gradient.StrongDivide(place.NormalHazard()).StrongDivide(tail);
    }
}

/// <summary>
/// exp(x²) erfc(x), the scaled complement of the error function, which neither over- nor underflows for an x above 0.
/// </summary>
[Elementwise]
internal readonly partial struct Erfcx<T>
{
    public static T Apply(T x) => T.CreateTruncating(NormalFunction.Erfcx(double.CreateTruncating(x)));

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(-2 * x.ErfcxIntegral(1));
}

/// <summary>
/// exp(x²) times the y-fold integral of erfc from x to infinity, where y is a plain integer: up to a factor the
/// derivatives of <see cref="Erfcx{T}"/>, none of which is a difference.
/// </summary>
[Elementwise(IsInternal = true)]
internal readonly partial struct ErfcxIntegral<T>
{
    public static T Apply(T x, T y) => T.CreateTruncating(
        NormalFunction.ErfcxIntegral(int.CreateTruncating(y), double.CreateTruncating(x)));

    public static A GradientX<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(-2 * (y + 1) * x.ErfcxIntegral(y + 1));
}
