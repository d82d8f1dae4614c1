using System.Diagnostics;

namespace SimpleGrad;

/// <summary>Threads that help with pieces of work.</summary>
/// <remarks>
/// To wake a sleeping thread takes as long as many a job, and jobs come close together. So a worker that is done looks
/// out for the next job for a moment before it goes to sleep. A worker that is busy is not waited for.
/// </remarks>
internal static class ParallelWorkers
{
    private static readonly TimeSpan _lookout = TimeSpan.FromMicroseconds(100);
    private static readonly Lock _growing = new();
    private static Worker[] _workers = [];

    /// <summary>Offers a job to a number of workers; those that are free begin with it at once.</summary>
    public static void Offer(IThreadPoolWorkItem job, int count)
    {
        Worker[] workers = Volatile.Read(ref _workers);
        if (workers.Length < count)
            workers = Grow(count);
        for (int i = 0; i < workers.Length && count > 0; i++)
        {
            if (workers[i].TryGive(job))
                count--;
        }
        // All are at jobs of other threads: whoever comes first.
        try
        {
            for (; count > 0; count--)
                ThreadPool.UnsafeQueueUserWorkItem(job, preferLocal: false);
        }
        catch (OutOfMemoryException)
        {
            // Then nobody else helps.
        }
    }

    private static Worker[] Grow(int count)
    {
        lock (_growing)
        {
            Worker[] workers = _workers;
            try
            {
                while (workers.Length < count)
                    Volatile.Write(ref _workers, workers = [.. workers, new Worker()]);
            }
            catch (OutOfMemoryException)
            {
                // No further thread: those that are there do the work, the calling one at least.
            }
            return workers;
        }
    }

    private sealed class Worker
    {
        private readonly object _wake = new(); // Monitor.Wait wants an object
        private IThreadPoolWorkItem? _job;
        private volatile bool _isAsleep;

        public Worker() => new Thread(Run) { IsBackground = true, Name = "SimpleGrad worker" }.Start();

        /// <summary>Gives the worker a job; false where it has one.</summary>
        public bool TryGive(IThreadPoolWorkItem job)
        {
            if (Volatile.Read(ref _job) is not null || Interlocked.CompareExchange(ref _job, job, null) is not null)
                return false;
            // Either this sees that the worker sleeps, or the worker sees the job before it does.
            if (_isAsleep)
            {
                lock (_wake)
                    Monitor.Pulse(_wake);
            }
            return true;
        }

        private void Run()
        {
            while (true)
            {
                Next().Execute();
                Volatile.Write(ref _job, null);
            }
        }

        private IThreadPoolWorkItem Next()
        {
            long start = Stopwatch.GetTimestamp();
            do
            {
                if (Volatile.Read(ref _job) is { } job)
                    return job;
                Thread.SpinWait(20);
            }
            while (Stopwatch.GetElapsedTime(start) < _lookout);
            lock (_wake)
            {
                _isAsleep = true;
                Interlocked.MemoryBarrier();
                while (_job is null)
                    Monitor.Wait(_wake);
                _isAsleep = false;
                return _job;
            }
        }
    }
}
