using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The loops of reading elements by their indices, and of adding to them.</summary>
/// <remarks>
/// Operators check the indices. An index tensor is the user's, who may write to it later: reading through one checks
/// once more, so that the worst is an exception.
/// </remarks>
internal static unsafe partial class IndexingKernel
{
    /// <summary>The length of slices from which it pays to cut an axis into parts.</summary>
    private const int LongSlice = 16;

    /// <summary>
    /// For each element of the index, the element of x at that index of the axis and in the same position elsewhere.
    /// </summary>
    public static Tensor<T> Gather<T>(Tensor<T> x, int axis, Tensor<int> index) where T : unmanaged
    {
        Tensor<T> result = Tensor<T>.Uninitialized(index.Shape);
        if (result.Length == 0)
            return result;
        (int[] steps, int step) = WithoutAxis(x.Strides, axis);
        var axes = new StridedAxes(index.Shape, index.Strides.ToArray(), steps);
        fixed (T* from = x.Memory, to = result.NewData)
        fixed (int* indices = index.Memory)
            new Rows(axes).Run(new GatherRow<T>(axes, from, indices, to, step, x.Shape[axis]));
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
            else if (Precision<T>.IsSingle)
                ScatterLong<FloatSum, float>((Tensor<float>)(object)x, axis, index, shape, (float*)sums);
            else
                ScatterLong<DoubleSum, double>((Tensor<double>)(object)x, axis, index, shape, (double*)sums);
        }
        return result;
    }

    private static void ScatterLong<TSum, T>(Tensor<T> x, int axis, Tensor<int> index, Shape shape, T* to)
        where TSum : unmanaged, IAccumulator<TSum, T>
        where T : unmanaged
    {
        int count = shape.FlattenedLength;
        using var scratch = new Scratch<TSum>(count);
        fixed (TSum* sums = scratch)
        {
            IndexSums.Begin(new ReadOnlySpan<T>(to, count), sums);
            Scatter(x, axis, index, shape, sums);
            IndexSums.End(sums, new Span<T>(to, count));
        }
    }

    private static void Scatter<TSum, T>(Tensor<T> x, int axis, Tensor<int> index, Shape shape, TSum* sums)
        where TSum : unmanaged, IAccumulator<TSum, T>
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
        int perPiece = (length + pieces - 1) / pieces;
        fixed (T* from = x.Memory)
        fixed (int* indices = index.Memory)
        {
            var piece = new ScatterPiece<TSum, T>
            {
                X = x,
                Index = index,
                Steps = steps,
                From = from,
                Indices = indices,
                To = sums,
                CutAxis = other,
                PerPiece = perPiece,
                Step = step,
                Length = shape[axis],
            };
            ParallelLoop.Run((length + perPiece - 1) / perPiece, piece);
        }
    }

    private static (int[] Steps, int Step) WithoutAxis(ReadOnlySpan<int> strides, int axis)
    {
        int[] steps = strides.ToArray();
        int step = steps[axis];
        steps[axis] = 0;
        return (steps, step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Check(int index, int length)
    {
        if ((uint)index >= (uint)length)
            ThrowChanged(index, length);
        return index;
    }

    [DoesNotReturn]
    private static void ThrowChanged(int index, int length) => throw new ArgumentOutOfRangeException(
        nameof(index), index, $"An index was changed after it was checked, and lies outside an axis of {length}.");

    /// <summary>Something to do with a part of the innermost axis.</summary>
    private interface IRow
    {
        /// <param name="position">The position in the other axes.</param>
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
            int perPiece = Math.Max(1, ParallelLoop.PieceLength / part);
            ParallelLoop.Run(
                (units + perPiece - 1) / perPiece, new Piece<TRow>(axes, row, part, parts, units, perPiece));
        }

        private readonly struct Piece<TRow>(StridedAxes axes, TRow row, int part, int parts, int units, int perPiece)
            : IParallelBody
            where TRow : struct, IRow
        {
            public void Run(int piece)
            {
                int length = axes[axes.Count - 1], end = Math.Min(units, (piece + 1) * perPiece);
                var position = new StridedPosition(axes, piece * perPiece / parts);
                for (int unit = piece * perPiece; unit < end; unit++)
                {
                    int start = unit % parts * part;
                    row.Run(in position, start, Math.Min(part, length - start));
                    if ((unit + 1) % parts == 0)
                        position.Next();
                }
            }
        }
    }

    private readonly struct GatherRow<T>(StridedAxes axes, T* from, int* indices, T* to, int step, int length) : IRow
        where T : unmanaged
    {
        public void Run(in StridedPosition position, int start, int count)
        {
            int inner = axes.Count - 1, indexStride = axes.Stride(0, inner), fromStride = axes.Stride(1, inner);
            int* index = indices + position.Offset(0) + (nint)start * indexStride;
            T* x = from + position.Offset(1) + (nint)start * fromStride;
            T* result = to + (nint)position.Index * axes[inner] + start;
            (int bound, nint distance) = (length, step); // the compiler does not keep fields in registers
            if (indexStride == 1 && fromStride == 0 && distance == 1)
            {
                for (int i = 0; i < count; i++)
                    result[i] = x[Check(index[i], bound)];
                return;
            }
            for (int i = 0; i < count; i++, index += indexStride, x += fromStride)
                result[i] = x[Check(*index, bound) * distance];
        }
    }

    /// <summary>A part of the indices along an axis that is not the indexed one.</summary>
    private readonly struct ScatterPiece<TSum, T> : IParallelBody
        where TSum : unmanaged, IAccumulator<TSum, T>
        where T : unmanaged
    {
        public required Tensor<T> X { get; init; }

        public required Tensor<int> Index { get; init; }

        /// <summary>Between the sums along each axis but the indexed one.</summary>
        public required int[] Steps { get; init; }

        public required T* From { get; init; }

        public required int* Indices { get; init; }

        public required TSum* To { get; init; }

        /// <summary>The axis that is cut; negative for none.</summary>
        public required int CutAxis { get; init; }

        /// <summary>The length of a part.</summary>
        public required int PerPiece { get; init; }

        /// <summary>Between the sums along the indexed axis.</summary>
        public required int Step { get; init; }

        /// <summary>The length of the indexed axis.</summary>
        public required int Length { get; init; }

        public void Run(int piece)
        {
            Shape shape = Index.Shape;
            int first = piece * PerPiece;
            int* index = Indices;
            T* read = From;
            TSum* write = To;
            if (CutAxis >= 0)
            {
                shape = shape.With(CutAxis, Math.Min(PerPiece, shape[CutAxis] - first));
                index += (nint)first * Index.Strides[CutAxis];
                read += (nint)first * X.Strides[CutAxis];
                write += (nint)first * Steps[CutAxis];
            }
            var axes = new StridedAxes(shape, Index.Strides.ToArray(), X.Strides.ToArray(), Steps);
            int count = axes[axes.Count - 1];
            var position = new StridedPosition(axes, 0);
            for (int done = 0; done < axes.Length; done += count, position.Next())
                Row(axes, index + position.Offset(0), read + position.Offset(1), write + position.Offset(2));
        }

        private void Row(StridedAxes axes, int* index, T* read, TSum* write)
        {
            int inner = axes.Count - 1, count = axes[inner];
            int indexStride = axes.Stride(0, inner), readStride = axes.Stride(1, inner);
            int writeStride = axes.Stride(2, inner);
            (int bound, nint distance) = (Length, Step);
            if (indexStride == 1 && readStride == 1 && writeStride == 0 && distance == 1)
            {
                for (int i = 0; i < count; i++)
                    TSum.Add(ref write[Check(index[i], bound)], read[i]);
                return;
            }
            for (int i = 0; i < count; i++, index += indexStride, read += readStride, write += writeStride)
                TSum.Add(ref write[Check(*index, bound) * distance], *read);
        }
    }
}
