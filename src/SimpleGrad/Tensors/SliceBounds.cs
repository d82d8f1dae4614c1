namespace SimpleGrad;

/// <summary>
/// A slice of one axis after Python's rules have been applied: what is asked for becomes what is there.
/// </summary>
internal readonly record struct SliceBounds(int Axis, int Start, int Step, int Count)
{
    public static SliceBounds Resolve(Shape shape, int axis, int? start, int? stop, int step)
    {
        axis = shape.Axis(axis, "slice");
        if (step < 1)
            throw new ArgumentOutOfRangeException(
                nameof(step), step, $"slice: the step along axis {axis} of shape {shape} must be at least 1.");
        int length = shape[axis];
        int first = Clamp(start ?? 0, length), last = Clamp(stop ?? length, length);
        int count = last <= first ? 0 : (int)((last - (long)first + step - 1) / step);
        return new SliceBounds(axis, first, step, count);
    }

    /// <summary>The bounds of a C# range, which must lie inside the axis.</summary>
    public static (int Start, int Stop) Of(Range range, Shape shape, int axis)
    {
        int length = shape[axis], start = range.Start.GetOffset(length), stop = range.End.GetOffset(length);
        if (start < 0 || stop > length || start > stop)
            throw new ArgumentOutOfRangeException(
                nameof(range), $"slice: range {range} lies outside axis {axis} of shape {shape}.");
        return (start, stop);
    }

    public int Stop => (int)Math.Min(int.MaxValue, Start + (long)Count * Step);

    public Shape Apply(Shape shape) => shape.With(Axis, Count);

    /// <summary>The slice of a tensor, as a view.</summary>
    public Tensor<T> Of<T>(Tensor<T> tensor) where T : unmanaged => tensor.Slice(this);

    public override string ToString() =>
        $"{Axis}, {Start}:{Stop}" + (Step == 1 ? "" : $":{Step}");

    private static int Clamp(int index, int length) => Math.Clamp(index < 0 ? index + length : index, 0, length);
}
