using System.Numerics;
using System.Numerics.Tensors;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Elementwise logistic function, 1 / (1 + exp(-x)).</summary>
    public Variable<T> Sigmoid() => SigmoidOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise max(x, 0); the derivative at 0 is 0.</summary>
    public Variable<T> Relu() => ReluOperator<T>.Instance.Apply(this);

    /// <summary>
    /// Elementwise log(1 + exp(beta x)) / beta, a smooth <see cref="Relu"/>; it is x itself where beta x is above the
    /// threshold, where the two agree to rounding.
    /// </summary>
    public Variable<T> Softplus(double beta = 1, double threshold = 20)
    {
        ArgumentOutOfRangeException.ThrowIfZero(beta);
        return SoftplusOperator<T>.Instance.Apply(this, FromNumber(beta), FromNumber(threshold));
    }
}

public static partial class TensorArithmetic
{
    /// <summary>Elementwise logistic function, 1 / (1 + exp(-x)).</summary>
    public static Tensor<T> Sigmoid<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        SigmoidOperator<T>.Instance.Compute(x);

    /// <summary>Elementwise max(x, 0).</summary>
    public static Tensor<T> Relu<T>(this Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ReluOperator<T>.Instance.Compute(x);
}

/// <summary>1 / (1 + exp(-x)).</summary>
internal sealed class SigmoidOperator<T> : ElementwiseUnary<T, SigmoidOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static SigmoidOperator<T> Instance { get; } = new();

    public override string Name => "sigmoid";

    public override Keeps Keeps => Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient * (at.Result * (1 - at.Result));

    internal readonly struct Arithmetic : IUnaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x) => T.One / (T.One + T.Exp(-x));

        public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Sigmoid(x, result);
    }
}

/// <summary>max(x, 0), with derivative 0 at 0.</summary>
internal sealed class ReluOperator<T> : ElementwiseUnary<T, ReluOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static ReluOperator<T> Instance { get; } = new();

    public override string Name => "relu";

    public override Keeps Keeps => Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        Variable.Where(at.Result <= 0, 0, gradient);

    internal readonly struct Arithmetic : IUnaryArithmetic<Arithmetic, T>
    {
        public static T Apply(T x) => T.Max(x, T.Zero);

        public static void Apply(ReadOnlySpan<T> x, Span<T> result) => TensorPrimitives.Max(x, T.Zero, result);
    }
}

/// <summary>log(1 + exp(beta x)) / beta, and x above the threshold; inputs x, beta, threshold.</summary>
internal sealed class SoftplusOperator<T> : ElementwiseTernary<T, SoftplusOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static SoftplusOperator<T> Instance { get; } = new();

    public override string Name => "softplus";

    public override Keeps Keeps => Keeps.Inputs;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> scaled = at.X * at.Y;
        return Variable.Where(scaled > at.Z, gradient, gradient * scaled.Sigmoid());
    }

    // Only plain numbers come here as beta and threshold.
    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;

    protected override Variable<T>? PropagateZ(Variable<T> gradient, in Propagation<T> at) => null;

    internal readonly struct Arithmetic : ITernaryArithmetic<T>
    {
        public static T Apply(T x, T y, T z)
        {
            T scaled = x * y;
            return scaled > z ? x : Accurate.Log1p(T.Exp(scaled)) / y;
        }
    }
}
