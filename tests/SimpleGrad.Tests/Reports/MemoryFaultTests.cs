using System.Runtime.ExceptionServices;

namespace SimpleGrad.Tests.Reports;

/// <summary>
/// Memory that is refused, whichever block it is and whatever is under way, leaves everything usable: the same tape,
/// and the same compiled function, give right results afterwards.
/// </summary>
public sealed class MemoryFaultTests
{
    public static TheoryData<string> Drivers => FaultTests.Drivers;

    [Theory, MemberData(nameof(Drivers))]
    public void After_any_block_was_refused_everything_is_right(string driver)
    {
        double[] expected = FaultTests.Driver(driver)(new Tape<double>()).ToArray();
        int faults = 0;
        // All of the first blocks, and some of the later ones; now and then memory stays short.
        for (int k = 1; IsRefused(driver, k, isShort: k % 3 == 0, expected); k += 1 + k / 8)
            faults++;
        Assert.Equal(driver != "explained", faults > 0); // that has shapes and no numbers
    }

    /// <summary>Where a helping thread runs out of memory, the thread that asked it for help has the error.</summary>
    [Fact]
    public void After_pieces_of_work_failed_all_threads_go_on()
    {
        for (int round = 0; round < 20; round++)
        {
            var done = new int[64];
            Assert.Same(Piece.Failure, Assert.Throws<InsufficientMemoryException>(
                () => ParallelLoop.Run(done.Length, new Piece(done, failing: piece => piece % 3 == round % 3))));
            Assert.All(done, (times, piece) => Assert.Equal(piece % 3 == round % 3 ? 0 : 1, times));
            ParallelLoop.Run(done.Length, new Piece(done, failing: _ => false));
            Assert.All(done, (times, piece) => Assert.Equal(piece % 3 == round % 3 ? 1 : 2, times));
        }
    }

    /// <summary>Refuses the k-th block; false where there are fewer.</summary>
    private static bool IsRefused(string driver, int k, bool isShort, double[] expected)
    {
        bool isRefused = false;
        OnNewThread(() =>
        {
            var tape = new Tape<double>();
            Func<Tape<double>, Tensor<double>> run = FaultTests.Driver(driver);
            var failure = new InsufficientMemoryException("refused");
            int left = k;
            FreshMemory.Asked = () =>
            {
                left--;
                if (left == 0 || (left < 0 && isShort))
                    throw failure;
            };
            try
            {
                _ = run(tape);
                Assert.True(left > 0, "The failure was swallowed.");
            }
            catch (InsufficientMemoryException e) when (ReferenceEquals(e, failure))
            {
                isRefused = true;
            }
            finally
            {
                FreshMemory.Asked = null;
            }
            FaultTests.RequireAsNew(tape);
            for (int again = 0; again < 2; again++)
            {
                Assert.All(run(tape).ToArray(), (value, i) => Assert.Equal(expected[i], value, 1e-9));
                FaultTests.RequireAsNew(tape);
                tape.Reset();
            }
        });
        return isRefused;
    }

    /// <summary>A new thread has no blocks in its pool, so it asks for the same ones each time.</summary>
    private static void OnNewThread(Action action)
    {
        ExceptionDispatchInfo? thrown = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                thrown = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        thrown?.Throw();
    }

    private readonly struct Piece(int[] done, Predicate<int> failing) : IParallelBody
    {
        public static InsufficientMemoryException Failure { get; } = new("refused");

        public void Run(int piece)
        {
            Thread.SpinWait(2000);
            if (failing(piece))
                throw Failure;
            done[piece]++;
        }
    }
}
