namespace SimpleGrad;

/// <summary>Computes each line of a result, along one axis, from the same line of the operands.</summary>
internal static class AlongAxis
{
    public delegate void Line<TFrom, TTo>(ReadOnlySpan<TFrom> x, Span<TTo> result);

    public delegate void Line2<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result);

    /// <summary>The result has <paramref name="length"/> elements along the axis, else the shape of x.</summary>
    public static Tensor<TTo> Map<TFrom, TTo>(Tensor<TFrom> x, int axis, int length, Line<TFrom, TTo> line)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        int[] order = MovedLast(x.Rank, axis);
        int[] lengths = x.Shape.ToArray();
        int each = lengths[axis];
        lengths[axis] = length;
        Tensor<TTo> result = Tensor<TTo>.Uninitialized(Axes.Permute(lengths, order));
        ReadOnlySpan<TFrom> from = x.Permute(order).ToContiguous().Span;
        Span<TTo> to = result.NewData;
        for (int read = 0, write = 0; write < to.Length; read += each, write += length)
            line(from.Slice(read, each), to.Slice(write, length));
        return result.Permute(Axes.Inverse(order));
    }

    /// <summary>From two operands of the same shape, which the result has too.</summary>
    public static Tensor<T> Map<T>(Tensor<T> x, Tensor<T> y, int axis, Line2<T> line) where T : unmanaged
    {
        int[] order = MovedLast(x.Rank, axis);
        int each = x.Shape[axis];
        Tensor<T> result = Tensor<T>.Uninitialized(Axes.Permute(x.Shape.Lengths, order));
        ReadOnlySpan<T> xLines = x.Permute(order).ToContiguous().Span, yLines = y.Permute(order).ToContiguous().Span;
        Span<T> to = result.NewData;
        for (int at = 0; at < to.Length; at += each)
            line(xLines.Slice(at, each), yLines.Slice(at, each), to.Slice(at, each));
        return result.Permute(Axes.Inverse(order));
    }

    private static int[] MovedLast(int rank, int axis)
    {
        var order = new int[rank];
        for (int i = 0; i < rank; i++)
            order[i] = i == rank - 1 ? axis : i < axis ? i : i + 1;
        return order;
    }
}
