using System.Numerics;

namespace SimpleGrad;

/// <summary>Makes sparse matrices.</summary>
public static class SparseMatrix
{
    /// <summary>A matrix from elements with their indices, in any order; those at one place are added.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="triplets">The elements. Zeros are held as well.</param>
    /// <exception cref="ArgumentOutOfRangeException">An element lies outside the matrix, or a size is
    /// negative.</exception>
    public static SparseMatrix<T> FromTriplets<T>(
        int rows, int columns, IEnumerable<(int Row, int Column, T Value)> triplets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireSize(rows, nameof(rows));
        RequireSize(columns, nameof(columns));
        ArgumentNullException.ThrowIfNull(triplets);
        (int Row, int Column, T Value)[] all = [.. triplets];
        foreach ((int row, int column, _) in all)
        {
            if ((uint)row >= (uint)rows || (uint)column >= (uint)columns)
                throw new ArgumentOutOfRangeException(
                    nameof(triplets), $"Element ({row}, {column}) lies outside a matrix of {rows} x {columns}.");
        }
        // By columns and then, keeping that order, by rows.
        all = InBuckets(InBuckets(all, columns, each => each.Column), rows, each => each.Row);
        var pointers = new int[rows + 1];
        var indices = new int[all.Length];
        var values = new T[all.Length];
        int count = 0;
        for (int i = 0; i < all.Length; i++)
        {
            if (i > 0 && (all[i].Row, all[i].Column) == (all[i - 1].Row, all[i - 1].Column))
            {
                values[count - 1] += all[i].Value;
                continue;
            }
            (indices[count], values[count]) = (all[i].Column, all[i].Value);
            pointers[all[i].Row + 1] = ++count;
        }
        for (int row = 0; row < rows; row++)
            pointers[row + 1] = Math.Max(pointers[row + 1], pointers[row]);
        return new(columns, pointers, indices[..count], values[..count]);
    }

    /// <summary>A matrix from compressed rows, as other libraries keep them; they are copied.</summary>
    /// <param name="columns">The number of columns.</param>
    /// <param name="rowPointers">For each row where its elements begin, and at last where they end.</param>
    /// <param name="columnIndices">The column of each element, ascending within a row.</param>
    /// <param name="values">The elements.</param>
    /// <exception cref="ArgumentException">The arrays do not fit each other, or columns are not ascending within a row:
    /// <see cref="FromTriplets{T}"/> puts elements in order.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column lies outside the matrix.</exception>
    public static SparseMatrix<T> FromCompressedRows<T>(
        int columns, ReadOnlySpan<int> rowPointers, ReadOnlySpan<int> columnIndices, ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireSize(columns, nameof(columns));
        if (columnIndices.Length != values.Length)
            throw new ArgumentException(
                $"{columnIndices.Length} columns do not fit {values.Length} values.", nameof(columnIndices));
        if (rowPointers.IsEmpty || rowPointers[0] != 0 || rowPointers[^1] != values.Length)
            throw new ArgumentException(
                $"Row pointers begin with 0 and end with the number of values, {values.Length}.", nameof(rowPointers));
        for (int row = 0; row < rowPointers.Length - 1; row++)
        {
            (int first, int end) = (rowPointers[row], rowPointers[row + 1]);
            if (end < first || end > values.Length)
                throw new ArgumentException(
                    $"Row {row} goes from {first} to {end} of {values.Length} values.", nameof(rowPointers));
            for (int i = first; i < end; i++)
            {
                int column = columnIndices[i];
                if ((uint)column >= (uint)columns)
                    throw new ArgumentOutOfRangeException(
                        nameof(columnIndices), column, $"Column {column} of row {row} lies outside {columns} columns.");
                if (i > first && column <= columnIndices[i - 1])
                    throw new ArgumentException(
                        $"Row {row} has column {column} after column {columnIndices[i - 1]}: columns ascend within a "
                        + "row. SparseMatrix.FromTriplets puts elements in order and adds those at one place.",
                        nameof(columnIndices));
            }
        }
        return new(columns, rowPointers.ToArray(), columnIndices.ToArray(), values.ToArray());
    }

    /// <summary>The elements of a matrix that are not 0.</summary>
    /// <exception cref="ArgumentException">The tensor is no matrix.</exception>
    public static SparseMatrix<T> FromDense<T>(Tensor<T> matrix) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Rank != 2)
            throw new ArgumentException($"A matrix has two axes, and shape {matrix.Shape} has not.", nameof(matrix));
        int rows = matrix.Shape[0], columns = matrix.Shape[1];
        ReadOnlySpan<T> all = matrix.ToContiguous().Span;
        var pointers = new int[rows + 1];
        var indices = new List<int>();
        var values = new List<T>();
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                T value = all[row * columns + column];
                if (value == T.Zero)
                    continue;
                indices.Add(column);
                values.Add(value);
            }
            pointers[row + 1] = values.Count;
        }
        return new(columns, pointers, [.. indices], [.. values]);
    }

    /// <summary>A square matrix with these elements on its diagonal.</summary>
    /// <exception cref="ArgumentException">The tensor is no vector.</exception>
    public static SparseMatrix<T> FromDiagonal<T>(Tensor<T> diagonal)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(diagonal);
        if (diagonal.Rank != 1)
            throw new ArgumentException(
                $"A diagonal is a vector, and shape {diagonal.Shape} is none.", nameof(diagonal));
        int n = diagonal.Length;
        return new(n, [.. Enumerable.Range(0, n + 1)], [.. Enumerable.Range(0, n)], diagonal.ToArray());
    }

    /// <summary>The square matrix with ones on its diagonal.</summary>
    public static SparseMatrix<T> Eye<T>(int rows) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RequireSize(rows, nameof(rows));
        return FromDiagonal(Tensor.Ones<T>(Shape.Create(rows)));
    }

    private static void RequireSize(int length, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(length, Array.MaxLength, name);
    }

    private static TItem[] InBuckets<TItem>(TItem[] items, int buckets, Func<TItem, int> bucket)
    {
        var next = new int[buckets + 1];
        foreach (TItem item in items)
            next[bucket(item) + 1]++;
        for (int i = 0; i < buckets; i++)
            next[i + 1] += next[i];
        var sorted = new TItem[items.Length];
        foreach (TItem item in items)
            sorted[next[bucket(item)]++] = item;
        return sorted;
    }
}
