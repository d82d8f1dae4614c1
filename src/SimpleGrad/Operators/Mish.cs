using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>x tanh(log(1 + exp(x))) (Misra, "Mish").</summary>
[Elementwise]
internal readonly partial struct Mish<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.Mish(x);

    public static A Gradient<A>(A gradient, A x) where A : struct, IAlgebra<A> => gradient.MishGradient(x);
}

/// <summary>x times the derivative of <see cref="Mish{T}"/> at y: a gradient in one pass over memory.</summary>
[Elementwise(Cost = 25, IsSlope = true, IsInternal = true)]
internal readonly partial struct MishGradient<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => VectorMath<TSimd, TVector, T>.MishSlope(y);

    /// <summary>
    /// With s the logistic function and r = 1 - s, the tanh in mish has the slope h = 4 s r² / (1 + r²)², which changes
    /// by r - 2 s + 4 s r² / (1 + r²) for its size.
    /// </summary>
    public static A GradientY<A>(A gradient, A x, A y) where A : struct, IAlgebra<A>
    {
        A s = y.Sigmoid(), complement = (-y).Sigmoid(), square = complement.Square(), below = 1 + square;
        A bend = 4 * s * square / below, slope = bend / below;
        return gradient.StrongMultiply(x)
            .StrongMultiply(slope.StrongMultiply(2 + y * (complement - 2 * s + bend)));
    }
}
