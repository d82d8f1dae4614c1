using System.Numerics;
using System.Numerics.Tensors;

namespace SimpleGrad;

/// <summary>The products of a matrix and a vector, which use each number of the matrix once.</summary>
internal static unsafe class VectorProduct
{
    /// <summary>How much of a result stays in the first cache while rows are added to it.</summary>
    private const int StripLength = 512;

    /// <summary>The length of results below which it is better to compute each from a column.</summary>
    private const int ShortResult = 16;

    /// <summary>The length of sums that are added pairwise.</summary>
    private const int LongSum = 4096;

    /// <summary>The number of columns whose sums are added pairwise.</summary>
    private const int LongColumnSum = 256;

    /// <summary>Computes x y, of which one is a matrix of a single row or column.</summary>
    public static void Multiply<T>(MatrixView<T> x, MatrixView<T> y, Span<T> result, bool isShared)
        where T : unmanaged, INumberBase<T>
    {
        if (y.Columns == 1)
            MultiplyColumn(x, y, result[..x.Rows], isShared);
        else
            MultiplyColumn(y.Transposed, x.Transposed, result[..y.Columns], isShared);
    }

    private static void MultiplyColumn<T>(MatrixView<T> x, MatrixView<T> column, Span<T> result, bool isShared)
        where T : unmanaged, INumberBase<T>
    {
        using Scratch<T> copy = column.RowStride == 1 ? default : new(column.Rows);
        if (column.RowStride != 1)
            column.CopyTo(copy.Span);
        bool isByRows = x.RowStride == 1 && x.ColumnStride != 1 && x.Rows >= ShortResult;
        int unit = isByRows ? StripLength : 1;
        int perPiece = isShared
            ? Math.Max(unit, ParallelLoop.PieceLength / Math.Max(1, x.Columns) / unit * unit)
            : result.Length;
        fixed (T* a = x.Memory, b = column.RowStride == 1 ? column.Memory : copy.Span, c = result)
            ParallelLoop.Run(
                (result.Length + perPiece - 1) / perPiece,
                new Piece<T>(new MatrixPointer<T>(a, x), b, c, perPiece, isByRows));
    }

    /// <summary>A part of the result.</summary>
    private readonly struct Piece<T>(MatrixPointer<T> matrix, T* y, T* result, int perPiece, bool isByRows)
        : IParallelBody
        where T : unmanaged, INumberBase<T>
    {
        public void Run(int piece)
        {
            int row = piece * perPiece, end = Math.Min(matrix.Rows, row + perPiece), columns = matrix.Columns;
            T* x = matrix.Start;
            if (isByRows)
            {
                Add(new Span<T>(result + row, end - row), x + row, y, columns);
                return;
            }
            if (matrix.ColumnStride == 1 && columns > 0)
            {
                for (; row + 4 <= end; row += 4)
                    DotFour(x + row * matrix.RowStride, y, columns, result + row);
            }
            for (; row < end; row++)
                result[row] = Dot(x + row * matrix.RowStride, y, columns);
        }

        /// <summary>Columns times numbers, added to the sums pairwise where they are many.</summary>
        private void Add(Span<T> sums, T* column, T* factor, int count)
        {
            nint columnStride = matrix.ColumnStride;
            if (count > LongColumnSum)
            {
                int half = count / 2;
                Add(sums, column, factor, half);
                using var second = new Scratch<T>(sums.Length);
                Add(second.Span, column + half * columnStride, factor + half, count - half);
                TensorPrimitives.Add(sums, second.Span, sums);
                return;
            }
            sums.Clear();
            for (int k = 0; k < count; k++)
                TensorPrimitives.MultiplyAdd(
                    new ReadOnlySpan<T>(column + k * columnStride, sums.Length), factor[k], sums, sums);
        }

        private T Dot(T* a, T* b, int count)
        {
            nint columnStride = matrix.ColumnStride;
            if (count > LongSum)
            {
                int half = Half(count);
                return Dot(a, b, half) + Dot(a + half * columnStride, b + half, count - half);
            }
            if (columnStride == 1)
                return TensorPrimitives.Dot(new ReadOnlySpan<T>(a, count), new ReadOnlySpan<T>(b, count));
            T s0 = T.Zero, s1 = T.Zero, s2 = T.Zero, s3 = T.Zero;
            int i = 0;
            for (; i + 4 <= count; i += 4, a += 4 * columnStride)
            {
                s0 += a[0] * b[i];
                s1 += a[columnStride] * b[i + 1];
                s2 += a[2 * columnStride] * b[i + 2];
                s3 += a[3 * columnStride] * b[i + 3];
            }
            for (; i < count; i++, a += columnStride)
                s0 += *a * b[i];
            return s0 + s1 + (s2 + s3);
        }

        /// <summary>About half of a length, of whole vectors.</summary>
        private static int Half(int count) => count / 128 * 64;

        private void DotFour(T* from, T* vector, int count, T* to)
        {
            if (count > LongSum)
            {
                T* second = stackalloc T[4];
                int half = Half(count);
                DotFour(from, vector, half, to);
                DotFour(from + half, vector + half, count - half, second);
                for (int i = 0; i < 4; i++)
                    to[i] += second[i];
            }
            else
            {
                var dots = new FourDots<T>(from, matrix.RowStride, vector, count, to);
                VectorWidth<T>.RunFilled(ref dots, count);
            }
        }
    }

    /// <summary>
    /// The products of four rows with a vector: together they load the vector once, and come from memory in four
    /// streams.
    /// </summary>
    private readonly struct FourDots<T>(T* rows, nint rowStride, T* factors, int length, T* results) : IVectorKernel<T>
        where T : unmanaged, INumberBase<T>
    {
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            T* from = rows, vector = factors, to = results;
            int count = length;
            T* x1 = from + rowStride, x2 = x1 + rowStride, x3 = x2 + rowStride;
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            TVector t0 = default, t1 = default, t2 = default, t3 = default;
            int k = 0;
            for (; k + 2 * TSimd.Count <= count; k += 2 * TSimd.Count)
            {
                TVector y0 = TSimd.Load(vector + k), y1 = TSimd.Load(vector + k + TSimd.Count);
                s0 = TSimd.MultiplyAdd(TSimd.Load(from + k), y0, s0);
                s1 = TSimd.MultiplyAdd(TSimd.Load(x1 + k), y0, s1);
                s2 = TSimd.MultiplyAdd(TSimd.Load(x2 + k), y0, s2);
                s3 = TSimd.MultiplyAdd(TSimd.Load(x3 + k), y0, s3);
                t0 = TSimd.MultiplyAdd(TSimd.Load(from + k + TSimd.Count), y1, t0);
                t1 = TSimd.MultiplyAdd(TSimd.Load(x1 + k + TSimd.Count), y1, t1);
                t2 = TSimd.MultiplyAdd(TSimd.Load(x2 + k + TSimd.Count), y1, t2);
                t3 = TSimd.MultiplyAdd(TSimd.Load(x3 + k + TSimd.Count), y1, t3);
            }
            to[0] = Sum<TSimd, TVector>(s0, t0, from + k, vector + k, count - k);
            to[1] = Sum<TSimd, TVector>(s1, t1, x1 + k, vector + k, count - k);
            to[2] = Sum<TSimd, TVector>(s2, t2, x2 + k, vector + k, count - k);
            to[3] = Sum<TSimd, TVector>(s3, t3, x3 + k, vector + k, count - k);
        }

        /// <summary>The sum of two vectors and of the products of the tail.</summary>
        private static T Sum<TSimd, TVector>(TVector s, TVector t, T* a, T* b, int count)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            T* parts = stackalloc T[TSimd.Count];
            TSimd.Store(TSimd.Add(s, t), parts);
            for (int half = TSimd.Count / 2; half > 0; half /= 2)
            {
                for (int i = 0; i < half; i++)
                    parts[i] += parts[i + half];
            }
            T sum = parts[0];
            for (int k = 0; k < count; k++)
                sum += a[k] * b[k];
            return sum;
        }
    }
}
