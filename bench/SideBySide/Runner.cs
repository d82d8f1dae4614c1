using System.Diagnostics;

namespace SimpleGrad.Bench.SideBySide;

/// <summary>
/// Measures two ways of doing the same in turns, so that whatever else the machine does meets both, and compares them
/// round by round.
/// </summary>
internal sealed class Runner(int rounds, int threads, bool quick)
{
    private static readonly TimeSpan _warm = TimeSpan.FromSeconds(0.3), _longest = TimeSpan.FromSeconds(10);

    private static bool _isFirst = true;

    private readonly TimeSpan _batch = TimeSpan.FromMilliseconds(quick ? 5 : 10);

    /// <summary>The one place where the number of threads of both sides is set.</summary>
    public static void SetThreads(int threads)
    {
        Parallelism.ThreadCount = threads;
        if (LibTorch.IsAvailable)
            torch.set_num_threads(threads);
    }

    public Row Run(Case item)
    {
        var row = new Row(
            item.Family, item.Name, item.Size, item.DType, threads, item.PeerName, null, null, null, 0, 0, null);
        using DisposeScope? inputs = LibTorch.IsAvailable ? torch.NewDisposeScope() : null;
        try
        {
            return Measure(row, item.Prepare());
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return row with { Error = $"{error.GetType().Name}: {error.Message.Split('\n')[0]}" };
        }
        finally
        {
            GC.Collect();
        }
    }

    private Row Measure(Row row, Pair pair)
    {
        if (pair.Peer is not null && Difference(pair, row.DType) is { } difference)
            return row with { Error = difference };

        Action ours = () => pair.Ours();
        Action? peer = pair.Peer is null ? null : LibTorch.IsAvailable ? () =>
        {
            using DisposeScope scope = torch.NewDisposeScope();
            pair.Peer();
        }
        : () => pair.Peer();
        Timing.Warm(_isFirst ? 12 : 3, _warm, peer is null ? [ours] : [ours, peer]); // at first there is much else
        _isFirst = false;
        int size = Timing.BatchSize(ours, _batch), peerSize = peer is null ? 0 : Timing.BatchSize(peer, _batch);

        var times = new List<double>();
        var peerTimes = new List<double>();
        var ratios = new List<double>();
        long start = Stopwatch.GetTimestamp();
        while (times.Count < rounds && (times.Count < 3 || Stopwatch.GetElapsedTime(start) < _longest))
        {
            times.Add(Timing.PerRun(ours, size) / pair.Operations);
            if (peer is null)
                continue;
            peerTimes.Add(Timing.PerRun(peer, peerSize) / pair.PeerOperations);
            ratios.Add(times[^1] / peerTimes[^1]);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        ours();
        double bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)pair.Operations;
        row = row with { Ours = Of(times), Bytes = bytes, Rounds = times.Count };
        return peer is null ? row : row with { Peer = Of(peerTimes), Ratio = Timing.Median(ratios) };
    }

    private static string? Difference(Pair pair, string dtype)
    {
        using DisposeScope? results = LibTorch.IsAvailable ? torch.NewDisposeScope() : null;
        return pair.Peer!() is { } peers ? Comparison.Difference(pair.Ours(), peers, dtype) : null;
    }

    private static Times Of(List<double> times) => new(Timing.Median(times), times.Min());
}
