namespace SimpleGrad;

/// <summary>A <see cref="MatrixView{T}"/> of memory that stays where it is, which threads can share.</summary>
internal readonly unsafe struct MatrixPointer<T>(T* start, int rows, int columns, nint rowStride, nint columnStride)
    where T : unmanaged
{
    public MatrixPointer(T* start, MatrixView<T> view)
        : this(start, view.Rows, view.Columns, view.RowStride, view.ColumnStride)
    {
    }

    public T* Start { get; } = start;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public nint RowStride { get; } = rowStride;

    public nint ColumnStride { get; } = columnStride;

    public MatrixPointer<T> Part(int row, int column, int rows, int columns) =>
        new(Start + row * RowStride + column * ColumnStride, rows, columns, RowStride, ColumnStride);
}
