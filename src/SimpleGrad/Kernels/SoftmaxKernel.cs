using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// exp(x - greatest) along an axis, divided by its sum; or x - greatest less the logarithm of that sum.
/// </summary>
/// <remarks>
/// Lines along the last axis are computed one by one, others a strip of neighbours at a time, row by row. Narrow rows
/// are taken several at a time, as one wide row. A NaN needs no care: it makes the sum NaN. For a logarithm the
/// greatest elements are counted, and only the others summed: where these hardly count, they keep their digits.
/// </remarks>
internal static unsafe class SoftmaxKernel
{
    private const int StripLength = 1 << 16; // elements, which fit into the second cache
    private const int LeastWidth = 64; // of rows
    private const int ShortLine = 32;
    private const int LongSum = 256; // rows, from which on sums are in two numbers

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
            var scratch = Storage<T>.Uninitialized(4 * columns * together);
            fixed (T* memory = &scratch.Data[scratch.Start])
            {
                for (int strip = piece * each; strip < last; strip++)
                {
                    int column = strip % strips * columns, width = Math.Min(columns, inner - column);
                    nint at = (nint)(strip / strips) * length * inner + column;
                    Strip(from + at, to + at, inner, width, together, memory);
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
            T* block = stackalloc T[ShortLine * LeastWidth], scratch = stackalloc T[4 * LeastWidth];
            while (line <= last - TSimd.Count)
            {
                int width = Math.Min(LeastWidth, (last - line) / TSimd.Count * TSimd.Count);
                nint at = (nint)line * length;
                Transposition.Columns(from + at, length, length, width, block, width);
                Strip(block, block, width, width, 1, scratch);
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
            TVector sum = default, lost = default, tops = default;
            if (rest > 0)
            {
                TVector shifted = TSimd.Subtract(TSimd.Load(padded), greatest);
                sum = VectorMath<TSimd, TVector, T>.Exp(shifted);
                TSimd.Store(sum, padded);
                if (logarithm)
                    sum = WithoutTop<TSimd, TVector>(sum, shifted, ref tops);
            }
            for (int block = 0; block < whole; block += 128 * count)
            {
                TVector blockSum = default;
                for (int i = block; i < Math.Min(whole, block + 128 * count); i += count)
                {
                    TVector shifted = TSimd.Subtract(TSimd.Load(x + i), greatest);
                    TVector power = VectorMath<TSimd, TVector, T>.Exp(shifted);
                    TSimd.Store(logarithm ? shifted : power, result + i);
                    if (logarithm)
                        power = WithoutTop<TSimd, TVector>(power, shifted, ref tops);
                    blockSum = TSimd.Add(blockSum, power);
                }
                TwoSum.Add<TSimd, TVector, T>(ref sum, ref lost, blockSum);
            }
            TSimd.Store(sum, parts);
            T total = T.Zero;
            for (int i = 0; i < count; i++)
                total += parts[i];

            if (logarithm)
            {
                total = VectorMath<Simd1<T>, T, T>.Log1p(total + (TSimd.Sum(tops) - T.One));
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
        private void Strip(T* x, T* result, int stride, int width, int together, T* scratch)
        {
            int wide = width * together, last = length % together * width;
            T* greatest = scratch, sums = scratch + wide;
            nint step = (nint)together * stride;
            new Span<T>(greatest, wide).Fill(T.NegativeInfinity);
            new Span<T>(sums, 3 * wide).Clear();
            int rows = length / together;
            for (int row = 0; row <= rows; row++)
                Rows<Greatest>(x + row * step, result + row * step, row < rows ? wide : last, greatest, wide);
            for (int i = 0; i < width; i++)
            {
                for (int row = 1; row < together; row++)
                    greatest[i] = T.Max(greatest[i], greatest[row * width + i]);
            }
            Repeat(greatest, width, together);
            for (int row = 0; row <= rows; row++)
                Rows<Powers>(x + row * step, result + row * step, row < rows ? wide : last, greatest, wide);
            for (int row = 1; row < together; row++)
            {
                for (int i = 0; i < width; i++)
                {
                    sums[i] += sums[row * width + i];
                    sums[wide + i] += sums[wide + row * width + i];
                }
            }
            Rows<Factors>(sums, sums, width, greatest, wide);
            Repeat(sums, width, together);
            for (int row = 0; row <= rows; row++)
                Rows<Results>(x + row * step, result + row * step, row < rows ? wide : last, greatest, wide);
        }

        /// <summary>What the rows of a wide row have come to together, for each of them.</summary>
        private static void Repeat(T* numbers, int width, int together)
        {
            for (int row = 1; row < together; row++)
                new Span<T>(numbers, width).CopyTo(new Span<T>(numbers + row * width, width));
        }

        /// <param name="x">The row.</param>
        /// <param name="result">Where it goes.</param>
        /// <param name="width">Its length.</param>
        /// <param name="greatest">The greatest elements, behind which lie sums, numbers of greatest elements and what
        /// the rounding of the sums has lost.</param>
        /// <param name="wide">How many each of these are.</param>
        private void Rows<TStep>(T* x, T* result, int width, T* greatest, int wide) where TStep : struct, IStep
        {
            int i = 0;
            bool isLong = length > LongSum;
            for (; i + TSimd.Count <= width; i += TSimd.Count)
                TStep.Apply<TSimd, TVector>(x + i, result + i, greatest + i, wide, logarithm, isLong);
            for (; i < width; i++)
                TStep.Apply<Simd1<T>, T>(x + i, result + i, greatest + i, wide, logarithm, isLong);
        }

        /// <summary>A power, but 0 where it is that of a greatest element, which is counted.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TV WithoutTop<TS, TV>(TV power, TV shifted, ref TV tops)
            where TS : struct, ISimd<TV, T>
            where TV : struct
        {
            TV isTop = TS.EqualTo(shifted, TS.Broadcast(T.Zero));
            tops = TS.Add(tops, TS.And(TS.Broadcast(T.One), isTop));
            return TS.AndNot(power, isTop);
        }

        /// <summary>One of the passes, for one vector.</summary>
        private interface IStep
        {
            static abstract void Apply<TS, TV>(T* x, T* result, T* greatest, int wide, bool logarithm, bool isLong)
                where TS : struct, ISimd<TV, T>
                where TV : struct;
        }

        private readonly struct Greatest : IStep
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static void Apply<TS, TV>(T* x, T* result, T* greatest, int wide, bool logarithm, bool isLong)
                where TS : struct, ISimd<TV, T>
                where TV : struct => TS.Store(TS.MaxNative(TS.Load(greatest), TS.Load(x)), greatest);
        }

        private readonly struct Powers : IStep
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static void Apply<TS, TV>(T* x, T* result, T* greatest, int wide, bool logarithm, bool isLong)
                where TS : struct, ISimd<TV, T>
                where TV : struct
            {
                TV shifted = TS.Subtract(TS.Load(x), TS.Load(greatest));
                TV power = VectorMath<TS, TV, T>.Exp(shifted);
                TS.Store(logarithm ? shifted : power, result);
                T* sums = greatest + wide;
                if (logarithm)
                {
                    TV tops = TS.Load(sums + wide);
                    power = WithoutTop<TS, TV>(power, shifted, ref tops);
                    TS.Store(tops, sums + wide);
                }
                TV sum = TS.Load(sums);
                if (isLong)
                {
                    TV lost = TS.Load(sums + 2 * wide);
                    TwoSum.Add<TS, TV, T>(ref sum, ref lost, power);
                    TS.Store(lost, sums + 2 * wide);
                }
                else
                {
                    sum = TS.Add(sum, power);
                }
                TS.Store(sum, sums);
            }
        }

        /// <summary>What the results are less or times, from the sums.</summary>
        private readonly struct Factors : IStep
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static void Apply<TS, TV>(T* x, T* result, T* greatest, int wide, bool logarithm, bool isLong)
                where TS : struct, ISimd<TV, T>
                where TV : struct
            {
                T* sums = greatest + wide;
                TV sum = TS.Load(sums), one = TS.Broadcast(T.One);
                TV above = TS.Subtract(TS.Load(sums + wide), one);
                TS.Store(
                    logarithm ? VectorMath<TS, TV, T>.Log1p(TS.Add(sum, above)) : TS.Divide(one, sum), sums);
            }
        }

        private readonly struct Results : IStep
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public static void Apply<TS, TV>(T* x, T* result, T* greatest, int wide, bool logarithm, bool isLong)
                where TS : struct, ISimd<TV, T>
                where TV : struct
            {
                TV value = TS.Load(result), factor = TS.Load(greatest + wide);
                TS.Store(logarithm ? TS.Subtract(value, factor) : TS.Multiply(value, factor), result);
            }
        }
    }
}
