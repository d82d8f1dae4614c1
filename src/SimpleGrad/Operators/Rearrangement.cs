using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>One element of the first axis; the axis goes away.</summary>
    /// <exception cref="ArgumentException">There are no axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside the axis.</exception>
    [IndexerName("Part")]
    public Variable<T> this[int index] => this[[index]];

    /// <summary>One element of each of the first two axes; these go away.</summary>
    /// <exception cref="ArgumentException">There are fewer axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside its axis.</exception>
    [IndexerName("Part")]
    public Variable<T> this[int index0, int index1] => this[[index0, index1]];

    /// <summary>
    /// Elements and ranges of the leading axes: <c>x[1]</c>, <c>x[^1, 2]</c>, <c>x[1..3, ..^1]</c>, <c>x[.., 0]</c>. An
    /// axis of which one element is taken goes away.
    /// </summary>
    /// <exception cref="ArgumentException">There are fewer axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index or a range lies outside its axis.</exception>
    [IndexerName("Part")]
    public Variable<T> this[params ReadOnlySpan<AxisIndex> indices]
    {
        get
        {
            AxisIndex.Require(indices, Shape);
            Variable<T> part = this;
            for (int axis = 0; axis < indices.Length; axis++)
            {
                (int start, int stop) = indices[axis].On(Shape, axis);
                part = part.Slice(axis, start, stop);
            }
            return part.Reshape(AxisIndex.Remaining(indices, part.Shape));
        }
    }

    /// <summary>One element of an axis; the axis goes away.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">The index on the axis; negative counts from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis or element.</exception>
    public Variable<T> Select(int axis, int index)
    {
        axis = Shape.Axis(axis, "select");
        if (index < -Shape[axis] || index >= Shape[axis])
            throw new ArgumentOutOfRangeException(
                nameof(index), index, $"select: index {index} lies outside axis {axis} of shape {Shape}.");
        index = index < 0 ? index + Shape[axis] : index;
        return Slice(axis, index, index + 1).Reshape(Shape.Without(axis));
    }

    /// <summary>
    /// Every <paramref name="step"/>-th element of an axis from <paramref name="start"/> up to, and without,
    /// <paramref name="stop"/>.
    /// </summary>
    /// <remarks>
    /// As in Python: negative bounds count from the end, and bounds outside the axis are moved to its ends.
    /// </remarks>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="start">The first index; null for the beginning.</param>
    /// <param name="stop">The index after the last; null for the end.</param>
    /// <param name="step">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or the step is less than 1.</exception>
    public Variable<T> Slice(int axis, int? start = null, int? stop = null, int step = 1)
    {
        SliceBounds bounds = SliceBounds.Resolve(Shape, axis, start, stop, step);
        return bounds.Count == Shape[bounds.Axis] ? this : new SliceOperator<T>(bounds).Apply(this);
    }

    /// <summary>The same elements in row-major order under another shape.</summary>
    /// <param name="shape">The new lengths; one of them may be -1 and is computed from the others.</param>
    /// <exception cref="ArgumentException">The new shape has another number of elements.</exception>
    [OverloadResolutionPriority(1)] // x.Reshape([2, 3]) would fit both
    public Variable<T> Reshape(params int[] shape) => Reshape(Axes.ResolveReshape(Shape, shape));

    /// <inheritdoc cref="Reshape(int[])"/>
    public Variable<T> Reshape(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Shape.Equals(shape) ? this : new ReshapeOperator<T>(shape).Apply(this);
    }

    /// <summary>
    /// The axes in another order: axis <c>i</c> of the result is axis <c>axes[i]</c> of this variable.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="axes"/> does not name each axis once.</exception>
    public Variable<T> Permute(params int[] axes) => new PermuteOperator<T>(Axes.Permutation(Shape, axes)).Apply(this);

    /// <summary>The axes in reverse order: the transpose of a matrix.</summary>
    public Variable<T> Transpose() => Permute(Axes.Reversed(Rank));

    /// <summary>Two axes exchanged.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Variable<T> Transpose(int axis0, int axis1) => Permute(Axes.Exchanged(Shape, axis0, axis1));

    /// <summary>
    /// A copy in memory of its own, whose gradient goes to what was copied: what is written over either does not show
    /// in the other.
    /// </summary>
    public Variable<T> Clone() => CloneOperator<T>.Instance.Apply(this);

    /// <summary>The same value as a constant: no gradient flows back through it.</summary>
    [OnVariablesOnly]
    public Variable<T> Detach() => DetachOperator<T>.Instance.Apply(this);

    /// <summary>The same value as a variable of its own, by which one can differentiate apart from this one.</summary>
    internal Variable<T> Alias() => AliasOperator<T>.Instance.Apply(this);
}

/// <summary>x under another shape; its derivative is the reshape back.</summary>
internal sealed class ReshapeOperator<T>(Shape shape) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "reshape";

    internal override object Identity => (typeof(ReshapeOperator<T>), shape);

    internal override Parts? AlongLast(
        ElementWriter<T> writer, Parts[] inputs, ReadOnlySpan<Shape> shapes, Shape result)
    {
        Parts x = inputs[0];
        if (result.Rank > 0 && (x.IsWhole ? 1 : shapes[0][^1]) == result[^1])
            return Parts.Along(Array.ConvertAll(x.Nodes, node => writer.Reshaped(node, result.WithoutLast())));
        return !x.IsWhole && shapes[0][^1] == 1 ? Parts.Whole(writer.Reshaped(x.Nodes[0], result)) : null;
    }

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        inputs[0] is { Rank: > 0 } x && x[^1] == result[^1]
            ? new ReshapeOperator<T>(result.With(result.Rank - 1, length)) : null;

    internal override bool IsView => true;

    internal override bool MayCopy => true;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.reshape({string.Join(", ", shape)})";

    protected override Shape InferShape(Shape x) => x.FlattenedLength == shape.FlattenedLength
        ? shape
        : throw new ArgumentException($"reshape: shapes {x} and {shape} differ in their number of elements.");

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => x.Reshape(shape);

    protected internal override UnaryOperator<T> ForBatch(Shape batch) =>
        new ReshapeOperator<T>(Batches.Of(batch[0], shape));

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.Reshape(at.ShapeOf(0));
}

/// <summary>The axes of x in another order; its derivative is the inverse order.</summary>
internal sealed class PermuteOperator<T>(int[] order) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "permute";

    internal override object Identity => (typeof(PermuteOperator<T>), Sequence.Of(order));

    internal override Parts? AlongLast(
        ElementWriter<T> writer, Parts[] inputs, ReadOnlySpan<Shape> shapes, Shape result)
    {
        if (inputs[0].IsWhole || order[^1] != order.Length - 1)
            return null;
        var others = new PermuteOperator<T>(order[..^1]);
        return Parts.Along(Array.ConvertAll(inputs[0].Nodes, node => writer.Apply(others, node)));
    }

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        order[^1] == order.Length - 1 ? this : null;

    internal override bool IsView => true;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.permute({string.Join(", ", order)})";

    protected override Shape InferShape(Shape x) => Axes.Permute(x.Lengths, order);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => x.Permute(order);

    protected internal override UnaryOperator<T> ForBatch(Shape batch) =>
        new PermuteOperator<T>([0, .. order.Select(axis => axis + 1)]);

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [Dependence.From(Dependence.Numbers(inputs[0]).Permute(order))];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.Permute(Axes.Inverse(order));
}

/// <summary>A part of one axis; its derivative is <see cref="EmbedOperator{T}"/>.</summary>
internal sealed class SliceOperator<T>(SliceBounds bounds) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "slice";

    internal override object Identity => (typeof(SliceOperator<T>), bounds);

    internal override Parts? AlongLast(
        ElementWriter<T> writer, Parts[] inputs, ReadOnlySpan<Shape> shapes, Shape result)
    {
        int[] nodes = inputs[0].Nodes;
        if (inputs[0].IsWhole)
            return null;
        return bounds.Axis < result.Rank - 1
            ? Parts.Along(Array.ConvertAll(nodes, node => writer.Apply(this, node)))
            : Parts.Along([.. Enumerable.Range(0, bounds.Count).Select(i => nodes[bounds.Start + i * bounds.Step])]);
    }

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        bounds.Axis < result.Rank - 1 ? this : null;

    internal override bool IsView => true;

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]}.slice({bounds})";

    protected internal override string Code(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.Slice({bounds.Axis}, {bounds.Start}, {bounds.Stop}"
        + (bounds.Step == 1 ? ")" : $", step: {bounds.Step})");

    protected override Shape InferShape(Shape x) => bounds.Apply(x);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => bounds.Of(x);

    protected internal override UnaryOperator<T> ForBatch(Shape batch) =>
        new SliceOperator<T>(bounds with { Axis = bounds.Axis + 1 });

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [Dependence.From(bounds.Of(Dependence.Numbers(inputs[0])))];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        new EmbedOperator<T>(bounds, at.ShapeOf(0)).Apply(gradient);
}

/// <summary>
/// Zeros of a shape with x in the place of a slice; its derivative is <see cref="SliceOperator{T}"/>.
/// </summary>
internal sealed class EmbedOperator<T>(SliceBounds bounds, Shape shape) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "embed";

    internal override object Identity => (typeof(EmbedOperator<T>), bounds, shape);

    internal override Parts? AlongLast(
        ElementWriter<T> writer, Parts[] inputs, ReadOnlySpan<Shape> shapes, Shape result)
    {
        int[] nodes = inputs[0].Nodes;
        if (inputs[0].IsWhole)
            return null;
        if (bounds.Axis < result.Rank - 1)
        {
            var others = new EmbedOperator<T>(bounds, result.WithoutLast());
            return Parts.Along(Array.ConvertAll(nodes, node => writer.Apply(others, node)));
        }
        var all = new int[result[^1]];
        Array.Fill(all, ElementWriter<T>.Zero);
        for (int i = 0; i < nodes.Length; i++)
            all[bounds.Start + i * bounds.Step] = nodes[i];
        return Parts.Along(all);
    }

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        bounds.Axis < result.Rank - 1
            ? new EmbedOperator<T>(bounds, result.With(result.Rank - 1, length)) : null;

    internal override Composition Composition => Composition.Moved;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) => Costs.Copy<T>(result);

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]}.embed({shape}, {bounds})";

    protected override Shape InferShape(Shape x) => shape;

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => Embedded(x, T.Zero);

    private Tensor<TElement> Embedded<TElement>(Tensor<TElement> x, TElement around) where TElement : unmanaged
    {
        Tensor<TElement> result = Tensor<TElement>.Uninitialized(shape);
        FillAround(result.NewData, around);
        StridedCopy.Scatter(x, bounds.Of(result));
        return result;
    }

    /// <summary>Fills what lies around the slice; all, where that takes less time.</summary>
    private void FillAround<TElement>(Span<TElement> all, TElement around)
    {
        const int Worth = 64; // elements that are written twice otherwise, for another call
        int element = shape.RowMajorStrides[bounds.Axis], index = shape[bounds.Axis] * element;
        int start = bounds.Start * element, stop = bounds.Stop * element;
        if (bounds.Step != 1 || stop - start < Worth)
        {
            all.Fill(around);
            return;
        }
        for (int at = 0; at < all.Length; at += index)
        {
            all.Slice(at, start).Fill(around);
            all[(at + stop)..(at + index)].Fill(around);
        }
    }

    protected internal override UnaryOperator<T> ForBatch(Shape batch) =>
        new EmbedOperator<T>(bounds with { Axis = bounds.Axis + 1 }, Batches.Of(batch[0], shape));

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [Dependence.From(Embedded(Dependence.Numbers(inputs[0]), -1))];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        new SliceOperator<T>(bounds).Apply(gradient);
}

/// <summary>x, cut off from what computed it: its gradient is known zero.</summary>
internal sealed class DetachOperator<T> : UnaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static DetachOperator<T> Instance { get; } = new();

    public override string Name => "detach";

    internal override bool IsView => true;

    internal override bool StopsGradient => true;

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => x;

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        Dependence.None(result);

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) => null;
}

/// <summary>x as a variable of its own.</summary>
internal sealed class AliasOperator<T> : UnaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static AliasOperator<T> Instance { get; } = new();

    public override string Name => "alias";

    internal override bool IsAlias => true;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) => 0;

    internal override int? EqualInput(ReadOnlySpan<T?> numbers) => 0;

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => x;

    internal override bool TryCompute(T x, out T result)
    {
        result = x;
        return true;
    }

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) => gradient;
}

/// <summary>
/// A copy in memory of its own, whose gradient goes to what was copied: what is written over either does not show in
/// the other.
/// </summary>
[Elementwise(Cost = 1, HasOwnMethods = true)]
internal readonly partial struct Clone<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Apply<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct => x;

    public static A Gradient<A>(A gradient) where A : struct, IAlgebra<A> => gradient;

    public static int? EqualInput(ReadOnlySpan<T?> numbers) => 0;
}
