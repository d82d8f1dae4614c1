using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Refuses the use of a tape by two threads at once, while a tape may wander from thread to thread (as after an await).
/// </summary>
/// <remarks>
/// The thread that used the tape last owns it and pays two plain writes for each use. Another thread takes the tape
/// over by making itself the owner, letting all processors see that, and then looking whether the former owner is
/// still inside: one of the two always notices the other. This is Dekker's exclusion with the fence moved to the rare
/// side.
/// </remarks>
internal struct ThreadGuard()
{
    private static readonly Lock _takingOver = new();
    private volatile Owner _owner = new(Environment.CurrentManagedThreadId);

    /// <summary>Begins a use of the tape; it ends when the result is disposed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Use Enter()
    {
        Owner owner = _owner;
        if (owner.Thread == Environment.CurrentManagedThreadId)
        {
            owner.Depth++;
            if (_owner == owner)
                return new Use(owner);
            owner.Depth--;
        }
        return new Use(TakeOver());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Owner TakeOver()
    {
        lock (_takingOver)
        {
            Owner former = _owner;
            if (former.Thread == Environment.CurrentManagedThreadId)
            {
                former.Depth++;
                return former;
            }
            var owner = new Owner(Environment.CurrentManagedThreadId) { Depth = 1 };
            _owner = owner;
            Interlocked.MemoryBarrierProcessWide();
            if (former.Depth == 0)
                return owner;
            _owner = former;
            throw new InvalidOperationException(
                "This tape is in use by another thread. A tape is used by one thread at a time: "
                + "give each thread a tape of its own.");
        }
    }

    /// <summary>A use of a tape that is under way.</summary>
    internal readonly ref struct Use(Owner owner)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Dispose() => owner.Depth--;
    }

    /// <summary>A thread's ownership of a tape. Only that thread changes <see cref="Depth"/>.</summary>
    internal sealed class Owner(int thread)
    {
        public readonly int Thread = thread;

        /// <summary>How many uses of the tape are under way, one inside the other.</summary>
        public volatile int Depth;
    }
}
