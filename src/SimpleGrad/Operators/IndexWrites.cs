using System.Runtime.CompilerServices;

namespace SimpleGrad;

// Indexing along several axes at once, and results in which elements at indices are replaced. Indices are plain
// integers, so what is replaced is known when the operator is applied.
public sealed partial class Variable<T>
{
    /// <summary>
    /// The elements that index tensors name together, one for each of the first axes: <c>x[i, j]</c> is the element at
    /// row i and column j, for each pair of indices. The index tensors broadcast; the result has their shape, and then
    /// the axes that have no index. Negative indices count from the end.
    /// </summary>
    /// <exception cref="ArgumentException">There are more indices than axes, or they do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside its axis.</exception>
    [IndexerName("Part")]
    public Variable<T> this[Tensor<int> index0, Tensor<int> index1, params ReadOnlySpan<Tensor<int>> more]
    {
        get
        {
            Tensor<int>[] index = [index0, index1, .. more];
            (Tensor<int> indices, Shape shape) = IndicesOf("index", index);
            return AsRows(index.Length).SelectAt(0, indices).Reshape(shape);
        }
    }

    /// <summary>
    /// The variable with values where index tensors say together, as <c>x[i, j] = values</c>, or added to
    /// what is there. As PyTorch's <c>index_put</c>; where an element is named several times, its last value counts.
    /// </summary>
    /// <param name="index">Indices for each of the first axes, which broadcast. Negative ones count from the
    /// end.</param>
    /// <param name="values">What is put there; it broadcasts to the shape of the indices and then the axes that have no
    /// index.</param>
    /// <param name="accumulate">Whether the values are added. All of them count then.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside its axis.</exception>
    public Variable<T> IndexPut(Tensor<int>[] index, Variable<T> values, bool accumulate = false)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(values);
        (Tensor<int> indices, Shape expected) = IndicesOf("index_put", index);
        ReadOnlySpan<int> trailing = Shape.Lengths[index.Length..];
        if (!values.Shape.ExpandsTo(expected))
            throw new ArgumentException(
                $"index_put: values of shape {values.Shape} do not broadcast to {expected}.", nameof(values));
        Variable<T> rows = AsRows(index.Length);
        Variable<T> source = values.Expand(expected).Reshape(Shape.Create([indices.Length, .. trailing]));
        Variable<T> result = accumulate
            ? rows + new IndexAddOperator<T>(0, indices, rows.Shape).Apply(source)
            : rows.Replace(0, indices, source);
        return result.Reshape(Shape);
    }

    /// <summary>
    /// The variable with elements of a source where indices say: <c>result[index[i, j], j] = source[i, j]</c> for axis
    /// 0. As PyTorch's <c>scatter</c>; where an element is named several times, its last element counts.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">As many axes as the variable, and on the other axes not longer than it.</param>
    /// <param name="source">On no axis shorter than the index; what lies beyond the index is not used.</param>
    /// <exception cref="ArgumentException">The shape of the index or the source does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or lies outside the axis.</exception>
    public Variable<T> Scatter(int axis, Tensor<int> index, Variable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        axis = Shape.Axis(axis, "scatter");
        index = Indices.Fitting("scatter", index, axis, Shape);
        bool fits = source.Rank == Rank;
        for (int i = 0; fits && i < Rank; i++)
            fits = source.Shape[i] >= index.Shape[i];
        if (!fits)
            throw new ArgumentException(
                $"scatter: a source of shape {source.Shape} does not fit an index of shape {index.Shape}.");
        for (int i = 0; i < Rank; i++)
            source = source.Slice(i, 0, index.Shape[i]);
        Tensor<int> indices = new FlatIndexRule(axis, Shape).Apply(index);
        return Reshape(-1).Replace(0, indices, source.Reshape(-1)).Reshape(Shape);
    }

    /// <summary>The variable with a number where indices say; see <see cref="Scatter(int, Tensor{int},
    /// Variable{T})"/>.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">As many axes as the variable, and on the other axes not longer than it.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentException">The shape of the index does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or lies outside the axis.</exception>
    public Variable<T> Scatter(int axis, Tensor<int> index, double value)
    {
        axis = Shape.Axis(axis, "scatter");
        index = Indices.Fitting("scatter", index, axis, Shape);
        return Reshape(-1).Fill(0, new FlatIndexRule(axis, Shape).Apply(index), value).Reshape(Shape);
    }

    /// <summary>
    /// The variable with the slices of a source at the given indices of an axis. As PyTorch's <c>index_copy</c>; where
    /// an index is named several times, its last slice counts.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">A vector, or a single number.</param>
    /// <param name="source">The shape of the variable, but along the axis as long as the index.</param>
    /// <exception cref="ArgumentException">The shape of the source does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or lies outside the axis.</exception>
    public Variable<T> IndexCopy(int axis, Tensor<int> index, Variable<T> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        axis = Shape.Axis(axis, "index_copy");
        Tensor<int> indices = Indices.Vector("index_copy", index, axis, Shape);
        Shape expected = Shape.With(axis, indices.Length);
        return source.Shape == expected
            ? Replace(axis, indices, source)
            : throw new ArgumentException(
                $"index_copy: {indices.Length} indices on axis {axis} of shape {Shape} take a source of shape "
                + $"{expected}, not {source.Shape}.", nameof(source));
    }

    /// <summary>The variable with a number in the slices at the given indices of an axis.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">A vector, or a single number.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or lies outside the axis.</exception>
    public Variable<T> IndexFill(int axis, Tensor<int> index, double value)
    {
        axis = Shape.Axis(axis, "index_fill");
        return Fill(axis, Indices.Vector("index_fill", index, axis, Shape), value);
    }

    /// <summary>The variable with slices of a source at indices of an axis, of which the last named counts.</summary>
    private Variable<T> Replace(int axis, Tensor<int> indices, Variable<T> source)
    {
        if (indices.Length == 0)
            return this;
        int length = Shape[axis];
        Tensor<int> last = new LastOfEachRule(length).Apply(indices);
        bool mayRepeat = last.IsSymbolic || last.Span.Contains(length);
        Shape shape = mayRepeat ? Shape.With(axis, length + 1L, "scatter") : Shape;
        Variable<T> placed = new IndexAddOperator<T>(axis, last, shape).Apply(source);
        return Variable.Where(IsAt(axis, indices), mayRepeat ? placed.Slice(axis, 0, length) : placed, this);
    }

    private Variable<T> Fill(int axis, Tensor<int> indices, double value) =>
        indices.Length == 0 ? this : Variable.Where(IsAt(axis, indices), value, this);

    /// <summary>Not 0 at indices of an axis, 0 elsewhere, such that it goes with that axis.</summary>
    private Variable<T> IsAt(int axis, Tensor<int> indices)
    {
        var lengths = new int[Rank];
        lengths.AsSpan().Fill(1);
        lengths[axis] = Shape[axis];
        if (indices.IsSymbolic)
            return new IndexAddOperator<T>(0, indices, Shape.Create(Shape[axis]))
                .Apply(Beside(Tensor.Uniform(indices.Shape, T.One))).Reshape(lengths);
        var mask = new T[Shape[axis]];
        foreach (int at in indices.Span)
            mask[at] = T.One;
        return Beside(Tensor.Create<T>(mask, Shape.Create(lengths)));
    }

    /// <summary>The first axes as one.</summary>
    private Variable<T> AsRows(int count) =>
        Reshape(Shape.Create([Shape.Create(Shape.Lengths[..count]).FlattenedLength, .. Shape.Lengths[count..]]));

    /// <summary>
    /// The row-major indices that indices of the first axes name together, and the shape of what is there: the
    /// shape of the indices and then the axes that have none.
    /// </summary>
    private (Tensor<int> Indices, Shape Shape) IndicesOf(string operation, Tensor<int>[] index)
    {
        if (index.Length == 0 || index.Length > Rank)
            throw new ArgumentException(
                $"{operation}: shape {Shape} takes from 1 to {Rank} index tensors, not {index.Length}.", nameof(index));
        Shape shape = Shape.Scalar;
        foreach (Tensor<int> each in index)
        {
            ArgumentNullException.ThrowIfNull(each);
            shape = Broadcasting.Join(operation, shape, each.Shape);
        }
        Shape there = Shape.OfResult(operation, [.. shape.Lengths, .. Shape.Lengths[index.Length..]], Shape, shape);
        return (new JointIndexRule(operation, Shape, shape).Apply(index), there);
    }
}
