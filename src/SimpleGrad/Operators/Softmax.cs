using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>exp(x) / sum(exp(x)) along an axis, without overflow; NaN where all of x is -infinity.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <exception cref="ArgumentException">There is no such axis.</exception>
    public Variable<T> Softmax(int axis) => new SoftmaxOperator<T>(axis).Apply(this);

    /// <summary>The logarithm of <see cref="Softmax"/>, without overflow.</summary>
    /// <inheritdoc cref="Softmax"/>
    public Variable<T> LogSoftmax(int axis) => new LogSoftmaxOperator<T>(axis).Apply(this);
}

/// <summary>exp(x) / sum(exp(x)) along an axis, without overflow.</summary>
internal sealed class SoftmaxOperator<T>(int axis) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "softmax";

    public override Keeps Keeps => Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]}.{Name}({axis})";

    protected override Shape InferShape(Shape x)
    {
        _ = Axes.Reduced(x, [axis], false, Name);
        return x;
    }

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        SoftmaxKernel.Compute(x, x.Rank == 0 ? 0 : shape.Axis(axis, Name), logarithm: false);

    internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch)
    {
        // A single number is an axis of length 1.
        Variable<T> rows = Batches.WithRank(inputs[0], 1);
        return rows.Softmax(rows.Shape.Without(0).Axis(axis, Name) + 1).Reshape(inputs[0].Shape);
    }

    internal override IReadOnlyList<Dependence> DependenceOn(int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        inputs[0].Rank == 0 ? [] : Dependence.Along(inputs[0].Axis(axis, Name), inputs[0], result);

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> product = gradient.StrongMultiply(at.Result);
        return product - product.Sum(axis, keepDims: true).StrongMultiply(at.Result);
    }
}

/// <summary>x - log(sum(exp(x))) along an axis, without overflow.</summary>
internal sealed class LogSoftmaxOperator<T>(int axis) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "log_softmax";

    public override Keeps Keeps => Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]}.{Name}({axis})";

    protected override Shape InferShape(Shape x)
    {
        _ = Axes.Reduced(x, [axis], false, Name);
        return x;
    }

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        SoftmaxKernel.Compute(x, x.Rank == 0 ? 0 : shape.Axis(axis, Name), logarithm: true);

    internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch)
    {
        Variable<T> rows = Batches.WithRank(inputs[0], 1); // as of softmax
        return rows.LogSoftmax(rows.Shape.Without(0).Axis(axis, Name) + 1).Reshape(inputs[0].Shape);
    }

    internal override IReadOnlyList<Dependence> DependenceOn(int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        inputs[0].Rank == 0 ? [] : Dependence.Along(inputs[0].Axis(axis, Name), inputs[0], result);

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        LogSoftmaxGradientOperator<T>.Instance.Apply(gradient, at.Result, gradient.Sum(axis, keepDims: true));
}

/// <summary>
/// x - exp(y) z, the gradient of <see cref="LogSoftmaxOperator{T}"/> where z is the sum of x, written as
/// (1 - exp(y)) x - exp(y) (z - x): where one class has all the probability, y keeps what exp(y) lacks of 1.
/// </summary>
internal sealed class LogSoftmaxGradientOperator<T> : ElementwiseTernary<T, LogSoftmaxGradientOperator<T>.Arithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static LogSoftmaxGradientOperator<T> Instance { get; } = new();

    internal override double Cost => 25;

    public override string Name => "log_softmax_gradient";

    public override Keeps Keeps => Keeps.Y | Keeps.Z;

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => gradient;

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        -gradient.StrongMultiply(at.Z.StrongMultiply(at.Y.Exp()));

    protected override Variable<T>? PropagateZ(Variable<T> gradient, in Propagation<T> at) =>
        -gradient.StrongMultiply(at.Y.Exp());

    internal readonly struct Arithmetic : ITernaryVectorArithmetic<Arithmetic, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y, TVector z)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            TVector power = VectorMath<TSimd, TVector, T>.ExpAndExpm1(y, out TVector expm1);
            TVector own = VectorMath<TSimd, TVector, T>.StrongMultiply(x, expm1);
            TVector others = VectorMath<TSimd, TVector, T>.StrongMultiply(TSimd.Subtract(z, x), power);
            return TSimd.Subtract(TSimd.Negate(own), others);
        }
    }
}
