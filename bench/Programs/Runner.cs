using System.Diagnostics;

namespace SimpleGrad.Bench.Programs;

/// <summary>
/// Measures the ways of a case in turns, so that whatever else the machine does meets all of them, and compares them
/// round by round. Before that, all results are compared with those of the first way.
/// </summary>
internal sealed class Runner(int rounds)
{
    private static readonly TimeSpan _batch = TimeSpan.FromMilliseconds(20), _warm = TimeSpan.FromSeconds(0.4);

    /// <summary>A way whose call takes longer is measured once.</summary>
    private static readonly TimeSpan _long = TimeSpan.FromSeconds(2);

    /// <summary>Compiles something else, so that the first case does not pay for its first use.</summary>
    public static void WarmUp()
    {
        var function = Derivatives.ValueAndGrad<double>(
            (x, y) => ((x + y[0]).Tanh() * y.Exp() + x.MatMul(y).Maximum(0)).CumSum(0).Sum()).Compile();
        var random = new Random(1);
        _ = function.Invoke(Tensor.Random<double>([7, 7], random), Tensor.Random<double>([7, 7], random));
    }

    public IEnumerable<Row> Run(Case item)
    {
        Measured[] ways = [.. item.Ways.Select(way => new Measured(way))];
        try
        {
            foreach (Measured way in ways)
                way.Begin();
            foreach (Measured way in ways.Skip(1))
                way.CompareWith(ways[0]);
            foreach (Measured way in ways)
                way.Settle();
            for (int round = 0; round < rounds; round++)
            {
                foreach (Measured way in ways)
                    way.Measure(round);
            }
            return
            [
                .. ways.Select((way, i) => way.Row(item, i == 0 ? null : ways[0])),
            ];
        }
        finally
        {
            ways = [];
            GC.Collect();
        }
    }

    private sealed class Measured(Way way)
    {
        private readonly List<double> _times = [];
        private Run? _run;
        private double _firstCall;
        private double[] _results = [];
        private int _batchSize = 1;
        private bool _isLong;
        private string? _error;

        /// <summary>The first call.</summary>
        public void Begin()
        {
            try
            {
                _run = way.Prepare();
                long start = Stopwatch.GetTimestamp();
                IEnumerable<double> results = _run();
                _firstCall = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
                _results = [.. results];
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                _run = null;
                _error = $"{error.GetType().Name}: {error.Message.Split('\n')[0]}";
            }
        }

        public void CompareWith(Measured ours)
        {
            if (_run is null || ours._run is null || !way.IsComparable)
                return;
            double scale = _results.Max(Math.Abs), largest = 0;
            for (int i = 0; i < Math.Min(_results.Length, ours._results.Length); i++)
                largest = Math.Max(largest, Math.Abs(_results[i] - ours._results[i]));
            if (!(largest <= 1e-7 * scale))
                _error = FormattableString.Invariant($"results differ by {largest / scale:G2} of the largest");
        }

        /// <summary>Runs until the runtime has optimised the code, and finds how many runs fill a batch.</summary>
        public void Settle()
        {
            if (_run is null)
                return;
            long start = Stopwatch.GetTimestamp();
            _ = _run();
            _isLong = Stopwatch.GetElapsedTime(start) > _long;
            if (_isLong)
                return;
            Timing.Warm(3, _warm, Run);
            _batchSize = Timing.BatchSize(Run, _batch);
        }

        public void Measure(int round)
        {
            if (_run is not null && (round == 0 || !_isLong))
                _times.Add(Timing.PerRun(Run, _batchSize));
        }

        public Row Row(Case item, Measured? ours)
        {
            var row = new Row(item.Program, item.Name, way.Name, _firstCall, Reach: way.Reach, Error: _error);
            if (_run is null)
                return row;
            long before = GC.GetAllocatedBytesForCurrentThread();
            _ = _run();
            row = row with
            {
                Median = Timing.Median(_times),
                Min = _times.Min(),
                Rounds = _times.Count,
                Bytes = GC.GetAllocatedBytesForCurrentThread() - before,
            };
            return ours is null
                ? row with { FirstCallReach = item.FirstCall * 1e6, Nodes = item.Nodes?.Invoke() }
                : ours._run is null ? row
                : row with { Ratio = Timing.Median(ours._times.Zip(_times, (mine, other) => mine / other)) };
        }

        private void Run() => _ = _run!();
    }
}
