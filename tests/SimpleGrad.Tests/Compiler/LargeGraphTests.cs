namespace SimpleGrad.Tests.Compiler;

/// <summary>Graphs of thousands of nodes.</summary>
public sealed class LargeGraphTests
{
    /// <summary>A graph four times as large needs some four times as much memory while it is compiled.</summary>
    [Theory, InlineData(1), InlineData(1000)]
    public void Compiling_takes_work_in_proportion_to_the_nodes(int length)
    {
        Graph<double> small = GraphOf(250, length), large = GraphOf(1000, length);
        Compile(small);
        double ratio = (double)large.Nodes.Length / small.Nodes.Length;
        Assert.InRange(ratio, 3.8, 4.2);
        Assert.InRange(Work(() => Fusion<double>.Run(large)) / Work(() => Fusion<double>.Run(small)), 1, 1.5 * ratio);
        Assert.InRange(Work(() => Compile(large)) / Work(() => Compile(small)), 1, 1.5 * ratio);

        static double Work(Action action)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        static void Compile(Graph<double> graph) => CompilePipeline.Default.ScheduleOf(graph);
    }

    private static Graph<double> GraphOf(int steps, int length) => CompilePipeline.Default.GraphOf<double>(
        [[length], [length]],
        (tape, x) =>
        {
            (Variable<double> u, Variable<double> v) = (x[0], x[1]);
            for (int i = 0; i < steps; i++)
                (u, v) = (u + 0.02 * (v - u), v + 0.01 * (u * (2 - v) - v));
            return [.. tape.Grad((u * v).Sum(), x)];
        });

    /// <summary>Values of three shapes, sums and products with matrices, that read each other at random.</summary>
    [Fact]
    public void Random_graphs_of_thousands_of_nodes_give_what_they_give_eagerly()
    {
        for (int seed = 0; seed < 6; seed++)
        {
            Tensor<double>[] inputs =
                [Comparison.Wave<double>([40], 0.7), Comparison.Wave<double>([40, 40], 1.3), Comparison.Wave<double>([1], 0.5)];
            int local = seed;
            double[]?[] expected = Comparison.Chain<double>(x => [Random(x, local)], inputs, orders: 1);
            Comparison.OnBothExecutors(() =>
            {
                Aggregate<double> compiled = Tested.Compile<double>((Variable<double>[] x) => [Random(x, local)]);
                Comparison.AssertSame(
                    expected, Comparison.Chain<double>(x => compiled.InvokeAll(x), inputs, orders: 1), 1e-9);
            });
        }
    }

    private static Variable<double> Random(Variable<double>[] x, int seed)
    {
        var random = new Random(seed);
        List<Variable<double>> rows = [x[0]], numbers = [x[2]], matrices = [x[1]];
        for (int i = 0; i < 1000; i++)
        {
            Variable<double> row = Any(rows), other = Any(rows);
            switch (random.Next(12))
            {
                case 0:
                    numbers.Add((row * other).Mean().Expand(1).Tanh());
                    break;
                case 1:
                    rows.Add(Any(matrices).MatMul(row).Tanh());
                    break;
                case 2:
                    matrices.Add((Any(matrices) * row).Tanh());
                    break;
                case 3:
                    rows.Add((Any(matrices).Sum(0) * 0.1).Sin());
                    break;
                case 4:
                    rows.Add(row.Flip(0) * Any(numbers));
                    break;
                case 5:
                    numbers.Add(Any(numbers) * 0.5 + Any(numbers).Sin());
                    break;
                default:
                    rows.Add((row + other * Any(numbers)).Sin());
                    break;
            }
        }
        return rows.Concat(numbers).Select(each => each.Mean()).Aggregate((a, b) => a + b) + matrices[^1].Mean();

        Variable<double> Any(List<Variable<double>> from) =>
            from[Math.Max(0, from.Count - 1 - (random.Next(4) == 0 ? random.Next(from.Count) : random.Next(8)))];
    }
}
