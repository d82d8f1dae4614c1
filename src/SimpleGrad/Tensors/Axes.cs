namespace SimpleGrad;

/// <summary>Rules about axes, shapes and strides that views and operators share.</summary>
internal static class Axes
{
    public static int[] Permutation(Shape shape, ReadOnlySpan<int> axes)
    {
        var order = new int[shape.Rank];
        var seen = new bool[shape.Rank];
        bool valid = axes.Length == shape.Rank;
        for (int i = 0; valid && i < axes.Length; i++)
        {
            order[i] = shape.Axis(axes[i], "permute");
            valid = !seen[order[i]];
            seen[order[i]] = true;
        }
        return valid ? order : throw new ArgumentException(
            $"permute: ({string.Join(", ", axes.ToArray())}) does not name each axis of shape {shape} once.",
            nameof(axes));
    }

    /// <summary>The shape whose axis <c>i</c> is axis <c>order[i]</c> of the lengths given.</summary>
    public static Shape Permute(ReadOnlySpan<int> lengths, ReadOnlySpan<int> order)
    {
        var permuted = new int[order.Length];
        for (int i = 0; i < permuted.Length; i++)
            permuted[i] = lengths[order[i]];
        return Shape.Create(permuted);
    }

    public static int[] Inverse(ReadOnlySpan<int> order)
    {
        var inverse = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
            inverse[order[i]] = i;
        return inverse;
    }

    public static int[] Reversed(int rank)
    {
        var order = new int[rank];
        for (int i = 0; i < rank; i++)
            order[i] = rank - 1 - i;
        return order;
    }

    public static int[] Exchanged(Shape shape, int axis0, int axis1)
    {
        axis0 = shape.Axis(axis0, "transpose");
        axis1 = shape.Axis(axis1, "transpose");
        var order = new int[shape.Rank];
        for (int i = 0; i < order.Length; i++)
            order[i] = i == axis0 ? axis1 : i == axis1 ? axis0 : i;
        return order;
    }

    /// <summary>Whether the elements of a layout fill a block of memory, each place once.</summary>
    public static bool FillBlock(Shape shape, ReadOnlySpan<int> strides)
    {
        // Along which axis the next greater step goes; each step must be the length of the block so far.
        int block = 1;
        for (int found = 0; found < shape.Rank && block < shape.FlattenedLength; found++)
        {
            int axis = -1;
            for (int i = 0; i < shape.Rank && axis < 0; i++)
            {
                if (strides[i] == block && shape[i] > 1)
                    axis = i;
            }
            if (axis < 0)
                return false;
            block *= shape[axis];
        }
        return block == shape.FlattenedLength;
    }

    /// <summary>Which axes a reduction takes away: those named, or all where <paramref name="axes"/> is null.</summary>
    public static bool[] Reduced(Shape shape, ReadOnlySpan<int> axes, bool all, string operation)
    {
        var reduced = new bool[shape.Rank];
        if (all)
        {
            Array.Fill(reduced, true);
            return reduced;
        }
        foreach (int axis in axes)
        {
            // As in PyTorch, the axis of a single number may be called 0 or -1.
            if (shape.Rank == 0 && axis is 0 or -1)
                continue;
            int at = shape.Axis(axis, operation);
            if (reduced[at])
                throw new ArgumentException(
                    $"{operation}: axis {axis} is named twice for shape {shape}.", nameof(axes));
            reduced[at] = true;
        }
        return reduced;
    }

    public static Shape ResolveReshape(Shape shape, ReadOnlySpan<int> lengths)
    {
        int[] resolved = lengths.ToArray();
        int open = resolved.IndexOf(-1);
        if (open >= 0)
        {
            long known = 1;
            for (int i = 0; i < resolved.Length; i++)
                known = i == open ? known : Math.Clamp(known * resolved[i], -1L << 31, 1L << 31); // beyond any length
            if (known <= 0 || shape.FlattenedLength % known != 0)
                throw new ArgumentException($"reshape: {Text(lengths)} leaves no length for -1 with shape {shape}.");
            resolved[open] = (int)(shape.FlattenedLength / known);
        }
        Shape result = Array.Exists(resolved, length => length < 0)
            ? Shape.Create(resolved) // which says that they are not negative
            : Shape.OfResult("reshape", [.. resolved], shape);
        return result.FlattenedLength == shape.FlattenedLength ? result : throw new ArgumentException(
            $"reshape: shape {shape} has {shape.FlattenedLength} elements and {Text(lengths)} has "
            + $"{result.FlattenedLength}.");
    }

    /// <summary>The shape that lengths name, of which -1 keeps the length of an axis that is there.</summary>
    public static Shape ResolveExpand(Shape shape, ReadOnlySpan<int> lengths)
    {
        int[] resolved = lengths.ToArray();
        for (int i = 1; i <= resolved.Length; i++)
        {
            if (resolved[^i] == -1)
                resolved[^i] = i <= shape.Rank ? shape[^i] : throw new ArgumentException(
                    $"expand: -1 keeps the length of an axis that is there, and shape {shape} has no axis {-i}.",
                    nameof(shape));
        }
        return Array.Exists(resolved, length => length < 0)
            ? Shape.Create(resolved) // which says that they are not negative
            : Shape.OfResult("expand", [.. resolved], shape);
    }

    /// <summary>
    /// The order of the axes in which a dense tensor lies row-major in memory; null where it does already, or has gaps.
    /// </summary>
    public static int[]? MemoryOrder<T>(Tensor<T> x) where T : unmanaged
    {
        if (x.IsContiguous || !x.IsDense)
            return null;
        int[] strides = x.Strides.ToArray();
        return [.. Enumerable.Range(0, x.Rank).OrderByDescending(axis => strides[axis])];
    }

    public static bool IsRowMajor(Shape shape, ReadOnlySpan<int> strides)
    {
        if (shape.FlattenedLength == 0)
            return true;
        int step = 1;
        for (int i = shape.Rank - 1; i >= 0; i--)
        {
            if (shape[i] != 1 && strides[i] != step)
                return false;
            step *= shape[i];
        }
        return true;
    }

    /// <summary>
    /// The strides of a reshape that needs no copy, or null: groups of old axes that step evenly through memory can be
    /// cut anew.
    /// </summary>
    public static int[]? TryReshapeStrides(Shape shape, ReadOnlySpan<int> strides, Shape target)
    {
        if (shape.FlattenedLength == 0)
            return target.RowMajorStrides.ToArray();
        var result = new int[target.Rank];
        int to = target.Rank - 1;
        int from = shape.Rank - 1;
        while (from >= 0)
        {
            // A group: axes from..first that together step evenly through memory.
            int step = strides[from];
            int available = 1;
            int next = from;
            do
            {
                available *= shape[next];
                next--;
            }
            while (next >= 0 && (shape[next] == 1 || strides[next] == available * step));
            int used = 1;
            while (to >= 0 && (used < available || target[to] == 1))
            {
                result[to] = used * step;
                used *= target[to];
                to--;
            }
            if (used != available)
                return null;
            from = next;
        }
        return result;
    }

    private static string Text(ReadOnlySpan<int> lengths) => $"({string.Join(", ", lengths.ToArray())})";
}
