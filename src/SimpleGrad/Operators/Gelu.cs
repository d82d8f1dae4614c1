using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// x times the standard normal distribution function at x (Hendrycks and Gimpel, "Gaussian Error Linear Units").
/// </summary>
[Elementwise]
internal readonly partial struct Gelu<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Gelu(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.GeluGradient(x);
}

/// <summary>x times the derivative of <see cref="Gelu{T}"/> at y: a gradient in one pass over memory.</summary>
[Elementwise(IsSlope = true, IsInternal = true)]
internal readonly partial struct GeluGradient<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.GeluSlope(y);

    public static A GradientY<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(x).StrongMultiply(y.NormalDensity() * (2 - y.Square()));
}

/// <summary>
/// x (1 + tanh(sqrt(2 / π) (x + 0.044715 x³))) / 2, the usual approximation of <see cref="Gelu{T}"/>.
/// </summary>
/// <remarks>As in PyTorch, the derivative is NaN where x² overflows.</remarks>
[Elementwise]
internal readonly partial struct GeluTanh<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.GeluTanh(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.GeluTanhGradient(x);
}

/// <summary>x times the derivative of <see cref="GeluTanh{T}"/> at y, in one pass over memory.</summary>
[Elementwise(Cost = 25, IsSlope = true, IsInternal = true)]
internal readonly partial struct GeluTanhGradient<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.GeluTanhSlope(y);

    /// <summary>With the slope and the bend of the exponent.</summary>
    public static A GradientY<A>(A gradient, A x, A y) where A : struct, IAlgebra<A>
    {
        A slope = GeluTanhDensity<T>.Slope(y), bend = GeluTanhDensity<T>.Bend(y), fall = GeluTanhDensity<T>.Fall(y);
        A density = y.GeluTanhDensity();
        return gradient.StrongMultiply(x)
            .StrongMultiply(density.StrongMultiply(2 * slope + y * (bend - slope.Square() * fall)));
    }
}

/// <summary>
/// The slope of the logistic function at 2 sqrt(2 / pi) (x + 0.044715 x³), with all digits: that exponent is in two
/// numbers.
/// </summary>
[Elementwise(Cost = 25, IsInternal = true)]
internal readonly partial struct GeluTanhDensity<T>
{
    private const double Scale = 1.5957691216057308; // 2 sqrt(2 / pi)
    private const double Cubic = 0.044715;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.GeluTanhDensity(x);

    public static A Gradient<A>(A gradient, A x, A result) where A : struct, IAlgebra<A> =>
        -gradient.StrongMultiply(result.StrongMultiply(Slope(x) * Fall(x)));

    /// <summary>The derivative of the exponent.</summary>
    public static A Slope<A>(A x) where A : struct, IAlgebra<A> => Scale * (1 + 3 * Cubic * x.Square());

    /// <summary>The second derivative of the exponent.</summary>
    public static A Bend<A>(A x) where A : struct, IAlgebra<A> => Scale * 6 * Cubic * x;

    /// <summary>How much the density falls for its size, for a step of the exponent.</summary>
    public static A Fall<A>(A x) where A : struct, IAlgebra<A> =>
        (0.5 * Scale * x * (1 + Cubic * x.Square())).Tanh();
}
