namespace SimpleGrad;

/// <summary>The loops of all reductions over axes.</summary>
/// <remarks>
/// The elements are taken in the order in which they lie in memory, whatever the order of the axes: a transposed
/// operand costs nothing more, and what an expanded one repeats is read once. In that order the axes form groups that
/// are reduced and kept in turn. The pieces of the work depend on the shape alone, so results do not depend on threads.
/// </remarks>
internal static unsafe class Reduction
{
    /// <summary>How many rows are combined one after the other before pairs are.</summary>
    private const int BlockRows = 256;

    /// <summary>How many columns of wide rows are combined at a time, so that results stay in the cache.</summary>
    private const int BlockColumns = 2048;

    /// <summary>
    /// Reduces the axes marked in <paramref name="reduced"/>; the result has <paramref name="shape"/>.
    /// </summary>
    public static Tensor<T> Over<TReduction, T>(Tensor<T> x, ReadOnlySpan<bool> reduced, Shape shape)
        where TReduction : struct, IReduction<TReduction, T>
        where T : unmanaged
    {
        if (x.Length == 0)
            return Tensor.Full(shape, TReduction.Empty);
        if (x.IsContiguous && x.Length <= ParallelLoop.PieceLength && !reduced.Contains(false))
            return Tensor.Scalar(TReduction.Reduce(x.Span)).Reshape(shape);
        var kept = new List<int>();
        int repeats = 1;
        Tensor<T> once = x;
        for (int axis = 0; axis < x.Rank; axis++)
        {
            if (!reduced[axis])
                kept.Add(axis);
            if (x.Strides[axis] != 0 || x.Shape[axis] == 1)
                continue;
            once = once.Slice(axis, 0, 1);
            if (reduced[axis])
                repeats *= x.Shape[axis];
        }

        Tensor<T>? copy = once.IsDense ? null : once.ToContiguous();
        var groups = ReductionGroups.Of(copy ?? once, reduced);
        Tensor<T> result = Tensor<T>.Uninitialized(groups.KeptShape);
        fixed (T* from = (copy ?? once).Memory, to = result.NewData)
            Run<TReduction, T>(from, groups.Lengths, groups.IsFirstReduced, to, result.Length);
        copy?.Release();
        if (repeats > 1)
        {
            foreach (ref T value in result.NewData)
                value = TReduction.Repeat(value, repeats);
        }
        if (shape.Rank == 0)
        {
            T number = result.NewData[0];
            result.Release();
            return Tensor.Scalar(number);
        }
        if (!groups.IsKeptInOrder)
            result = result.Permute(groups.KeptOrder);
        if (once.Length < x.Length)
            result = result
                .Reshape(Shape.Create([.. kept.Select(axis => once.Shape[axis])]))
                .Expand(Shape.Create([.. kept.Select(axis => x.Shape[axis])]));
        return result.Reshape(shape);
    }

    /// <summary>Runs over groups of axes, on several threads where it is worth it.</summary>
    private static void Run<TReduction, T>(T* from, ReadOnlySpan<int> groups, bool isReduced, T* to, int count)
        where TReduction : struct, IReduction<TReduction, T>
        where T : unmanaged
    {
        int first = groups[0], stride = 1;
        foreach (int length in groups[1..])
            stride *= length;
        if ((long)first * stride <= ParallelLoop.PieceLength)
        {
            Reduce<TReduction, T>(from, groups, isReduced, to);
        }
        else if (!isReduced)
        {
            int indices = Math.Max(1, ParallelLoop.PieceLength / stride);
            ParallelLoop.Run(
                (first + indices - 1) / indices,
                new KeptPiece<TReduction, T>(from, groups.ToArray(), to, indices, stride, count / first));
        }
        else if (groups.Length == 2 && stride >= 2 * BlockColumns)
        {
            int columns = Math.Max(BlockColumns, ParallelLoop.PieceLength / first / BlockColumns * BlockColumns);
            ParallelLoop.Run(
                (stride + columns - 1) / columns, new ColumnPiece<TReduction, T>(from, first, stride, columns, to));
        }
        else
        {
            // Parts of the rows, whose results are combined in their order.
            int rows = Math.Max(1, ParallelLoop.PieceLength / stride), parts = (first + rows - 1) / rows;
            using var partial = new Scratch<T>(checked(parts * count));
            fixed (T* results = partial)
            {
                ParallelLoop.Run(
                    parts, new RowPiece<TReduction, T>(from, groups.ToArray(), rows, stride, results, count));
                if (count == 1)
                    *to = TReduction.MergeAll(new ReadOnlySpan<T>(results, parts));
                else
                    Combine<TReduction, T>(results, parts, count, to);
            }
        }
    }

    private readonly struct KeptPiece<TReduction, T>(
        T* from, int[] groups, T* to, int indices, int stride, int results) : IParallelBody
        where TReduction : struct, IReduction<TReduction, T>
        where T : unmanaged
    {
        public void Run(int piece)
        {
            int[] part = [.. groups];
            part[0] = Math.Min(indices, groups[0] - piece * indices);
            Reduce<TReduction, T>(
                from + (long)piece * indices * stride, part, false, to + (long)piece * indices * results);
        }
    }

    private readonly struct ColumnPiece<TReduction, T>(T* from, int rows, int width, int columns, T* to)
        : IParallelBody
        where TReduction : struct, IReduction<TReduction, T>
        where T : unmanaged
    {
        public void Run(int piece)
        {
            int last = Math.Min(width, (piece + 1) * columns);
            for (int column = piece * columns; column < last; column += BlockColumns)
                Rows<TReduction, T>(
                    from + column, rows, width, Math.Min(BlockColumns, last - column), to + column);
        }
    }

    private readonly struct RowPiece<TReduction, T>(
        T* from, int[] groups, int rows, int stride, T* results, int count) : IParallelBody
        where TReduction : struct, IReduction<TReduction, T>
        where T : unmanaged
    {
        public void Run(int piece)
        {
            int[] part = [.. groups];
            part[0] = Math.Min(rows, groups[0] - piece * rows);
            Reduce<TReduction, T>(from + (long)piece * rows * stride, part, true, results + (long)piece * count);
        }
    }

    /// <summary>Reduces groups of axes that are reduced and kept in turn.</summary>
    private static void Reduce<TReduction, T>(T* from, ReadOnlySpan<int> groups, bool isReduced, T* to)
        where TReduction : struct, IReduction<TReduction, T>
        where T : unmanaged
    {
        if (groups.Length == 1)
        {
            var run = new ReadOnlySpan<T>(from, groups[0]);
            if (isReduced)
                *to = TReduction.Reduce(run);
            else
                TReduction.Start(run, new Span<T>(to, run.Length));
            return;
        }
        int stride = 1, results = 1;
        for (int i = 1; i < groups.Length; i++)
        {
            stride *= groups[i];
            results *= (i % 2 == 0) == isReduced ? 1 : groups[i];
        }
        if (!isReduced)
        {
            for (int i = 0; i < groups[0]; i++)
                Reduce<TReduction, T>(from + (long)i * stride, groups[1..], true, to + (long)i * results);
        }
        else if (groups.Length == 2)
        {
            for (int column = 0; column < stride; column += BlockColumns)
                Rows<TReduction, T>(
                    from + column, groups[0], stride, Math.Min(BlockColumns, stride - column), to + column);
        }
        else
        {
            using var partial = new Scratch<T>(checked(groups[0] * results));
            fixed (T* parts = partial)
            {
                for (int i = 0; i < groups[0]; i++)
                    Reduce<TReduction, T>(from + (long)i * stride, groups[1..], false, parts + (long)i * results);
                Combine<TReduction, T>(parts, groups[0], results, to);
            }
        }
    }

    /// <summary>
    /// Combines rows pairwise, so that the error of a sum grows with the logarithm of their number. Narrow rows are
    /// taken several at a time, as one wide row.
    /// </summary>
    private static void Rows<TReduction, T>(T* from, int count, int stride, int width, T* to)
        where TReduction : struct, IReduction<TReduction, T>
        where T : unmanaged
    {
        var result = new Span<T>(to, width);
        int together = stride == width && width < 64 ? 512 / width : 1;
        if (count > 4 * together && together > 1)
        {
            int wide = count / together * together, joined = together * width;
            T* parts = stackalloc T[512];
            Rows<TReduction, T>(from, count / together, joined, joined, parts);
            Combine<TReduction, T>(parts, together, width, to);
            for (int row = wide; row < count; row++)
                TReduction.Accumulate(new ReadOnlySpan<T>(from + (long)row * width, width), result);
        }
        else if (count > BlockRows)
        {
            int half = count / 2;
            Rows<TReduction, T>(from, half, stride, width, to);
            using var second = new Scratch<T>(width);
            fixed (T* other = second)
            {
                Rows<TReduction, T>(from + (long)half * stride, count - half, stride, width, other);
                TReduction.Merge(new ReadOnlySpan<T>(other, width), result);
            }
        }
        else
        {
            TReduction.Start(new ReadOnlySpan<T>(from, width), result);
            for (int row = 1; row < count; row++)
                TReduction.Accumulate(new ReadOnlySpan<T>(from + (long)row * stride, width), result);
        }
    }

    /// <summary>Combines results for parts pairwise; they are overwritten.</summary>
    private static void Combine<TReduction, T>(T* parts, int count, int width, T* to)
        where TReduction : struct, IReduction<TReduction, T>
        where T : unmanaged
    {
        while (count > 1)
        {
            int half = (count + 1) / 2;
            TReduction.Merge(
                new ReadOnlySpan<T>(parts + (long)half * width, (count - half) * width),
                new Span<T>(parts, (count - half) * width));
            count = half;
        }
        new ReadOnlySpan<T>(parts, width).CopyTo(new Span<T>(to, width));
    }
}
