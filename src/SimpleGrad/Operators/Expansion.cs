using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// Repeats the elements along new leading axes and along axes of length 1, without a copy. Its derivative is
    /// <see cref="SumTo(Shape)"/>.
    /// </summary>
    /// <param name="shape">The new lengths; -1 keeps the length of an axis that is there already.</param>
    /// <exception cref="ArgumentException">The variable does not broadcast to the shape.</exception>
    /// <exception cref="OverflowException">The result would have more elements than a tensor can.</exception>
    [OverloadResolutionPriority(1)] // x.Expand([2, 3]) would fit both
    public Variable<T> Expand(params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Expand(Axes.ResolveExpand(Shape, shape));
    }

    /// <inheritdoc cref="Expand(int[])"/>
    public Variable<T> Expand(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Shape.Equals(shape) ? this : new ExpandOperator<T>(shape).Apply(this);
    }

    /// <summary>
    /// Sums the axes that broadcasting to this variable's shape would repeat: the transpose of expanding.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="shape"/> does not broadcast to this variable's
    /// shape.</exception>
    [OverloadResolutionPriority(1)] // x.SumTo([2, 3]) would fit both
    public Variable<T> SumTo(params int[] shape) => SumTo(Shape.Create(shape));

    /// <inheritdoc cref="SumTo(int[])"/>
    public Variable<T> SumTo(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Shape.Equals(shape) ? this : shape.Rank == 0 ? Sum() : new SumToOperator<T>(shape).Apply(this);
    }
}

/// <summary>x repeated to a shape; its derivative sums what was repeated.</summary>
internal sealed class ExpandOperator<T>(Shape shape) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "expand";

    internal override object Identity => (typeof(ExpandOperator<T>), shape);

    internal override Parts? AlongLast(
        ElementWriter<T> writer, Parts[] inputs, ReadOnlySpan<Shape> shapes, Shape result)
    {
        if (inputs[0].IsWhole && shapes[0].Rank > 0 || result.Rank == 0)
            return null;
        var nodes = new int[result[^1]];
        for (int i = 0; i < nodes.Length; i++)
            nodes[i] = writer.Expanded(inputs[0][i], result.WithoutLast());
        return Parts.Along(nodes);
    }

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        new ExpandOperator<T>(result.With(result.Rank - 1, length));

    internal override bool IsView => true;

    internal override bool IsExpansion => true;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.expand({string.Join(", ", shape)})";

    protected override Shape InferShape(Shape x) => x.ExpandsTo(shape)
        ? shape
        : throw new ArgumentException($"expand: shape {x} does not broadcast to {shape}.");

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => x.Expand(shape);

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        Batches.WithRank(inputs[0], shape.Rank).Expand(Batches.Of(inputs[0].Shape[0], shape));

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        Dependence.Broadcast(inputs[0], result);

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.SumTo(at.ShapeOf(0));
}

/// <summary>x summed to a shape that broadcasts to x's.</summary>
internal sealed class SumToOperator<T>(Shape shape) : UnaryOperator<T>, ISum
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "sum_to";

    internal override object Identity => (typeof(SumToOperator<T>), shape);

    internal override Parts? AlongLast(
        ElementWriter<T> writer, Parts[] inputs, ReadOnlySpan<Shape> shapes, Shape result)
    {
        if (inputs[0].IsWhole)
            return null;
        if (result.Rank == 0)
            return Parts.Whole(writer.Apply(new SumOperator<T>(null, false), Reducing.Fold(
                writer, AddOperator<T>.Instance, inputs[0].Nodes)));
        var others = new SumToOperator<T>(result.WithoutLast());
        int[] nodes = result[^1] == shapes[0][^1]
            ? inputs[0].Nodes : [Reducing.Fold(writer, AddOperator<T>.Instance, inputs[0].Nodes)];
        return result.WithoutLast() == shapes[0].WithoutLast()
            ? Parts.Along(nodes) : Parts.Along(Array.ConvertAll(nodes, node => writer.Apply(others, node)));
    }

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        result.Rank > 0 && result[^1] == inputs[0][^1]
            ? new SumToOperator<T>(result.With(result.Rank - 1, length)) : this;

    internal override Composition Composition => Composition.Summed;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elementwise(1, inputs[0]);

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.sum_to({string.Join(", ", shape)})";

    protected override Shape InferShape(Shape x) => shape.ExpandsTo(x)
        ? shape
        : throw new ArgumentException($"sum_to: shape {shape} does not broadcast to {x}.");

    bool[] ISum.SummedAxes(Shape x) => SummedAxes(x);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        Reduction.Over<SumOperator<T>.Arithmetic, T>(x, SummedAxes(x.Shape), shape);

    private bool[] SummedAxes(Shape x)
    {
        var summed = new bool[x.Rank];
        for (int i = 1; i <= x.Rank; i++)
            summed[^i] = i > shape.Rank || (shape[^i] == 1 && x[^i] != 1);
        return summed;
    }

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch)
    {
        Shape batch = inputs[0].Shape;
        int[] missing = new int[batch.Rank - 1 - shape.Rank];
        Array.Fill(missing, 1);
        return inputs[0].SumTo(Shape.Create([batch[0], .. missing, .. shape.Lengths]))
            .Reshape(Batches.Of(batch[0], shape));
    }

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [Dependence.Reduce(inputs[0], result)];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.Expand(at.ShapeOf(0));
}
