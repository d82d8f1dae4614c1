namespace SimpleGrad;

/// <summary>
/// What an indexer takes of one axis: an element, so that the axis goes away, or a range. It is made from a number, an
/// <see cref="Index"/> or a <see cref="Range"/> where one is written: <c>x[1, ^1]</c>, <c>x[.., 0]</c>,
/// <c>x[1..3, ..^1]</c>.
/// </summary>
public readonly struct AxisIndex
{
    private readonly Range _range;

    private AxisIndex(Range range, bool isElement)
    {
        _range = range;
        IsElement = isElement;
    }

    /// <summary>Whether this is a single element, not a range.</summary>
    internal bool IsElement { get; }

    /// <summary>The element at an index from the start.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative: <c>^1</c> is the last element.</exception>
    public static implicit operator AxisIndex(int index) => index >= 0
        ? new Index(index)
        : throw new ArgumentOutOfRangeException(
            nameof(index), index, $"An index is not negative: write ^{-(long)index} to count from the end.");

    /// <summary>The element at an index from the start or the end.</summary>
    public static implicit operator AxisIndex(Index index) => new(new Range(index, index), isElement: true);

    /// <summary>The elements of a range.</summary>
    public static implicit operator AxisIndex(Range range) => new(range, isElement: false);

    /// <summary>The element, or the range, as it is written.</summary>
    public override string ToString() => IsElement ? $"{_range.Start}" : $"{_range}";

    /// <summary>What this is on an axis, which must have it all.</summary>
    internal (int Start, int Stop) On(Shape shape, int axis)
    {
        if (!IsElement)
            return SliceBounds.Of(_range, shape, axis);
        int index = _range.Start.GetOffset(shape[axis]);
        if (index < 0 || index >= shape[axis])
            throw new ArgumentOutOfRangeException(
                nameof(axis), $"select: index {this} lies outside axis {axis} of shape {shape}"
                + (_range.Start.Equals(^0) ? ": the last element is ^1." : "."));
        return (index, index + 1);
    }

    /// <summary>Checks that there are no more indices than axes.</summary>
    internal static void Require(ReadOnlySpan<AxisIndex> indices, Shape shape)
    {
        if (indices.Length > shape.Rank)
            throw new ArgumentException(
                $"slice: shape {shape} takes at most {shape.Rank} indices and ranges, not {indices.Length}.");
    }

    /// <summary>The shape without the axes of which a single element is taken.</summary>
    internal static Shape Remaining(ReadOnlySpan<AxisIndex> indices, Shape shape)
    {
        int left = 0;
        Span<int> lengths = stackalloc int[indices.Length];
        for (int axis = 0; axis < indices.Length; axis++)
        {
            if (!indices[axis].IsElement)
                lengths[left++] = shape[axis];
        }
        return left == indices.Length ? shape : Shape.Create([.. lengths[..left], .. shape.Lengths[indices.Length..]]);
    }
}
