using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// The product of two matrices. Large ones go to <see cref="PackedProduct"/>; small ones, for which packing would cost
/// more than the product, and products with a vector, which use each number once, are computed where they lie.
/// </summary>
internal static unsafe class MatrixProduct
{
    /// <summary>The number of multiplications up to which a product is computed without packing.</summary>
    private const int SmallWork = 20 * 20 * 20;

    /// <summary>The size up to which a small product copies a right operand whose rows do not lie as rows.</summary>
    private const int SmallOperand = 1024;

    /// <summary>The length of the sums up to which a product with a vector counts as a small product.</summary>
    private const int ShortSum = 32;

    /// <summary>The length of sums that are added pairwise, lest their error grow with their length.</summary>
    private const int LongSum = 4096;

    /// <summary>The products of the matrices of two stacks.</summary>
    public static Tensor<T> Multiply<T>(Tensor<T> x, Tensor<T> y, Shape shape)
        where T : unmanaged, INumberBase<T>
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        Span<T> r = result.NewData;
        if (shape.Rank == 2)
        {
            Multiply(ViewOf(x), ViewOf(y), r, shape[1]);
            return result;
        }
        var lefts = new MatrixBatch<T>(x, shape.Lengths[..^2]);
        var rights = new MatrixBatch<T>(y, shape.Lengths[..^2]);
        // Threads share the matrices where there are many, or else each matrix.
        long work = Math.Max(1, (long)shape[^2] * x.Shape[^1] * shape[^1]);
        bool isShared = lefts.Count < 4 * Parallelism.ThreadCount && work > 16 * PackedProduct.MinWork;
        int all = Math.Max(1, lefts.Count);
        int perPiece = isShared ? all : (int)Math.Min(PackedProduct.MinWork / work + 1, all);
        fixed (T* to = r)
            ParallelLoop.Run(
                (lefts.Count + perPiece - 1) / perPiece,
                new BatchPiece<T>(lefts, rights, to, perPiece, isShared));
        return result;
    }

    private readonly struct BatchPiece<T>(
        MatrixBatch<T> lefts, MatrixBatch<T> rights, T* results, int perPiece, bool isShared) : IParallelBody
        where T : unmanaged, INumberBase<T>
    {
        public void Run(int piece)
        {
            int end = Math.Min(lefts.Count, (piece + 1) * perPiece);
            for (int i = piece * perPiece; i < end; i++)
            {
                MatrixView<T> x = lefts[i], y = rights[i];
                int length = x.Rows * y.Columns;
                Multiply(x, y, new Span<T>(results + (nint)i * length, length), y.Columns, false, isShared);
            }
        }
    }

    /// <summary>
    /// Computes x y, or adds it to the result, whose rows are <paramref name="stride"/> elements apart.
    /// </summary>
    public static void Multiply<T>(
        MatrixView<T> x, MatrixView<T> y, Span<T> result, int stride, bool accumulate = false)
        where T : unmanaged, INumberBase<T> => Multiply(x, y, result, stride, accumulate, isShared: true);

    /// <summary>The same by this thread alone, unless <paramref name="isShared"/>.</summary>
    public static void Multiply<T>(
        MatrixView<T> x, MatrixView<T> y, Span<T> result, int stride, bool accumulate, bool isShared)
        where T : unmanaged, INumberBase<T>
    {
        int rows = x.Rows, inner = x.Columns, columns = y.Columns;
        if (rows == 0 || columns == 0)
            return;
        bool isVector = (rows == 1 || columns == 1) && !accumulate && stride == columns;
        bool isSmall = inner == 0 || IsSmall(rows, inner, columns, y.ColumnStride == 1);
        if (isVector && (inner > ShortSum || !isSmall))
            VectorProduct.Multiply(x, y, result, isShared);
        else if (inner > LongSum)
            MultiplyHalves(x, y, result, stride, accumulate, isShared);
        else if (isSmall)
            MultiplySmall(x, y, result, stride, accumulate);
        else
            PackedProduct.Multiply(x, y, result, stride, accumulate, isShared);
    }

    private static void MultiplyHalves<T>(
        MatrixView<T> x, MatrixView<T> y, Span<T> result, int stride, bool accumulate, bool isShared)
        where T : unmanaged, INumberBase<T>
    {
        int rows = x.Rows, columns = y.Columns, half = PackedProduct.RoundUp(x.Columns / 2, PackedProduct.BlockInner);
        int others = x.Columns - half;
        Multiply(x.Part(0, 0, rows, half), y.Part(0, 0, half, columns), result, stride, accumulate, isShared);
        using var scratch = new Scratch<T>(checked(rows * columns));
        Span<T> second = scratch.Span;
        Multiply(x.Part(0, half, rows, others), y.Part(half, 0, others, columns), second, columns, false, isShared);
        for (int row = 0; row < rows; row++)
        {
            Span<T> sums = result.Slice(row * stride, columns);
            TensorPrimitives.Add(sums, second.Slice(row * columns, columns), sums);
        }
    }

    private static bool IsSmall(int rows, int inner, int columns, bool hasRows) =>
        (long)rows * inner * columns <= SmallWork && (hasRows || inner * columns <= SmallOperand);

    private static MatrixView<T> ViewOf<T>(Tensor<T> x) where T : unmanaged =>
        new(x.Length == 0 ? [] : x.Memory, x.Shape[0], x.Shape[1], x.Strides[0], x.Strides[1]);

    [SkipLocalsInit]
    private static void MultiplySmall<T>(
        MatrixView<T> x, MatrixView<T> y, Span<T> result, int stride, bool accumulate)
        where T : unmanaged, INumberBase<T>
    {
        Span<T> copy = stackalloc T[y.ColumnStride == 1 ? 0 : y.Rows * y.Columns];
        scoped MatrixView<T> right = y;
        if (y.ColumnStride != 1)
        {
            y.CopyTo(copy);
            right = new MatrixView<T>(copy, y.Rows, y.Columns);
        }
        fixed (T* a = x.Memory, b = right.Memory, r = result)
        {
            var product = new SmallProduct<T>(
                new MatrixPointer<T>(a, x), new MatrixPointer<T>(b, right), r, stride, accumulate);
            VectorWidth<T>.RunDescending(ref product);
        }
    }

    /// <summary>A product whose right operand has its rows as rows, vectors of columns at a time.</summary>
    private struct SmallProduct<T>(
        MatrixPointer<T> x, MatrixPointer<T> y, T* results, nint stride, bool accumulate) : IVectorKernel<T>
        where T : unmanaged
    {
        private readonly T* _xs = x.Start, _ys = y.Start, _results = results;
        private readonly nint _xRow = x.RowStride, _xColumn = x.ColumnStride, _yRow = y.RowStride, _stride = stride;
        private readonly int _rows = x.Rows, _inner = x.Columns, _columns = y.Columns;
        private readonly bool _accumulate = accumulate;
        private int _column; // the first that is not computed yet

        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            int column = _column, inner = _inner;
            nint xColumn = _xColumn, yRow = _yRow;
            for (; column + TSimd.Count <= _columns; column += TSimd.Count)
            {
                int row = 0;
                for (; row + 4 <= _rows; row += 4)
                    FourRows<TSimd, TVector>(row, column);
                for (; row < _rows; row++)
                {
                    T* x = _xs + row * _xRow, y = _ys + column, result = _results + row * _stride + column;
                    TVector sum = _accumulate ? TSimd.Load(result) : default;
                    for (int k = 0; k < inner; k++, x += xColumn, y += yRow)
                        sum = TSimd.MultiplyAdd(TSimd.Broadcast(*x), TSimd.Load(y), sum);
                    TSimd.Store(sum, result);
                }
            }
            _column = column;
        }

        /// <summary>Four sums that do not wait for each other.</summary>
        private readonly void FourRows<TSimd, TVector>(int row, int column)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            T* x = _xs + row * _xRow, y = _ys + column, result = _results + row * _stride + column;
            TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
            if (_accumulate)
            {
                (sum0, sum1) = (TSimd.Load(result), TSimd.Load(result + _stride));
                (sum2, sum3) = (TSimd.Load(result + 2 * _stride), TSimd.Load(result + 3 * _stride));
            }
            for (int k = 0; k < _inner; k++, x += _xColumn, y += _yRow)
            {
                TVector vector = TSimd.Load(y);
                sum0 = TSimd.MultiplyAdd(TSimd.Broadcast(x[0]), vector, sum0);
                sum1 = TSimd.MultiplyAdd(TSimd.Broadcast(x[_xRow]), vector, sum1);
                sum2 = TSimd.MultiplyAdd(TSimd.Broadcast(x[2 * _xRow]), vector, sum2);
                sum3 = TSimd.MultiplyAdd(TSimd.Broadcast(x[3 * _xRow]), vector, sum3);
            }
            TSimd.Store(sum0, result);
            TSimd.Store(sum1, result + _stride);
            TSimd.Store(sum2, result + 2 * _stride);
            TSimd.Store(sum3, result + 3 * _stride);
        }
    }
}
