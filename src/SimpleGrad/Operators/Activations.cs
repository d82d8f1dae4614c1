using System.Numerics;
using System.Runtime.CompilerServices;

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
    /// <param name="beta">How sharp the bend is.</param>
    /// <param name="threshold">Where it ends, in units of beta x.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is 0.</exception>
    public Variable<T> Softplus(double beta = 1, double threshold = 20)
    {
        ArgumentOutOfRangeException.ThrowIfZero(beta);
        return SoftplusOperator<T>.Instance.Apply(this, FromNumber(beta), FromNumber(threshold));
    }

    /// <summary>Elementwise x times the logistic function of x, also called swish.</summary>
    public Variable<T> Silu() => SiluOperator<T>.Instance.Apply(this);

    /// <summary>
    /// Elementwise x above 0 and alpha (exp(x) - 1) elsewhere; the derivative at 0 is alpha (Clevert, Unterthiner and
    /// Hochreiter, "Exponential Linear Units").
    /// </summary>
    public Variable<T> Elu(double alpha = 1)
    {
        Variable<T> isBelow = this <= 0;
        // The exponential of a great x would be infinite, and spoil the gradient although nothing comes of it.
        return Variable.Where(isBelow, alpha * Variable.Where(isBelow, this, 0).Expm1(), this);
    }

    /// <summary>
    /// Elementwise x above 0 and a small multiple of x elsewhere; the derivative at 0 is that small factor.
    /// </summary>
    public Variable<T> LeakyRelu(double negativeSlope = 0.01) => Variable.Where(this > 0, this, negativeSlope * this);

    /// <summary>
    /// Each element moved into the range from <paramref name="min"/> to <paramref name="max"/>. As in PyTorch, the
    /// derivative at the bounds is 0, where that of <see cref="Clamp(double?, double?)"/> is 1.
    /// </summary>
    /// <exception cref="ArgumentException">The least value is greater than the greatest.</exception>
    public Variable<T> Hardtanh(double min = -1, double max = 1) => min > max
        ? throw new ArgumentException($"hardtanh: the least value, {min}, is greater than the greatest, {max}.")
        : Variable.Where(this <= min, min, Variable.Where(this >= max, max, this));

    /// <summary>Elementwise x / (1 + |x|).</summary>
    public Variable<T> Softsign() => SoftsignOperator<T>.Instance.Apply(this);

    /// <summary>Elementwise logarithm of the logistic function, without overflow.</summary>
    public Variable<T> LogSigmoid() => -(-this).Softplus(threshold: double.PositiveInfinity);
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

/// <summary>1 / (1 + exp(-x)), without overflow.</summary>
internal sealed class SigmoidOperator<T> : ElementwiseUnary<T, SigmoidOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static SigmoidOperator<T> Instance { get; } = new();

    public override string Name => "sigmoid";

    public override Keeps Keeps => Keeps.X;

    /// <summary>From x: 1 less the result has no digits where that has rounded to 1.</summary>
    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        SigmoidGradientOperator<T>.Instance.Apply(gradient, at.X);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Sigmoid(x);
    }
}

/// <summary>
/// x times the derivative of <see cref="SigmoidOperator{T}"/> at y: a gradient in one pass over memory. The next
/// derivative is this one times -tanh(y / 2).
/// </summary>
internal sealed class SigmoidGradientOperator<T> : SlopeGradient<T, SigmoidGradientOperator<T>.Slope>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static SigmoidGradientOperator<T> Instance { get; } = new();

    public override string Name => "sigmoid_gradient";

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        -Instance.Apply(gradient.StrongMultiply(at.X), at.Y).StrongMultiply((0.5 * at.Y).Tanh());

    internal readonly struct Slope : IUnaryVectorArithmetic<Slope, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct =>
            VectorMath<TSimd, TVector, T>.SigmoidSlope(y);
    }
}

/// <summary>x times the logistic function of x.</summary>
internal sealed class SiluOperator<T> : ElementwiseUnary<T, SiluOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static SiluOperator<T> Instance { get; } = new();

    public override string Name => "silu";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        SiluGradientOperator<T>.Instance.Apply(gradient, at.X);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Multiply(x, VectorMath<TSimd, TVector, T>.Sigmoid(x));
    }
}

/// <summary>x times the derivative of <see cref="SiluOperator{T}"/> at y: a gradient in one pass over memory.</summary>
internal sealed class SiluGradientOperator<T> : SlopeGradient<T, SiluGradientOperator<T>.Slope>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static SiluGradientOperator<T> Instance { get; } = new();

    public override string Name => "silu_gradient";

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        SigmoidGradientOperator<T>.Instance.Apply(gradient.StrongMultiply(at.X), at.Y)
            .StrongMultiply(2 - at.Y * (0.5 * at.Y).Tanh());

    internal readonly struct Slope : IUnaryVectorArithmetic<Slope, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            TVector sigmoid = VectorMath<TSimd, TVector, T>.SigmoidAndRest(y, out TVector rest);
            return TSimd.Multiply(sigmoid, TSimd.MultiplyAdd(y, rest, 1));
        }
    }
}

/// <summary>max(x, 0), NaN for NaN, with derivative 0 at 0.</summary>
internal sealed class ReluOperator<T> : ElementwiseUnary<T, ReluOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static ReluOperator<T> Instance { get; } = new();

    protected override double ElementCost => 1;

    public override string Name => "relu";

    public override Keeps Keeps => Keeps.Result;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        ReluGradientOperator<T>.Instance.Apply(gradient, at.Result);

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Max(x, TSimd.Broadcast(T.Zero));
    }
}

/// <summary>0 where y is not above 0, else x (also where y is NaN): a gradient of x at y.</summary>
internal sealed class ReluGradientOperator<T> : ElementwiseBinary<T, ReluGradientOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static ReluGradientOperator<T> Instance { get; } = new();

    public override string Name => "relu_gradient";

    protected override bool IsStrongProduct => true;

    public override Keeps Keeps => Keeps.Y;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        Instance.Apply(gradient, at.Y);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;

    internal readonly struct Arithmetic : IBinaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            TVector zero = TSimd.Broadcast(T.Zero);
            return TSimd.Select(TSimd.GreaterOrEqual(zero, y), zero, x);
        }
    }
}

/// <summary>log(1 + exp(y x)) / y, and x itself where y x lies above the threshold z. Only x has a gradient.</summary>
internal sealed class SoftplusOperator<T> : ElementwiseTernary<T, SoftplusOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static SoftplusOperator<T> Instance { get; } = new();

    public override string Name => "softplus";

    public override Keeps Keeps => Keeps.Inputs;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> scaled = at.X * at.Y;
        return Variable.Where(scaled > at.Z, gradient, gradient.StrongMultiply(scaled.Sigmoid()));
    }

    // Only plain numbers come here as beta and threshold.
    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;

    protected override Variable<T>? PropagateZ(Variable<T> gradient, in Propagation<T> at) => null;

    internal readonly struct Arithmetic : ITernaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y, TVector z)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            TVector scaled = TSimd.Multiply(x, y);
            TVector softplus = TSimd.Divide(VectorMath<TSimd, TVector, T>.Softplus(scaled), y);
            return TSimd.Select(TSimd.GreaterThan(scaled, z), x, softplus);
        }
    }
}

/// <summary>
/// x / (1 + |x|). Its derivative, 1 / (1 + |x|)², is no difference of two greater numbers.
/// </summary>
internal sealed class SoftsignOperator<T> : ElementwiseUnary<T, SoftsignOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static SoftsignOperator<T> Instance { get; } = new();

    protected override double ElementCost => 6;

    public override string Name => "softsign";

    public override Keeps Keeps => Keeps.X;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMultiply((1 + at.X.Abs()).Reciprocal().Square());

    internal readonly struct Arithmetic : IUnaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.Divide(x, TSimd.Add(TSimd.Broadcast(T.One), TSimd.Abs(x)));
    }
}
