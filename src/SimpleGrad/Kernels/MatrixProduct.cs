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
        bool isShared = lefts.Count < 4 * Parallelism.ThreadCount && work > 16 * PackedProduct.LeastWork;
        int all = Math.Max(1, lefts.Count);
        int each = isShared ? all : (int)Math.Min(PackedProduct.LeastWork / work + 1, all);
        fixed (T* to = r)
            ParallelLoop.Run(
                (lefts.Count + each - 1) / each,
                new BatchPiece<T>(lefts, rights, to, shape[^2], shape[^1], each, isShared));
        return result;
    }

    private readonly struct BatchPiece<T>(
        MatrixBatch<T> lefts, MatrixBatch<T> rights, T* results, int rows, int columns, int each, bool isShared)
        : IParallelBody
        where T : unmanaged, INumberBase<T>
    {
        public void Run(int piece)
        {
            int last = Math.Min(lefts.Count, (piece + 1) * each), length = rows * columns;
            for (int i = piece * each; i < last; i++)
                Multiply(
                    lefts[i], rights[i], new Span<T>(results + (nint)i * length, length), columns, false, isShared);
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
        int rest = x.Columns - half;
        Multiply(x.Part(0, 0, rows, half), y.Part(0, 0, half, columns), result, stride, accumulate, isShared);
        var second = Storage<T>.Uninitialized(checked(rows * columns));
        Span<T> others = second.Data.AsSpan(second.Start, rows * columns);
        Multiply(x.Part(0, half, rows, rest), y.Part(half, 0, rest, columns), others, columns, false, isShared);
        for (int row = 0; row < rows; row++)
        {
            Span<T> sums = result.Slice(row * stride, columns);
            TensorPrimitives.Add(sums, others.Slice(row * columns, columns), sums);
        }
        second.Release();
    }

    private static bool IsSmall(int rows, int inner, int columns, bool hasRows) =>
        (long)rows * inner * columns <= SmallProduct && (hasRows || inner * columns <= SmallOperand);

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
