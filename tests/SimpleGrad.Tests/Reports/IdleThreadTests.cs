using System.Runtime.CompilerServices;

namespace SimpleGrad.Tests.Reports;

/// <summary>Small blocks that idle threads keep were never given back: 1 GB in 16 threads.</summary>
[Collection(nameof(Alone))]
public sealed class IdleThreadTests
{
    [Fact]
    public void Small_blocks_of_idle_threads_are_given_back()
    {
        const int threads = 4;
        using var done = new CountdownEvent(threads);
        using var go = new ManualResetEventSlim();
        var all = new Thread[threads];
        var blocks = new WeakReference[threads];
        for (int i = 0; i < threads; i++)
        {
            int thread = i;
            all[i] = new Thread(() =>
            {
                blocks[thread] = Returned();
                done.Signal();
                go.Wait();
                _ = Returned(); // the thread goes on as before
            });
            all[i].Start();
        }
        done.Wait(TestContext.Current.CancellationToken);
        for (int i = 0; i < 10 && Array.Exists(blocks, block => block.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        bool[] kept = Array.ConvertAll(blocks, block => block.IsAlive);
        go.Set();
        Array.ForEach(all, thread => thread.Join());
        Assert.DoesNotContain(true, kept);
    }

    /// <summary>A block that went back to the pool of the thread.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Returned()
    {
        var block = Storage<double>.Uninitialized(3000);
        var data = new WeakReference(block.Data);
        block.Release();
        var again = Storage<double>.Uninitialized(3000);
        Assert.Same(data.Target, again.Data);
        again.Release();
        return data;
    }
}
