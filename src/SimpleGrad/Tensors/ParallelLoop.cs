using System.Runtime.ExceptionServices;

namespace SimpleGrad;

/// <summary>A piece of work that several threads share.</summary>
internal interface IParallelBody
{
    /// <summary>Does the piece with the given number; pieces do not touch each other's results.</summary>
    void Run(int piece);
}

/// <summary>Runs pieces of work on several threads.</summary>
/// <remarks>
/// Each thread claims the next piece when it is done with one. The calling thread takes part from the start, so that
/// nothing waits for another to come: where the other processors are busy it does all pieces itself.
/// </remarks>
internal static class ParallelLoop
{
    /// <summary>How many elements make a piece of elementwise work; below that, a second thread costs more than it
    /// gives.</summary>
    public const int PieceLength = 64 * 1024;

    /// <summary>The number of pieces of <paramref name="length"/> elements.</summary>
    public static int Pieces(int length) => (int)(((long)length + PieceLength - 1) / PieceLength);

    /// <summary>Runs pieces 0 … <paramref name="count"/> - 1, and returns when all are done.</summary>
    public static void Run<TBody>(int count, TBody body) where TBody : struct, IParallelBody
    {
        int threads = Math.Min(Parallelism.ThreadCount, count);
        if (threads <= 1)
        {
            for (int i = 0; i < count; i++)
                body.Run(i);
            return;
        }
        var job = new Job<TBody>(count, body);
        try
        {
            ParallelWorkers.Offer(job, threads - 1);
        }
        finally
        {
            // Pieces may write memory that is let go when this returns, in whatever way.
            job.Execute();
            job.Join();
        }
    }

    private sealed class Job<TBody>(int count, TBody body) : IThreadPoolWorkItem where TBody : struct, IParallelBody
    {
        private readonly TBody _body = body;
        private int _claimed;
        private int _done;
        private Exception? _failure;

        public void Execute()
        {
            for (int piece; (piece = Interlocked.Increment(ref _claimed) - 1) < count;)
            {
                try
                {
                    _body.Run(piece);
                }
                catch (Exception exception)
                {
                    _failure = exception; // and nothing that needs memory: it may be what there is none of
                }
                Interlocked.Increment(ref _done);
            }
        }

        /// <summary>Waits for the pieces that other threads are still at.</summary>
        public void Join()
        {
            var spin = new SpinWait();
            while (Volatile.Read(ref _done) < count)
                spin.SpinOnce(sleep1Threshold: -1);
            if (_failure is not null)
                ExceptionDispatchInfo.Throw(_failure);
        }
    }
}
