using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The error function, 2 / sqrt(π) times the integral of exp(-t²) from 0 to x.</summary>
[Elementwise]
internal readonly partial struct Erf<T>
{
    /// <summary>The derivative at 0, 2 / sqrt(pi).</summary>
    public const double Slope = 1.1283791670955126;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Erf(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(x.Gaussian() * Slope);
}

/// <summary>1 - erf(x), the complement of the error function, which keeps its digits where erf(x) is near 1.</summary>
[Elementwise]
internal readonly partial struct Erfc<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Erfc(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(x.Gaussian() * -Erf<T>.Slope);
}

/// <summary>The inverse of the error function; infinite at -1 and 1, NaN outside.</summary>
[Elementwise]
internal readonly partial struct Erfinv<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Erfinv(x);

    public static A Gradient<A>(A gradient, A x, A result) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(x.ErfinvSlope(result));
}

/// <summary>
/// The derivative of <see cref="Erfinv{T}"/> at x, where y = erfinv(x): sqrt(pi) / 2 exp(y²), but far from 0,
/// where the rounding of y would count, by the digits of x. What y contributes to its derivative is in that by x.
/// </summary>
[Elementwise(IsInternal = true)]
internal readonly partial struct ErfinvSlope<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.ErfinvSlope(x, y);

    public static A GradientX<A>(A gradient, A y, A result) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(2 * y.StrongMultiply(result).StrongMultiply(result));
}
