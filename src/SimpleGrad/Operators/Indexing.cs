using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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
    /// For each index, the element at that place of the axis and, on the other axes, at the index's own place:
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
        Places.RequireFit("gather", index, axis, Shape);
        if (IsSymbolic)
            Tape.Root.Hold(index);
        return new GatherOperator<T>(axis, index).Apply(this);
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
        Places.RequireFit("scatter_add", index, axis, Shape);
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
        if (IsSymbolic)
            Tape.Root.Hold(index);
        return new ScatterAddToOperator<T>(axis, index).Apply(this, source);
    }

    /// <summary>
    /// The slices across an axis at the given places, in their order and as often as they are named. As PyTorch's
    /// <c>index_select</c>; its derivative is <see cref="IndexAdd"/>.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last. In the result it is as long as the index.</param>
    /// <param name="index">A vector, or a single number.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or lies outside the axis.</exception>
    public Variable<T> IndexSelect(int axis, Tensor<int> index)
    {
        axis = Shape.Axis(axis, "index_select");
        return SelectPlaces(axis, Places.Vector("index_select", index, axis, Shape));
    }

    /// <summary>
    /// The variable with the slices of a source added at the given places of an axis. As PyTorch's <c>index_add</c>;
    /// its derivative by the source is <see cref="IndexSelect"/>.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">A vector, or a single number.</param>
    /// <param name="source">The shape of the variable, but along the axis as long as the index.</param>
    /// <exception cref="ArgumentException">The shape of the source does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or lies outside the axis.</exception>
    public Variable<T> IndexAdd(int axis, Tensor<int> index, Variable<T> source)
    {
        Tensor<int> places = PlacesToAdd(ref axis, index, source);
        return Owning(places, new IndexAddToOperator<T>(axis, places).Apply(this, source));
    }

    /// <summary>Zeros of this variable's shape with the slices of a source added at places of an axis.</summary>
    internal Variable<T> Spread(int axis, Tensor<int> index, Variable<T> source)
    {
        Tensor<int> places = PlacesToAdd(ref axis, index, source);
        return Owning(places, new IndexAddOperator<T>(axis, places, Shape).Apply(source));
    }

    private Tensor<int> PlacesToAdd(ref int axis, Tensor<int> index, Variable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        axis = Shape.Axis(axis, "index_add");
        Tensor<int> places = Places.Vector("index_add", index, axis, Shape);
        Shape expected = Shape.With(axis, places.Length);
        return source.Shape == expected ? places : throw new ArgumentException(
            $"index_add: {places.Length} places on axis {axis} of shape {Shape} take a source of shape {expected}, "
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
            throw Places.Misfit("take_along_axis", index, axis, Shape);
        Shape other = Broadcasting.Join("take_along_axis", Shape.With(axis, 1), index.Shape.With(axis, 1));
        Shape from = other.With(axis, Shape[axis], "take_along_axis");
        return Expand(from).Gather(axis, index.Expand(other.With(axis, index.Shape[axis], "take_along_axis")));
    }

    /// <summary>The elements at the given places of the variable in row-major order, as a vector.</summary>
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
        var places = new List<int>();
        for (int i = 0; i < isWanted.Length; i++)
        {
            if (isWanted[i] != T.Zero)
                places.Add(i);
        }
        return Expand(shape).Reshape(-1).SelectPlaces(0, [.. places]);
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

    /// <summary>The slices across an axis at places that are known to be valid.</summary>
    internal Variable<T> SelectPlaces(int axis, int[] places) => SelectPlaces(axis, Places.Of(places));

    /// <summary>The slices across an axis at places that <see cref="Places"/> has made.</summary>
    private Variable<T> SelectPlaces(int axis, Tensor<int> places) =>
        Owning(places, new IndexSelectOperator<T>(axis, places).Apply(this));

    /// <summary>A result whose tape has the memory of the places that it was recorded with.</summary>
    private static Variable<T> Owning(Tensor<int> places, Variable<T> result)
    {
        result.RecordedOn?.Root.Own(places);
        return result;
    }

    private Variable<T> Rows(string operation, Tensor<int> index, bool fromEnd)
    {
        int axis = Shape.Axis(0, operation);
        ArgumentNullException.ThrowIfNull(index);
        Shape shape = Shape.OfResult(
            operation, [.. index.Shape.Lengths, .. Shape.Lengths[1..]], Shape, index.Shape);
        return SelectPlaces(axis, Places.Resolve(operation, index, axis, Shape, fromEnd)).Reshape(shape);
    }
}

/// <summary>Checks indices where they come in; operators trust them.</summary>
internal static class Places
{
    /// <summary>
    /// The indices in row-major order, all of them inside the axis, in memory that nobody else has: fresh memory for
    /// many indices costs more than to look them up.
    /// </summary>
    public static Tensor<int> Resolve(
        string operation, Tensor<int> index, int axis, Shape shape, bool fromEnd = false)
    {
        ArgumentNullException.ThrowIfNull(index);
        Tensor<int> places = Tensor<int>.Uninitialized(Shape.Create(index.Length));
        Span<int> numbers = places.NewData;
        index.CopyTo(numbers);
        int length = shape[axis];
        RequireInside(operation, numbers, nameof(index), axis, shape, fromEnd ? -length : 0);
        for (int i = 0; fromEnd && i < numbers.Length; i++)
            numbers[i] += numbers[i] < 0 ? length : 0;
        return places;
    }

    /// <summary>Places that are known to be valid.</summary>
    public static Tensor<int> Of(int[] places) => new(new Storage<int>(places), Shape.Create(places.Length));

    private static void RequireInside(
        string operation, ReadOnlySpan<int> places, string name, int axis, Shape shape, int least = 0)
    {
        // The first one that lies outside is looked for when there is one.
        if (places.IsEmpty || AreInside(places, shape[axis], least))
            return;
        foreach (int place in places)
        {
            if (place < least || place >= shape[axis])
                throw new ArgumentOutOfRangeException(
                    name, place, $"{operation}: index {place} lies outside axis {axis} of shape {shape}.");
        }
    }

    private static bool AreInside(ReadOnlySpan<int> places, int length, int least) => least == 0
        ? TensorPrimitives.Max(MemoryMarshal.Cast<int, uint>(places)) < (uint)length // negative ones are great then
        : TensorPrimitives.Min(places) >= least && TensorPrimitives.Max(places) < length;

    /// <summary>The indices of a vector or a single number.</summary>
    public static Tensor<int> Vector(string operation, Tensor<int> index, int axis, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(index);
        return index.Rank <= 1
            ? Resolve(operation, index, axis, shape)
            : throw new ArgumentException(
                $"{operation}: the index is a vector, not of shape {index.Shape}.", nameof(index));
    }

    /// <summary>An index with a place for each element that is read or written.</summary>
    public static void RequireFit(string operation, Tensor<int> index, int axis, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(index);
        bool fits = index.Rank == shape.Rank;
        for (int i = 0; fits && i < shape.Rank; i++)
            fits = i == axis || index.Shape[i] <= shape[i];
        if (!fits)
            throw Misfit(operation, index, axis, shape);
        Tensor<int> places = index.ToContiguous();
        RequireInside(operation, places.Span, nameof(index), axis, shape);
        if (!ReferenceEquals(places, index))
            places.Release();
    }

    public static string Text(Tensor<int> places) => string.Join(", ", places.ToArray());

    public static ArgumentException Misfit(string operation, Tensor<int> index, int axis, Shape shape) => new(
        $"{operation}: an index of shape {index.Shape} does not fit axis {axis} of shape {shape}: it has as many axes, "
        + "and is not longer on the others.", nameof(index));
}

/// <summary>Elements of x at places along an axis; its derivative is <see cref="ScatterAddOperator{T}"/>.</summary>
internal sealed class GatherOperator<T>(int axis, Tensor<int> index) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly KeptIndex _kept = new(index);

    public override string Name => "gather";

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.gather({axis}, {index.ToTraceString()})";

    internal override string Code(ReadOnlySpan<string> inputs) => $"{inputs[0]}.Gather({axis}, index)";

    protected override Shape InferShape(Shape x) => index.Shape;

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => Indexing.Gather(x, axis, index);

    internal override UnaryOperator<T> ForBatch(Shape batch) =>
        new GatherOperator<T>(axis + 1, index.Expand(Batches.Of(batch[0], index.Shape)));

    internal override IReadOnlyList<Dependence> DependenceOn(int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [Dependence.From(Indexing.Gather(Dependence.Numbers(inputs[0]), axis, index))];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        new ScatterAddOperator<T>(axis, _kept.ForDerivativeOf(Name), at.ShapeOf(0)).Apply(gradient);
}

/// <summary>
/// Zeros of a shape with x added at places along an axis; its derivative is <see cref="GatherOperator{T}"/>.
/// </summary>
internal sealed class ScatterAddOperator<T>(int axis, Tensor<int> index, Shape shape) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly KeptIndex _kept = new(index);

    public override string Name => "scatter_add";

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.scatter_add({shape}, {axis}, {index.ToTraceString()})";

    internal override string Code(ReadOnlySpan<string> inputs) =>
        $"zeros{shape}.ScatterAdd({axis}, index, {inputs[0]})";

    protected override Shape InferShape(Shape x) => shape;

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => Indexing.Scatter(x, axis, index, shape);

    internal override UnaryOperator<T> ForBatch(Shape batch) => new ScatterAddOperator<T>(
        axis + 1, index.Expand(Batches.Of(batch[0], index.Shape)), Batches.Of(batch[0], shape));

    internal override IReadOnlyList<Dependence> DependenceOn(int input, ReadOnlySpan<Shape> inputs, Shape result) =>
    [
        Dependence.To(Indexing.Gather(Dependence.Numbers(result), axis, index), result.FlattenedLength),
    ];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        new GatherOperator<T>(axis, _kept.ForDerivativeOf(Name)).Apply(gradient);
}

/// <summary>x with y added at places along an axis; by y, the derivative is <see cref="GatherOperator{T}"/>.</summary>
internal sealed class ScatterAddToOperator<T>(int axis, Tensor<int> index) : BinaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly KeptIndex _kept = new(index);

    public override string Name => "scatter_add";

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.scatter_add({axis}, {index.ToTraceString()}, {inputs[1]})";

    internal override string Code(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.ScatterAdd({axis}, index, {inputs[1]})";

    protected override Shape InferShape(Shape x, Shape y) => x;

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        Indexing.Scatter(y, axis, index, shape, x);

    internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch)
    {
        Variable<T>[] all = Batches.All(inputs, isBatch);
        return new ScatterAddToOperator<T>(axis + 1, index.Expand(Batches.Of(all[0].Shape[0], index.Shape)))
            .ApplyTo(all);
    }

    internal override IReadOnlyList<Dependence> DependenceOn(int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        input == 0 ? [] : new ScatterAddOperator<T>(axis, index, result).DependenceOn(0, inputs[1..], result);

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => gradient;

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        new GatherOperator<T>(axis, _kept.ForDerivativeOf(Name)).Apply(gradient);
}

/// <summary>Slices of x across an axis; its derivative is <see cref="IndexAddOperator{T}"/>.</summary>
internal sealed class IndexSelectOperator<T>(int axis, Tensor<int> places) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "index_select";

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.index_select({axis}, [{Places.Text(places)}])";

    protected override Shape InferShape(Shape x) => x.With(axis, places.Length, Name);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => Indexing.Select(x, axis, places.Span, shape);

    internal override UnaryOperator<T> ForBatch(Shape batch) => new IndexSelectOperator<T>(axis + 1, places);

    internal override IReadOnlyList<Dependence> DependenceOn(int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [Dependence.From(Indexing.Select(Dependence.Numbers(inputs[0]), axis, places.Span, result))];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        new IndexAddOperator<T>(axis, places, at.ShapeOf(0)).Apply(gradient);
}

/// <summary>
/// Zeros of a shape with slices of x added across an axis; its derivative is <see cref="IndexSelectOperator{T}"/>.
/// </summary>
internal sealed class IndexAddOperator<T>(int axis, Tensor<int> places, Shape shape) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "index_add";

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.index_add({shape}, {axis}, [{Places.Text(places)}])";

    protected override Shape InferShape(Shape x) => shape;

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => Indexing.AddSelected(x, axis, places.Span, shape);

    internal override UnaryOperator<T> ForBatch(Shape batch) =>
        new IndexAddOperator<T>(axis + 1, places, Batches.Of(batch[0], shape));

    internal override IReadOnlyList<Dependence> DependenceOn(int input, ReadOnlySpan<Shape> inputs, Shape result) =>
    [
        Dependence.To(
            Indexing.Select(Dependence.Numbers(result), axis, places.Span, inputs[0]), result.FlattenedLength),
    ];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        new IndexSelectOperator<T>(axis, places).Apply(gradient);
}

/// <summary>
/// x with slices of y added across an axis; by y, the derivative is <see cref="IndexSelectOperator{T}"/>.
/// </summary>
internal sealed class IndexAddToOperator<T>(int axis, Tensor<int> places) : BinaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "index_add";

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.index_add({axis}, [{Places.Text(places)}], {inputs[1]})";

    protected override Shape InferShape(Shape x, Shape y) => x;

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        Indexing.AddSelected(y, axis, places.Span, shape, x);

    internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        new IndexAddToOperator<T>(axis + 1, places).ApplyTo(Batches.All(inputs, isBatch));

    internal override IReadOnlyList<Dependence> DependenceOn(int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        input == 0 ? [] : new IndexAddOperator<T>(axis, places, result).DependenceOn(0, inputs[1..], result);

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => gradient;

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        new IndexSelectOperator<T>(axis, places).Apply(gradient);
}
