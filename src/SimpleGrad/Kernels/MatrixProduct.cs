using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// The product of two matrices. Large ones go to <see cref="PackedProduct"/>; small ones, for which packing would cost
/// more than the product, and products with a vector, which use each number once, are computed where they lie.
/// </summary>
internal static unsafe class MatrixProduct
{
    /// <summary>The number of multiplications up to which a product is computed without packing.</summary>
    private const int SmallProduct = 20 * 20 * 20;

    /// <summary>The greatest right operand that a small product copies, where its rows do not lie as rows.</summary>
    private const int SmallOperand = 1024;

    /// <summary>The length of the sums up to which a product with a vector counts as a small product.</summary>
    private const int ShortSum = 32;

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
        int length = shape[^2] * shape[^1];
        for (int i = 0; i < lefts.Count; i++)
            Multiply(lefts[i], rights[i], r.Slice(i * length, length), shape[^1]);
        return result;
    }

    /// <summary>
    /// Computes x y, or adds it to the result, whose rows are <paramref name="stride"/> elements apart.
    /// </summary>
    public static void Multiply<T>(
        MatrixView<T> x, MatrixView<T> y, Span<T> result, int stride, bool accumulate = false)
        where T : unmanaged, INumberBase<T>
    {
        int rows = x.Rows, inner = x.Columns, columns = y.Columns;
        if (rows == 0 || columns == 0)
            return;
        bool isVector = (rows == 1 || columns == 1) && !accumulate && stride == columns;
        bool isSmall = inner == 0 || IsSmall(rows, inner, columns, y.ColumnStride == 1);
        if (isVector && (inner > ShortSum || !isSmall))
            MultiplyVector(x, y, result);
        else if (isSmall)
            MultiplySmall(x, y, result, stride, accumulate);
        else
            PackedProduct.Multiply(x, y, result, stride, accumulate);
    }

    private static bool IsSmall(int rows, int inner, int columns, bool hasRows) =>
        (long)rows * inner * columns <= SmallProduct && (hasRows || inner * columns <= SmallOperand);

    private static MatrixView<T> ViewOf<T>(Tensor<T> x) where T : unmanaged =>
        new(x.Length == 0 ? [] : x.Memory, x.Shape[0], x.Shape[1], x.Strides[0], x.Strides[1]);

    private static void MultiplyVector<T>(MatrixView<T> x, MatrixView<T> y, Span<T> result)
        where T : unmanaged, INumberBase<T>
    {
        if (y.Columns == 1)
            MultiplyColumn(x, y, result[..x.Rows]);
        else
            MultiplyColumn(y.Transposed, x.Transposed, result[..y.Columns]);
    }

    private static void MultiplyColumn<T>(MatrixView<T> x, MatrixView<T> column, Span<T> result)
        where T : unmanaged, INumberBase<T>
    {
        ReadOnlySpan<T> y = column.Memory;
        if (column.RowStride != 1)
        {
            var copy = new T[column.Rows];
            column.CopyTo(copy);
            y = copy;
        }
        y = y[..column.Rows];
        if (x.RowStride == 1 && x.ColumnStride != 1)
        {
            result.Clear();
            for (int k = 0; k < x.Columns; k++)
                TensorPrimitives.MultiplyAdd(x.Memory.Slice(k * x.ColumnStride, x.Rows), y[k], result, result);
            return;
        }
        T[]? row = x.ColumnStride == 1 ? null : new T[x.Columns];
        for (int i = 0; i < x.Rows; i++)
        {
            ReadOnlySpan<T> from = x.Memory[(i * x.RowStride)..];
            if (row is not null)
                StridedCopy.Gather(from, x.ColumnStride, row);
            result[i] = TensorPrimitives.Dot(row ?? from[..x.Columns], y);
        }
    }

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
            var product = new SmallMatrices<T>(x, right, a, b, r, stride, accumulate);
            int done = 0;
            if (Vector512.IsHardwareAccelerated)
                done = product.Columns<Simd512<T>, Vector512<T>>(done);
            if (Vector256.IsHardwareAccelerated)
                done = product.Columns<Simd256<T>, Vector256<T>>(done);
            if (Vector128.IsHardwareAccelerated)
                done = product.Columns<Simd128<T>, Vector128<T>>(done);
            product.Columns<Simd1<T>, T>(done);
        }
    }

    /// <summary>Where the operands and the result of a small product lie.</summary>
    private readonly struct SmallMatrices<T>(
        MatrixView<T> x, MatrixView<T> y, T* xs, T* ys, T* results, int stride, bool accumulate)
        where T : unmanaged
    {
        private readonly T* _xs = xs, _ys = ys, _results = results;
        private readonly nint _xRow = x.RowStride, _xColumn = x.ColumnStride, _yRow = y.RowStride, _stride = stride;
        private readonly int _rows = x.Rows, _inner = x.Columns, _columns = y.Columns;
        private readonly bool _accumulate = accumulate;

        /// <summary>
        /// Computes as many columns as whole vectors hold, from <paramref name="column"/> on; returns the first that
        /// is left.
        /// </summary>
        public int Columns<TSimd, TVector>(int column)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            for (; column + TSimd.Count <= _columns; column += TSimd.Count)
            {
                int row = 0;
                for (; row + 4 <= _rows; row += 4)
                    FourRows<TSimd, TVector>(row, column);
                for (; row < _rows; row++)
                {
                    T* x = _xs + row * _xRow, y = _ys + column, result = _results + row * _stride + column;
                    TVector sum = _accumulate ? TSimd.Load(result) : default;
                    for (int k = 0; k < _inner; k++, x += _xColumn, y += _yRow)
                        sum = TSimd.MultiplyAdd(TSimd.Broadcast(*x), TSimd.Load(y), sum);
                    TSimd.Store(sum, result);
                }
            }
            return column;
        }

        /// <summary>Four sums that do not wait for each other.</summary>
        private void FourRows<TSimd, TVector>(int row, int column)
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
