using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The sine of an angle in radians.</summary>
[Elementwise]
internal readonly partial struct Sin<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Sin(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.StrongMultiply(x.Cos());
}

/// <summary>The cosine of an angle in radians.</summary>
[Elementwise]
internal readonly partial struct Cos<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Cos(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => -gradient.StrongMultiply(x.Sin());
}

/// <summary>The tangent of an angle in radians.</summary>
[Elementwise]
internal readonly partial struct Tan<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Tan(x);

    public static A Gradient<A>(A gradient, A result) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(result.Square() + 1);
}
