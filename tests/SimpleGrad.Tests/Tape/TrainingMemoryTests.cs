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
        Assert.InRange(MinGrowth(10_000, Step), long.MinValue, 100_000);
        Allocations.AtMost(8_000, Step);
        Assert.True(double.IsFinite(w[0]) && w[0] != 0);

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
        Assert.InRange(MinGrowth(5000, () => Step()), long.MinValue, 100_000);
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

    /// <summary>
    /// By how many bytes what is reachable grows in a round of steps, at least: a leak grows in each round, and what
    /// the process does beside does not.
    /// </summary>
    private static long MinGrowth(int steps, Action step)
    {
        long min = long.MaxValue;
        for (int round = 0; round < 3; round++)
        {
            long before = ReachableBytes();
            for (int i = 0; i < steps; i++)
                step();
            min = Math.Min(min, ReachableBytes() - before);
        }
        return min;

        // After a full collection all that is reachable is in the old generation.
        static long ReachableBytes()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return GC.GetTotalMemory(forceFullCollection: true);
        }
    }
}
