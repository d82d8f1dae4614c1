using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The inverse sine, in radians; NaN outside -1 to 1, with an infinite derivative at both.</summary>
[Elementwise]
internal readonly partial struct Asin<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Asin(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(x.OneLessSquare().Rsqrt());
}

/// <summary>The inverse cosine, in radians; NaN outside -1 to 1, with an infinite derivative at both.</summary>
[Elementwise]
internal readonly partial struct Acos<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Acos(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        -gradient.StrongMultiply(x.OneLessSquare().Rsqrt());
}

/// <summary>
/// 1 - x² as (1 - x)(1 + x), which keeps its digits near -1 and 1; its derivative, -2 x, keeps them near 0, where the
/// sum of the derivatives of two factors does not.
/// </summary>
[Elementwise(Cost = 3, IsInternal = true)]
internal readonly partial struct OneLessSquare<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        TVector one = TSimd.Broadcast(T.One);
        return TSimd.Multiply(TSimd.Subtract(one, x), TSimd.Add(one, x));
    }

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.StrongMultiply(-2 * x);
}

/// <summary>The inverse tangent, in radians.</summary>
[Elementwise]
internal readonly partial struct Atan<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Atan(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(x.AtanSlope());
}

/// <summary>
/// 1 / (1 + x²), the derivative of <see cref="Atan{T}"/>, which neither over- nor underflows on the way.
/// </summary>
[Elementwise(Cost = 10, IsInternal = true)]
internal readonly partial struct AtanSlope<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        // Far out, where 1 does not count, 1 / |x| by itself and then its square.
        TVector one = TSimd.Broadcast(T.One), size = TSimd.Abs(x), far = TSimd.Divide(one, size);
        TVector near = TSimd.Divide(one, TSimd.MultiplyAdd(x, x, one));
        TVector isFar = TSimd.GreaterThan(size, TSimd.Constant(1e10));
        return TSimd.Select(isFar, TSimd.Multiply(far, far), near);
    }

    public static A Gradient<A>(A gradient, A x, A result) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(-2 * (x * result) * result);
}

/// <summary>
/// The angle, in radians from -π to π, of the point with ordinate x and abscissa y. As in PyTorch, the derivatives at
/// the origin are NaN.
/// </summary>
[Elementwise(Cost = 40)]
internal readonly partial struct Atan2<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Atan2(x, y);

    public static A GradientX<A>(A gradient, A x, A y) where A : struct, IAlgebra<A>
    {
        A distance = x.Hypot(y);
        return gradient.StrongMultiply(y / distance / distance);
    }

    public static A GradientY<A>(A gradient, A x, A y) where A : struct, IAlgebra<A>
    {
        A distance = x.Hypot(y);
        return -gradient.StrongMultiply(x / distance / distance);
    }
}

/// <summary>
/// sqrt(x² + y²), without overflow on the way. At the origin the derivatives are 0, as those of a norm; PyTorch has NaN
/// there.
/// </summary>
[Elementwise]
internal readonly partial struct Hypot<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Hypot(x, y);

    public static A GradientX<A>(A gradient, A x, A result) where A : struct, IAlgebra<A> =>
        gradient.NormGradient(x, result);

    public static A GradientY<A>(A gradient, A y, A result) where A : struct, IAlgebra<A> =>
        gradient.NormGradient(y, result);
}
