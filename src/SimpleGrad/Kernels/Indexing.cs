using System.Numerics;
using System.Numerics.Tensors;

namespace SimpleGrad;

/// <summary>The loops of reading and adding at places that indices name; the indices are known to be valid.</summary>
internal static class Indexing
{
    /// <summary>For each index, the element of x at that place of the axis and at its own place elsewhere.</summary>
    public static Tensor<T> Gather<T>(Tensor<T> x, int axis, Tensor<int> index) where T : unmanaged
    {
        Tensor<T> result = Tensor<T>.Uninitialized(index.Shape);
        (int[] steps, int step) = WithoutAxis(x.Strides, axis);
        var runs = new StridedRuns(index.Shape, index.Strides.ToArray(), steps);
        ReadOnlySpan<T> from = x.Memory;
        ReadOnlySpan<int> places = index.Memory;
        Span<T> to = result.NewData;
        int placeStride = runs.RunStrides[0], fromStride = runs.RunStrides[1];
        for (int done = 0; runs.Next(); done += runs.RunLength)
        {
            int place = runs.Offsets[0], at = runs.Offsets[1];
            for (int i = 0; i < runs.RunLength; i++, place += placeStride, at += fromStride)
                to[done + i] = from[at + places[place] * step];
        }
        return result;
    }

    /// <summary>The transpose of <see cref="Gather"/>: zeros of a shape, with x added where its indices say.</summary>
    public static Tensor<T> Scatter<T>(Tensor<T> x, int axis, Tensor<int> index, Shape shape)
        where T : unmanaged, INumberBase<T>
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        (int[] steps, int step) = WithoutAxis(shape.RowMajorStrides, axis);
        var runs = new StridedRuns(index.Shape, index.Strides.ToArray(), x.Strides.ToArray(), steps);
        ReadOnlySpan<T> from = x.Memory;
        ReadOnlySpan<int> places = index.Memory;
        Span<T> to = result.NewData;
        to.Clear();
        int placeStride = runs.RunStrides[0], fromStride = runs.RunStrides[1], toStride = runs.RunStrides[2];
        while (runs.Next())
        {
            int place = runs.Offsets[0], read = runs.Offsets[1], at = runs.Offsets[2];
            for (int i = 0; i < runs.RunLength; i++, place += placeStride, read += fromStride, at += toStride)
                to[at + places[place] * step] += from[read];
        }
        return result;
    }

    /// <summary>The slices of x across an axis at the given places.</summary>
    public static Tensor<T> Select<T>(Tensor<T> x, int axis, ReadOnlySpan<int> places, Shape shape) where T : unmanaged
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        if (result.Length == 0)
            return result;
        int length = x.Shape[axis], inner = x.Shape.RowMajorStrides[axis];
        ReadOnlySpan<T> from = x.ToContiguous().Span;
        Span<T> to = result.NewData;
        for (int at = 0, slab = 0; at < to.Length; slab += length * inner)
        {
            foreach (int place in places)
            {
                if (inner == 1)
                    to[at] = from[slab + place];
                else
                    from.Slice(slab + place * inner, inner).CopyTo(to[at..]);
                at += inner;
            }
        }
        return result;
    }

    /// <summary>
    /// The transpose of <see cref="Select"/>: zeros of a shape, with the slices of x added at the given places.
    /// </summary>
    public static Tensor<T> AddSelected<T>(Tensor<T> x, int axis, ReadOnlySpan<int> places, Shape shape)
        where T : unmanaged, INumberBase<T>
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        Span<T> to = result.NewData;
        to.Clear();
        int length = shape[axis], inner = shape.RowMajorStrides[axis];
        ReadOnlySpan<T> from = x.ToContiguous().Span;
        for (int at = 0, slab = 0; at < from.Length; slab += length * inner)
        {
            foreach (int place in places)
            {
                if (inner == 1)
                {
                    to[slab + place] += from[at];
                }
                else
                {
                    Span<T> sum = to.Slice(slab + place * inner, inner);
                    TensorPrimitives.Add(sum, from.Slice(at, inner), sum);
                }
                at += inner;
            }
        }
        return result;
    }

    private static (int[] Steps, int Step) WithoutAxis(ReadOnlySpan<int> strides, int axis)
    {
        int[] steps = strides.ToArray();
        int step = steps[axis];
        steps[axis] = 0;
        return (steps, step);
    }
}
