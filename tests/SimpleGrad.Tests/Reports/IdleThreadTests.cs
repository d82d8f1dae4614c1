namespace SimpleGrad.Tests.Reports;

/// <summary>Small blocks that idle threads keep were never given back: 1 GB in 16 threads.</summary>
public sealed class IdleThreadTests
{
    [Fact]
    public void Small_blocks_of_idle_threads_are_given_back()
    {
        const int threads = 4;
        using var done = new CountdownEvent(threads);
        using var go = new ManualResetEventSlim();
        long before = Collected();
        var all = new Thread[threads];
        double[] results = new double[threads];
        for (int i = 0; i < threads; i++)
        {
            int thread = i;
            all[i] = new Thread(() =>
            {
                Fill();
                done.Signal();
                go.Wait();
                results[thread] = Fill(); // and is used again
            });
            all[i].Start();
        }
        done.Wait();
        long idle = Collected() - before;
        go.Set();
        Array.ForEach(all, thread => thread.Join());
        Assert.InRange(idle, long.MinValue, 20_000_000); // of 200 MB
        Assert.All(results, result => Assert.Equal(3000, result));

        static double Fill()
        {
            var tape = new Tape<double>();
            Variable<double> x = tape.Variable(Tensor.Ones<double>([3000])), y = x;
            for (int i = 0; i < 2000; i++)
                y = x * 1.5 - y * 0.5;
            double sum = y.Sum().Item();
            tape.Reset();
            return Math.Round(sum);
        }
    }

    private static long Collected()
    {
        for (int i = 0; i < 6; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
