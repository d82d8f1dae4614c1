using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>2 to the power x.</summary>
[Elementwise]
internal readonly partial struct Exp2<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Exp2(x);

    /// <summary>2^(x - 1) 2 log(2), which is finite where 2^x is a little too great.</summary>
    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply((x - 1).Exp2() * (2 * Math.Log(2)));
}

/// <summary>The logarithm to base 2; -infinity at 0, NaN below.</summary>
[Elementwise]
internal readonly partial struct Log2<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Log2(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongDivide(x * Math.Log(2));
}

/// <summary>The logarithm to base 10; -infinity at 0, NaN below.</summary>
[Elementwise]
internal readonly partial struct Log10<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Log10(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> =>
        gradient.StrongDivide(x * Math.Log(10));
}

/// <summary>1 / sqrt(x); infinite at 0, NaN below.</summary>
[Elementwise]
internal readonly partial struct Rsqrt<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.Divide(TSimd.Broadcast(T.One), TSimd.Sqrt(x));

    public static A Gradient<A>(A gradient, A result) where A : struct, IAlgebra<A> =>
        gradient.StrongMultiply(-0.5 * (result * result.Square()));
}
