using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// exp(x - greatest) along an axis, divided by its sum; or x - greatest less the logarithm of that sum.
/// </summary>
/// <remarks>
/// Lines along the last axis are computed one by one, others a strip of neighbours at a time, row by row. Narrow rows
/// are taken several at a time, as one wide row. A NaN needs no care: it makes the sum NaN.
/// </remarks>
internal static unsafe class SoftmaxKernel
{
    private const int StripLength = 1 << 16; // elements, which fit into the second cache
    private const int LeastWidth = 64; // of rows
    private const int ShortLine = 32;

    public static Tensor<T> Compute<T>(Tensor<T> x, int axis, bool logarithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Axes.MemoryOrder(x) is { } order)
            return Compute(x.Permute(order), order.IndexOf(axis), logarithm).Permute(Axes.Inverse(order));
        Tensor<T> result = Tensor<T>.Uninitialized(x.Shape);
        if (x.Length == 0)
            return result;
        Tensor<T> source = x.ToContiguous();
        if (Vector512.IsHardwareAccelerated)
            Run<Simd512<T>, Vector512<T>, T>(source, result, axis, logarithm);
        else if (Vector256.IsHardwareAccelerated)
            Run<Simd256<T>, Vector256<T>, T>(source, result, axis, logarithm);
        else if (Vector128.IsHardwareAccelerated)
            Run<Simd128<T>, Vector128<T>, T>(source, result, axis, logarithm);
        else
            Run<Simd1<T>, T, T>(source, result, axis, logarithm);
        if (!ReferenceEquals(source, x))
            source.Release();
        return result;
    }

    /// <summary>Of a contiguous tensor, with vectors of one width.</summary>
    internal static void Run<TSimd, TVector, T>(Tensor<T> x, Tensor<T> result, int axis, bool logarithm)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = x.Rank == 0 ? 1 : x.Shape[axis], inner = x.Rank == 0 ? 1 : x.Shape.RowMajorStrides[axis];
        int columns = inner == 1 ? 1 : Math.Clamp(StripLength / length, Math.Min(inner, LeastWidth), inner);
        int strips = (inner + columns - 1) / columns, all = checked(x.Length / length / inner * strips);
        int each = Math.Max(1, (int)(ParallelLoop.PieceLength / 2 / ((long)columns * length)));
        fixed (T* from = x.Span, to = result.NewData)
            ParallelLoop.Run(
                (all + each - 1) / each,
                new Piece<TSimd, TVector, T>(from, to, length, inner, columns, strips, each, all, logarithm));
    }

    private readonly struct Piece<TSimd, TVector, T>(
        T* from, T* to, int length, int inner, int columns, int strips, int each, int all, bool logarithm)
        : IParallelBody
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run(int piece)
        {
            int last = Math.Min(all, (piece + 1) * each);
            if (inner == 1)
            {
                int line = piece * each;
                if (length <= ShortLine)
                    line = ShortLines(line, last);
                for (; line < last; line++)
                    Line(from + (nint)line * length, to + (nint)line * length);
                return;
            }
            int together = inner < LeastWidth ? Math.Min(length, LeastWidth * 4 / inner) : 1;
            var scratch = Storage<T>.Uninitialized(2 * columns * together);
            fixed (T* memory = &scratch.Data[scratch.Start])
            {
                for (int strip = piece * each; strip < last; strip++)
                {
                    int column = strip % strips * columns, width = Math.Min(columns, inner - column);
                    nint at = (nint)(strip / strips) * length * inner + column;
                    Strip(from + at, to + at, inner, width, together, memory, memory + width * together);
                }
            }
            scratch.Release();
        }

        /// <summary>
        /// Some short lines at a time, which are neighbours when rows and columns are exchanged. Returns where those
        /// begin that do not fill vectors.
        /// </summary>
        [SkipLocalsInit]
        private int ShortLines(int line, int last)
        {
            T* block = stackalloc T[ShortLine * LeastWidth], scratch = stackalloc T[2 * LeastWidth];
            while (line <= last - TSimd.Count)
            {
                int width = Math.Min(LeastWidth, (last - line) / TSimd.Count * TSimd.Count);
                nint at = (nint)line * length;
                Transposition.Columns(from + at, length, length, width, block, width);
                Strip(block, block, width, width, 1, scratch, scratch + width);
                Transposition.Columns(block, width, width, length, to + at, length);
                line += width;
            }
            return line;
        }

        [SkipLocalsInit]
        private void Line(T* x, T* result)
        {
            int count = TSimd.Count, whole = length / count * count, rest = length - whole;
            T* padded = stackalloc T[count], parts = stackalloc T[count];
            new Span<T>(padded, count).Fill(T.NegativeInfinity);
            new ReadOnlySpan<T>(x + whole, rest).CopyTo(new Span<T>(padded, rest));
            TVector greatest = TSimd.Load(padded);
            for (int i = 0; i < whole; i += count)
                greatest = TSimd.MaxNative(greatest, TSimd.Load(x + i));
            TSimd.Store(greatest, parts);
            T top = parts[0];
            for (int i = 1; i < count; i++)
                top = parts[i] > top ? parts[i] : top;
            greatest = TSimd.Broadcast(top);

            // Long sums are added in blocks, so that rounding does not grow with their length.
            TVector sum = rest == 0
                ? default
                : VectorMath<TSimd, TVector, T>.Exp(TSimd.Subtract(TSimd.Load(padded), greatest));
            TSimd.Store(sum, padded);
            for (int block = 0; block < whole; block += 128 * count)
            {
                TVector blockSum = default;
                for (int i = block; i < Math.Min(whole, block + 128 * count); i += count)
                {
                    TVector shifted = TSimd.Subtract(TSimd.Load(x + i), greatest);
                    TVector power = VectorMath<TSimd, TVector, T>.Exp(shifted);
                    blockSum = TSimd.Add(blockSum, power);
                    TSimd.Store(logarithm ? shifted : power, result + i);
                }
                sum = TSimd.Add(sum, blockSum);
            }
            TSimd.Store(sum, parts);
            T total = T.Zero;
            for (int i = 0; i < count; i++)
                total += parts[i];

            if (logarithm)
            {
                total = T.Log(total);
                TVector log = TSimd.Broadcast(total);
                for (int i = 0; i < whole; i += count)
                    TSimd.Store(TSimd.Subtract(TSimd.Load(result + i), log), result + i);
                for (int i = 0; i < rest; i++)
                    result[whole + i] = x[whole + i] - top - total;
                return;
            }
            total = T.One / total;
            TVector scale = TSimd.Broadcast(total);
            for (int i = 0; i < whole; i += count)
                TSimd.Store(TSimd.Multiply(TSimd.Load(result + i), scale), result + i);
            for (int i = 0; i < rest; i++)
                result[whole + i] = padded[i] * total;
        }

        /// <summary>Neighbouring lines, <paramref name="together"/> rows of them at a time.</summary>
        private void Strip(T* x, T* result, int stride, int width, int together, T* greatest, T* sums)
        {
            int wide = width * together, last = length % together * width;
            nint step = (nint)together * stride;
            new Span<T>(greatest, wide).Fill(T.NegativeInfinity);
            new Span<T>(sums, wide).Clear();
            int rows = length / together;
            for (int row = 0; row <= rows; row++)
                Rows<Greatest>(x + row * step, result + row * step, row < rows ? wide : last, greatest, sums);
            Join(greatest, width, together, isSum: false);
            for (int row = 0; row <= rows; row++)
                Rows<Powers>(x + row * step, result + row * step, row < rows ? wide : last, greatest, sums);
            Join(sums, width, together, isSum: true);
            for (int row = 0; row <= rows; row++)
                Rows<Results>(x + row * step, result + row * step, row < rows ? wide : last, greatest, sums);
        }

        /// <summary>What the rows of a wide row come to, for each of them.</summary>
        private void Join(T* numbers, int width, int together, bool isSum)
        {
            for (int i = 0; i < width; i++)
            {
                for (int row = 1; row < together; row++)
                {
                    T other = numbers[row * width + i];
                    numbers[i] = isSum ? numbers[i] + other : T.Max(numbers[i], other);
                }
            }
            if (isSum)
                Rows<Factors>(numbers, numbers, width, numbers, numbers);
            for (int row = 1; row < together; row++)
                new Span<T>(numbers, width).CopyTo(new Span<T>(numbers + row * width, width));
        }

        private void Rows<TStep>(T* x, T* result, int width, T* greatest, T* sums) where TStep : struct, IStep
        {
            int i = 0;
            for (; i + TSimd.Count <= width; i += TSimd.Count)
                TStep.Apply<TSimd, TVector>(x + i, result + i, greatest + i, sums + i, logarithm);
            for (; i < width; i++)
                TStep.Apply<Simd1<T>, T>(x + i, result + i, greatest + i, sums + i, logarithm);
        }

        /// <summary>One of the passes, for one vector.</summary>
        private interface IStep
        {
            static abstract void Apply<TS, TV>(T* x, T* result, T* greatest, T* sums, bool logarithm)
                where TS : struct, ISimd<TV, T>
                where TV : struct;
        }

        private readonly struct Greatest : IStep
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static void Apply<TS, TV>(T* x, T* result, T* greatest, T* sums, bool logarithm)
                where TS : struct, ISimd<TV, T>
                where TV : struct => TS.Store(TS.MaxNative(TS.Load(greatest), TS.Load(x)), greatest);
        }

        private readonly struct Powers : IStep
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static void Apply<TS, TV>(T* x, T* result, T* greatest, T* sums, bool logarithm)
                where TS : struct, ISimd<TV, T>
                where TV : struct
            {
                TV shifted = TS.Subtract(TS.Load(x), TS.Load(greatest));
                TV power = VectorMath<TS, TV, T>.Exp(shifted);
                TS.Store(TS.Add(TS.Load(sums), power), sums);
                TS.Store(logarithm ? shifted : power, result);
            }
        }

        /// <summary>What the results are less or times, from the sums.</summary>
        private readonly struct Factors : IStep
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static void Apply<TS, TV>(T* x, T* result, T* greatest, T* sums, bool logarithm)
                where TS : struct, ISimd<TV, T>
                where TV : struct => TS.Store(
                    logarithm
                        ? VectorMath<TS, TV, T>.Log(TS.Load(sums))
                        : TS.Divide(TS.Broadcast(T.One), TS.Load(sums)),
                    sums);
        }

        private readonly struct Results : IStep
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static void Apply<TS, TV>(T* x, T* result, T* greatest, T* sums, bool logarithm)
                where TS : struct, ISimd<TV, T>
                where TV : struct
            {
                TV value = TS.Load(result), factor = TS.Load(sums);
                TS.Store(logarithm ? TS.Subtract(value, factor) : TS.Multiply(value, factor), result);
            }
        }
    }
}
