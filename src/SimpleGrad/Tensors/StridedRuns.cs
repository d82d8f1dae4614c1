namespace SimpleGrad;

/// <summary>
/// Walks a shape in row-major order as runs along the innermost axis, and keeps for each operand where in its memory
/// the run begins. Axes that every operand steps through evenly are joined first, so runs are as long as they can be.
/// </summary>
internal sealed class StridedRuns
{
    private readonly int[] _lengths;
    private readonly int[][] _strides; // per axis, the stride of each operand
    private readonly int[] _position;
    private bool _started;

    public StridedRuns(Shape shape, params ReadOnlySpan<int[]> operands)
    {
        var lengths = new List<int>();
        var strides = new List<int[]>();
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] == 1)
                continue;
            var steps = new int[operands.Length];
            for (int i = 0; i < operands.Length; i++)
                steps[i] = operands[i][axis];
            if (lengths.Count > 0 && Joins(strides[^1], steps, shape[axis]))
            {
                lengths[^1] *= shape[axis];
                strides[^1] = steps;
            }
            else
            {
                lengths.Add(shape[axis]);
                strides.Add(steps);
            }
        }
        if (lengths.Count == 0)
        {
            lengths.Add(1);
            strides.Add(new int[operands.Length]);
        }
        RunLength = lengths[^1];
        RunStrides = strides[^1];
        _lengths = [.. lengths];
        _strides = [.. strides];
        _position = new int[lengths.Count - 1];
        Offsets = new int[operands.Length];
        IsEmpty = shape.FlattenedLength == 0;
    }

    /// <summary>The number of elements of each run.</summary>
    public int RunLength { get; }

    /// <summary>The step of each operand within a run.</summary>
    public int[] RunStrides { get; }

    /// <summary>Where the present run begins in the memory of each operand.</summary>
    public int[] Offsets { get; }

    private bool IsEmpty { get; }

    /// <summary>The strides of an operand stretched to <paramref name="shape"/>: 0 where it is repeated.</summary>
    public static int[] BroadcastStrides<T>(Tensor<T> operand, Shape shape) where T : unmanaged
    {
        var strides = new int[shape.Rank];
        ReadOnlySpan<int> own = operand.Strides;
        for (int i = 1; i <= operand.Rank; i++)
            strides[^i] = operand.Shape[^i] == 1 ? 0 : own[^i];
        return strides;
    }

    /// <summary>Copies the elements of a tensor in row-major order.</summary>
    public static void Gather<T>(Tensor<T> source, Span<T> destination) where T : unmanaged
    {
        var runs = new StridedRuns(source.Shape, source.Strides.ToArray());
        ReadOnlySpan<T> memory = source.Memory;
        for (int done = 0; runs.Next(); done += runs.RunLength)
            Gather(memory[runs.Offsets[0]..], runs.RunStrides[0], destination.Slice(done, runs.RunLength));
    }

    /// <summary>Copies elements that lie <paramref name="stride"/> apart.</summary>
    public static void Gather<T>(ReadOnlySpan<T> source, int stride, Span<T> destination)
    {
        if (stride == 1)
            source[..destination.Length].CopyTo(destination);
        else if (stride == 0)
            destination.Fill(source[0]);
        else
            for (int i = 0, at = 0; i < destination.Length; i++, at += stride)
                destination[i] = source[at];
    }

    /// <summary>
    /// Writes the elements of a tensor into a view of the same shape that a new tensor has of its own memory.
    /// </summary>
    public static void Scatter<T>(Tensor<T> source, Tensor<T> view) where T : unmanaged
    {
        var runs = new StridedRuns(source.Shape, source.Strides.ToArray(), view.Strides.ToArray());
        ReadOnlySpan<T> from = source.Memory;
        Span<T> to = view.WritableMemory;
        int fromStride = runs.RunStrides[0], toStride = runs.RunStrides[1];
        while (runs.Next())
        {
            int read = runs.Offsets[0], write = runs.Offsets[1];
            for (int i = 0; i < runs.RunLength; i++, read += fromStride, write += toStride)
                to[write] = from[read];
        }
    }

    /// <summary>Moves to the first or next run; false when there is none left.</summary>
    public bool Next()
    {
        if (!_started)
        {
            _started = true;
            return !IsEmpty;
        }
        for (int axis = _position.Length - 1; axis >= 0; axis--)
        {
            int[] strides = _strides[axis];
            if (++_position[axis] < _lengths[axis])
            {
                for (int i = 0; i < Offsets.Length; i++)
                    Offsets[i] += strides[i];
                return true;
            }
            _position[axis] = 0;
            for (int i = 0; i < Offsets.Length; i++)
                Offsets[i] -= strides[i] * (_lengths[axis] - 1);
        }
        return false;
    }

    private static bool Joins(int[] outer, int[] inner, int innerLength)
    {
        for (int i = 0; i < outer.Length; i++)
        {
            if (outer[i] != inner[i] * innerLength)
                return false;
        }
        return true;
    }
}
