namespace SimpleGrad;

/// <summary>A block of memory that a tensor and its views share.</summary>
/// <remarks>
/// Results of operators belong to the tape that recorded them, and go back to the <see cref="StoragePool{T}"/> when the
/// tape is reset; gradients that nobody sees go back as soon as the reverse sweep has used them. Memory that the user
/// may still look at by then, because a tensor was handed out, does not: it stays as it is for as long as anyone holds
/// it. A block that went back is of another generation from then on, so that a tensor that is read too late is an error
/// and never shows the numbers of another.
/// </remarks>
internal sealed class Storage<T>(T[]? data, int start = 0) where T : unmanaged
{
    private const int PhaseBits = 3;
    private T[]? _data = data; // replaced when a block that shares it is written
    private Sharing? _sharing; // with other blocks, the array
    private int _freezes;
    private long _state; // the generation, and in its lowest bits the phase

    private enum Phase
    {
        /// <summary>Nobody's, or of someone who looks after it.</summary>
        Fresh,

        /// <summary>The tape's: it goes back on a reset.</summary>
        Owned,

        /// <summary>Of a reverse sweep: it goes back when no gradient is in it any more.</summary>
        Swept,

        /// <summary>Seen from outside: it never goes back.</summary>
        HandedOut,
    }

    /// <summary>The memory of tensors while a function is traced: they have shapes and no numbers.</summary>
    public static Storage<T> Symbolic { get; } = new(null) { _state = (int)Phase.HandedOut };

    /// <summary>The memory of indices that a traced function gets at each call, or computes from those.</summary>
    public static Storage<T> SymbolicOf(IndexSource source) =>
        new(null) { Source = source, _state = (int)Phase.HandedOut };

    /// <summary>Memory that never goes back.</summary>
    public static Storage<T> ForUser(T[] data) => new(data) { _state = (int)Phase.HandedOut };

    public bool IsSymbolic => _data is null;

    /// <summary>What symbolic indices stand for; null for values, and for indices that are found in them.</summary>
    public IndexSource? Source { get; private init; }

    /// <summary>The memory, for who rented it; a tensor asks for that of its generation.</summary>
    public T[] Data => _data ?? throw (Source is null ? SymbolicValue.Read() : SymbolicValue.ReadIndices(Source));

    /// <summary>The index of the first element; the elements before it are there for alignment.</summary>
    public int Start => start;

    /// <summary>Whether a tape has a tensor in this memory, so that writes are to be noted.</summary>
    public bool IsOnTape { get; set; }

    /// <summary>Whether a compiled function has the memory as a constant, so that it must not change.</summary>
    public bool IsFrozen => _freezes > 0;

    /// <summary>The last write over the memory while a tape had it.</summary>
    public Write? LastWrite { get; set; }

    /// <summary>How many times the block was used before.</summary>
    public int Generation => (int)(_state >> PhaseBits);

    /// <summary>In how many gradients of a reverse sweep the block is.</summary>
    public int Holders { get; set; }

    /// <summary>A block whose content is not defined: whoever asks for it writes every element.</summary>
    public static Storage<T> Uninitialized(int length) => StoragePool<T>.Rent(length);

    public void Freeze() => Interlocked.Increment(ref _freezes);

    /// <summary>Takes back a <see cref="Freeze"/>.</summary>
    public void Thaw() => Interlocked.Decrement(ref _freezes);

    /// <summary>
    /// A block that is as if it were a copy of this one: they have one array until either of them is to be written.
    /// Neither goes back to the pool.
    /// </summary>
    public Storage<T> Share()
    {
        HandOut(Generation);
        Sharing sharing = _sharing ?? Interlocked.CompareExchange(ref _sharing, new Sharing(), null) ?? _sharing;
        Interlocked.Increment(ref sharing.Others);
        return new Storage<T>(_data, start) { _state = (int)Phase.HandedOut, _sharing = sharing };
    }

    /// <summary>Sees to it that a write over the block shows in no other.</summary>
    public void Unshare()
    {
        if (_sharing is not { } sharing)
            return;
        // Copied before the others learn of it: the last one writes the array itself.
        if (Volatile.Read(ref sharing.Others) > 0)
            _data = StoragePool<T>.Copy(Data);
        Interlocked.Decrement(ref sharing.Others);
        _sharing = null;
    }

    /// <summary>The block, if it still is of the generation.</summary>
    public Storage<T> Checked(int generation)
    {
        if (Generation != generation)
            ThrowRecycled();
        return this;
    }

    /// <summary>Gives the block to a tape, or to its reverse sweep; false where it has an owner.</summary>
    public bool TryOwn(bool isSwept)
    {
        if (PhaseOf(_state) != Phase.Fresh)
            return false;
        _state += (int)(isSwept ? Phase.Swept : Phase.Owned);
        return true;
    }

    /// <summary>Gives a block of a reverse sweep to its tape; false where it is none.</summary>
    public bool TryKeep()
    {
        if (PhaseOf(_state) != Phase.Swept)
            return false;
        _state += Phase.Owned - Phase.Swept;
        return true;
    }

    /// <summary>Keeps the block out of the pool for good, because someone outside may look at it at any time.</summary>
    public void HandOut(int generation)
    {
        long state = Volatile.Read(ref _state);
        while (PhaseOf(state) != Phase.HandedOut)
        {
            if ((int)(state >> PhaseBits) != generation)
                ThrowRecycled();
            // A tape may be reset on another thread at this very moment.
            long seen = Interlocked.CompareExchange(
                ref _state, state - (int)PhaseOf(state) + (int)Phase.HandedOut, state);
            if (seen == state)
                return;
            state = seen;
        }
    }

    /// <summary>Gives an owned block back to the pool, unless it was handed out.</summary>
    public void Recycle()
    {
        long state = Volatile.Read(ref _state);
        if (PhaseOf(state) == Phase.Owned
            && Interlocked.CompareExchange(ref _state, NextGeneration(state), state) == state)
            Return();
    }

    /// <summary>Gives a block of a reverse sweep back to the pool, if no gradient is in it any more.</summary>
    public void RecycleIfUnused()
    {
        if (Holders == 0 && PhaseOf(_state) == Phase.Swept)
            Release();
    }

    /// <summary>Gives a block back that nobody else has seen.</summary>
    public void Release()
    {
        _state = NextGeneration(_state);
        Return();
    }

    private static Phase PhaseOf(long state) => (Phase)(state & (1 << PhaseBits) - 1);

    private static long NextGeneration(long state) => (state >> PhaseBits) + 1 << PhaseBits;

    private void Return()
    {
        _freezes = 0;
        IsOnTape = false;
        LastWrite = null;
        Holders = 0;
        if (Generation < int.MaxValue) // or else a tensor might meet its generation again
            StoragePool<T>.Return(this);
    }

    /// <summary>Blocks with one array.</summary>
    private sealed class Sharing
    {
        public int Others; // than the one that asks
    }

    private static void ThrowRecycled() => throw new InvalidOperationException(
        $"This is the result of an operator on a tape that was reset since. {ResetMistake.Remedy}");
}
