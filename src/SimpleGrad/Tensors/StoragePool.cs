using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SimpleGrad;

/// <summary>Whom tests make refuse memory.</summary>
internal static class FreshMemory
{
    /// <summary>Called before the thread is given fresh memory.</summary>
    [ThreadStatic]
    public static Action? Asked;
}

/// <summary>
/// Keeps blocks of memory for use again. Fresh memory costs more than most arithmetic on it: the garbage collector
/// clears it or the operating system maps it page by page.
/// </summary>
/// <remarks>
/// Blocks are ordinary arrays, so one that never comes back is simply collected. Small blocks are kept for each
/// thread, without a lock. Large ones are shared. Those that were not needed between two full collections are let go,
/// and all that a thread has that did nothing between two. From some length on blocks are pinned and begin on a cache
/// line.
/// </remarks>
internal static class StoragePool<T> where T : unmanaged
{
    private const int CacheLine = 64;
    public const int SmallBytes = 32 * 1024;
    private const int PinnedBytes = 1024;
    private const long ThreadBytes = 64L << 20; // of small blocks kept for one thread
    private const int Classes = 4 * 32;

    private static readonly Bin[] _shared = new Bin[Classes];
    private static readonly List<WeakReference<SmallBlocks>> _threads = [];
    private static readonly Lock _lock = new();

    [ThreadStatic]
    private static SmallBlocks? _ofThread;

    static StoragePool() => _ = new Trimmer();

    private static int Slack => CacheLine / Unsafe.SizeOf<T>();

    /// <summary>A block for at least <paramref name="length"/> elements, of undefined content.</summary>
    public static Storage<T> Rent(int length)
    {
        if (length == 0)
            return new Storage<T>([]);
        int group = ClassOf(length), capacity = CapacityOf(group);
        // Beyond the longest class a block is as long as asked for, and is not kept.
        if (capacity < length)
            return new Storage<T>(Allocate(length, isPinned: false));
        long bytes = (long)capacity * Unsafe.SizeOf<T>();
        Storage<T>? storage;
        if (bytes <= SmallBytes)
        {
            SmallBlocks blocks = _ofThread ?? OfThread();
            storage = blocks.Awake()[group].Take();
            if (storage is not null)
                blocks.Bytes -= bytes;
        }
        else
        {
            lock (_lock)
                storage = _shared[group].Take();
        }
        if (storage is not null)
            return storage;
        if (bytes < PinnedBytes)
            return new Storage<T>(Allocate(capacity, isPinned: false));
        T[] block = Allocate(capacity + Slack, isPinned: true);
        return new Storage<T>(block, AlignedStart(block));
    }

    /// <summary>Fresh memory, of undefined content.</summary>
    public static T[] Allocate(int length, bool isPinned)
    {
        FreshMemory.Asked?.Invoke();
        return GC.AllocateUninitializedArray<T>(length, isPinned);
    }

    /// <summary>A copy of a block's array, with the elements in the same places.</summary>
    public static T[] Copy(T[] block)
    {
        T[] copy = Allocate(block.Length, isPinned: (long)block.Length * Unsafe.SizeOf<T>() >= PinnedBytes);
        block.CopyTo(copy, 0);
        return copy;
    }

    /// <summary>Takes a block back.</summary>
    public static void Return(Storage<T> storage)
    {
        T[] block = storage.Data;
        int capacity = (long)block.Length * Unsafe.SizeOf<T>() < PinnedBytes ? block.Length : block.Length - Slack;
        int group = ClassOf(Math.Max(capacity, 1));
        if (capacity <= 0 || CapacityOf(group) != capacity || storage.Start > Slack)
            return;
        long bytes = (long)capacity * Unsafe.SizeOf<T>();
        if (bytes > SmallBytes)
        {
            lock (_lock)
                _shared[group].Put(storage);
        }
        else
        {
            SmallBlocks blocks = _ofThread ?? OfThread();
            Bin[] bins = blocks.Awake();
            if (blocks.Bytes + bytes > ThreadBytes)
                return;
            blocks.Bytes += bytes;
            bins[group].Put(storage);
        }
    }

    private static SmallBlocks OfThread()
    {
        var blocks = new SmallBlocks();
        lock (_lock)
            _threads.Add(new WeakReference<SmallBlocks>(blocks));
        return _ofThread = blocks;
    }

    /// <summary>The lengths of blocks: four to each power of two, so that at most a fifth of one is not used.</summary>
    private static int ClassOf(int length)
    {
        if (length <= 8)
            return length - 1;
        int power = BitOperations.Log2((uint)(length - 1)); // length - 1 in [2^power, 2^(power+1))
        return 4 * power + (length - 1 >> power - 2 & 3) - 4;
    }

    private static int CapacityOf(int group)
    {
        if (group < 8)
            return group + 1;
        int power = (group + 4) / 4, quarter = (group + 4) % 4;
        long capacity = (4L + quarter + 1) << power - 2;
        return capacity + Slack <= Array.MaxLength ? (int)capacity : 0;
    }

    private static unsafe int AlignedStart(T[] pinned)
    {
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
        return (int)((CacheLine - address % CacheLine) % CacheLine) / Unsafe.SizeOf<T>();
    }

    private static void Trim()
    {
        lock (_lock)
        {
            foreach (ref Bin bin in _shared.AsSpan())
                bin.Trim();
            _threads.RemoveAll(thread => !thread.TryGetTarget(out _));
            foreach (WeakReference<SmallBlocks> thread in _threads)
            {
                if (thread.TryGetTarget(out SmallBlocks? blocks))
                    blocks.LetGoIfIdle();
            }
        }
    }

    /// <summary>What is kept for one thread, in one object: each look at a field of a thread costs.</summary>
    /// <remarks>
    /// The bins of an idle thread are taken from it as a whole, without its help and without a lock: should it use them
    /// at this very moment, it uses them once more, and then has new ones.
    /// </remarks>
    private sealed class SmallBlocks
    {
        private Bin[]? _bins = new Bin[Classes];
        private volatile bool _mayBeIdle; // nothing was done since the last full collection

        public long Bytes;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Bin[] Awake() => !_mayBeIdle && _bins is { } bins ? bins : WakeUp();

        /// <summary>Said after each full collection: lets go of all if the thread did nothing since the last
        /// one.</summary>
        public void LetGoIfIdle()
        {
            if (_mayBeIdle)
                _bins = null;
            _mayBeIdle = true;
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private Bin[] WakeUp()
        {
            _mayBeIdle = false;
            if (_bins is not { } bins)
            {
                Bytes = 0;
                return _bins = new Bin[Classes];
            }
            for (int i = 0; i < bins.Length; i++)
                Bytes -= (long)bins[i].Trim() * CapacityOf(i) * Unsafe.SizeOf<T>();
            return bins;
        }
    }

    /// <summary>The free blocks of one length.</summary>
    private struct Bin
    {
        private Storage<T>?[]? _blocks;
        private int _count;
        private int _fewest; // since the last full collection

        public Storage<T>? Take()
        {
            if (_count == 0)
                return null;
            Storage<T> block = _blocks![--_count]!;
            _blocks[_count] = null;
            _fewest = Math.Min(_fewest, _count);
            return block;
        }

        public void Put(Storage<T> block)
        {
            _blocks ??= new Storage<T>?[4];
            if (_count == _blocks.Length)
                Array.Resize(ref _blocks, 2 * _count);
            _blocks[_count++] = block;
        }

        /// <summary>Lets go of the blocks that nobody needed since the last time.</summary>
        /// <returns>How many they are.</returns>
        public int Trim()
        {
            int unused = _fewest;
            if (unused > 0)
            {
                // The oldest lie at the bottom.
                Array.Copy(_blocks!, unused, _blocks!, 0, _count - unused);
                Array.Clear(_blocks!, _count - unused, unused);
                _count -= unused;
            }
            _fewest = _count;
            return unused;
        }
    }

    /// <summary>Unreachable from the start: its finalizer runs after each collection, and makes the next one.</summary>
    private sealed class Trimmer
    {
        private int _collections = GC.CollectionCount(GC.MaxGeneration);

        ~Trimmer()
        {
            if (AppDomain.CurrentDomain.IsFinalizingForUnload() || Environment.HasShutdownStarted)
                return;
            if (GC.CollectionCount(GC.MaxGeneration) is var now && now != _collections)
            {
                _collections = now;
                Trim();
            }
            GC.ReRegisterForFinalize(this);
        }
    }
}
