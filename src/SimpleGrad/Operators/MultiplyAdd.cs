using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// Elementwise x + value y z, with broadcasting, as <c>torch.addcmul</c>: one pass over memory for a value of 1.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Addcmul(Variable<T> y, Variable<T> z, double value = 1)
    {
        ArgumentNullException.ThrowIfNull(y);
        return AddcmulOperator<T>.Instance.Apply(this, value == 1 ? y : value * y, z);
    }
}

/// <summary>x + y z, rounded once where the processor can.</summary>
[Elementwise(HasOwnMethods = true)]
internal readonly partial struct Addcmul<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x, TVector y, TVector z)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => TSimd.MultiplyAdd(y, z, x);

    public static A GradientX<A>(A gradient) where A : struct, IAlgebra<A> => gradient;

    public static A GradientY<A>(A gradient, A z) where A : struct, IAlgebra<A> => gradient.StrongMultiply(z);

    public static A GradientZ<A>(A gradient, A y) where A : struct, IAlgebra<A> => gradient.StrongMultiply(y);
}
