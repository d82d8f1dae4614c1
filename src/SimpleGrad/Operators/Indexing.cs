using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// The elements of the first axis that an index tensor names, in its shape: the result has the axes of
    /// <paramref name="index"/> and then those of this variable but the first. Negative indices count from the end.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside the first axis.</exception>
    [IndexerName("Part")]
    public Variable<T> this[Tensor<int> index] => Rows("index", index, fromEnd: true);

    /// <summary>
    /// For each index, the element there on the axis and, on the other axes, where the index itself is:
    /// <c>result[i, j] = x[index[i, j], j]</c> for axis 0. As PyTorch's <c>gather</c>; its derivative is
    /// <see cref="ScatterAdd"/>.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">As many axes as the variable, and on the other axes not longer than it. The result has its
    /// shape.</param>
    /// <exception cref="ArgumentException">The shape of the index does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or lies outside the axis.</exception>
    public Variable<T> Gather(int axis, Tensor<int> index)
    {
        axis = Shape.Axis(axis, "gather");
        return new GatherOperator<T>(axis, Frozen(Indices.Fitting("gather", index, axis, Shape))).Apply(this);
    }

    /// <summary>
    /// The variable with elements of a source added where indices say: <c>result[index[i, j], j] += source[i, j]</c>
    /// for axis 0. As PyTorch's <c>scatter_add</c>; its derivative by the source is <see cref="Gather"/>.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">As many axes as the variable, and on the other axes not longer than it.</param>
    /// <param name="source">On no axis shorter than the index; what lies beyond the index is not used.</param>
    /// <exception cref="ArgumentException">The shape of the index or the source does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or lies outside the axis.</exception>
    public Variable<T> ScatterAdd(int axis, Tensor<int> index, Variable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        axis = Shape.Axis(axis, "scatter_add");
        index = Indices.Fitting("scatter_add", index, axis, Shape);
        if (source.Rank != Rank)
            throw new ArgumentException(
                $"scatter_add: a source of shape {source.Shape} does not fit an index of shape {index.Shape}.");
        for (int i = 0; i < Rank; i++)
        {
            if (source.Shape[i] < index.Shape[i])
                throw new ArgumentException(
                    $"scatter_add: a source of shape {source.Shape} is shorter than its index of shape {index.Shape}.");
            source = source.Slice(i, 0, index.Shape[i]);
        }
        return new ScatterAddToOperator<T>(axis, Frozen(index)).Apply(this, source);
    }

    /// <summary>Indices of the user's for an operator, which are read-only where it is part of a graph.</summary>
    private Tensor<int> Frozen(Tensor<int> index)
    {
        if (IsSymbolic && !index.IsSymbolic)
            RecordedOn?.Root.FreezeIndices(index);
        return index;
    }

    /// <summary>
    /// The slices across an axis at the given indices, in their order and as often as they are named. As PyTorch's
    /// <c>index_select</c>; its derivative is <see cref="IndexAdd"/>.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last. In the result it is as long as the index.</param>
    /// <param name="index">A vector, or a single number.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or lies outside the axis.</exception>
    public Variable<T> IndexSelect(int axis, Tensor<int> index)
    {
        axis = Shape.Axis(axis, "index_select");
        return SelectAt(axis, Indices.Vector("index_select", index, axis, Shape));
    }

    /// <summary>
    /// The variable with the slices of a source added at the given indices of an axis. As PyTorch's <c>index_add</c>;
    /// its derivative by the source is <see cref="IndexSelect"/>.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">A vector, or a single number.</param>
    /// <param name="source">The shape of the variable, but along the axis as long as the index.</param>
    /// <exception cref="ArgumentException">The shape of the source does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or lies outside the axis.</exception>
    public Variable<T> IndexAdd(int axis, Tensor<int> index, Variable<T> source)
    {
        Tensor<int> indices = IndicesToAdd(ref axis, index, source);
        return Owning(indices, new IndexAddToOperator<T>(axis, indices).Apply(this, source));
    }

    /// <summary>Zeros of this variable's shape with the slices of a source added at indices of an axis.</summary>
    internal Variable<T> Spread(int axis, Tensor<int> index, Variable<T> source)
    {
        Tensor<int> indices = IndicesToAdd(ref axis, index, source);
        return Owning(indices, new IndexAddOperator<T>(axis, indices, Shape).Apply(source));
    }

    private Tensor<int> IndicesToAdd(ref int axis, Tensor<int> index, Variable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        axis = Shape.Axis(axis, "index_add");
        Tensor<int> indices = Indices.Vector("index_add", index, axis, Shape);
        Shape expected = Shape.With(axis, indices.Length);
        return source.Shape == expected ? indices : throw new ArgumentException(
            $"index_add: {indices.Length} indices on axis {axis} of shape {Shape} take a source of shape {expected}, "
            + $"not {source.Shape}.", nameof(source));
    }

    /// <summary>
    /// <see cref="Gather"/>, with variable and index broadcast against each other on the other axes; goes with what
    /// <see cref="ArgMax(int, bool)"/> and <see cref="Sort"/> give. As PyTorch's <c>take_along_dim</c>.
    /// </summary>
    /// <inheritdoc cref="Gather"/>
    public Variable<T> TakeAlongAxis(int axis, Tensor<int> index)
    {
        ArgumentNullException.ThrowIfNull(index);
        axis = Shape.Axis(axis, "take_along_axis");
        if (index.Rank != Rank)
            throw Indices.Misfit("take_along_axis", index, axis, Shape);
        Shape other = Broadcasting.Join("take_along_axis", Shape.With(axis, 1), index.Shape.With(axis, 1));
        Shape from = other.With(axis, Shape[axis], "take_along_axis");
        return Expand(from).Gather(axis, index.Expand(other.With(axis, index.Shape[axis], "take_along_axis")));
    }

    /// <summary>The elements at the given indices of the variable in row-major order, as a vector.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or lies outside the variable.</exception>
    public Variable<T> TakeAlongAxis(Tensor<int> index)
    {
        ArgumentNullException.ThrowIfNull(index);
        return Reshape(-1).IndexSelect(0, index.Reshape(-1));
    }

    /// <summary>
    /// The elements where a mask is not 0, in row-major order, as a vector; with broadcasting. The mask is read, not
    /// differentiated.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public Variable<T> MaskedSelect(Variable<T> mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        Shape shape = Broadcasting.Join("masked_select", Shape, mask.Shape);
        T[] isWanted = mask.Data.Expand(shape).ToArray();
        var indices = new List<int>();
        for (int i = 0; i < isWanted.Length; i++)
        {
            if (isWanted[i] != T.Zero)
                indices.Add(i);
        }
        return Expand(shape).Reshape(-1).SelectAt(0, [.. indices]);
    }

    /// <summary>The number where a mask is not 0, else the element; the mask is broadcast to the variable.</summary>
    /// <exception cref="ArgumentException">The mask does not broadcast to the variable's shape.</exception>
    public Variable<T> MaskedFill(Variable<T> mask, double value)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return mask.Shape.ExpandsTo(Shape)
            ? Variable.Where(mask, value, this)
            : throw new ArgumentException(
                $"masked_fill: a mask of shape {mask.Shape} does not broadcast to {Shape}.", nameof(mask));
    }

    /// <summary>
    /// Rows of this matrix, a table of one vector for each index: the result has the axes of
    /// <paramref name="index"/> and then one for the vectors.
    /// </summary>
    /// <exception cref="ArgumentException">The variable is no matrix.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or lies outside the table.</exception>
    public Variable<T> Embedding(Tensor<int> index) => Rank == 2
        ? Rows("embedding", index, fromEnd: false)
        : throw new ArgumentException($"embedding: the table of vectors is a matrix, not of shape {Shape}.");

    /// <summary>The slices across an axis at indices that are known to be valid.</summary>
    internal Variable<T> SelectAt(int axis, int[] indices) => SelectAt(axis, Indices.Of(indices));

    /// <summary>The slices across an axis at indices that <see cref="Indices"/> has made.</summary>
    internal Variable<T> SelectAt(int axis, Tensor<int> indices) =>
        Owning(indices, new IndexSelectOperator<T>(axis, indices).Apply(this));

    /// <summary>A result whose tape has the memory of the indices that it was recorded with.</summary>
    private static Variable<T> Owning(Tensor<int> indices, Variable<T> result)
    {
        result.RecordedOn?.Root.Own(indices);
        return result;
    }

    private Variable<T> Rows(string operation, Tensor<int> index, bool fromEnd)
    {
        int axis = Shape.Axis(0, operation);
        ArgumentNullException.ThrowIfNull(index);
        Shape shape = Shape.OfResult(
            operation, [.. index.Shape.Lengths, .. Shape.Lengths[1..]], Shape, index.Shape);
        return SelectAt(axis, Indices.Resolve(operation, index, axis, Shape, fromEnd)).Reshape(shape);
    }
}

/// <summary>Elements of x at indices along an axis; its derivative is <see cref="ScatterAddOperator{T}"/>.</summary>
internal sealed class GatherOperator<T>(int axis, Tensor<int> index) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly KeptIndex _kept = new(index);

    public override string Name => "gather";

    internal override object Identity => (typeof(GatherOperator<T>), axis, new IndexContent(index));

    internal override Composition Composition =>
        index.IsSymbolic ? Composition.Computed : Composition.Moved;

    internal override Operator<T> WithIndices(BoundIndices call) =>
        index.IsSymbolic ? new GatherOperator<T>(axis, call[index]) : this;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(result.FlattenedLength, Costs.LookedUp);

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.gather({axis}, {Indices.TraceText(index)})";

    protected internal override string Code(ReadOnlySpan<string> inputs) => $"{inputs[0]}.Gather({axis}, index)";

    protected override Shape InferShape(Shape x) => index.Shape;

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => IndexingKernel.Gather(x, axis, index);

    protected internal override UnaryOperator<T> ForBatch(Shape batch) =>
        new GatherOperator<T>(axis + 1, index.Expand(Batches.Of(batch[0], index.Shape)));

    protected internal override IReadOnlyList<Dependence>? DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) => index.IsSymbolic ? null :
        [Dependence.From(IndexingKernel.Gather(Dependence.Numbers(inputs[0]), axis, index))];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        new ScatterAddOperator<T>(axis, _kept.ForDerivativeOf(Name), at.ShapeOf(0)).Apply(gradient);
}

/// <summary>
/// Zeros of a shape with x added at indices along an axis; its derivative is <see cref="GatherOperator{T}"/>.
/// </summary>
internal sealed class ScatterAddOperator<T>(int axis, Tensor<int> index, Shape shape) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly KeptIndex _kept = new(index);

    public override string Name => "scatter_add";

    internal override object Identity => (typeof(ScatterAddOperator<T>), axis, new IndexContent(index), shape);

    internal override Composition Composition =>
        index.IsSymbolic ? Composition.Computed : Composition.Summed;

    internal override Operator<T> WithIndices(BoundIndices call) =>
        index.IsSymbolic ? new ScatterAddOperator<T>(axis, call[index], shape) : this;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Copy<T>(result) + inputs[0].FlattenedLength * Costs.Scattered;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.scatter_add({shape}, {axis}, {Indices.TraceText(index)})";

    protected internal override string Code(ReadOnlySpan<string> inputs) =>
        $"zeros{shape}.ScatterAdd({axis}, index, {inputs[0]})";

    protected override Shape InferShape(Shape x) => shape;

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => IndexingKernel.Scatter(x, axis, index, shape);

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => new ScatterAddOperator<T>(
        axis + 1, index.Expand(Batches.Of(batch[0], index.Shape)), Batches.Of(batch[0], shape));

    protected internal override IReadOnlyList<Dependence>? DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) => index.IsSymbolic ? null :
    [
        Dependence.To(IndexingKernel.Gather(Dependence.Numbers(result), axis, index), result.FlattenedLength),
    ];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        new GatherOperator<T>(axis, _kept.ForDerivativeOf(Name)).Apply(gradient);
}

/// <summary>x with y added at indices along an axis; by y, the derivative is <see cref="GatherOperator{T}"/>.</summary>
internal sealed class ScatterAddToOperator<T>(int axis, Tensor<int> index) : BinaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly KeptIndex _kept = new(index);

    public override string Name => "scatter_add";

    internal override object Identity => (typeof(ScatterAddToOperator<T>), axis, new IndexContent(index));

    internal override Composition Composition =>
        index.IsSymbolic ? Composition.Computed : Composition.Summed;

    internal override Operator<T> WithIndices(BoundIndices call) =>
        index.IsSymbolic ? new ScatterAddToOperator<T>(axis, call[index]) : this;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Copy<T>(result) + inputs[1].FlattenedLength * Costs.Scattered;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.scatter_add({axis}, {Indices.TraceText(index)}, {inputs[1]})";

    protected internal override string Code(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.ScatterAdd({axis}, index, {inputs[1]})";

    protected override Shape InferShape(Shape x, Shape y) => x;

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        IndexingKernel.Scatter(y, axis, index, shape, x);

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch)
    {
        Variable<T>[] all = Batches.All(inputs, isBatch);
        return new ScatterAddToOperator<T>(axis + 1, index.Expand(Batches.Of(all[0].Shape[0], index.Shape)))
            .ApplyTo(all);
    }

    protected internal override IReadOnlyList<Dependence>? DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        input == 0 ? [] : new ScatterAddOperator<T>(axis, index, result).DependenceOn(0, inputs[1..], result);

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => gradient;

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        new GatherOperator<T>(axis, _kept.ForDerivativeOf(Name)).Apply(gradient);
}

/// <summary>Slices of x across an axis; its derivative is <see cref="IndexAddOperator{T}"/>.</summary>
internal sealed class IndexSelectOperator<T>(int axis, Tensor<int> indices) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "index_select";

    internal override object Identity => (typeof(IndexSelectOperator<T>), axis, new IndexContent(indices));

    internal override Composition Composition =>
        indices.IsSymbolic ? Composition.Computed : Composition.Moved;

    internal override Operator<T> WithIndices(BoundIndices call) =>
        indices.IsSymbolic ? new IndexSelectOperator<T>(axis, call[indices]) : this;

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        axis < result.Rank - 1 ? this : null;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(result.FlattenedLength, Costs.LookedUp);

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.index_select({axis}, {Indices.Text(indices)})";

    protected override Shape InferShape(Shape x) => x.With(axis, indices.Length, Name);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        IndexingKernel.Select(x, axis, indices.Span, shape);

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => new IndexSelectOperator<T>(axis + 1, indices);

    protected internal override IReadOnlyList<Dependence>? DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) => indices.IsSymbolic ? null :
        [Dependence.From(IndexingKernel.Select(Dependence.Numbers(inputs[0]), axis, indices.Span, result))];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        new IndexAddOperator<T>(axis, indices, at.ShapeOf(0)).Apply(gradient);
}

/// <summary>
/// Zeros of a shape with slices of x added across an axis; its derivative is <see cref="IndexSelectOperator{T}"/>.
/// </summary>
internal sealed class IndexAddOperator<T>(int axis, Tensor<int> indices, Shape shape) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "index_add";

    internal override object Identity => (typeof(IndexAddOperator<T>), axis, new IndexContent(indices), shape);

    internal override Composition Composition =>
        indices.IsSymbolic ? Composition.Computed : Composition.Summed;

    internal override Operator<T> WithIndices(BoundIndices call) =>
        indices.IsSymbolic ? new IndexAddOperator<T>(axis, call[indices], shape) : this;

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        axis < result.Rank - 1
            ? new IndexAddOperator<T>(axis, indices, result.With(result.Rank - 1, length)) : null;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Copy<T>(result) + inputs[0].FlattenedLength * Costs.Scattered;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.index_add({shape}, {axis}, {Indices.Text(indices)})";

    protected override Shape InferShape(Shape x) => shape;

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        IndexingKernel.AddSelected(x, axis, indices.Span, shape);

    protected internal override UnaryOperator<T> ForBatch(Shape batch) =>
        new IndexAddOperator<T>(axis + 1, indices, Batches.Of(batch[0], shape));

    protected internal override IReadOnlyList<Dependence>? DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) => indices.IsSymbolic ? null :
    [
        Dependence.To(
            IndexingKernel.Select(Dependence.Numbers(result), axis, indices.Span, inputs[0]), result.FlattenedLength),
    ];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        new IndexSelectOperator<T>(axis, indices).Apply(gradient);
}

/// <summary>
/// x with slices of y added across an axis; by y, the derivative is <see cref="IndexSelectOperator{T}"/>.
/// </summary>
internal sealed class IndexAddToOperator<T>(int axis, Tensor<int> indices) : BinaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "index_add";

    internal override object Identity => (typeof(IndexAddToOperator<T>), axis, new IndexContent(indices));

    internal override Composition Composition =>
        indices.IsSymbolic ? Composition.Computed : Composition.Summed;

    internal override Operator<T> WithIndices(BoundIndices call) =>
        indices.IsSymbolic ? new IndexAddToOperator<T>(axis, call[indices]) : this;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Copy<T>(result) + inputs[1].FlattenedLength * Costs.Scattered;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.index_add({axis}, {Indices.Text(indices)}, {inputs[1]})";

    protected override Shape InferShape(Shape x, Shape y) => x;

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        IndexingKernel.AddSelected(y, axis, indices.Span, shape, x);

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        new IndexAddToOperator<T>(axis + 1, indices).ApplyTo(Batches.All(inputs, isBatch));

    protected internal override IReadOnlyList<Dependence>? DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        input == 0 ? [] : new IndexAddOperator<T>(axis, indices, result).DependenceOn(0, inputs[1..], result);

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => gradient;

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        new IndexSelectOperator<T>(axis, indices).Apply(gradient);
}
