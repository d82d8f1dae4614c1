namespace SimpleGrad;

/// <summary>
/// The axes of a result with the steps that each operand makes along them. Axes that every operand steps through
/// evenly are joined first, so that there are as few as can be and the innermost is as long as it can be.
/// </summary>
internal sealed class StridedAxes
{
    private readonly int[] _lengths;
    private readonly int[] _strides; // axis by axis, those of all operands

    /// <param name="shape">The shape of the result.</param>
    /// <param name="strides">Of each operand along each axis; 0 where it is repeated.</param>
    public StridedAxes(Shape shape, params ReadOnlySpan<int[]> strides)
    {
        Operands = strides.Length;
        Length = shape.FlattenedLength;
        _lengths = new int[Math.Max(1, shape.Rank)];
        _strides = new int[_lengths.Length * Operands];
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] == 1)
                continue;
            if (Count == 0 || !Joins(strides, axis, shape[axis]))
                _lengths[Count++] = 1;
            _lengths[Count - 1] *= shape[axis];
            for (int i = 0; i < Operands; i++)
                _strides[(Count - 1) * Operands + i] = strides[i][axis];
        }
        if (Count == 0)
            _lengths[Count++] = 1;
    }

    public int Operands { get; }

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    /// <summary>The number of axes, at least one.</summary>
    public int Count { get; }

    /// <summary>The length of an axis.</summary>
    public int this[int axis] => _lengths[axis];

    public int Stride(int operand, int axis) => _strides[axis * Operands + operand];

    /// <summary>The strides of an operand stretched to <paramref name="shape"/>: 0 where it is repeated.</summary>
    public static int[] Broadcast<T>(Tensor<T> operand, Shape shape) where T : unmanaged
    {
        var strides = new int[shape.Rank];
        ReadOnlySpan<int> own = operand.Strides;
        for (int i = 1; i <= operand.Rank; i++)
            strides[^i] = operand.Shape[^i] == 1 ? 0 : own[^i];
        return strides;
    }

    /// <summary>The distance, in the row-major result, between neighbours along an axis.</summary>
    public int RowMajorStride(int axis)
    {
        int stride = 1;
        for (int i = axis + 1; i < Count; i++)
            stride *= _lengths[i];
        return stride;
    }

    /// <summary>Whether an operand lies as the result does.</summary>
    public bool IsRowMajor(int operand)
    {
        for (int axis = Count - 1, expected = 1; axis >= 0; expected *= _lengths[axis], axis--)
        {
            if (Stride(operand, axis) != expected)
                return false;
        }
        return true;
    }

    /// <summary>Whether an operand is one number for all elements.</summary>
    public bool IsOne(int operand)
    {
        for (int axis = 0; axis < Count; axis++)
        {
            if (Stride(operand, axis) != 0)
                return false;
        }
        return true;
    }

    /// <summary>
    /// After how many elements an operand begins again: the product of the axes it moves along and those inside.
    /// </summary>
    public int Period(int operand)
    {
        int period = Length;
        for (int axis = 0; axis < Count && Stride(operand, axis) == 0; axis++)
            period /= _lengths[axis];
        return period;
    }

    /// <summary>
    /// Where the operands are at a place in the axes other than two; returns where the result is.
    /// </summary>
    public unsafe int OffsetsWithout(int place, int axis0, int axis1, int* offsets)
    {
        for (int i = 0; i < Operands; i++)
            offsets[i] = 0;
        int result = 0;
        for (int axis = Count - 1, step = 1; axis >= 0; step *= _lengths[axis], axis--)
        {
            if (axis == axis0 || axis == axis1)
                continue;
            int index = place % _lengths[axis];
            place /= _lengths[axis];
            for (int i = 0; i < Operands; i++)
                offsets[i] += index * Stride(i, axis);
            result += index * step;
        }
        return result;
    }

    /// <summary>Copies elements of an operand in row-major order, from <paramref name="start"/> on.</summary>
    public unsafe void Gather<T>(int operand, T* from, int start, T* to, int count) where T : unmanaged
    {
        int inner = Count - 1, length = _lengths[inner], stride = Stride(operand, inner);
        var position = new StridedPosition(this, start / length);
        int skip = start % length;
        while (count > 0)
        {
            if (skip == 0 && count >= length && length < 16)
            {
                int rows = Math.Min(position.Left, count / length);
                int rowStride = inner == 0 ? 0 : Stride(operand, inner - 1);
                ShortRows(from + position.Offset(operand), rows, rowStride, length, stride, to);
                to += rows * length;
                count -= rows * length;
                position.Skip(rows);
                continue;
            }
            T* source = from + position.Offset(operand) + skip * stride;
            int n = Math.Min(count, length - skip);
            if (stride == 0)
            {
                T value = *source;
                for (int i = 0; i < n; i++)
                    to[i] = value;
            }
            else
            {
                for (int i = 0; i < n; i++)
                    to[i] = source[(long)i * stride];
            }
            to += n;
            count -= n;
            skip = 0;
            position.Next();
        }
    }

    private static unsafe void ShortRows<T>(T* from, int rows, int rowStride, int length, int stride, T* to)
        where T : unmanaged
    {
        for (int row = 0; row < rows; row++, from += rowStride, to += length)
        {
            T* source = from;
            for (int i = 0; i < length; i++, source += stride)
                to[i] = *source;
        }
    }

    private bool Joins(ReadOnlySpan<int[]> strides, int axis, int length)
    {
        for (int i = 0; i < Operands; i++)
        {
            if (_strides[(Count - 1) * Operands + i] != strides[i][axis] * length)
                return false;
        }
        return true;
    }
}

/// <summary>A place in the outer axes of <see cref="StridedAxes"/>: those before the innermost.</summary>
internal struct StridedPosition
{
    private readonly StridedAxes _axes;
    private readonly int[] _place;
    private readonly int[] _offsets;

    /// <param name="axes">The axes.</param>
    /// <param name="index">The number of the place, in row-major order.</param>
    public StridedPosition(StridedAxes axes, int index)
    {
        _axes = axes;
        _place = new int[axes.Count - 1];
        _offsets = new int[axes.Operands];
        Index = index;
        for (int axis = _place.Length - 1; axis >= 0; axis--)
        {
            _place[axis] = index % axes[axis];
            index /= axes[axis];
            for (int i = 0; i < _offsets.Length; i++)
                _offsets[i] += _place[axis] * axes.Stride(i, axis);
        }
    }

    /// <summary>The number of the place, in row-major order.</summary>
    public int Index { get; private set; }

    /// <summary>Where in its memory an operand is.</summary>
    public readonly int Offset(int operand) => _offsets[operand];

    /// <summary>How many places are left along the innermost of these axes, this one included.</summary>
    public readonly int Left => _place.Length == 0 ? 1 : _axes[_place.Length - 1] - _place[^1];

    /// <summary>Moves on by as many places as are <see cref="Left"/>, or fewer.</summary>
    public void Skip(int count)
    {
        if (_place.Length > 0)
        {
            Index += count - 1;
            _place[^1] += count - 1;
            for (int i = 0; i < _offsets.Length; i++)
                _offsets[i] += (count - 1) * _axes.Stride(i, _place.Length - 1);
        }
        Next();
    }

    /// <summary>Moves to the next place.</summary>
    public void Next()
    {
        Index++;
        for (int axis = _place.Length - 1; axis >= 0; axis--)
        {
            if (++_place[axis] < _axes[axis])
            {
                for (int i = 0; i < _offsets.Length; i++)
                    _offsets[i] += _axes.Stride(i, axis);
                return;
            }
            _place[axis] = 0;
            for (int i = 0; i < _offsets.Length; i++)
                _offsets[i] -= _axes.Stride(i, axis) * (_axes[axis] - 1);
        }
    }
}
