namespace SimpleGrad.Tests.TapeTests;

/// <summary>Training takes no more memory after ten thousand steps than after a few.</summary>
[Collection(nameof(Alone))]
public sealed class TrainingMemoryTests
{
    private readonly Tape<double> _tape = new();
    private readonly double[] _numbers = [.. Enumerable.Range(0, 24).Select(i => 0.5 + i / 16.0)];

    [Fact]
    public void Ten_thousand_steps_of_training_leave_memory_as_it_was()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>(_numbers, [4, 6]));
        double[] w = new double[6 * 3];
        for (int i = 0; i < 200; i++)
            Step();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        // Of three rounds: what grows once is not this training's, a leak grows in each.
        long leastGrowth = long.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            long before = UsedBytes();
            for (int i = 0; i < 10_000; i++)
                Step();
            leastGrowth = Math.Min(leastGrowth, UsedBytes() - before);
        }
        allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / 30_000;
        Assert.InRange(leastGrowth, long.MinValue, 100_000);
        Assert.InRange(allocated, 0, 8_000);
        Assert.True(double.IsFinite(w[0]) && w[0] != 0);

        // All that is reachable; after a full collection it is all in the old generation.
        static long UsedBytes()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return GC.GetTotalMemory(forceFullCollection: true);
        }

        void Step()
        {
            _tape.Reset();
            Variable<double> parameter = _tape.Variable(Tensor.Create<double>([.. w], [6, 3]));
            Variable<double> loss = (x.MatMul(parameter).Tanh() - 0.5).Square().Mean();
            ReadOnlySpan<double> gradient = _tape.Grad(loss, parameter, createGraph: false)!.Value.ToArray();
            for (int i = 0; i < w.Length; i++)
                w[i] -= 0.01 * gradient[i];
        }
    }

    [Fact]
    public void Writing_without_recording_trains_with_flat_memory_and_leaves_the_tape_alone()
    {
        Variable<double> x = _tape.Variable([0.5, -1, 2], "x"), w = _tape.Variable([0.1, 0.2, 0.3], "w");
        Variable<double> b = _tape.Variable(0.0, "b");
        for (int i = 0; i < 100; i++)
            Step();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 5000; i++)
            Step();
        long after = GC.GetTotalMemory(forceFullCollection: true);
        Assert.InRange(after - before, long.MinValue, 100_000);
        Assert.InRange(Step(), 0, 1e-9);
        Assert.Equal("w", w.Name);

        double Step()
        {
            _tape.Reset();
            Variable<double> loss = ((w * x).Sum() + b - 3).Square();
            (Variable<double>? dw, Variable<double>? db) = _tape.Grad(loss, w, b, createGraph: false);
            int entries = _tape.Count;
            using (_tape.NoGrad())
            {
                w.SubtractInPlace(0.01 * dw);
                b.SubtractInPlace(0.01 * db);
            }
            Assert.Equal(entries, _tape.Count);
            return loss.Item();
        }
    }
}

/// <summary>Tests of the memory of the whole process: none runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
