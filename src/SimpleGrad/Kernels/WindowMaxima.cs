using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>Where the greatest element of each window of an image is.</summary>
internal sealed unsafe class WindowMaxima
{
    private readonly WindowAxis[] _axes;
    private readonly int[] _lengths;
    private readonly int[] _taps;
    private readonly int[] _counts;
    private readonly WindowPlane _plane;
    private readonly int[] _rows; // the place in the image of the first tap of each row of windows; may lie outside
    private readonly int[] _offsets; // from the first tap to each

    public WindowMaxima(
        ReadOnlySpan<WindowAxis> axes, ReadOnlySpan<int> lengths, ReadOnlySpan<int> taps, ReadOnlySpan<int> counts)
    {
        (_axes, _lengths) = (axes.ToArray(), lengths.ToArray());
        (_taps, _counts) = (taps.ToArray(), counts.ToArray());
        ReadOnlySpan<int> strides = Shape.Create(lengths).RowMajorStrides;
        _plane = new WindowPlane(axes, lengths, strides, taps, counts);
        (_rows, _offsets, Elements) = ([0], [0], 1);
        for (int i = 0; i < axes.Length; i++)
        {
            int rows = i < axes.Length - 1 ? counts[i] : 1;
            _rows = Combine(_rows, rows, axes[i].Stride * strides[i], -axes[i].Before * strides[i]);
            _offsets = Combine(_offsets, taps[i], axes[i].KernelDilation * strides[i], 0);
            Elements *= lengths[i];
            for (int window = 0; window < counts[i]; window++)
                HasEmpty |= !HasElement(axes[i], lengths[i], taps[i], window);
        }
    }

    /// <summary>The number of elements of an image.</summary>
    public int Elements { get; }

    /// <summary>Whether a window has no element.</summary>
    public bool HasEmpty { get; }

    /// <summary>
    /// The place in its image of the greatest element of each window, for images of shape (images, elements): of equal
    /// ones the first, and NaN is greatest.
    /// </summary>
    public Tensor<int> PlacesIn<T>(Tensor<T> images) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<int> result = Tensor<int>.Uninitialized(Shape.Create(images.Shape[0], _plane.Columns));
        Tensor<T> source = images.ToContiguous();
        int count = images.Shape[0];
        long work = Math.Max(1, (long)_plane.Columns * _plane.Taps.Length);
        int each = (int)Math.Min(ParallelLoop.PieceLength / work + 1, Math.Max(1, count));
        fixed (T* from = source.Memory)
        fixed (int* to = result.NewData)
            ParallelLoop.Run((count + each - 1) / each, new Piece<T>(this, from, to, count, each));
        if (!ReferenceEquals(source, images))
            source.Release();
        return result;
    }

    private readonly struct Piece<T>(WindowMaxima windows, T* from, int* to, int count, int each) : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run(int piece)
        {
            WindowPlane shape = windows._plane;
            int vector = Vector<T>.Count, last = Math.Min(count, (piece + 1) * each), length = shape.RowLength;
            T* plane = PackedProduct.Buffer<T>.Take(checked(shape.Size + vector));
            for (int image = piece * each; image < last; image++)
            {
                int* places = to + (nint)image * shape.Columns;
                shape.Fill(from + (nint)image * windows.Elements, plane, T.NegativeInfinity);
                for (int row = 0; row < windows._rows.Length; row++, places += length)
                {
                    for (int column = 0; column < length; column += vector)
                        windows.Find(plane, row, column, Math.Min(vector, length - column), places + column);
                }
            }
        }
    }

    /// <summary>The windows of a vector: the greatest of each and the number of its tap.</summary>
    [SkipLocalsInit]
    private void Find<T>(T* plane, int row, int column, int count, int* places)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] taps = _plane.Taps;
        plane += _plane.Rows[row] + column;
        Vector<T> greatest = Vector.Load(plane), best = Vector<T>.Zero, tap = best;
        for (int k = 1; k < taps.Length; k++)
        {
            tap += Vector<T>.One;
            Vector<T> value = Vector.Load(plane + taps[k]);
            // Greater, or the first NaN.
            Vector<T> isBetter = Vector.AndNot(
                Vector.Equals(greatest, greatest), Vector.LessThanOrEqual(value, greatest));
            greatest = Vector.ConditionalSelect(isBetter, value, greatest);
            best = Vector.ConditionalSelect(isBetter, tap, best);
        }
        T* values = stackalloc T[Vector<T>.Count], numbers = stackalloc T[Vector<T>.Count];
        greatest.Store(values);
        best.Store(numbers);
        int stride = _axes[^1].Stride, place = _rows[row] + column * stride;
        for (int i = 0; i < count; i++, place += stride)
        {
            // What is no greater than the padding may be padding.
            places[i] = T.IsNegativeInfinity(values[i])
                ? FirstElement(row * _plane.RowLength + column + i)
                : place + _offsets[int.CreateTruncating(numbers[i])];
        }
    }

    /// <summary>The place of the first element of a window that is not padding.</summary>
    private int FirstElement(int window)
    {
        for (int k = 0; ; k++)
        {
            int place = 0, step = 1, outer = window, tap = k;
            bool isInside = true;
            for (int i = _axes.Length - 1; i >= 0; i--)
            {
                int at = outer % _counts[i] * _axes[i].Stride + tap % _taps[i] * _axes[i].KernelDilation
                    - _axes[i].Before;
                isInside &= at >= 0 && at < _lengths[i];
                (outer, tap, place, step) = (outer / _counts[i], tap / _taps[i], place + at * step, step * _lengths[i]);
            }
            if (isInside)
                return place;
        }
    }

    private static bool HasElement(WindowAxis axis, int length, int taps, int window)
    {
        int place = window * axis.Stride - axis.Before;
        for (int tap = 0; tap < taps; tap++, place += axis.KernelDilation)
        {
            if (place >= 0 && place < length)
                return true;
        }
        return false;
    }

    /// <summary>All sums of an offset and a multiple of a step, the multiples running faster.</summary>
    private static int[] Combine(int[] offsets, int count, int step, int start)
    {
        var sums = new int[offsets.Length * count];
        for (int i = 0; i < sums.Length; i++)
            sums[i] = offsets[i / count] + start + i % count * step;
        return sums;
    }
}
