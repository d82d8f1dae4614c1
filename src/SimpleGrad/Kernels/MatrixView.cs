namespace SimpleGrad;

/// <summary>A matrix wherever it lies in memory; a transposed one is the same memory with exchanged strides.</summary>
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

    /// <summary>The part of the matrix from a place on.</summary>
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

/// <summary>
/// Walks the matrices in the last two axes of an operand that is broadcast along the axes before them.
/// </summary>
internal readonly struct MatrixBatch<T> where T : unmanaged
{
    private readonly Tensor<T> _tensor;
    private readonly int[] _offsets;

    public MatrixBatch(Tensor<T> tensor, ReadOnlySpan<int> batch)
    {
        _tensor = tensor;
        Shape shape = Shape.Create(batch);
        _offsets = new int[shape.FlattenedLength];
        var strides = new int[batch.Length];
        for (int i = 1; i <= tensor.Rank - 2; i++)
            strides[^i] = tensor.Shape[tensor.Rank - 2 - i] == 1 ? 0 : tensor.Strides[tensor.Rank - 2 - i];
        var runs = new StridedRuns(shape, strides);
        for (int at = 0; runs.Next();)
        {
            for (int i = 0; i < runs.RunLength; i++)
                _offsets[at++] = runs.Offsets[0] + i * runs.RunStrides[0];
        }
    }

    /// <summary>The number of matrices.</summary>
    public int Count => _offsets.Length;

    public MatrixView<T> this[int index] => new(
        _tensor.Length == 0 ? [] : _tensor.Memory[_offsets[index]..], _tensor.Shape[^2], _tensor.Shape[^1],
        _tensor.Strides[^2], _tensor.Strides[^1]);
}
