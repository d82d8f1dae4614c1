using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// The greater of two elements, with broadcasting; the other one where either is NaN. Of equal elements the first
    /// has the gradient, as in PyTorch.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Fmax(Variable<T> y) => FmaxOperator<T>.Instance.Apply(this, y);

    /// <summary>The greater of an element and a number; the number for NaN.</summary>
    public Variable<T> Fmax(double y) => Fmax(FromNumber(y));

    /// <summary>
    /// The lesser of two elements, with broadcasting; the other one where either is NaN. Of equal elements the first
    /// has the gradient, as in PyTorch.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> Fmin(Variable<T> y) => FminOperator<T>.Instance.Apply(this, y);

    /// <summary>The lesser of an element and a number; the number for NaN.</summary>
    public Variable<T> Fmin(double y) => Fmin(FromNumber(y));
}

/// <summary>The greater of x and y, and where one is NaN the other. x has the gradient where they are equal.</summary>
internal sealed class FmaxOperator<T> : ElementwiseBinary<T, FmaxOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static FmaxOperator<T> Instance { get; } = new();

    public override string Name => "fmax";

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        Variable.Where(Chosen(in at), gradient, 0);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        Variable.Where(Chosen(in at), 0, gradient);

    /// <summary>Where the result is x: y is not equal to itself where it is NaN.</summary>
    private static Variable<T> Chosen(in Propagation<T> at) => (at.X >= at.Y).Maximum(at.Y.EqualTo(at.Y) < 1);

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.MaxNumber(x, y);
    }
}

/// <summary>The lesser of x and y, and where one is NaN the other. x has the gradient where they are equal.</summary>
internal sealed class FminOperator<T> : ElementwiseBinary<T, FminOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static FminOperator<T> Instance { get; } = new();

    public override string Name => "fmin";

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        Variable.Where(Chosen(in at), gradient, 0);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        Variable.Where(Chosen(in at), 0, gradient);

    /// <summary>Where the result is x: y is not equal to itself where it is NaN.</summary>
    private static Variable<T> Chosen(in Propagation<T> at) => (at.X <= at.Y).Maximum(at.Y.EqualTo(at.Y) < 1);

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.MinNumber(x, y);
    }
}
