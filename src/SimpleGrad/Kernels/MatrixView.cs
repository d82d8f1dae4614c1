namespace SimpleGrad;

/// <summary>A matrix in memory; a transposed one is the same memory with the strides exchanged.</summary>
internal readonly ref struct MatrixView<T>(
    ReadOnlySpan<T> memory, int rows, int columns, int rowStride, int columnStride)
    where T : unmanaged
{
    /// <summary>A matrix whose rows lie one after the other.</summary>
    public MatrixView(ReadOnlySpan<T> memory, int rows, int columns)
        : this(memory, rows, columns, columns, 1)
    {
    }

    /// <summary>The memory from the first element on.</summary>
    public ReadOnlySpan<T> Memory { get; } = memory;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public int RowStride { get; } = rowStride;

    public int ColumnStride { get; } = columnStride;

    public MatrixView<T> Transposed => new(Memory, Columns, Rows, ColumnStride, RowStride);

    /// <summary>The part of the matrix whose first element is at a row and a column.</summary>
    public MatrixView<T> Part(int row, int column, int rows, int columns) => new(
        rows == 0 || columns == 0 ? [] : Memory[(row * RowStride + column * ColumnStride)..],
        rows, columns, RowStride, ColumnStride);

    public void CopyTo(Span<T> destination)
    {
        if (Rows == 0 || Columns == 0)
            return;
        if (ColumnStride == 1 && RowStride == Columns)
        {
            Memory[..(Rows * Columns)].CopyTo(destination);
            return;
        }
        for (int row = 0; row < Rows && ColumnStride == 1; row++)
            Memory.Slice(row * RowStride, Columns).CopyTo(destination[(row * Columns)..]);
        for (int row = 0, at = 0; row < Rows && ColumnStride != 1; row++)
        {
            for (int column = 0, from = row * RowStride; column < Columns; column++, from += ColumnStride)
                destination[at++] = Memory[from];
        }
    }
}
