using System.Numerics.Tensors;

namespace SimpleGrad;

public sealed partial class SparseMatrix<T>
{
    /// <summary>The sum of two matrices of one size.</summary>
    /// <exception cref="ArgumentException">They differ in size.</exception>
    public static SparseMatrix<T> operator +(SparseMatrix<T> x, SparseMatrix<T> y) => Joined(x, y, T.One);

    /// <summary>The difference of two matrices of one size.</summary>
    /// <exception cref="ArgumentException">They differ in size.</exception>
    public static SparseMatrix<T> operator -(SparseMatrix<T> x, SparseMatrix<T> y) => Joined(x, y, -T.One);

    /// <summary>The matrix with the opposite sign.</summary>
    public static SparseMatrix<T> operator -(SparseMatrix<T> x) => x * -T.One;

    /// <summary>The matrix with each element multiplied by a number.</summary>
    public static SparseMatrix<T> operator *(SparseMatrix<T> x, T factor)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Each(value => value * factor);
    }

    /// <summary>The matrix with each element multiplied by a number.</summary>
    public static SparseMatrix<T> operator *(T factor, SparseMatrix<T> x) => x * factor;

    /// <summary>The matrix with each element divided by a number.</summary>
    public static SparseMatrix<T> operator /(SparseMatrix<T> x, T divisor)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Each(value => value / divisor);
    }

    /// <summary>The product with a vector, or with a matrix of several columns.</summary>
    /// <exception cref="ArgumentException">It has not as many rows as this matrix has columns.</exception>
    public Tensor<T> MatMul(Tensor<T> y)
    {
        ArgumentNullException.ThrowIfNull(y);
        if (y.Rank is not (1 or 2) || y.Shape[0] != Columns)
            throw new ArgumentException(
                $"matmul: a matrix of {Columns} columns does not multiply shape {y.Shape}: it takes a vector of "
                + $"{Columns} elements or a matrix of {Columns} rows.", nameof(y));
        ReadOnlySpan<T> factor = y.ToContiguous().Span;
        int width = y.Rank == 1 ? 1 : y.Shape[1];
        Tensor<T> product = Tensor.Zeros<T>(
            y.Rank == 1 ? Shape.Create(Rows) : Shape.OfResult("matmul", [Rows, width]));
        if (product.Length == 0)
            return product;
        Span<T> all = product.NewData;
        for (int row = 0; row < Rows; row++)
        {
            if (width == 1)
            {
                T sum = T.Zero;
                for (int i = _pointers[row]; i < _pointers[row + 1]; i++)
                    sum += _values[i] * factor[_columns[i]];
                all[row] = sum;
                continue;
            }
            Span<T> sums = all.Slice(row * width, width);
            for (int i = _pointers[row]; i < _pointers[row + 1]; i++)
                TensorPrimitives.MultiplyAdd(factor.Slice(_columns[i] * width, width), _values[i], sums, sums);
        }
        return product;
    }

    /// <summary>The product with another sparse matrix.</summary>
    /// <exception cref="ArgumentException">It has not as many rows as this matrix has columns.</exception>
    /// <exception cref="OverflowException">The product holds more elements than an array can have.</exception>
    public SparseMatrix<T> MatMul(SparseMatrix<T> y)
    {
        ArgumentNullException.ThrowIfNull(y);
        if (y.Rows != Columns)
            throw new ArgumentException(
                $"matmul: a matrix of {Columns} columns does not multiply one of {y.Rows} rows.", nameof(y));
        // Row by row: F. Gustavson, Two fast algorithms for sparse matrices, ACM Trans. Math. Softw. 4 (1978).
        var pointers = new int[Rows + 1];
        var columns = new List<int>();
        var values = new List<T>();
        var sums = new T[y.Columns];
        var lastRow = new int[y.Columns];
        var inRow = new List<int>();
        for (int row = 0; row < Rows; row++)
        {
            inRow.Clear();
            for (int i = _pointers[row]; i < _pointers[row + 1]; i++)
            {
                for (int j = y._pointers[_columns[i]]; j < y._pointers[_columns[i] + 1]; j++)
                {
                    int column = y._columns[j];
                    if (lastRow[column] != row + 1)
                    {
                        (lastRow[column], sums[column]) = (row + 1, T.Zero);
                        inRow.Add(column);
                    }
                    sums[column] += _values[i] * y._values[j];
                }
            }
            if ((long)columns.Count + inRow.Count > Array.MaxLength)
                throw new OverflowException(
                    $"matmul: the product holds more than {Array.MaxLength} elements: it is hardly sparse.");
            inRow.Sort();
            foreach (int column in inRow)
            {
                columns.Add(column);
                values.Add(sums[column]);
            }
            pointers[row + 1] = columns.Count;
        }
        return new(y.Columns, pointers, [.. columns], [.. values]);
    }

    private SparseMatrix<T> Each(Converter<T, T> function) =>
        new(Columns, _pointers, _columns, Array.ConvertAll(_values, function));

    private static SparseMatrix<T> Joined(SparseMatrix<T> x, SparseMatrix<T> y, T sign)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Rows != y.Rows || x.Columns != y.Columns)
            throw new ArgumentException(
                $"A matrix of {x.Rows} x {x.Columns} has no sum or difference with one of {y.Rows} x {y.Columns}.",
                nameof(y));
        var pointers = new int[x.Rows + 1];
        var columns = new List<int>(Math.Max(x.Count, y.Count));
        var values = new List<T>(columns.Capacity);
        for (int row = 0; row < x.Rows; row++)
        {
            int i = x._pointers[row], j = y._pointers[row], endX = x._pointers[row + 1], endY = y._pointers[row + 1];
            while (i < endX || j < endY)
            {
                int column = Math.Min(
                    i < endX ? x._columns[i] : int.MaxValue, j < endY ? y._columns[j] : int.MaxValue);
                bool inX = i < endX && x._columns[i] == column, inY = j < endY && y._columns[j] == column;
                columns.Add(column);
                values.Add(inX && inY ? x._values[i] + sign * y._values[j] : inX ? x._values[i] : sign * y._values[j]);
                (i, j) = (inX ? i + 1 : i, inY ? j + 1 : j);
            }
            pointers[row + 1] = columns.Count;
        }
        return new(x.Columns, pointers, [.. columns], [.. values]);
    }
}
