namespace SimpleGrad;

/// <summary>How a reduction combines elements.</summary>
internal interface IReduction<T> where T : unmanaged
{
    /// <summary>The result for no element at all.</summary>
    static abstract T Empty { get; }

    /// <summary>All elements of a run, which is not empty, as one.</summary>
    static abstract T Reduce(ReadOnlySpan<T> run);

    /// <summary>Combines a row into the results, element by element.</summary>
    static abstract void Accumulate(ReadOnlySpan<T> row, Span<T> results);
}

/// <summary>The loops of all reductions over axes.</summary>
internal static class Reduction
{
    /// <summary>How many elements or rows are combined one after the other before pairs are.</summary>
    public const int BlockLength = 256;

    /// <summary>
    /// Reduces the axes marked in <paramref name="reduced"/>; the result has <paramref name="shape"/>.
    /// </summary>
    public static Tensor<T> Over<TReduction, T>(Tensor<T> x, ReadOnlySpan<bool> reduced, Shape shape)
        where TReduction : struct, IReduction<T>
        where T : unmanaged
    {
        if (x.Length == 0)
            return Tensor.Full(shape, TReduction.Empty);
        if (shape.FlattenedLength == 1)
            return Tensor.Scalar(TReduction.Reduce(x.ToContiguous().Span)).Reshape(shape);

        // Leading reduced axes: whole rows are added up where they lie. Otherwise the reduced axes are moved last.
        int leading = 0;
        while (leading < x.Rank && reduced[leading])
            leading++;
        bool onlyLeading = reduced[leading..].IndexOf(true) < 0;
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        if (onlyLeading && leading > 0)
            Rows<TReduction, T>(x.ToContiguous().Span, result.NewData);
        else
            Runs<TReduction, T>(ReducedLast(x, reduced).ToContiguous().Span, result.NewData);
        return result;
    }

    /// <summary>Adds rows up pairwise, so that the error grows with the logarithm of their number.</summary>
    private static void Rows<TReduction, T>(ReadOnlySpan<T> rows, Span<T> result)
        where TReduction : struct, IReduction<T>
        where T : unmanaged
    {
        int length = result.Length, count = rows.Length / length;
        if (count > BlockLength)
        {
            int half = count / 2 * length;
            Rows<TReduction, T>(rows[..half], result);
            var second = new T[length];
            Rows<TReduction, T>(rows[half..], second);
            TReduction.Accumulate(second, result);
            return;
        }
        rows[..length].CopyTo(result);
        for (int at = length; at < rows.Length; at += length)
            TReduction.Accumulate(rows.Slice(at, length), result);
    }

    private static void Runs<TReduction, T>(ReadOnlySpan<T> runs, Span<T> result)
        where TReduction : struct, IReduction<T>
        where T : unmanaged
    {
        int length = runs.Length / result.Length;
        for (int i = 0; i < result.Length; i++)
            result[i] = TReduction.Reduce(runs.Slice(i * length, length));
    }

    private static Tensor<T> ReducedLast<T>(Tensor<T> x, ReadOnlySpan<bool> reduced) where T : unmanaged
    {
        var order = new List<int>(x.Rank);
        for (int pass = 0; pass < 2; pass++)
        {
            for (int axis = 0; axis < x.Rank; axis++)
            {
                if (reduced[axis] == (pass == 1))
                    order.Add(axis);
            }
        }
        return x.Permute([.. order]);
    }
}
