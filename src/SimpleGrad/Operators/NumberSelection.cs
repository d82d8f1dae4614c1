using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// The greater of x and y, and where one is NaN the other. x has the gradient where they are equal, as in PyTorch.
/// </summary>
[Elementwise(TakesNumber = true)]
internal readonly partial struct Fmax<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.MaxNumber(x, y);

    public static A GradientX<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        A.Where(Chosen(x, y), gradient, 0);

    public static A GradientY<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        A.Where(Chosen(x, y), 0, gradient);

    /// <summary>Where the result is x: y is not equal to itself where it is NaN.</summary>
    private static A Chosen<A>(A x, A y) where A : struct, IAlgebra<A> =>
        (x >= y).Maximum(y.EqualTo(y) < 1);
}

/// <summary>
/// The lesser of x and y, and where one is NaN the other. x has the gradient where they are equal, as in PyTorch.
/// </summary>
[Elementwise(TakesNumber = true)]
internal readonly partial struct Fmin<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.MinNumber(x, y);

    public static A GradientX<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        A.Where(Chosen(x, y), gradient, 0);

    public static A GradientY<A>(A gradient, A x, A y) where A : struct, IAlgebra<A> =>
        A.Where(Chosen(x, y), 0, gradient);

    /// <summary>Where the result is x: y is not equal to itself where it is NaN.</summary>
    private static A Chosen<A>(A x, A y) where A : struct, IAlgebra<A> =>
        (x <= y).Maximum(y.EqualTo(y) < 1);
}
