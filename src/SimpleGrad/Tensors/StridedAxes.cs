using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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
    public StridedAxes(Shape shape, params ReadOnlySpan<int[]> strides) : this(shape, strides.Length)
    {
        Span<int> steps = stackalloc int[Operands];
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            for (int i = 0; i < Operands; i++)
                steps[i] = strides[i][axis];
            Add(shape[axis], steps);
        }
        Count = Math.Max(Count, 1);
    }

    private StridedAxes(Shape shape, int operands)
    {
        Operands = operands;
        Length = shape.FlattenedLength;
        _lengths = new int[Math.Max(1, shape.Rank)];
        _lengths[0] = 1; // the one axis, if the shape has no longer ones
        _strides = new int[_lengths.Length * operands];
    }

    /// <summary>The axes for operands that are stretched to a shape.</summary>
    public static StridedAxes Of<T>(Shape shape, params ReadOnlySpan<Tensor<T>> operands) where T : unmanaged
    {
        var axes = new StridedAxes(shape, operands.Length);
        Span<int> steps = stackalloc int[operands.Length];
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            for (int i = 0; i < operands.Length; i++)
            {
                int own = axis - shape.Rank + operands[i].Rank;
                steps[i] = own < 0 || operands[i].Shape[own] == 1 ? 0 : operands[i].Strides[own];
            }
            axes.Add(shape[axis], steps);
        }
        axes.Count = Math.Max(axes.Count, 1);
        return axes;
    }

    public int Operands { get; }

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    /// <summary>The number of axes, at least one.</summary>
    public int Count { get; private set; }

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
    /// Where the operands are at an index of the axes other than two, in row-major order; returns where the result is.
    /// </summary>
    public unsafe int OffsetsWithout(int index, int axis0, int axis1, int* offsets)
    {
        for (int i = 0; i < Operands; i++)
            offsets[i] = 0;
        int result = 0;
        for (int axis = Count - 1, step = 1; axis >= 0; step *= _lengths[axis], axis--)
        {
            if (axis == axis0 || axis == axis1)
                continue;
            int at = index % _lengths[axis];
            index /= _lengths[axis];
            for (int i = 0; i < Operands; i++)
                offsets[i] += at * Stride(i, axis);
            result += at * step;
        }
        return result;
    }

    /// <summary>Copies elements of an operand in row-major order, from <paramref name="start"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
            Copy(source, stride, to, n);
            to += n;
            count -= n;
            skip = 0;
            position.Next();
        }
    }

    /// <summary>Copies elements that lie <paramref name="stride"/> apart.</summary>
    private static unsafe void Copy<T>(T* from, nint stride, T* to, int count) where T : unmanaged
    {
        if (stride == 0)
        {
            new Span<T>(to, count).Fill(*from);
            return;
        }
        if (stride == 1)
        {
            new ReadOnlySpan<T>(from, count).CopyTo(new Span<T>(to, count));
            return;
        }
        int i = 0;
        if (stride == 2 && sizeof(T) == sizeof(uint) && Vector256.IsHardwareAccelerated)
        {
            // Every other number is the lower half of a number twice as long; the last one may lie at the end.
            for (; i < count - 8; i += 8)
            {
                Vector256<ulong> low = Vector256.Load((ulong*)(from + 2 * i));
                Vector256<ulong> high = Vector256.Load((ulong*)(from + 2 * i) + 4);
                Vector256.Narrow(low, high).Store((uint*)(to + i));
            }
        }
        else if (stride == 2 && sizeof(T) == sizeof(double) && Avx2.IsSupported)
        {
            for (; i < count - 4; i += 4)
            {
                var low = Vector256.Load((double*)(from + 2 * i));
                var high = Vector256.Load((double*)(from + 2 * i) + 4);
                Avx2.Permute4x64(Avx.UnpackLow(low, high), 0b11_01_10_00).Store((double*)(to + i));
            }
        }
        for (from += i * stride; i <= count - 4; i += 4, from += 4 * stride)
        {
            to[i] = *from;
            to[i + 1] = from[stride];
            to[i + 2] = from[2 * stride];
            to[i + 3] = from[3 * stride];
        }
        for (; i < count; i++, from += stride)
            to[i] = *from;
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

    /// <summary>Adds an axis inside the others, or joins it to the innermost.</summary>
    private void Add(int length, ReadOnlySpan<int> steps)
    {
        if (length == 1)
            return;
        if (Count == 0 || !Joins(length, steps))
            _lengths[Count++] = 1;
        _lengths[Count - 1] *= length;
        steps.CopyTo(_strides.AsSpan((Count - 1) * Operands));
    }

    private bool Joins(int length, ReadOnlySpan<int> steps)
    {
        for (int i = 0; i < Operands; i++)
        {
            if (_strides[(Count - 1) * Operands + i] != steps[i] * length)
                return false;
        }
        return true;
    }
}

/// <summary>A position in the outer axes of <see cref="StridedAxes"/>: those before the innermost.</summary>
internal struct StridedPosition
{
    private readonly StridedAxes _axes;
    private readonly int[] _position;
    private readonly int[] _offsets;

    /// <param name="axes">The axes.</param>
    /// <param name="index">Its index, in row-major order.</param>
    public StridedPosition(StridedAxes axes, int index)
    {
        _axes = axes;
        _position = new int[axes.Count - 1];
        _offsets = new int[axes.Operands];
        Index = index;
        for (int axis = _position.Length - 1; axis >= 0; axis--)
        {
            _position[axis] = index % axes[axis];
            index /= axes[axis];
            for (int i = 0; i < _offsets.Length; i++)
                _offsets[i] += _position[axis] * axes.Stride(i, axis);
        }
    }

    /// <summary>Its index, in row-major order.</summary>
    public int Index { get; private set; }

    /// <summary>Where in its memory an operand is.</summary>
    public readonly int Offset(int operand) => _offsets[operand];

    /// <summary>How many positions are left along the innermost of these axes, this one included.</summary>
    public readonly int Left => _position.Length == 0 ? 1 : _axes[_position.Length - 1] - _position[^1];

    /// <summary>Moves on by as many positions as are <see cref="Left"/>, or fewer.</summary>
    public void Skip(int count)
    {
        if (_position.Length > 0)
        {
            Index += count - 1;
            _position[^1] += count - 1;
            for (int i = 0; i < _offsets.Length; i++)
                _offsets[i] += (count - 1) * _axes.Stride(i, _position.Length - 1);
        }
        Next();
    }

    /// <summary>Moves to the next position.</summary>
    public void Next()
    {
        Index++;
        for (int axis = _position.Length - 1; axis >= 0; axis--)
        {
            if (++_position[axis] < _axes[axis])
            {
                for (int i = 0; i < _offsets.Length; i++)
                    _offsets[i] += _axes.Stride(i, axis);
                return;
            }
            _position[axis] = 0;
            for (int i = 0; i < _offsets.Length; i++)
                _offsets[i] -= _axes.Stride(i, axis) * (_axes[axis] - 1);
        }
    }
}
