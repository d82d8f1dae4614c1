using System.Diagnostics;

namespace SimpleGrad.Bench;

/// <summary>Takes times, for all benchmarks that are not BenchmarkDotNet's.</summary>
internal static class Timing
{
    private static readonly TimeSpan _tier = TimeSpan.FromMilliseconds(110); // after which code is optimised

    /// <summary>Nanoseconds that a run takes, of some one after the other.</summary>
    public static double PerRun(Action run, int times)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++)
            run();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / times;
    }

    /// <summary>How many runs fill a batch.</summary>
    public static int BatchSize(Action run, TimeSpan batch)
    {
        int size = 1;
        while (PerRun(run, size) * size < batch.TotalNanoseconds && size < 1 << 24)
            size *= 2;
        return size;
    }

    /// <summary>Runs until the runtime has optimised the code: it does so in the background, in steps.</summary>
    /// <param name="steps">How many steps.</param>
    /// <param name="longest">How long each way may run in one.</param>
    /// <param name="ways">What runs.</param>
    public static void Warm(int steps, TimeSpan longest, params ReadOnlySpan<Action> ways)
    {
        for (int step = 0; step < steps; step++)
        {
            foreach (Action way in ways)
            {
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < 40 && Stopwatch.GetElapsedTime(start) < longest; i++)
                    way();
            }
            Thread.Sleep(_tier);
        }
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
