using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Elementwise x tanh(log(1 + exp(x))) (Misra, "Mish").</summary>
    public Variable<T> Mish() => MishOperator<T>.Instance.Apply(this);
}

/// <summary>x tanh(log(1 + exp(x))).</summary>
internal sealed class MishOperator<T> : ElementwiseUnary<T, MishOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static MishOperator<T> Instance { get; } = new();

    public override string Name => "mish";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        MishGradientOperator<T>.Instance.Apply(gradient, at.X);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Mish(x);
    }
}

/// <summary>x times the derivative of <see cref="MishOperator{T}"/> at y: a gradient in one pass over memory.</summary>
internal sealed class MishGradientOperator<T> : SlopeGradient<T, MishGradientOperator<T>.Slope>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static MishGradientOperator<T> Instance { get; } = new();

    protected override double ElementCost => 25;

    public override string Name => "mish_gradient";

    /// <summary>
    /// With s the logistic function and r = 1 - s, the tanh in mish has the slope h = 4 s r² / (1 + r²)², which changes
    /// by r - 2 s + 4 s r² / (1 + r²) for its size.
    /// </summary>
    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> s = at.Y.Sigmoid(), rest = (-at.Y).Sigmoid(), square = rest.Square(), below = 1 + square;
        Variable<T> bend = 4 * s * square / below, slope = bend / below;
        return gradient.StrongMultiply(at.X)
            .StrongMultiply(slope.StrongMultiply(2 + at.Y * (rest - 2 * s + bend)));
    }

    internal readonly struct Slope : IUnaryVectorArithmetic<Slope, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct =>
            VectorMath<TSimd, TVector, T>.MishSlope(y);
    }
}
