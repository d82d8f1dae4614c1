using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The loops of reading and adding at places that indices name.</summary>
/// <remarks>
/// Operators check the indices. An index tensor is the user's, who may write to it later: reading through one checks
/// once more, so that the worst is an exception.
/// </remarks>
internal static unsafe class Indexing
{
    /// <summary>How many parts of the places of a result go through all indices each.</summary>
    private const int AddedParts = 4;

    /// <summary>The length of slices from which they are added by parts of the places.</summary>
    private const int LongSlice = 16;

    /// <summary>For each index, the element of x at that place of the axis and at its own place elsewhere.</summary>
    public static Tensor<T> Gather<T>(Tensor<T> x, int axis, Tensor<int> index) where T : unmanaged
    {
        Tensor<T> result = Tensor<T>.Uninitialized(index.Shape);
        if (result.Length == 0)
            return result;
        (int[] steps, int step) = WithoutAxis(x.Strides, axis);
        var axes = new StridedAxes(index.Shape, index.Strides.ToArray(), steps);
        fixed (T* from = x.Memory, to = result.NewData)
        fixed (int* places = index.Memory)
            new Rows(axes).Run(new GatherRow<T>(axes, from, places, to, step, x.Shape[axis]));
        return result;
    }

    /// <summary>
    /// The transpose of <see cref="Gather"/>: zeros of a shape, or a tensor, with x added where its indices say.
    /// </summary>
    public static Tensor<T> Scatter<T>(Tensor<T> x, int axis, Tensor<int> index, Shape shape, Tensor<T>? to = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        if (to is null)
            result.NewData.Clear();
        else
            to.CopyTo(result.NewData);
        if (index.Length == 0)
            return result;
        fixed (T* sums = result.NewData)
        {
            if (index.Shape[axis] <= IndexSums.ShortSum)
                Scatter(x, axis, index, shape, (PlainSum<T>*)sums);
            else if (typeof(T) == typeof(float))
                ScatterLong<FloatSum, float>((Tensor<float>)(object)x, axis, index, shape, (float*)sums);
            else
                ScatterLong<DoubleSum, double>((Tensor<double>)(object)x, axis, index, shape, (double*)sums);
        }
        return result;
    }

    private static void ScatterLong<TSum, T>(Tensor<T> x, int axis, Tensor<int> index, Shape shape, T* to)
        where TSum : unmanaged, ISum<TSum, T>
        where T : unmanaged
    {
        int count = shape.FlattenedLength;
        var memory = Storage<TSum>.Uninitialized(count);
        fixed (TSum* sums = &memory.Data[memory.Start])
        {
            IndexSums.Begin(new ReadOnlySpan<T>(to, count), sums);
            Scatter(x, axis, index, shape, sums);
            IndexSums.End(sums, new Span<T>(to, count));
        }
        memory.Release();
    }

    private static void Scatter<TSum, T>(Tensor<T> x, int axis, Tensor<int> index, Shape shape, TSum* sums)
        where TSum : unmanaged, ISum<TSum, T>
        where T : unmanaged
    {
        // Parts of another axis do not meet in the result, and each adds in the order of the indices.
        int other = -1;
        for (int i = 0; i < index.Rank; i++)
        {
            if (i != axis && (other < 0 || index.Shape[i] > index.Shape[other]))
                other = i;
        }
        (int[] steps, int step) = WithoutAxis(shape.RowMajorStrides, axis);
        int length = other < 0 ? 1 : index.Shape[other];
        int pieces = Math.Min((length + LongSlice - 1) / LongSlice, 2 * ParallelLoop.Pieces(index.Length));
        int each = (length + pieces - 1) / pieces;
        fixed (T* from = x.Memory)
        fixed (int* places = index.Memory)
            ParallelLoop.Run(
                (length + each - 1) / each,
                new ScatterPiece<TSum, T>(x, index, steps, from, places, sums, other, each, step, shape[axis]));
    }

    /// <summary>The slices of x across an axis at the given places, which are known to be valid.</summary>
    public static Tensor<T> Select<T>(Tensor<T> x, int axis, ReadOnlySpan<int> places, Shape shape) where T : unmanaged
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        if (result.Length == 0)
            return result;
        int length = x.Shape[axis], inner = x.Shape.RowMajorStrides[axis];
        Tensor<T> source = x.ToContiguous();
        int slices = result.Length / inner, each = Math.Max(1, ParallelLoop.PieceLength / inner);
        fixed (T* from = source.Span, to = result.NewData)
        fixed (int* at = places)
            ParallelLoop.Run(
                (slices + each - 1) / each,
                new SelectPiece<T>(from, to, at, places.Length, length, inner, slices, each));
        ReleaseCopy(source, x);
        return result;
    }

    /// <summary>The slices of x across an axis in reverse order.</summary>
    public static Tensor<T> Reverse<T>(Tensor<T> x, int axis) where T : unmanaged
    {
        int length = x.Shape[axis];
        if (x.Shape.RowMajorStrides[axis] > 1)
        {
            var places = new int[length];
            for (int i = 0; i < length; i++)
                places[i] = length - 1 - i;
            return Select(x, axis, places, x.Shape);
        }
        return AlongAxis.Map<T, T>(x, axis, length, static (line, result) =>
        {
            line.CopyTo(result);
            result.Reverse();
        });
    }

    /// <summary>
    /// The transpose of <see cref="Select"/>: zeros of a shape, or a tensor, with the slices of x added at the given
    /// places.
    /// </summary>
    public static Tensor<T> AddSelected<T>(
        Tensor<T> x, int axis, ReadOnlySpan<int> places, Shape shape, Tensor<T>? to = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        if (result.Length == 0)
            return result;
        int length = shape[axis], inner = shape.RowMajorStrides[axis], slabs = result.Length / length / inner;
        Tensor<T> source = x.ToContiguous();
        Tensor<T>? first = to?.ToContiguous();
        long work = (long)result.Length + x.Length;
        int parts = inner < LongSlice || work < ParallelLoop.PieceLength ? 1 : Math.Min(AddedParts, length);
        int each = slabs <= 1 ? 1 : (int)Math.Clamp((long)ParallelLoop.PieceLength * slabs / work, 1, slabs);
        bool isLong = IndexSums.AreLong(places, length);
        fixed (T* start = first is null ? default : first.Memory, from = source.Memory, sums = result.NewData)
        fixed (int* at = places)
            ParallelLoop.Run(
                checked((slabs + each - 1) / each * parts),
                new AddPiece<T>(start, from, sums, at, places.Length, length, inner, slabs, each, parts, isLong));
        ReleaseCopy(source, x);
        if (to is not null)
            ReleaseCopy(first!, to);
        return result;
    }

    private static void ReleaseCopy<T>(Tensor<T> copy, Tensor<T> original) where T : unmanaged
    {
        if (!ReferenceEquals(copy, original))
            copy.Release();
    }

    private static (int[] Steps, int Step) WithoutAxis(ReadOnlySpan<int> strides, int axis)
    {
        int[] steps = strides.ToArray();
        int step = steps[axis];
        steps[axis] = 0;
        return (steps, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Check(int place, int length)
    {
        if ((uint)place >= (uint)length)
            ThrowChanged(place, length);
        return place;
    }

    [DoesNotReturn]
    private static void ThrowChanged(int place, int length) => throw new ArgumentOutOfRangeException(
        nameof(place), place, $"An index was changed after it was checked, and lies outside an axis of {length}.");

    /// <summary>Something to do with a part of the innermost axis.</summary>
    private interface IRow
    {
        /// <param name="position">The place in the other axes.</param>
        /// <param name="start">The first element of the part.</param>
        /// <param name="count">Its length.</param>
        void Run(in StridedPosition position, int start, int count);
    }

    /// <summary>The innermost rows of a result in pieces of about the same length.</summary>
    private readonly struct Rows(StridedAxes axes)
    {
        public void Run<TRow>(TRow row) where TRow : struct, IRow
        {
            int length = axes[axes.Count - 1], part = Math.Min(length, ParallelLoop.PieceLength);
            int parts = (length + part - 1) / part, units = checked(axes.Length / length * parts);
            int each = Math.Max(1, ParallelLoop.PieceLength / part);
            ParallelLoop.Run((units + each - 1) / each, new Piece<TRow>(axes, row, part, parts, units, each));
        }

        private readonly struct Piece<TRow>(StridedAxes axes, TRow row, int part, int parts, int units, int each)
            : IParallelBody
            where TRow : struct, IRow
        {
            public void Run(int piece)
            {
                int length = axes[axes.Count - 1], last = Math.Min(units, (piece + 1) * each);
                var position = new StridedPosition(axes, piece * each / parts);
                for (int unit = piece * each; unit < last; unit++)
                {
                    int start = unit % parts * part;
                    row.Run(in position, start, Math.Min(part, length - start));
                    if ((unit + 1) % parts == 0)
                        position.Next();
                }
            }
        }
    }

    private readonly struct GatherRow<T>(StridedAxes axes, T* from, int* places, T* to, int step, int length) : IRow
        where T : unmanaged
    {
        public void Run(in StridedPosition position, int start, int count)
        {
            int inner = axes.Count - 1, placeStride = axes.Stride(0, inner), fromStride = axes.Stride(1, inner);
            int* place = places + position.Offset(0) + (nint)start * placeStride;
            T* x = from + position.Offset(1) + (nint)start * fromStride;
            T* result = to + (nint)position.Index * axes[inner] + start;
            (int bound, nint distance) = (length, step); // the compiler does not keep fields in registers
            if (placeStride == 1 && fromStride == 0 && distance == 1)
            {
                for (int i = 0; i < count; i++)
                    result[i] = x[Check(place[i], bound)];
                return;
            }
            for (int i = 0; i < count; i++, place += placeStride, x += fromStride)
                result[i] = x[Check(*place, bound) * distance];
        }
    }

    private readonly struct ScatterPiece<TSum, T>(
        Tensor<T> x, Tensor<int> index, int[] steps, T* from, int* places, TSum* to, int other, int each, int step,
        int length) : IParallelBody
        where TSum : unmanaged, ISum<TSum, T>
        where T : unmanaged
    {
        public void Run(int piece)
        {
            Shape shape = index.Shape;
            int first = piece * each;
            int* place = places;
            T* read = from;
            TSum* write = to;
            if (other >= 0)
            {
                shape = shape.With(other, Math.Min(each, shape[other] - first));
                place += (nint)first * index.Strides[other];
                read += (nint)first * x.Strides[other];
                write += (nint)first * steps[other];
            }
            var axes = new StridedAxes(shape, index.Strides.ToArray(), x.Strides.ToArray(), steps);
            int inner = axes.Count - 1, count = axes[inner];
            var position = new StridedPosition(axes, 0);
            for (int done = 0; done < axes.Length; done += count, position.Next())
                Row(
                    place + position.Offset(0), read + position.Offset(1), write + position.Offset(2), count,
                    axes.Stride(0, inner), axes.Stride(1, inner), axes.Stride(2, inner));
        }

        private void Row(
            int* place, T* read, TSum* write, int count, int placeStride, int readStride, int writeStride)
        {
            (int bound, nint distance) = (length, step);
            if (placeStride == 1 && readStride == 1 && writeStride == 0 && distance == 1)
            {
                for (int i = 0; i < count; i++)
                    TSum.Add(ref write[Check(place[i], bound)], read[i]);
                return;
            }
            for (int i = 0; i < count; i++, place += placeStride, read += readStride, write += writeStride)
                TSum.Add(ref write[Check(*place, bound) * distance], *read);
        }
    }

    private readonly struct SelectPiece<T>(
        T* from, T* to, int* places, int count, int length, int inner, int slices, int each) : IParallelBody
        where T : unmanaged
    {
        public void Run(int piece)
        {
            int slice = piece * each, last = Math.Min(slices, slice + each);
            T* result = to + (nint)slice * inner;
            while (slice < last)
            {
                (int slab, int at) = Math.DivRem(slice, count);
                int n = Math.Min(last - slice, count - at);
                T* source = from + (nint)slab * length * inner;
                if (inner == 1)
                {
                    int* place = places + at;
                    for (int i = 0; i < n; i++)
                        result[i] = source[place[i]];
                }
                else
                {
                    for (int i = 0; i < n; i++)
                        new ReadOnlySpan<T>(source + (nint)places[at + i] * inner, inner).CopyTo(
                            new Span<T>(result + (nint)i * inner, inner));
                }
                slice += n;
                result += (nint)n * inner;
            }
        }
    }

    /// <summary>Some slabs, or of one slab a part of the places along the axis.</summary>
    private readonly struct AddPiece<T>(
        T* start, T* from, T* to, int* places, int count, int length, int inner, int slabs, int each, int parts,
        bool isLong) : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run(int piece)
        {
            int slab = piece / parts * each, last = Math.Min(slabs, slab + each), part = piece % parts;
            int first = (int)((long)length * part / parts), width = (int)((long)length * (part + 1) / parts) - first;
            Storage<T>? memory = isLong && inner > 1 ? Storage<T>.Uninitialized(width * inner) : null;
            Span<T> lost = memory is null ? [] : memory.Data.AsSpan(memory.Start, width * inner);
            for (; slab < last; slab++)
            {
                nint begin = ((nint)slab * length + first) * inner;
                T* sums = to + begin, read = from + (nint)slab * count * inner;
                var all = new Span<T>(sums, width * inner);
                if (start == null)
                    all.Clear();
                else
                    new ReadOnlySpan<T>(start + begin, all.Length).CopyTo(all);
                int* place = places;
                int n = count;
                lost.Clear();
                if (inner == 1 && isLong)
                {
                    IndexSums.Add(read, place, n, all);
                    continue;
                }
                if (inner == 1)
                {
                    for (int i = 0; i < n; i++)
                        sums[place[i]] += read[i];
                    continue;
                }
                for (int i = 0; i < n; i++, read += inner)
                {
                    int at = place[i] - first;
                    if ((uint)at >= (uint)width)
                        continue;
                    var sum = new Span<T>(sums + (nint)at * inner, inner);
                    if (isLong)
                    {
                        fixed (T* low = lost[(at * inner)..])
                            TwoSum.Add(sums + (nint)at * inner, low, read, sums + (nint)at * inner, inner);
                        continue;
                    }
                    TensorPrimitives.Add(sum, new ReadOnlySpan<T>(read, inner), sum);
                }
            }
            memory?.Release();
        }
    }
}
