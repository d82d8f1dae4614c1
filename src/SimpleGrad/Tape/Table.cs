using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>A growing array of rows, whose memory is used again after <see cref="Clear"/>.</summary>
internal struct Table<TRow>()
{
    private TRow[] _rows = [];

    public int Count { get; private set; }

    public readonly ref TRow this[int index] => ref _rows[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Add(TRow row)
    {
        if (Count == _rows.Length)
            Array.Resize(ref _rows, Math.Max(16, checked(2 * Count)));
        _rows[Count] = row;
        return Count++;
    }

    /// <summary>
    /// Adds a row to be filled in, which is empty where rows have references. Storing references costs, even null.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref TRow Add()
    {
        if (Count == _rows.Length)
            Array.Resize(ref _rows, Math.Max(16, checked(2 * Count)));
        return ref _rows[Count++];
    }

    /// <summary>Makes room for more rows, so that adding them cannot fail.</summary>
    public void Reserve(int more)
    {
        if (Count + more > _rows.Length)
            Array.Resize(ref _rows, Math.Max(16, checked(2 * Count + more)));
    }

    public readonly ReadOnlySpan<TRow> Slice(int start, int length) => new(_rows, start, length);

    public void Clear() => Truncate(0);

    /// <summary>Removes the rows from the given one on.</summary>
    public void Truncate(int count)
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<TRow>())
            Array.Clear(_rows, count, Count - count);
        Count = count;
    }
}
