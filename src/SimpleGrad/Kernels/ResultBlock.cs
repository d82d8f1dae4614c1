namespace SimpleGrad;

/// <summary>A block of a row-major result that a product is written to, or added to.</summary>
internal readonly unsafe struct ResultBlock<T> where T : unmanaged
{
    public required T* Start { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    /// <summary>From a row to the next.</summary>
    public required nint Stride { get; init; }

    /// <summary>Whether the product is added to what is there.</summary>
    public required bool Accumulate { get; init; }

    public ResultBlock<T> Part(int row, int column, int rows, int columns) => this with
    {
        Start = Start + row * Stride + column,
        Rows = rows,
        Columns = columns,
    };
}
