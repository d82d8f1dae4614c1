using System.Diagnostics;

namespace SimpleGrad.Bench.SideBySide;

/// <summary>
/// Measures two ways of doing the same in turns, so that whatever else the machine does meets both, and compares them
/// round by round.
/// </summary>
internal static class Runner
{
    private static readonly TimeSpan _batch = TimeSpan.FromMilliseconds(20);

    public static Row Run(Case item, int rounds)
    {
        int ours = BatchSize(item.Ours), peers = item.Peer is null ? 0 : BatchSize(item.Peer);
        var times = new List<double>();
        var peerTimes = new List<double>();
        var ratios = new List<double>();
        for (int round = 0; round < rounds; round++)
        {
            double time = Time(item.Ours, ours) / item.Operations;
            times.Add(time);
            if (item.Peer is null)
                continue;
            double peerTime = Time(item.Peer, peers) / item.Operations;
            peerTimes.Add(peerTime);
            ratios.Add(time / peerTime);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        item.Ours();
        double bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)item.Operations;
        return item.Peer is null
            ? new Row(item.Family, item.Name, Median(times), null, null, bytes)
            : new Row(item.Family, item.Name, Median(times), Median(peerTimes), Median(ratios), bytes);
    }

    /// <summary>How many runs fill a batch, after enough of them to have optimised code.</summary>
    private static int BatchSize(Action run)
    {
        for (int i = 0; i < 50; i++)
            run();
        Thread.Sleep(150); // the runtime compiles hot methods again in the background
        int size = 1;
        while (Time(run, size) * size < _batch.TotalNanoseconds && size < 1 << 24)
            size *= 2;
        return size;
    }

    private static double Time(Action run, int times)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++)
            run();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / times;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        int middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
