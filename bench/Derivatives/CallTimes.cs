namespace SimpleGrad.Bench;

/// <summary>What a call of something compiled takes beside its kernels, which have little to do here.</summary>
internal static class CallTimes
{
    private const int Rounds = 15;
    private const int Steps = 100;

    public static void Run()
    {
        Console.WriteLine("Calls of compiled functions, ns");
        foreach (int shapes in (int[])[1, 2, 8, 32])
            Print($"InvokeInto, {shapes} shapes in turn", 1, Shapes(shapes));
        Console.WriteLine("An aggregate of x * c + x on a tape, ns for each");
        foreach (int length in (int[])[1, 64])
        {
            Print($"kernels, {length} elements", 1, Kernels(length));
            Print($"forward, {length} elements", Steps, OnTape(length, null));
            Print($"with gradients, {length} elements", Steps, OnTape(length, false));
            Print($"with recorded gradients, {length} elements", Steps, OnTape(length, true));
        }
    }

    private static Action Shapes(int count)
    {
        var function = Derivatives.ValueAndGrad<float>((a, b) => ((a + b) * b).Sum()).Compile();
        (Tensor<float> X, Tensor<float> Y, Tensor<float>?[] Results)[] calls =
        [
            .. Enumerable.Range(1, count)
                .Select(i => (Filled<float>(64 + i), Filled<float>(64 + i), new Tensor<float>?[3])),
        ];
        int at = 0;
        return () =>
        {
            var (x, y, results) = calls[at];
            at = at + 1 == count ? 0 : at + 1;
            function.InvokeInto(results, x, y);
        };
    }

    /// <summary>The value and both gradients in one kernel, called from a compiled function.</summary>
    private static Action Kernels(int length)
    {
        var function = TensorFunction.Of<double>(x => [x[0] * x[1] + x[0], x[2] * x[1] + x[2], x[2] * x[0]]).Compile();
        Tensor<double> x = Filled<double>(length), c = Filled<double>(length), gradient = Filled<double>(length);
        var results = new Tensor<double>?[3];
        return () => function.InvokeInto(results, x, c, gradient);
    }

    private static Action OnTape(int length, bool? createGraph)
    {
        Aggregate<double> step = Aggregate.Compile<double>((x, c) => x * c + x);
        var tape = new Tape<double>();
        Variable<double> first = tape.Variable(Filled<double>(length)), c = tape.Variable(Filled<double>(length));
        return () =>
        {
            tape.Reset();
            Variable<double> x = first;
            for (int i = 0; i < Steps; i++)
                x = step.Invoke(x, c);
            if (createGraph is { } isRecorded)
                tape.Grad(x, first, c, createGraph: isRecorded);
        };
    }

    private static Tensor<T> Filled<T>(int length) where T : unmanaged, System.Numerics.INumberBase<T> =>
        Tensor.Create<T>([.. Enumerable.Range(0, length).Select(i => T.CreateChecked(0.5 - 1.0 / (i + 1)))]);

    private static void Print(string name, int operations, Action run)
    {
        // The runtime optimises in steps, in the background.
        for (int i = 0; i < 12; i++)
        {
            Timing.PerRun(run, 20_000 / operations);
            Thread.Sleep(110);
        }
        double[] times =
            [.. Enumerable.Range(0, Rounds).Select(_ => Timing.PerRun(run, 20_000 / operations) / operations)];
        Array.Sort(times);
        long before = GC.GetAllocatedBytesForCurrentThread();
        run();
        double bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)operations;
        Console.WriteLine($"    {name,-44} {times[Rounds / 2],8:N0}  (least {times[0]:N0})  {bytes,6:N0} bytes");
    }
}
