using System.Numerics;

namespace SimpleGrad;

/// <summary>The columns of a triangular factor while they are computed, one after the other.</summary>
internal sealed class GrowingColumns<T>(int columns) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] _pointers = new int[columns + 1];
    private int[] _rows = new int[4 * columns];
    private T[] _values = new T[4 * columns];
    private int _closed;

    public int Count { get; private set; }

    public ReadOnlySpan<int> RowsOf(int column) =>
        _rows.AsSpan(_pointers[column], _pointers[column + 1] - _pointers[column]);

    public void Add(int row, T value)
    {
        if (Count == _rows.Length)
        {
            int length = SparseFactorization<T>.Counted("lu", Math.Max(16, 2L * Count));
            Array.Resize(ref _rows, length);
            Array.Resize(ref _values, length);
        }
        (_rows[Count], _values[Count]) = (row, value);
        Count++;
    }

    public void Close() => _pointers[++_closed] = Count;

    /// <summary>Numbers rows anew.</summary>
    public void Renumber(int[] numbers)
    {
        foreach (ref int row in _rows.AsSpan(0, Count))
            row = numbers[row];
    }

    /// <summary>Subtracts a column times a number from a vector.</summary>
    public void Subtract(int column, T factor, T[] from) =>
        SparseColumn.Subtract(_values, _rows, _pointers[column], _pointers[column + 1], factor, from);

    /// <summary>Adds the sizes of what <see cref="Subtract"/> subtracts.</summary>
    public void AddSizes(int column, T factor, T[] to)
    {
        ReadOnlySpan<int> rows = RowsOf(column);
        for (int i = 0; i < rows.Length; i++)
            to[rows[i]] += T.Abs(_values[_pointers[column] + i] * factor);
    }
}
