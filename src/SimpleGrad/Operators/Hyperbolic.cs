using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The hyperbolic sine.</summary>
/// <remarks>Finite up to 710.47 in double, also where PyTorch's overflows: from 709.79 on.</remarks>
[Elementwise]
internal readonly partial struct Sinh<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Sinh(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.StrongMultiply(x.Cosh());
}

/// <summary>The hyperbolic cosine.</summary>
/// <remarks>Finite up to 710.47 in double, also where PyTorch's overflows: from 709.79 on.</remarks>
[Elementwise]
internal readonly partial struct Cosh<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Cosh(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.StrongMultiply(x.Sinh());
}

/// <summary>The hyperbolic tangent.</summary>
[Elementwise]
internal readonly partial struct Tanh<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Tanh(x);

    /// <summary>From x: 1 less the square of the result has no digits where that has rounded to 1.</summary>
    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.TanhGradient(x);
}

/// <summary>
/// x times the derivative of <see cref="Tanh{T}"/> at y, 1 / cosh(y)²: a gradient in one pass over memory.
/// </summary>
[Elementwise(IsSlope = true, IsInternal = true)]
internal readonly partial struct TanhGradient<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct =>
        TSimd.Multiply(VectorMath<TSimd, TVector, T>.SigmoidSlope(TSimd.Add(y, y)), TSimd.Constant(4));

    public static A GradientY<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        -2 * gradient.StrongMultiply(x).TanhGradient(y).StrongMultiply(y.Tanh());
}

/// <summary>The inverse hyperbolic sine.</summary>
[Elementwise]
internal readonly partial struct Asinh<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Asinh(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.StrongDivide(x.Hypot(1));
}

/// <summary>The inverse hyperbolic cosine; NaN below 1, with an infinite derivative at 1.</summary>
[Elementwise]
internal readonly partial struct Acosh<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Acosh(x);

    /// <summary>By the size of x, as the root of x² - 1 is, below 1 too.</summary>
    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A>
    {
        A size = x.Abs();
        return gradient.StrongMultiply((size - 1).Rsqrt() * (size + 1).Rsqrt());
    }
}

/// <summary>The inverse hyperbolic tangent; infinite at -1 and 1, NaN outside.</summary>
[Elementwise]
internal readonly partial struct Atanh<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Atanh(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongDivide(x.OneLessSquare());
}
