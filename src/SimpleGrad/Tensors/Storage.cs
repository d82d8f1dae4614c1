namespace SimpleGrad;

/// <summary>A block of memory that a tensor and its views share.</summary>
/// <remarks>
/// Results of operators belong to the tape that recorded them, and go back to the <see cref="StoragePool{T}"/> when the
/// tape is reset. Memory that the user may still look at by then, because a tensor was handed out, does not: it stays
/// as it is for as long as anyone holds it. A block that went back is taken from its storage, so that a tensor that is
/// read too late is an error and never shows the numbers of another.
/// </remarks>
internal sealed class Storage<T>(T[] data, int start = 0) where T : unmanaged
{
    private T[]? _data = data;
    private int _state = Fresh;

    private const int Fresh = 0, Owned = 1, Recycled = 2, HandedOut = 3, Traced = 4;

    /// <summary>The memory of tensors while a function is traced: they have shapes and no numbers.</summary>
    public static Storage<T> Symbolic { get; } = new([]) { _data = null, _state = Traced };

    public bool IsSymbolic => _state == Traced;

    public T[] Data => _data ?? throw NoData();

    /// <summary>The index of the first element; the elements before it are there for alignment.</summary>
    public int Start => start;

    /// <summary>Whether a tape has a tensor in this memory, so that it must not change any more.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>A block whose content is not defined: whoever asks for it writes every element.</summary>
    public static Storage<T> Uninitialized(int length) => StoragePool<T>.Rent(length);

    /// <summary>Gives the block to a tape; false where it has an owner, or was handed out.</summary>
    public bool TryOwn()
    {
        if (_state != Fresh)
            return false;
        _state = Owned;
        return true;
    }

    /// <summary>Keeps the block out of the pool for good, because someone outside may look at it at any time.</summary>
    public void HandOut()
    {
        if (_state >= HandedOut)
            return;
        // A tape may be reset on another thread at this very moment.
        int state = Interlocked.CompareExchange(ref _state, HandedOut, Owned);
        if (state == Fresh)
            _state = HandedOut;
        else if (state == Recycled)
            throw NoData();
    }

    /// <summary>Gives an owned block back to the pool, unless it was handed out.</summary>
    public void Recycle()
    {
        if (Interlocked.CompareExchange(ref _state, Recycled, Owned) == Owned)
            Release();
    }

    /// <summary>Gives a block back that nobody else has seen.</summary>
    public void Release()
    {
        _state = Recycled;
        T[] block = _data!;
        _data = null;
        StoragePool<T>.Return(block, start);
    }

    private InvalidOperationException NoData() => IsSymbolic ? SymbolicValue.Read() : new InvalidOperationException(
        "This value was computed by an operator on a tape that was reset since, and its memory is in use again. Read "
        + "Value before the reset; a tensor that was read once stays as it is.");
}
