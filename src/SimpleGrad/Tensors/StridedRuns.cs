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
