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
    private readonly int _tapCount = 1; // of a window
    private readonly WindowPlane? _plane; // null where it would not pay
    private readonly int[] _rows = [0]; // the place of the first tap of each row of windows; may lie outside the image
    private readonly int[] _offsets = [0]; // from the first tap to each

    public WindowMaxima(
        ReadOnlySpan<WindowAxis> axes, ReadOnlySpan<int> lengths, ReadOnlySpan<int> taps, ReadOnlySpan<int> counts)
    {
        (_axes, _lengths) = (axes.ToArray(), lengths.ToArray());
        (_taps, _counts) = (taps.ToArray(), counts.ToArray());
        (Elements, Count) = (1, 1);
        for (int i = 0; i < axes.Length; i++)
        {
            _axes[i] = axes[i].Simplified(lengths[i], taps[i], counts[i]);
            (Elements, Count) = (Elements * lengths[i], Count * counts[i]);
            _tapCount *= taps[i];
            for (int window = 0; window < counts[i]; window++)
                HasEmpty |= !HasElement(_axes[i], lengths[i], taps[i], window);
        }
        if (!WindowPlane.Pays(_axes, lengths, taps, counts))
            return;
        ReadOnlySpan<int> strides = Shape.Create(lengths).RowMajorStrides;
        _plane = new WindowPlane(_axes, lengths, strides, taps, counts);
        for (int i = 0; i < axes.Length; i++)
        {
            int rows = i < axes.Length - 1 ? counts[i] : 1;
            _rows = Combine(_rows, rows, _axes[i].Stride * strides[i], (int)-_axes[i].Before * strides[i]);
            _offsets = Combine(_offsets, taps[i], _axes[i].KernelDilation * strides[i], 0);
        }
    }

    /// <summary>The number of elements of an image.</summary>
    public int Elements { get; }

    /// <summary>The number of windows of an image.</summary>
    public int Count { get; }

    /// <summary>Whether a window has no element.</summary>
    public bool HasEmpty { get; }

    /// <summary>
    /// The place in its image of the greatest element of each window, for images of shape (images, elements): of equal
    /// ones the first, and NaN is greatest.
    /// </summary>
    public Tensor<int> PlacesIn<T>(Tensor<T> images) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<int> result = Tensor<int>.Uninitialized(Shape.Create(images.Shape[0], Count));
        Tensor<T> source = images.ToContiguous();
        int count = images.Shape[0];
        long work = Math.Max(1, (long)Count * Shape.Create(_taps).FlattenedLength);
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
            int last = Math.Min(count, (piece + 1) * each);
            for (int image = piece * each; image < last; image++)
            {
                T* elements = from + (nint)image * windows.Elements;
                int* places = to + (nint)image * windows.Count;
                if (windows._plane is { } plane)
                {
                    windows.FindAll(plane, elements, places);
                    continue;
                }
                for (int window = 0; window < windows.Count; window++)
                    places[window] = windows.Search(elements, window);
            }
        }
    }

    /// <summary>Finds the greatest of all windows of an image.</summary>
    private void FindAll<T>(WindowPlane shape, T* image, int* places)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int vector = Vector<T>.Count, length = shape.RowLength;
        T* plane = PackedProduct.Buffer<T>.Take(checked(shape.Size + vector));
        shape.Fill(image, plane, T.NegativeInfinity);
        for (int row = 0; row < _rows.Length; row++, places += length)
        {
            for (int column = 0; column < length; column += vector)
                Find(
                    shape, plane + shape.Rows[row] + column, image, row, column, Math.Min(vector, length - column),
                    places + column);
        }
    }

    /// <summary>The windows of a vector: the greatest of each and the number of its tap.</summary>
    [SkipLocalsInit]
    private void Find<T>(WindowPlane shape, T* plane, T* image, int row, int column, int count, int* places)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] taps = shape.Taps;
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
                ? Search(image, row * shape.RowLength + column + i)
                : place + _offsets[int.CreateTruncating(numbers[i])];
        }
    }

    /// <summary>The place of the greatest element of a window, looked for tap by tap.</summary>
    private int Search<T>(T* image, int window) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int best = -1;
        for (int tap = 0; tap < _tapCount; tap++)
        {
            int place = WindowAxis.Element(_axes, window, tap, _lengths, _taps, _counts);
            if (place >= 0 && (best < 0 || (!T.IsNaN(image[best]) && !(image[place] <= image[best]))))
                best = place;
        }
        return best;
    }

    private static bool HasElement(WindowAxis axis, int length, int taps, int window)
    {
        for (int tap = 0; tap < taps; tap++)
        {
            if (axis.Element(window, tap, length) >= 0)
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
