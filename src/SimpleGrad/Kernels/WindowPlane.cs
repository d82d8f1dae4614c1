namespace SimpleGrad;

/// <summary>
/// A copy of one channel of an image in which windows are read without looking where the image ends: with what is
/// around it and between its elements, and with the places of each row sorted by the rest of their division by the
/// stride. A tap of all windows of a row is then a run in memory.
/// </summary>
internal sealed unsafe class WindowPlane
{
    private readonly WindowAxis[] _axes;
    private readonly int[] _lengths; // of the image
    private readonly nint[] _strides; // of the image
    private readonly int[] _places; // how many places of each axis windows meet
    private readonly int[] _steps; // between the plane's places along each axis but the last
    private readonly int[][] _sources; // of each axis but the last: the element at a place; negative for none
    private readonly (int First, int End)[] _runs; // of each rest along the last axis: the places of elements
    private readonly int _phase; // from the places with one rest to those with the next

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
        (_strides, _places, _steps) = (new nint[rank], new int[rank], new int[rank]);
        for (int i = 0; i < rank; i++)
        {
            _strides[i] = strides[i];
            _places[i] = checked((int)Places(axes[i], taps[i], counts[i]));
        }
        int stride = axes[last].Stride;
        _phase = (_places[last] + stride - 1) / stride;
        Size = checked(_phase * stride);
        for (int i = last - 1; i >= 0; i--)
        {
            _steps[i] = Size;
            Size = checked(Size * _places[i]);
        }

        _sources = new int[last][];
        for (int axis = 0; axis < last; axis++)
        {
            _sources[axis] = new int[_places[axis]];
            for (int i = 0; i < _places[axis]; i++)
                _sources[axis][i] = Source(axis, i);
        }
        // Element i of a rest comes from place i * stride + rest - before, where that lies in the image.
        _runs = new (int, int)[stride];
        for (int rest = 0; rest < stride; rest++)
        {
            long before = axes[last].Before - rest;
            int first = (int)Math.Clamp(CeilingDivide(before, stride), 0, _phase);
            _runs[rest] = (first, (int)Math.Clamp(CeilingDivide(before + lengths[last], stride), first, _phase));
        }
        RowLength = counts[last];
        Rows = Offsets(counts[..last], static axis => axis.Stride, [0]);
        var run = new int[taps[last]];
        for (int k = 0; k < run.Length; k++)
        {
            int place = k * axes[last].KernelDilation;
            run[k] = place % stride * _phase + place / stride;
        }
        Taps = Offsets(taps[..last], static axis => axis.KernelDilation, run);
    }

    /// <summary>
    /// Whether a plane is not far greater than what it is for: than an image, its windows and their taps.
    /// </summary>
    public static bool Pays(
        ReadOnlySpan<WindowAxis> axes, ReadOnlySpan<int> lengths, ReadOnlySpan<int> taps, ReadOnlySpan<int> counts)
    {
        double size = 1, elements = 1, steps = 1, windows = 1;
        for (int i = 0; i < axes.Length; i++)
        {
            size *= Places(axes[i], taps[i], counts[i]);
            (elements, steps, windows) = (elements * lengths[i], steps * taps[i], windows * counts[i]);
        }
        return size <= 1 << 20 || size <= Math.Min(1 << 30, 64 * (elements + steps + windows));
    }

    private static long Places(WindowAxis axis, int taps, int count) =>
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
        for (int i = 0; i < _places[axis]; i++, to += _steps[axis])
        {
            if (_sources[axis][i] is int place and >= 0)
                Fill(axis + 1, from + place * _strides[axis], to, filling);
            else
                new Span<T>(to, _steps[axis]).Fill(filling);
        }
    }

    private void FillRow<T>(T* from, T* to, T filling) where T : unmanaged
    {
        int last = _axes.Length - 1, stride = _axes[last].Stride;
        long before = _axes[last].Before;
        for (int rest = 0; rest < stride; rest++, to += _phase)
        {
            if (_axes[last].InputDilation > 1)
            {
                for (int i = 0; i < _phase; i++)
                {
                    int place = Source(last, i * stride + rest);
                    to[i] = place < 0 ? filling : from[place * _strides[last]];
                }
                continue;
            }
            (int first, int end) = _runs[rest];
            for (int i = 0; i < first; i++)
                to[i] = filling;
            for (int i = end; i < _phase; i++)
                to[i] = filling;
            T* source = from + (nint)(first * stride + rest - before) * _strides[last];
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

    /// <summary>The element of the image at a place of the plane; negative where there is a zero.</summary>
    private int Source(int axis, int place)
    {
        long from = place - _axes[axis].Before;
        if (from < 0)
            return -1;
        (long element, long rest) = Math.DivRem(from, _axes[axis].InputDilation);
        return rest == 0 && element < _lengths[axis] ? (int)element : -1;
    }

    private static long CeilingDivide(long x, int y) => x > 0 ? (x + y - 1) / y : -(-x / y);

    /// <summary>The places of all combinations of the axes before the last, each with all those of a run.</summary>
    private int[] Offsets(ReadOnlySpan<int> lengths, Func<WindowAxis, int> distance, int[] run)
    {
        int[] offsets = run;
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
