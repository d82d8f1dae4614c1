using System.Numerics;

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

    internal override object Identity => (typeof(SoftmaxOperator<T>), axis);

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(result.FlattenedLength, Costs.Exponential);

    public override Keeps Keeps => Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]}.{Name}({axis})";

    protected override Shape InferShape(Shape x)
    {
        _ = Axes.Reduced(x, [axis], false, Name);
        return x;
    }

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        SoftmaxKernel.Compute(x, x.Rank == 0 ? 0 : shape.Axis(axis, Name), logarithm: false);

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch)
    {
        // A single number is an axis of length 1.
        Variable<T> rows = Batches.WithRank(inputs[0], 1);
        return rows.Softmax(rows.Shape.Without(0).Axis(axis, Name) + 1).Reshape(inputs[0].Shape);
    }

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        inputs[0].Rank == 0 ? [] : Dependence.Along(inputs[0].Axis(axis, Name), inputs[0], result);

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        at.Result.StrongMultiply(new SoftmaxDeviationOperator<T>(axis, logarithm: false).Apply(gradient, at.Result));
}

/// <summary>x - log(sum(exp(x))) along an axis, without overflow.</summary>
internal sealed class LogSoftmaxOperator<T>(int axis) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "log_softmax";

    internal override object Identity => (typeof(LogSoftmaxOperator<T>), axis);

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(result.FlattenedLength, Costs.Exponential);

    public override Keeps Keeps => Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]}.{Name}({axis})";

    protected override Shape InferShape(Shape x)
    {
        _ = Axes.Reduced(x, [axis], false, Name);
        return x;
    }

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        SoftmaxKernel.Compute(x, x.Rank == 0 ? 0 : shape.Axis(axis, Name), logarithm: true);

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch)
    {
        Variable<T> rows = Batches.WithRank(inputs[0], 1); // as of softmax
        return rows.LogSoftmax(rows.Shape.Without(0).Axis(axis, Name) + 1).Reshape(inputs[0].Shape);
    }

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        inputs[0].Rank == 0 ? [] : Dependence.Along(inputs[0].Axis(axis, Name), inputs[0], result);

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        new LogSoftmaxGradientOperator<T>(axis, logarithm: true).Apply(gradient, at.Result);
}

/// <summary>What the gradients of softmax and of its logarithm are made of.</summary>
internal abstract class OfProbabilities<T>(int axis, bool logarithm) : BinaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected int Axis => axis;

    protected bool IsLogarithm => logarithm;

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    internal sealed override object Identity => (GetType(), axis, logarithm);

    protected internal sealed override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(result.FlattenedLength, 5 * Costs.Read);

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.{Name}({inputs[1]}, {axis}{(logarithm ? ", logarithmic" : "")})";

    protected override Shape InferShape(Shape x, Shape y) => x == y
        ? x
        : throw new ArgumentException($"{Name}: shapes {x} and {y} differ.");

    protected Tensor<T> Compute(Tensor<T> x, Tensor<T> y, bool isDeviation) => SoftmaxGradientKernel.Compute(
        x, y, x.Rank == 0 ? 0 : x.Shape.Axis(axis, Name), isDeviation, logarithm);

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch)
    {
        Variable<T>[] all = Batches.All(inputs, isBatch);
        if (all[0].Rank > 1)
            return WithAxis(all[0].Shape.Without(0).Axis(axis, Name) + 1).Apply(all[0], all[1]);
        // A single number is an axis of length 1.
        return WithAxis(1).Apply(all[0].Unsqueeze(1), all[1].Unsqueeze(1)).Reshape(all[0].Shape);
    }

    protected abstract OfProbabilities<T> WithAxis(int axis);

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        inputs[0].Rank == 0 ? [] : Dependence.Along(inputs[0].Axis(axis, Name), inputs[input], result);

    /// <summary>A gradient by the probabilities, as one by y.</summary>
    protected Variable<T> ByY(Variable<T> gradient, Variable<T> y) => logarithm
        ? gradient.StrongMultiply(y.Exp())
        : gradient;
}

/// <summary>
/// The deviation of x from its mean with the probabilities y along an axis, x - Σ x y, which are the results of a
/// softmax; or their logarithms are. It is computed as that of x less the x of the most probable class, whose own
/// deviation has all its digits then.
/// </summary>
internal sealed class SoftmaxDeviationOperator<T>(int axis, bool logarithm) : OfProbabilities<T>(axis, logarithm)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "softmax_deviation";

    protected override OfProbabilities<T> WithAxis(int axis) => new SoftmaxDeviationOperator<T>(axis, IsLogarithm);

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) => Compute(x, y, isDeviation: true);

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        new LogSoftmaxGradientOperator<T>(Axis, IsLogarithm).Apply(gradient, at.Y);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        ByY(-at.X.StrongMultiply(gradient.Sum(Axis, keepDims: true)), at.Y);
}

/// <summary>
/// x - y Σ x along an axis, with the logarithms of the probabilities y or themselves: the gradient of
/// <see cref="LogSoftmaxOperator{T}"/>. Where one class has most of the probability, it is (1 - y) x less y times the
/// sum of the other x.
/// </summary>
internal sealed class LogSoftmaxGradientOperator<T>(int axis, bool logarithm) : OfProbabilities<T>(axis, logarithm)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "log_softmax_gradient";

    protected override OfProbabilities<T> WithAxis(int axis) => new LogSoftmaxGradientOperator<T>(axis, IsLogarithm);

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) => Compute(x, y, isDeviation: false);

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        new SoftmaxDeviationOperator<T>(Axis, IsLogarithm).Apply(gradient, at.Y);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        ByY(-gradient.StrongMultiply(at.X.Sum(Axis, keepDims: true)), at.Y);
}
