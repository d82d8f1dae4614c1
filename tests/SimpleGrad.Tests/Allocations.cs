using System.Diagnostics;

namespace SimpleGrad.Tests;

/// <summary>Counts the bytes that work allocates on its own thread.</summary>
internal static class Allocations
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    public static long Of(Action work)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>Asserts that work allocates so many bytes at most.</summary>
    /// <remarks>
    /// Once is enough. What the work allocates itself it allocates in each run, and what comes from elsewhere it does
    /// not: methods that are not compiled for good yet, or a full collection, after which the pool has less.
    /// </remarks>
    public static void AtMost(long bytes, Action work) => AtMost(bytes, () => Of(work));

    /// <inheritdoc cref="AtMost(long, Action)"/>
    /// <param name="bytes">So many.</param>
    /// <param name="work">Says how many bytes it has allocated.</param>
    public static void AtMost(long bytes, Func<long> work)
    {
        long min = work();
        var watch = Stopwatch.StartNew();
        for (int pause = 1; min > bytes && watch.Elapsed < _patience; pause = Math.Min(2 * pause, 500))
        {
            Thread.Sleep(pause); // in which methods are compiled
            min = Math.Min(min, work());
        }
        Assert.InRange(min, 0, bytes);
    }

    /// <summary>The same on a thread of its own, whose pool is empty.</summary>
    public static long OnNewThread(Func<long> work)
    {
        long bytes = 0;
        var thread = new Thread(() => bytes = work());
        thread.Start();
        thread.Join();
        return bytes;
    }
}
