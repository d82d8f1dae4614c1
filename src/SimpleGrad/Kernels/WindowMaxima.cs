using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>Where the maximum of each window of an image is.</summary>
internal sealed unsafe class WindowMaxima
{
    private readonly WindowAxis[] _axes;
    private readonly int[] _lengths;
    private readonly int[] _taps;
    private readonly int[] _counts;
    private readonly int _tapCount = 1; // of a window
    private readonly WindowPlane? _plane; // null where it would not pay
    private readonly int[] _rows = [0]; // where the first tap of each row of windows is; may lie outside the image
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
    /// The index in its image of the maximum of each window, for images of shape (images, elements): of equal elements
    /// the first, and NaN is above all.
    /// </summary>
    public Tensor<int> IndicesIn<T>(Tensor<T> images) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<int> result = Tensor<int>.Uninitialized(Shape.Create(images.Shape[0], Count));
        Tensor<T> source = images.ToContiguous();
        int count = images.Shape[0];
        long work = Math.Max(1, (long)Count * Shape.Create(_taps).FlattenedLength);
        int perPiece = (int)Math.Min(ParallelLoop.PieceLength / work + 1, Math.Max(1, count));
        fixed (T* from = source.Memory)
        fixed (int* to = result.NewData)
            ParallelLoop.Run((count + perPiece - 1) / perPiece, new Piece<T>(this, from, to, count, perPiece));
        if (!ReferenceEquals(source, images))
            source.Release();
        return result;
    }

    private readonly struct Piece<T>(WindowMaxima windows, T* from, int* to, int count, int perPiece) : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run(int piece)
        {
            int end = Math.Min(count, (piece + 1) * perPiece);
            for (int image = piece * perPiece; image < end; image++)
            {
                T* elements = from + (nint)image * windows.Elements;
                int* indices = to + (nint)image * windows.Count;
                if (windows._plane is { } plane)
                {
                    windows.FindAll(plane, elements, indices);
                    continue;
                }
                for (int window = 0; window < windows.Count; window++)
                    indices[window] = windows.Search(elements, window);
            }
        }
    }

    /// <summary>Finds the maxima of all windows of an image.</summary>
    private void FindAll<T>(WindowPlane shape, T* image, int* indices)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int vector = Vector<T>.Count, length = shape.RowLength;
        using var scratch = new Scratch<T>(checked(shape.Size + vector));
        fixed (T* plane = scratch)
        {
            shape.Fill(image, plane, T.NegativeInfinity);
            for (int row = 0; row < _rows.Length; row++, indices += length)
            {
                var windows = new WindowRow<T>(this, shape.Taps, plane + shape.Rows[row], image, row);
                for (int column = 0; column < length; column += vector)
                    windows.Find(column, indices + column);
            }
        }
    }

    /// <summary>A row of windows.</summary>
    /// <param name="windows">All windows.</param>
    /// <param name="taps">The taps of a window, in the plane.</param>
    /// <param name="plane">The plane, from the first window of the row on.</param>
    /// <param name="image">The image.</param>
    /// <param name="row">The index of the row.</param>
    private readonly struct WindowRow<T>(WindowMaxima windows, int[] taps, T* plane, T* image, int row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>
        /// Finds the maxima of a vector of windows, or of those of them that are in the row, and by their taps where
        /// they are.
        /// </summary>
        [SkipLocalsInit]
        public void Find(int column, int* indices)
        {
            T* from = plane + column;
            int[] offsets = taps; // not read from the struct in each step
            Vector<T> max = Vector.Load(from), best = Vector<T>.Zero, tap = best;
            for (int k = 1; k < offsets.Length; k++)
            {
                tap += Vector<T>.One;
                Vector<T> value = Vector.Load(from + offsets[k]);
                // Larger, or the first NaN.
                Vector<T> isBetter = Vector.AndNot(Vector.Equals(max, max), Vector.LessThanOrEqual(value, max));
                max = Vector.ConditionalSelect(isBetter, value, max);
                best = Vector.ConditionalSelect(isBetter, tap, best);
            }
            T* values = stackalloc T[Vector<T>.Count], bestTaps = stackalloc T[Vector<T>.Count];
            max.Store(values);
            best.Store(bestTaps);
            int stride = windows._axes[^1].Stride, length = windows._counts[^1];
            int first = windows._rows[row] + column * stride, count = Math.Min(Vector<T>.Count, length - column);
            for (int i = 0; i < count; i++, first += stride)
            {
                // What is not above the padding may be padding.
                indices[i] = T.IsNegativeInfinity(values[i])
                    ? windows.Search(image, row * length + column + i)
                    : first + windows._offsets[int.CreateTruncating(bestTaps[i])];
            }
        }
    }

    /// <summary>The index of the maximum of a window, searched tap by tap.</summary>
    private int Search<T>(T* image, int window) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int best = -1;
        for (int tap = 0; tap < _tapCount; tap++)
        {
            int index = WindowAxis.Element(_axes, window, tap, _lengths, _taps, _counts);
            if (index >= 0 && (best < 0 || (!T.IsNaN(image[best]) && !(image[index] <= image[best]))))
                best = index;
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
