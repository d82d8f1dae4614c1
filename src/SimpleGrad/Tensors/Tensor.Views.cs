using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Tensor<T>
{
    /// <summary>One element of the first axis, as a view; the axis goes away.</summary>
    /// <exception cref="ArgumentException">There are no axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside the axis.</exception>
    [IndexerName("Part")]
    public Tensor<T> this[int index] => this[[index]];

    /// <summary>One element of each of the first two axes, as a view; these go away.</summary>
    /// <exception cref="ArgumentException">There are fewer axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index lies outside its axis.</exception>
    [IndexerName("Part")]
    public Tensor<T> this[int index0, int index1] => this[[index0, index1]];

    /// <summary>
    /// Elements and ranges of the leading axes, as a view: <c>x[1]</c>, <c>x[^1, 2]</c>, <c>x[1..3, ..^1]</c>, <c>x[..,
    /// 0]</c>. An axis of which one element is taken goes away.
    /// </summary>
    /// <exception cref="ArgumentException">There are fewer axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index or a range lies outside its axis.</exception>
    [IndexerName("Part")]
    public Tensor<T> this[params ReadOnlySpan<AxisIndex> indices]
    {
        get
        {
            AxisIndex.Require(indices, Shape);
            Tensor<T> view = this;
            for (int axis = 0; axis < indices.Length; axis++)
            {
                (int start, int stop) = indices[axis].On(Shape, axis);
                view = view.Slice(axis, start, stop);
            }
            return view.Reshape(AxisIndex.Remaining(indices, view.Shape));
        }
    }

    /// <summary>One element of an axis, as a view; the axis goes away.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="index">The index on the axis; negative counts from the end.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis or element.</exception>
    public Tensor<T> Select(int axis, int index)
    {
        axis = Shape.Axis(axis, "select");
        int at = Position(index, axis);
        return Slice(axis, at, at + 1).Reshape(Shape.Without(axis));
    }

    /// <summary>
    /// Every <paramref name="step"/>-th element of an axis from <paramref name="start"/> up to, and without,
    /// <paramref name="stop"/>, as a view.
    /// </summary>
    /// <remarks>
    /// As in Python: negative bounds count from the end, and bounds outside the axis are moved to its ends.
    /// </remarks>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="start">The first index; null for the beginning.</param>
    /// <param name="stop">The index after the last; null for the end.</param>
    /// <param name="step">At least 1.</param>
    public Tensor<T> Slice(int axis, int? start = null, int? stop = null, int step = 1) =>
        Slice(SliceBounds.Resolve(Shape, axis, start, stop, step));

    /// <summary>One element of the first axis: a view, or a number.</summary>
    /// <param name="index">Which one.</param>
    /// <param name="shape">The shape without the first axis.</param>
    internal Tensor<T> Element(int index, Shape shape)
    {
        ReadOnlySpan<int> strides = Strides;
        return shape.Rank == 0 ? new Tensor<T>(Memory[index * strides[0]])
            : IsContiguous ? new Tensor<T>(SharedStorage, shape, null, _offset + index * strides[0])
            : View(shape, strides[1..].ToArray(), _offset + index * strides[0]);
    }

    internal Tensor<T> Slice(SliceBounds bounds)
    {
        int[] strides = Strides.ToArray();
        Shape shape = bounds.Apply(Shape);
        // An empty slice keeps its offset inside the memory.
        int offset = _offset + (shape.FlattenedLength == 0 ? 0 : bounds.Start * strides[bounds.Axis]);
        if (bounds.Count > 1)
            strides[bounds.Axis] *= bounds.Step;
        return View(shape, strides, offset);
    }

    /// <summary>A diagonal of the last two axes, as a view of a given shape.</summary>
    internal Tensor<T> Diagonal(int offset, Shape shape)
    {
        ReadOnlySpan<int> strides = Strides;
        int start = shape.FlattenedLength == 0 ? 0 // an empty view keeps its offset inside the memory
            : offset >= 0 ? offset * strides[^1] : -offset * strides[^2];
        return View(shape, [.. strides[..^2], strides[^2] + strides[^1]], _offset + start);
    }

    /// <summary>
    /// The axes in another order, as a view: axis <c>i</c> of the result is axis <c>axes[i]</c> of this tensor.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="axes"/> does not name each axis once.</exception>
    public Tensor<T> Permute(params int[] axes)
    {
        ArgumentNullException.ThrowIfNull(axes);
        int[] order = Axes.Permutation(Shape, axes);
        var strides = new int[Rank];
        ReadOnlySpan<int> old = Strides;
        for (int i = 0; i < Rank; i++)
            strides[i] = old[order[i]];
        return View(Axes.Permute(Shape.Lengths, order), strides, _offset);
    }

    /// <summary>The axes in reverse order, as a view: the transpose of a matrix.</summary>
    public Tensor<T> Transpose() => Permute(Axes.Reversed(Rank));

    /// <summary>Two axes exchanged, as a view.</summary>
    public Tensor<T> Transpose(int axis0, int axis1) => Permute(Axes.Exchanged(Shape, axis0, axis1));

    /// <summary>
    /// The same elements repeated along new leading axes and along axes of length 1, as a view that copies nothing.
    /// </summary>
    /// <exception cref="ArgumentException">The tensor does not broadcast to <paramref name="shape"/>.</exception>
    public Tensor<T> Expand(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (!Shape.ExpandsTo(shape))
            throw new ArgumentException($"A tensor of shape {Shape} does not expand to {shape}.", nameof(shape));
        if (Shape.Equals(shape))
            return this;
        var strides = new int[shape.Rank];
        ReadOnlySpan<int> old = Strides;
        for (int i = 1; i <= Rank; i++)
            strides[^i] = Shape[^i] == 1 && shape[^i] != 1 ? 0 : old[^i];
        return View(shape, strides, _offset);
    }

    /// <inheritdoc cref="Expand(Shape)"/>
    /// <param name="shape">The new lengths; -1 keeps the length of an axis that is there already.</param>
    [OverloadResolutionPriority(1)]
    public Tensor<T> Expand(params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Expand(Axes.ResolveExpand(Shape, shape));
    }

    /// <summary>
    /// The same elements in row-major order under another shape: a view where the memory allows, else a copy.
    /// </summary>
    /// <param name="shape">The new lengths; one of them may be -1 and is computed from the others.</param>
    /// <exception cref="ArgumentException">The new shape has another number of elements.</exception>
    [OverloadResolutionPriority(1)]
    public Tensor<T> Reshape(params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Reshape(Axes.ResolveReshape(Shape, shape));
    }

    /// <inheritdoc cref="Reshape(int[])"/>
    public Tensor<T> Reshape(Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        if (shape.FlattenedLength != Length)
            throw new ArgumentException($"reshape: shapes {Shape} and {shape} differ in their number of elements.");
        if (Shape.Equals(shape))
            return this;
        if (IsContiguous)
            return new Tensor<T>(SharedStorage, shape, null, _offset);
        return Axes.TryReshapeStrides(Shape, Strides, shape) is { } strides
            ? View(shape, strides, _offset)
            : ToContiguous().Reshape(shape);
    }

    /// <summary>
    /// The elements in row-major order, to read without a copy. In place of a view that has gaps or another order, ask
    /// its <see cref="Clone"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The elements do not lie row-major and without gaps: <see
    /// cref="IsContiguous"/> is false.</exception>
    public ReadOnlySpan<T> AsReadOnlySpan()
    {
        if (!IsContiguous)
            throw new InvalidOperationException(
                $"A view of shape {Shape} with strides ({string.Join(", ", Strides.ToArray())}) has no row-major block "
                + "of memory to look at. Copy it first, x.Clone().AsReadOnlySpan(), or use AsReadOnlyTensorSpan().");
        HandOut();
        return SharedStorage.Data.AsSpan(_offset, Length);
    }

    /// <summary>A copy in memory of its own, row-major and without gaps.</summary>
    public Tensor<T> Clone() => IsSymbolic ? this : Rank == 0 ? new Tensor<T>(ScalarValue) : ToNew();

    /// <summary>
    /// The tensor's memory as a read-only span of the same shape, without a copy. .NET has no span of rank 0, so a
    /// single number comes as a vector of one.
    /// </summary>
    public ReadOnlyTensorSpan<T> AsReadOnlyTensorSpan()
    {
        (nint[] lengths, nint[] strides) = NativeLayout();
        return Length == 0 ? new ReadOnlyTensorSpan<T>([], 0, lengths, [])
            : new ReadOnlyTensorSpan<T>(SharedStorage.Data, _offset, lengths, strides);
    }

    /// <summary>
    /// The tensor's memory as a span of the same shape, without a copy. What is written shows in this tensor and
    /// in every tensor that shares its memory. Where a tape has the memory, this call counts as a write that no tape
    /// recorded: gradients that need the numbers from before are refused from then on. So take the span for one
    /// write, and do not keep it.
    /// </summary>
    /// <param name="file">The file of the caller, for messages.</param>
    /// <param name="line">The line of the caller.</param>
    /// <exception cref="InvalidOperationException">
    /// The memory is a constant of a compiled function; or the tensor is expanded, and one number stands for several
    /// elements.
    /// </exception>
    public TensorSpan<T> AsTensorSpan([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        (nint[] lengths, nint[] strides) = NativeLayout();
        if (ExpandedAxis() is { } axis)
            throw new InvalidOperationException(
                $"A tensor of shape {Shape} that is expanded along axis {axis} cannot be written: copy it first.");
        if (Length == 0)
            return new TensorSpan<T>([], 0, lengths, []);
        NoteWrite(nameof(AsTensorSpan), file, line);
        return new TensorSpan<T>(SharedStorage.Data, _offset, lengths, strides);
    }

    /// <summary>An axis along which one number stands for several elements; null where there is none.</summary>
    internal int? ExpandedAxis()
    {
        for (int i = 0; i < Rank; i++)
        {
            if (Strides[i] == 0 && Shape[i] > 1)
                return i;
        }
        return null;
    }

    /// <summary>Prepares a write, and notes it where a tape has the memory.</summary>
    internal void NoteWrite(string what, string file = "", int line = 0)
    {
        PrepareWrite();
        if (SharedStorage is { IsOnTape: true } storage)
            storage.LastWrite = new Write(what, file, line, storage.LastWrite);
    }

    /// <summary>Refuses memory that must not change, and parts with those who have it as if it were a copy.</summary>
    internal void PrepareWrite()
    {
        Storage<T> storage = SharedStorage;
        if (storage.IsFrozen)
            throw new InvalidOperationException(
                "This tensor's memory is a constant of a compiled function and cannot be written: the function would "
                + "not notice, or half of it. Write to a copy, Tensor.Create(x.ToArray(), x.Shape).");
        storage.Unshare();
    }

    private (nint[] Lengths, nint[] Strides) NativeLayout()
    {
        if (Rank == 0)
            return ([1], [0]);
        var lengths = new nint[Rank];
        var strides = new nint[Rank];
        ReadOnlySpan<int> own = Strides;
        for (int i = 0; i < Rank; i++)
            (lengths[i], strides[i]) = (Shape[i], Shape[i] == 1 ? 0 : own[i]);
        return (lengths, strides);
    }

    private Tensor<T> View(Shape shape, int[] strides, int offset) =>
        new(SharedStorage, shape, Axes.IsRowMajor(shape, strides) ? null : strides, offset);
}
