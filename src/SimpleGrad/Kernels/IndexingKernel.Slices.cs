using System.Numerics;
using System.Numerics.Tensors;

namespace SimpleGrad;

// Slices across an axis.
internal static unsafe partial class IndexingKernel
{
    /// <summary>The length up to which slices are added in registers, number by number.</summary>
    private const int ShortSlice = 3;

    /// <summary>How many parts a result is cut into along the axis, each of which goes through all indices.</summary>
    private const int AddedParts = 4;

    /// <summary>The slices of x across an axis at the given indices, which are known to be valid.</summary>
    public static Tensor<T> Select<T>(Tensor<T> x, int axis, ReadOnlySpan<int> indices, Shape shape)
        where T : unmanaged
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        if (result.Length == 0)
            return result;
        int length = x.Shape[axis], inner = x.Shape.RowMajorStrides[axis];
        Tensor<T> source = x.ToContiguous();
        int slices = result.Length / inner, perPiece = Math.Max(1, ParallelLoop.PieceLength / inner);
        fixed (T* from = source.Span, to = result.NewData)
        fixed (int* list = indices)
        {
            var piece = new SelectPiece<T>
            {
                From = from,
                To = to,
                Indices = list,
                Count = indices.Length,
                Length = length,
                Inner = inner,
                Slices = slices,
                PerPiece = perPiece,
            };
            ParallelLoop.Run((slices + perPiece - 1) / perPiece, piece);
        }
        ReleaseCopy(source, x);
        return result;
    }

    /// <summary>The slices of x across an axis in reverse order.</summary>
    public static Tensor<T> Reverse<T>(Tensor<T> x, int axis) where T : unmanaged
    {
        int length = x.Shape[axis];
        if (x.Shape.RowMajorStrides[axis] > 1)
        {
            var indices = new int[length];
            for (int i = 0; i < length; i++)
                indices[i] = length - 1 - i;
            return Select(x, axis, indices, x.Shape);
        }
        return AlongAxis.Map<T, T>(x, axis, length, static (line, result) =>
        {
            line.CopyTo(result);
            result.Reverse();
        });
    }

    /// <summary>
    /// The transpose of <see cref="Select"/>: zeros of a shape, or a tensor, with the slices of x added at the given
    /// indices.
    /// </summary>
    public static Tensor<T> AddSelected<T>(
        Tensor<T> x, int axis, ReadOnlySpan<int> indices, Shape shape, Tensor<T>? to = null)
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
        int perPiece = slabs <= 1 ? 1 : (int)Math.Clamp((long)ParallelLoop.PieceLength * slabs / work, 1, slabs);
        fixed (T* start = first is null ? default : first.Memory, from = source.Memory, sums = result.NewData)
        fixed (int* list = indices)
        {
            var piece = new AddPiece<T>
            {
                Start = start,
                From = from,
                To = sums,
                Indices = list,
                Count = indices.Length,
                Length = length,
                Inner = inner,
                Slabs = slabs,
                PerPiece = perPiece,
                Parts = parts,
                IsLong = IndexSums.AreLong(indices, length),
            };
            ParallelLoop.Run(checked((slabs + perPiece - 1) / perPiece * parts), piece);
        }
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

    /// <summary>Some slices of the result.</summary>
    private readonly struct SelectPiece<T> : IParallelBody where T : unmanaged
    {
        public required T* From { get; init; }

        public required T* To { get; init; }

        public required int* Indices { get; init; }

        /// <summary>The number of indices.</summary>
        public required int Count { get; init; }

        /// <summary>The length of the axis.</summary>
        public required int Length { get; init; }

        /// <summary>The length of a slice.</summary>
        public required int Inner { get; init; }

        /// <summary>The number of slices.</summary>
        public required int Slices { get; init; }

        public required int PerPiece { get; init; }

        public void Run(int piece)
        {
            int slice = piece * PerPiece, end = Math.Min(Slices, slice + PerPiece), inner = Inner;
            T* result = To + (nint)slice * inner;
            while (slice < end)
            {
                (int slab, int at) = Math.DivRem(slice, Count);
                int n = Math.Min(end - slice, Count - at);
                T* source = From + (nint)slab * Length * inner;
                int* index = Indices + at;
                switch (inner)
                {
                    case 1:
                        for (int i = 0; i < n; i++)
                            result[i] = source[index[i]];
                        break;
                    case 2 or 3 or 4:
                        CopyShort(source, index, n, result);
                        break;
                    default:
                        for (int i = 0; i < n; i++)
                            new ReadOnlySpan<T>(source + (nint)index[i] * inner, inner).CopyTo(
                                new Span<T>(result + (nint)i * inner, inner));
                        break;
                }
                slice += n;
                result += (nint)n * inner;
            }
        }

        /// <summary>Copies slices that take less time than the call that would copy them.</summary>
        private void CopyShort(T* source, int* index, int count, T* result)
        {
            int inner = Inner;
            for (int i = 0; i < count; i++, result += inner)
            {
                T* from = source + (nint)index[i] * inner;
                result[0] = from[0];
                result[1] = from[1];
                if (inner > 2)
                    result[2] = from[2];
                if (inner > 3)
                    result[3] = from[3];
            }
        }
    }

    /// <summary>Some slabs, or of one slab a part along the axis.</summary>
    private readonly struct AddPiece<T> : IParallelBody where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>What is added to; null for zeros.</summary>
        public required T* Start { get; init; }

        public required T* From { get; init; }

        public required T* To { get; init; }

        public required int* Indices { get; init; }

        /// <summary>The number of indices.</summary>
        public required int Count { get; init; }

        /// <summary>The length of the axis.</summary>
        public required int Length { get; init; }

        /// <summary>The length of a slice.</summary>
        public required int Inner { get; init; }

        public required int Slabs { get; init; }

        /// <summary>The number of slabs in a piece.</summary>
        public required int PerPiece { get; init; }

        /// <summary>The number of parts along the axis.</summary>
        public required int Parts { get; init; }

        /// <summary>Whether more is added to an element than a plain sum bears.</summary>
        public required bool IsLong { get; init; }

        public void Run(int piece)
        {
            int slab = piece / Parts * PerPiece, end = Math.Min(Slabs, slab + PerPiece), part = piece % Parts;
            int first = (int)((long)Length * part / Parts), width = (int)((long)Length * (part + 1) / Parts) - first;
            using Scratch<T> lost = IsLong && Inner > ShortSlice ? new(width * Inner) : default;
            for (; slab < end; slab++)
            {
                nint begin = ((nint)slab * Length + first) * Inner;
                T* read = From + (nint)slab * Count * Inner;
                var sums = new Span<T>(To + begin, width * Inner);
                if (Start == null)
                    sums.Clear();
                else
                    new ReadOnlySpan<T>(Start + begin, sums.Length).CopyTo(sums);
                lost.Span.Clear();
                if (Inner > ShortSlice)
                    AddSlices(read, To + begin, lost, first, width);
                else if (IsLong)
                    IndexSums.Add(read, Indices, Count, Inner, sums);
                else if (Inner == 3)
                    AddTriples(read, To + begin);
                else if (Inner == 2)
                    AddPairs(read, To + begin);
                else
                    AddNumbers(read, To + begin);
            }
        }

        /// <summary>Adds numbers; those whose indices are equal in a row without a detour through memory.</summary>
        private void AddNumbers(T* read, T* sums)
        {
            int* index = Indices;
            int count = Count;
            for (int i = 0; i < count;)
            {
                int at = index[i];
                T sum = sums[at];
                do
                    sum += read[i++];
                while (i < count && index[i] == at);
                sums[at] = sum;
            }
        }

        /// <summary>The same for triples, as points in space are.</summary>
        private void AddTriples(T* read, T* sums)
        {
            int* index = Indices;
            int count = Count;
            for (int i = 0; i < count;)
            {
                int at = index[i];
                T* to = sums + 3 * (nint)at;
                (T first, T second, T third) = (to[0], to[1], to[2]);
                do
                {
                    first += read[0];
                    second += read[1];
                    third += read[2];
                    read += 3;
                    i++;
                }
                while (i < count && index[i] == at);
                (to[0], to[1], to[2]) = (first, second, third);
            }
        }

        /// <summary>The same for pairs, as complex numbers are.</summary>
        private void AddPairs(T* read, T* sums)
        {
            int* index = Indices;
            int count = Count;
            for (int i = 0; i < count;)
            {
                int at = index[i];
                T* to = sums + 2 * (nint)at;
                (T first, T second) = (to[0], to[1]);
                do
                {
                    first += read[0];
                    second += read[1];
                    read += 2;
                    i++;
                }
                while (i < count && index[i] == at);
                (to[0], to[1]) = (first, second);
            }
        }

        /// <summary>Adds the slices whose indices are in a part of the axis.</summary>
        private void AddSlices(T* read, T* sums, Scratch<T> lost, int first, int width)
        {
            int inner = Inner;
            fixed (T* low = lost)
            {
                for (int i = 0; i < Count; i++, read += inner)
                {
                    int at = Indices[i] - first;
                    if ((uint)at >= (uint)width)
                        continue;
                    T* sum = sums + (nint)at * inner;
                    if (IsLong)
                    {
                        TwoSum.Add(sum, low + (nint)at * inner, read, sum, inner);
                        continue;
                    }
                    var slice = new Span<T>(sum, inner);
                    TensorPrimitives.Add(slice, new ReadOnlySpan<T>(read, inner), slice);
                }
            }
        }
    }
}
