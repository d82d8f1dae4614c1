namespace SimpleGrad.Tests.Tensors;

/// <summary>Threads that help: who waits for whom, and what they let go of.</summary>
[Collection(nameof(ParallelismTests))]
public sealed class WorkerTests : IDisposable
{
    private static readonly TimeSpan _never = TimeSpan.FromMinutes(2); // so that a fault fails, and does not hang

    private readonly int _threads = Parallelism.ThreadCount;

    public void Dispose() => Parallelism.ThreadCount = _threads;

    [Fact]
    public void A_loop_returns_when_the_last_piece_of_another_thread_is_done()
    {
        Parallelism.ThreadCount = 2;
        for (int i = 0; i < 5; i++)
        {
            using var pieces = new Slow(fails: false);
            ParallelLoop.Run(2, new SlowPiece(pieces));
            Assert.Equal(2, pieces.Done);
        }
    }

    /// <summary>The caller's memory must not go while another thread still works on it.</summary>
    [Fact]
    public void A_loop_that_fails_on_the_calling_thread_waits_for_the_other_threads_too()
    {
        Parallelism.ThreadCount = 2;
        using var pieces = new Slow(fails: true);
        Assert.Throws<InvalidTimeZoneException>(() => ParallelLoop.Run(2, new SlowPiece(pieces)));
        Assert.Equal(1, pieces.Done);
    }

    [Fact]
    public void More_pieces_than_threads_are_done_once_each_and_no_others()
    {
        foreach ((int threads, int count) in ((int, int)[])[(1, 7), (2, 1), (2, 2), (2, 3), (3, 50), (16, 5)])
        {
            Parallelism.ThreadCount = threads;
            var seen = new List<int>();
            ParallelLoop.Run(count, new Noted(seen));
            Assert.Equal(Enumerable.Range(0, count), seen.Order());
        }
    }

    [Fact]
    public void Work_of_more_than_one_thread_runs_on_more_than_one()
    {
        Parallelism.ThreadCount = 3;
        using var all = new Barrier(3); // each waits for the others, so that none does two
        ParallelLoop.Run(3, new Meeting(all));
        Assert.Equal(1, all.CurrentPhaseNumber);
    }

    [Fact]
    public void The_number_of_pieces_covers_the_elements()
    {
        const int piece = ParallelLoop.PieceLength;
        Assert.Equal([0, 1, 1, 1, 2, 2, 3], ((int[])[0, 1, piece - 1, piece, piece + 1, 2 * piece, 2 * piece + 1])
            .Select(ParallelLoop.Pieces));
        Assert.Equal(32768, ParallelLoop.Pieces(int.MaxValue));
    }

    /// <summary>A worker that goes to sleep at the very moment at which a job comes must still do it.</summary>
    [Fact]
    public void Each_job_is_done_though_workers_go_to_sleep_between_jobs()
    {
        var random = new Random(3);
        for (int i = 0; i < 10_000; i++)
        {
            var job = new Job();
            ParallelWorkers.Offer(job, 1);
            SpinUntil(job);
            // Workers look out for another job for a tenth of a millisecond.
            long end = System.Diagnostics.Stopwatch.GetTimestamp()
                + System.Diagnostics.Stopwatch.Frequency / 1_000_000 * random.Next(80, 130);
            while (System.Diagnostics.Stopwatch.GetTimestamp() < end)
                Thread.SpinWait(1);
        }
    }

    /// <summary>Where no worker is free, a thread of the pool does the job.</summary>
    [Fact]
    public void A_worker_that_is_done_takes_the_next_job()
    {
        const int Jobs = 200; // many more than there are workers
        int byWorkers = 0;
        for (int i = 0; i < Jobs; i++)
        {
            var job = new Job();
            ParallelWorkers.Offer(job, 1);
            SpinUntil(job);
            byWorkers += job.Thread == "SimpleGrad worker" ? 1 : 0;
            Thread.Sleep(1);
        }
        Assert.InRange(byWorkers, Jobs / 2, Jobs);
    }

    private static void SpinUntil(Job job)
    {
        if (!SpinWait.SpinUntil(() => job.Thread is not null, _never))
            Assert.Fail("A job was given to a worker that sleeps on.");
    }

    [Fact]
    public void A_worker_that_is_done_holds_on_to_nothing()
    {
        Parallelism.ThreadCount = 2;
        WeakReference captured = Run();
        Parallelism.ThreadCount = 32; // all workers that there are
        for (int i = 0; i < 100 && captured.IsAlive; i++)
        {
            ParallelLoop.Run(64, new Noted([])); // what is left on a worker's stack goes with the next job
            GC.Collect();
        }
        Assert.False(captured.IsAlive);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference Run()
        {
            var seen = new List<int>();
            ParallelLoop.Run(8, new Noted(seen));
            return new WeakReference(seen);
        }
    }

    /// <summary>Two threads ask for one tape at the same moment, over and over: one of them at least is refused, or
    /// comes after the other.</summary>
    [Fact]
    public void Two_threads_are_never_in_a_tape_at_once()
    {
        var tape = new Shared();
        var other = new Thread(() => tape.Use(1));
        other.Start();
        tape.Use(0);
        other.Join();
        Assert.Equal(0, tape.Meetings);
        Assert.True(tape.Uses > 0);
    }

    private sealed class Shared
    {
        private const int Rounds = 20_000;

        private ThreadGuard _guard = new();
        private int _arrived;
        private int _inside;
        private int _meetings;
        private int _uses;

        public int Meetings => _meetings;

        public int Uses => _uses;

        public void Use(int thread)
        {
            for (int round = 1; round <= Rounds; round++)
            {
                Interlocked.Increment(ref _arrived);
                var spin = new SpinWait();
                while (Volatile.Read(ref _arrived) < 2 * round)
                    spin.SpinOnce(sleep1Threshold: -1);
                Thread.SpinWait(round * (thread + 1) % 8);
                try
                {
                    ThreadGuard.Use use = _guard.Enter();
                    if (Interlocked.Increment(ref _inside) > 1)
                        Interlocked.Increment(ref _meetings);
                    Thread.SpinWait(20);
                    Interlocked.Decrement(ref _inside);
                    use.Dispose();
                    Interlocked.Increment(ref _uses);
                }
                catch (InvalidOperationException)
                {
                }
            }
        }
    }

    /// <summary>Two pieces that begin together, of which that of the other thread ends much later.</summary>
    private sealed class Slow(bool fails) : IDisposable
    {
        private readonly int _caller = Environment.CurrentManagedThreadId;
        private readonly Barrier _begin = new(2);
        private int _done;

        public int Done => Volatile.Read(ref _done);

        public void Run()
        {
            Assert.True(_begin.SignalAndWait(_never), "No other thread came.");
            if (Environment.CurrentManagedThreadId != _caller)
                Thread.Sleep(50);
            else if (fails)
                throw new InvalidTimeZoneException();
            Interlocked.Increment(ref _done);
        }

        public void Dispose() => _begin.Dispose();
    }

    private readonly struct SlowPiece(Slow pieces) : IParallelBody
    {
        public void Run(int piece) => pieces.Run();
    }

    private readonly struct Noted(List<int> seen) : IParallelBody
    {
        public void Run(int piece)
        {
            lock (seen)
                seen.Add(piece);
        }
    }

    private readonly struct Meeting(Barrier all) : IParallelBody
    {
        public void Run(int piece) => Assert.True(all.SignalAndWait(_never), "No other thread came.");
    }

    private sealed class Job : IThreadPoolWorkItem
    {
        private volatile string? _thread;

        /// <summary>The name of the thread that did it.</summary>
        public string? Thread => _thread;

        public void Execute() => _thread = System.Threading.Thread.CurrentThread.Name ?? "";
    }
}
