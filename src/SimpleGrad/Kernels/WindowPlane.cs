namespace SimpleGrad;

/// <summary>
/// A copy of one channel of an image in which windows are read without looking where the image ends, and in which one
/// tap of all windows of a row is a run in memory.
/// </summary>
/// <remarks>
/// <para>
/// The plane has a number for each position that a window reaches: the elements of the image, the padding around them
/// and the zeros between them. Along the last axis the positions are sorted by their remainder modulo the stride,
/// because that is how neighbouring windows meet them. Windows of 2 taps, 3 apart, over 7 elements and padding of 1:
/// </para>
/// <code>
/// position    0 1 2 3 4 5 6 7 8
/// element     . a b c d e f g .
///
/// remainder   0       1       2
/// position    0 3 6 | 1 4 7 | 2 5 8
/// row         . c f | a d g | b e .
///             -----   -----
///             tap 0   tap 1      of windows 0, 1 and 2
/// </code>
/// <para>
/// So window p of a row finds its tap k at <c>Rows[row] + Taps[k] + p</c>. The other axes are stored position by
/// position; a row of the plane is the innermost axis at one position of the others.
/// </para>
/// </remarks>
internal sealed unsafe class WindowPlane
{
    private readonly WindowAxis[] _axes;
    private readonly int[] _lengths; // of the image
    private readonly nint[] _strides; // of the image
    private readonly int[] _positions; // along each axis: how many windows reach
    private readonly int[] _steps; // along each axis but the last: from a position to the next in the plane
    private readonly int[][] _elements; // along each axis but the last: that of a position; negative for none
    private readonly (int First, int End)[] _runs; // by remainder: which of its positions have elements
    private readonly int _runLength; // the number of positions of a remainder

    /// <param name="axes">How the windows lie along each axis.</param>
    /// <param name="lengths">The lengths of the image.</param>
    /// <param name="strides">Between its elements.</param>
    /// <param name="taps">The lengths of a window.</param>
    /// <param name="counts">How many windows there are along each axis.</param>
    public WindowPlane(
        ReadOnlySpan<WindowAxis> axes, ReadOnlySpan<int> lengths, ReadOnlySpan<int> strides, ReadOnlySpan<int> taps,
        ReadOnlySpan<int> counts)
    {
        int rank = axes.Length, last = rank - 1;
        _axes = axes.ToArray();
        _lengths = lengths.ToArray();
        (_strides, _positions, _steps) = (new nint[rank], new int[rank], new int[rank]);
        for (int i = 0; i < rank; i++)
        {
            _strides[i] = strides[i];
            _positions[i] = checked((int)Positions(axes[i], taps[i], counts[i]));
        }
        int stride = axes[last].Stride;
        _runLength = (_positions[last] + stride - 1) / stride;
        Size = checked(_runLength * stride);
        for (int i = last - 1; i >= 0; i--)
        {
            _steps[i] = Size;
            Size = checked(Size * _positions[i]);
        }

        _elements = new int[last][];
        for (int axis = 0; axis < last; axis++)
        {
            _elements[axis] = new int[_positions[axis]];
            for (int i = 0; i < _positions[axis]; i++)
                _elements[axis][i] = ElementAt(axis, i);
        }
        // Number i of a run is element i * stride + remainder - before, where the image has that.
        _runs = new (int, int)[stride];
        for (int remainder = 0; remainder < stride; remainder++)
        {
            long before = axes[last].Before - remainder;
            int first = (int)Math.Clamp(CeilingDivide(before, stride), 0, _runLength);
            int end = (int)Math.Clamp(CeilingDivide(before + lengths[last], stride), first, _runLength);
            _runs[remainder] = (first, end);
        }
        RowLength = counts[last];
        Rows = Offsets(counts[..last], static axis => axis.Stride, [0]);
        var rowTaps = new int[taps[last]];
        for (int k = 0; k < rowTaps.Length; k++)
        {
            int position = k * axes[last].KernelDilation;
            rowTaps[k] = position % stride * _runLength + position / stride;
        }
        Taps = Offsets(taps[..last], static axis => axis.KernelDilation, rowTaps);
    }

    /// <summary>
    /// Whether a plane is not far larger than what it is for: than an image, its windows and their taps.
    /// </summary>
    public static bool Pays(
        ReadOnlySpan<WindowAxis> axes, ReadOnlySpan<int> lengths, ReadOnlySpan<int> taps, ReadOnlySpan<int> counts)
    {
        double size = 1, elements = 1, steps = 1, windows = 1;
        for (int i = 0; i < axes.Length; i++)
        {
            size *= Positions(axes[i], taps[i], counts[i]);
            (elements, steps, windows) = (elements * lengths[i], steps * taps[i], windows * counts[i]);
        }
        return size <= 1 << 20 || size <= Math.Min(1 << 30, 64 * (elements + steps + windows));
    }

    /// <summary>The number of positions along an axis that windows reach.</summary>
    private static long Positions(WindowAxis axis, int taps, int count) =>
        WindowAxis.Spread(count, axis.Stride) + WindowAxis.Spread(taps, axis.KernelDilation) - 1;

    /// <summary>The number of elements.</summary>
    public int Size { get; }

    /// <summary>Where the first tap of the first window of each row of windows is.</summary>
    public int[] Rows { get; }

    /// <summary>The number of windows in a row; they are neighbours.</summary>
    public int RowLength { get; }

    /// <summary>Where each tap of a window is, counted from the first.</summary>
    public int[] Taps { get; }

    /// <summary>The number of windows.</summary>
    public int Columns => Rows.Length * RowLength;

    /// <summary>Writes the plane of a channel, with a number around and between its elements.</summary>
    public void Fill<T>(T* from, T* to, T filling = default) where T : unmanaged => Fill(0, from, to, filling);

    private void Fill<T>(int axis, T* from, T* to, T filling) where T : unmanaged
    {
        if (axis == _axes.Length - 1)
        {
            FillRow(from, to, filling);
            return;
        }
        for (int i = 0; i < _positions[axis]; i++, to += _steps[axis])
        {
            if (_elements[axis][i] is int element and >= 0)
                Fill(axis + 1, from + element * _strides[axis], to, filling);
            else
                new Span<T>(to, _steps[axis]).Fill(filling);
        }
    }

    private void FillRow<T>(T* from, T* to, T filling) where T : unmanaged
    {
        int last = _axes.Length - 1, stride = _axes[last].Stride;
        long before = _axes[last].Before;
        for (int remainder = 0; remainder < stride; remainder++, to += _runLength)
        {
            if (_axes[last].InputDilation > 1)
            {
                for (int i = 0; i < _runLength; i++)
                {
                    int element = ElementAt(last, i * stride + remainder);
                    to[i] = element < 0 ? filling : from[element * _strides[last]];
                }
                continue;
            }
            (int first, int end) = _runs[remainder];
            for (int i = 0; i < first; i++)
                to[i] = filling;
            for (int i = end; i < _runLength; i++)
                to[i] = filling;
            T* source = from + (nint)(first * stride + remainder - before) * _strides[last];
            nint step = stride * _strides[last];
            if (step == 1)
            {
                new ReadOnlySpan<T>(source, end - first).CopyTo(new Span<T>(to + first, end - first));
                continue;
            }
            for (int i = first; i < end; i++, source += step)
                to[i] = *source;
        }
    }

    /// <summary>The element of the image at a position; negative where there is none.</summary>
    private int ElementAt(int axis, int position)
    {
        long from = position - _axes[axis].Before;
        if (from < 0)
            return -1;
        (long element, long remainder) = Math.DivRem(from, _axes[axis].InputDilation);
        return remainder == 0 && element < _lengths[axis] ? (int)element : -1;
    }

    private static long CeilingDivide(long x, int y) => x > 0 ? (x + y - 1) / y : -(-x / y);

    /// <summary>
    /// The offsets in the plane of all combinations of steps along the axes before the last, each with all those of the
    /// last axis.
    /// </summary>
    private int[] Offsets(ReadOnlySpan<int> lengths, Func<WindowAxis, int> distance, int[] lastAxis)
    {
        int[] offsets = lastAxis;
        for (int axis = lengths.Length - 1; axis >= 0; axis--)
        {
            int[] inner = offsets;
            offsets = new int[lengths[axis] * inner.Length];
            for (int i = 0; i < offsets.Length; i++)
                offsets[i] = i / inner.Length * distance(_axes[axis]) * _steps[axis] + inner[i % inner.Length];
        }
        return offsets;
    }
}
