using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Without its axes of length 1.</summary>
    public Variable<T> Squeeze() => Reshape([.. Shape.Where(length => length != 1)]);

    /// <summary>Without an axis, if that has length 1; else the variable itself, as in PyTorch.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Variable<T> Squeeze(int axis)
    {
        if (Rank == 0 && axis is 0 or -1)
            return this;
        axis = Shape.Axis(axis, "squeeze");
        return Shape[axis] == 1 ? Reshape(Shape.Without(axis)) : this;
    }

    /// <summary>With a new axis of length 1.</summary>
    /// <param name="axis">Its place in the result; negative counts from the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public Variable<T> Unsqueeze(int axis)
    {
        if (axis < -Rank - 1 || axis > Rank)
            throw new ArgumentOutOfRangeException(
                nameof(axis), axis, $"unsqueeze: shape {Shape} has places for a new axis from {-Rank - 1} to {Rank}.");
        axis = axis < 0 ? axis + Rank + 1 : axis;
        return Reshape([.. Shape.Lengths[..axis], 1, .. Shape.Lengths[axis..]]);
    }

    /// <summary>Several neighbouring axes as one; a single number becomes a vector.</summary>
    /// <param name="first">The first of them; negative counts from the last.</param>
    /// <param name="last">The last of them.</param>
    /// <exception cref="ArgumentException">There are no such axes, or the last comes before the first.</exception>
    public Variable<T> Flatten(int first = 0, int last = -1)
    {
        Shape shape = Rank == 0 ? [1] : Shape;
        (first, last) = (shape.Axis(first, "flatten"), shape.Axis(last, "flatten"));
        if (last < first)
            throw new ArgumentException($"flatten: axis {last} comes before axis {first}.", nameof(last));
        int length = 1;
        foreach (int each in shape.Lengths[first..(last + 1)])
            length *= each;
        return Reshape([.. shape.Lengths[..first], length, .. shape.Lengths[(last + 1)..]]);
    }

    /// <summary>With an axis moved to another place; the others keep their order.</summary>
    /// <param name="source">The axis; negative counts from the last.</param>
    /// <param name="destination">Its place in the result.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Variable<T> MoveAxis(int source, int destination)
    {
        (source, destination) = (Shape.Axis(source, "move_axis"), Shape.Axis(destination, "move_axis"));
        var order = new List<int>(Enumerable.Range(0, Rank));
        order.RemoveAt(source);
        order.Insert(destination, source);
        return source == destination ? this : Permute([.. order]);
    }

    /// <summary>With the order of the elements along axes reversed.</summary>
    /// <param name="axes">The axes; negative ones count from the last.</param>
    /// <exception cref="ArgumentException">An axis is named twice or does not exist.</exception>
    public Variable<T> Flip(params int[] axes)
    {
        ArgumentNullException.ThrowIfNull(axes);
        bool[] flipped = Axes.Reduced(Shape, axes, false, "flip");
        return Array.IndexOf(flipped, true) < 0 ? this : new FlipOperator<T>(flipped).Apply(this);
    }

    /// <summary>All elements moved in row-major order; those pushed out at the end come in at the beginning.</summary>
    /// <param name="shift">How far; negative moves towards the beginning.</param>
    public Variable<T> Roll(int shift) => Reshape(-1).Roll(shift, 0).Reshape(Shape);

    /// <summary>The elements moved along an axis; those pushed out at the end come in at the beginning.</summary>
    /// <param name="shift">How far; negative moves towards the beginning.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Variable<T> Roll(int shift, int axis)
    {
        axis = Shape.Axis(axis, "roll");
        int length = Shape[axis], distance = length == 0 ? 0 : shift % length;
        if (distance == 0)
            return this;
        int cut = distance > 0 ? length - distance : -distance;
        return Variable.Concatenate([Slice(axis, cut), Slice(axis, 0, cut)], axis);
    }

    /// <summary>The elements moved along several axes.</summary>
    /// <param name="shifts">How far along each axis; negative moves towards the beginning.</param>
    /// <param name="axes">The axes; negative ones count from the last.</param>
    /// <exception cref="ArgumentException">Not as many shifts as axes, or no such axis.</exception>
    public Variable<T> Roll(int[] shifts, int[] axes)
    {
        ArgumentNullException.ThrowIfNull(shifts);
        ArgumentNullException.ThrowIfNull(axes);
        if (shifts.Length != axes.Length)
            throw new ArgumentException($"roll: {shifts.Length} shifts do not go with {axes.Length} axes.");
        Variable<T> result = this;
        for (int i = 0; i < axes.Length; i++)
            result = result.Roll(shifts[i], axes[i]);
        return result;
    }

    /// <summary>
    /// The whole repeated along axes. Missing leading numbers, as well as missing leading axes, count as 1: NumPy's
    /// <c>tile</c>.
    /// </summary>
    /// <param name="repeats">How often along each axis.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    /// <exception cref="OverflowException">The result would have more elements than a tensor can.</exception>
    public Variable<T> Tile(params int[] repeats)
    {
        ArgumentNullException.ThrowIfNull(repeats);
        return Repeat("tile", [.. Enumerable.Repeat(1, Math.Max(0, Rank - repeats.Length)), .. repeats]);
    }

    /// <summary>
    /// The whole repeated along axes, of which there may be new leading ones: PyTorch's <c>repeat</c>.
    /// </summary>
    /// <param name="repeats">How often along each axis.</param>
    /// <exception cref="ArgumentException">Fewer numbers than axes, or a negative one.</exception>
    /// <exception cref="OverflowException">The result would have more elements than a tensor can.</exception>
    public Variable<T> Repeat(params int[] repeats)
    {
        ArgumentNullException.ThrowIfNull(repeats);
        if (repeats.Length < Rank)
            throw new ArgumentException(
                $"repeat: ({string.Join(", ", repeats)}) has fewer numbers than shape {Shape} has axes.",
                nameof(repeats));
        return Repeat("repeat", repeats);
    }

    private Variable<T> Repeat(string operation, int[] repeats)
    {
        int added = repeats.Length - Rank;
        if (Array.Exists(repeats, n => n < 0))
            throw new ArgumentOutOfRangeException(
                nameof(repeats),
                $"{operation}: ({string.Join(", ", repeats)}) would repeat shape {Shape} less than 0 times.");
        // Each axis becomes a pair, of which expanding repeats the first.
        var apart = new int[2 * repeats.Length];
        var repeated = new int[2 * repeats.Length];
        var joined = new long[repeats.Length];
        for (int i = 0; i < repeats.Length; i++)
        {
            int length = i < added ? 1 : Shape[i - added];
            (apart[2 * i], apart[2 * i + 1]) = (1, length);
            // Nothing, as often as one likes, is nothing.
            (repeated[2 * i], repeated[2 * i + 1]) = (length == 0 ? Math.Min(repeats[i], 1) : repeats[i], length);
            joined[i] = (long)repeats[i] * length;
        }
        Shape shape = Shape.OfResult(operation, joined, Shape);
        return Reshape(apart).Expand(Shape.Create(repeated)).Reshape(shape);
    }

    /// <summary>Each element of an axis repeated equally often, one copy beside the other.</summary>
    /// <param name="repeats">How often.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, or the number is negative.</exception>
    /// <exception cref="OverflowException">The result would have more elements than a tensor can.</exception>
    public Variable<T> RepeatInterleave(int repeats, int axis)
    {
        axis = Shape.Axis(axis, "repeat_interleave");
        return RepeatInterleave(Tensor.Scalar(repeats), axis);
    }

    /// <summary>Each element of an axis repeated as often as its own number says.</summary>
    /// <param name="repeats">As many numbers as the axis is long, or one for all.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <exception cref="ArgumentException">Not as many numbers, a negative one, or no such axis.</exception>
    /// <exception cref="OverflowException">The result would have more elements than a tensor can.</exception>
    public Variable<T> RepeatInterleave(Tensor<int> repeats, int axis)
    {
        ArgumentNullException.ThrowIfNull(repeats);
        axis = Shape.Axis(axis, "repeat_interleave");
        if (repeats.IsSymbolic)
            throw new InvalidOperationException(
                "repeat_interleave: the shape of the result depends on the numbers, which a function that is compiled "
                + "takes at each call. Take the index of each copy instead, and use IndexSelect.");
        int[] counts = repeats.ToArray();
        if (counts.Length != 1 && counts.Length != Shape[axis])
            throw new ArgumentException(
                $"repeat_interleave: {counts.Length} numbers do not go with axis {axis} of shape {Shape}.",
                nameof(repeats));
        long total = 0;
        for (int i = 0; i < Shape[axis]; i++)
        {
            int count = counts[counts.Length == 1 ? 0 : i];
            total += count >= 0 ? count : throw new ArgumentOutOfRangeException(
                nameof(repeats), count,
                $"repeat_interleave: element {i} of axis {axis} of shape {Shape} would be repeated {count} times.");
        }
        var indices = new int[Shape.With(axis, total, "repeat_interleave")[axis]];
        for (int i = 0, at = 0; i < Shape[axis]; i++)
        {
            int count = counts[counts.Length == 1 ? 0 : i];
            indices.AsSpan(at, count).Fill(i);
            at += count;
        }
        return SelectAt(axis, indices);
    }

    /// <summary>
    /// All windows of an axis, from the beginning and every <paramref name="step"/> elements. The axis then counts the
    /// windows, and a new last axis the elements of a window.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="size">The length of a window.</param>
    /// <param name="step">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis, no window fits, or the step is less than
    /// 1.</exception>
    /// <exception cref="OverflowException">The result would have more elements than a tensor can.</exception>
    public Variable<T> Unfold(int axis, int size, int step)
    {
        axis = Shape.Axis(axis, "unfold");
        if (size < 0 || size > Shape[axis])
            throw new ArgumentOutOfRangeException(
                nameof(size), size, $"unfold: a window of {size} does not fit axis {axis} of shape {Shape}.");
        if (step < 1)
            throw new ArgumentOutOfRangeException(
                nameof(step), step, $"unfold: the step along axis {axis} of shape {Shape} must be at least 1.");
        int windows = (Shape[axis] - size) / step + 1;
        Shape apart = Shape.OfResult(
            "unfold", [.. Shape.Lengths[..axis], windows, size, .. Shape.Lengths[(axis + 1)..]], Shape);
        var indices = new int[windows * size];
        for (int i = 0; i < indices.Length; i++)
            indices[i] = i / size * step + i % size;
        return SelectAt(axis, indices).Reshape(apart).MoveAxis(axis + 1, -1);
    }

    /// <summary>A part of an axis of a given length.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="start">The first index; negative counts from the end.</param>
    /// <param name="length">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis or part.</exception>
    public Variable<T> Narrow(int axis, int start, int length)
    {
        axis = Shape.Axis(axis, "narrow");
        int first = start < 0 ? start + Shape[axis] : start;
        if (first < 0 || length < 0 || first > Shape[axis] - length)
            throw new ArgumentOutOfRangeException(
                nameof(start), start,
                $"narrow: {length} elements from {start} on lie outside axis {axis} of shape {Shape}.");
        return Slice(axis, first, first + length);
    }

    /// <summary>Parts of an axis of equal lengths; the last may be shorter.</summary>
    /// <param name="size">The length of a part; at least 1.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is less than 1, or there is no such axis.</exception>
    public Variable<T>[] Split(int size, int axis = 0) => Split("split", size, axis);

    /// <summary>Parts of an axis of given lengths.</summary>
    /// <param name="sections">The lengths, which together are that of the axis.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <exception cref="ArgumentException">The lengths do not add up, or there is no such axis.</exception>
    public Variable<T>[] Split(int[] sections, int axis = 0)
    {
        ArgumentNullException.ThrowIfNull(sections);
        axis = Shape.Axis(axis, "split");
        if (Array.Exists(sections, section => section < 0) || sections.Sum(section => (long)section) != Shape[axis])
            throw new ArgumentException(
                $"split: sections of {string.Join(", ", sections)} do not add up to axis {axis} of shape {Shape}.",
                nameof(sections));
        var parts = new Variable<T>[sections.Length];
        for (int i = 0, at = 0; i < parts.Length; at += sections[i++])
            parts[i] = Slice(axis, at, at + sections[i]);
        return parts;
    }

    /// <summary>
    /// A number of parts of an axis, equal but for the last; fewer where the axis does not give as many, as in PyTorch.
    /// </summary>
    /// <param name="chunks">At least 1.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1, or there is no such axis.</exception>
    public Variable<T>[] Chunk(int chunks, int axis = 0)
    {
        axis = Shape.Axis(axis, "chunk");
        if (chunks < 1)
            throw new ArgumentOutOfRangeException(nameof(chunks), chunks, "chunk: there is at least 1 part.");
        int length = Shape[axis];
        return Split("chunk", Math.Max(1, length / chunks + (length % chunks > 0 ? 1 : 0)), axis);
    }

    /// <summary>The elements of an axis one by one; the axis goes away.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Variable<T>[] Unbind(int axis = 0)
    {
        axis = Shape.Axis(axis, "unbind");
        var parts = new Variable<T>[Shape[axis]];
        for (int i = 0; i < parts.Length; i++)
            parts[i] = Select(axis, i);
        return parts;
    }

    private Variable<T>[] Split(string operation, int size, int axis)
    {
        axis = Shape.Axis(axis, operation);
        if (size < 1)
            throw new ArgumentOutOfRangeException(
                nameof(size), size, $"{operation}: the length of a part must be at least 1.");
        int length = Shape[axis];
        // An axis without elements still has one part.
        var parts = new Variable<T>[Math.Max(1, length / size + (length % size > 0 ? 1 : 0))];
        for (int i = 0; i < parts.Length; i++)
            parts[i] = Slice(axis, i * size, i * size + Math.Min(size, length - i * size));
        return parts;
    }
}

/// <summary>x with the order along axes reversed; its derivative is the same.</summary>
internal sealed class FlipOperator<T>(bool[] flipped) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "flip";

    internal override object Identity => (typeof(FlipOperator<T>), Sequence.Of(flipped));

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        flipped[^1] ? null : this;

    internal override Composition Composition => Composition.Moved;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) => Costs.Copy<T>(result);

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.flip({string.Join(", ", flipped.Index().Where(axis => axis.Item).Select(axis => axis.Index))})";

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => Flipped(x);

    private Tensor<TElement> Flipped<TElement>(Tensor<TElement> x) where TElement : unmanaged
    {
        for (int axis = 0; axis < flipped.Length; axis++)
        {
            if (flipped[axis])
                x = IndexingKernel.Reverse(x, axis);
        }
        return x;
    }

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => new FlipOperator<T>([false, .. flipped]);

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [Dependence.From(Flipped(Dependence.Numbers(inputs[0])))];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) => Apply(gradient);
}
