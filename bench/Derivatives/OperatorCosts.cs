using System.Diagnostics;

namespace SimpleGrad.Bench;

/// <summary>
/// What operators take on one thread, in the units of the constants in Tape/Costs.cs: nanoseconds for an element, or
/// for a cube of the side of a matrix.
/// </summary>
internal static class OperatorCosts
{
    private static readonly Tensor<double> _long = Numbers(100_000), _matrix = Numbers(150, 150);

    public static void Run()
    {
        Parallelism.ThreadCount = 1;
        double n = _long.Length, cube = Math.Pow(_matrix.Shape[0], 3);
        Tensor<int> index = Tensor.Create<int>(
            [.. Enumerable.Range(0, _long.Length).Select(i => (int)(i * 7919L % n))]);
        Tensor<double> spread = _matrix.MatMul(_matrix.Transpose()) + Tensor.Eye<double>(150) * 100.0;
        var rows = _long.Reshape(100, 1000);
        Console.WriteLine("Nanoseconds an operator takes for an element");
        Print("call (exp of one element)", 1, Numbers(1), x => x.Softmax(0));
        Print("pad", n, _long, x => x.Pad([(1, 1)]));
        Print("flip", n, _long, x => x.Flip(0));
        Print("gather", n, _long, x => x.Gather(0, index));
        Print("scatter_add", n, _long, x => x.ScatterAdd(0, index, x));
        Print("index_select", n, _long, x => x.IndexSelect(0, index));
        Print("amax", n, _long, x => x.Amax());
        Print("amax(0)", n, rows, x => x.Amax(0));
        Print("prod(1)", n, rows, x => x.Prod(1));
        Print("norm", n, rows, x => x.Norm(2, 1));
        Print("norm of order 3", n, rows, x => x.Norm(3, 1));
        Print("logsumexp", n, rows, x => x.LogSumExp(1));
        Print("softmax(1)", n, rows, x => x.Softmax(1));
        Print("softmax(0)", n, rows, x => x.Softmax(0));
        Print("log_softmax(1)", n, rows, x => x.LogSoftmax(1));
        Print("cumsum", n, _long, x => x.CumSum(0));
        Print("cumprod", n, _long, x => x.CumProd(0));
        Print("logcumsumexp", n, _long, x => x.LogCumSumExp(0));
        Print("max(1)", n, rows, x => x.Max(1).Values);
        Print("cummax", n, _long, x => x.CumMax(0).Values);
        Print("sort, by log2 of the length", n * Math.Log2(n), _long, x => x.Sort(0).Values);
        Print("sort of rows, by log2", n * Math.Log2(1000), rows, x => x.Sort(1).Values);
        Print("max_pool1d(5), by the taps", 5 * n, _long.Reshape(1, 1, -1), x => x.MaxPool1d(5, 1));
        Print("avg_pool1d(5), by the taps", 10 * n, _long.Reshape(1, 1, -1), x => x.AvgPool1d(5, 1));
        Console.WriteLine("and for the cube of the side of a matrix");
        Print("matmul, by the flop", 2 * cube, _matrix, x => x.MatMul(x));
        Print("conv1d, by the flop", 2.0 * 99_991 * 10, _long.Reshape(1, 1, -1), x => x.Conv1d(x.Slice(2, 0, 10)));
        Print("det", cube, _matrix, x => x.Det());
        Print("inverse", cube, _matrix, x => x.Inverse());
        Print("solve_triangular", cube, spread, x => x.SolveTriangular(x, upper: true));
        Print("cholesky", cube, spread, x => x.Cholesky());
        Print("qr", cube, _matrix, x => x.Qr().Q);
        Print("eigh", cube, spread, x => x.Eigh().Values);
        Print("svd", 8 * cube, _matrix, x => x.Svd().S);
        Print("matrix_exp", cube, _matrix, x => x.MatrixExp());
    }

    private static void Print(string name, double count, Tensor<double> x, Func<Variable<double>, Variable<double>> op)
    {
        var tape = new Tape<double>();
        var times = new List<double>();
        long begin = Stopwatch.GetTimestamp();
        int warmed = 0;
        while (Stopwatch.GetElapsedTime(begin).TotalMilliseconds < 600)
        {
            if (Stopwatch.GetElapsedTime(begin).TotalMilliseconds < 300)
                warmed = times.Count;
            tape.Reset();
            Variable<double> v = tape.Constant(x);
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < (count == 1 ? 1000 : 1); i++)
                _ = op(v);
            times.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / (count == 1 ? 1000 : 1));
        }
        times.RemoveRange(0, Math.Min(warmed, times.Count - 1)); // until the code is compiled for good
        times.Sort();
        Console.WriteLine($"    {name,-28} {times[times.Count / 4] / count,10:N3}");
    }

    private static Tensor<double> Numbers(params int[] lengths)
    {
        var random = new Random(1);
        return Tensor.Create<double>(
            [.. Enumerable.Range(0, Shape.Create(lengths).FlattenedLength).Select(_ => random.NextDouble() - 0.5)],
            Shape.Create(lengths));
    }
}
