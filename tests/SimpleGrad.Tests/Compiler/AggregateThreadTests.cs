namespace SimpleGrad.Tests.Compiler;

/// <summary>One aggregate on many threads, each with a tape of its own.</summary>
public sealed class AggregateThreadTests
{
    private const int Threads = 8;
    private const int Calls = 200;

    [Theory, InlineData(true), InlineData(false)]
    public void First_calls_race_and_all_get_the_same(bool emits)
    {
        for (int round = 0; round < 5; round++)
        {
            int traced = 0;
            Aggregate<double> compiled = Aggregate.Compile<double>((a, b) =>
            {
                Interlocked.Increment(ref traced);
                return ((a + b) * b).Sin() * a;
            }).On(Tested.Verified(emits));
            double[]?[][] expected = [.. Enumerable.Range(0, 3).Select(i => Run((a, b) => ((a + b) * b).Sin() * a, i))];
            using var start = new Barrier(Threads);
            var failures = new List<Exception>();
            Thread[] threads =
            [
                .. Enumerable.Range(0, Threads).Select(thread => new Thread(() =>
                {
                    start.SignalAndWait();
                    try
                    {
                        // Lengths change from call to call, and threads are not in step.
                        for (int call = 0; call < Calls; call++)
                            Comparison.AssertSame(
                                expected[(call + thread) % 3],
                                Run((a, b) => compiled.Invoke(a, b), (call + thread) % 3), 1e-13);
                    }
                    catch (Exception e)
                    {
                        lock (failures)
                            failures.Add(e);
                    }
                })),
            ];
            Assert.All(threads, thread => thread.Start());
            Assert.All(threads, thread => thread.Join());
            Assert.True(failures.Count == 0, string.Join("\n", failures));
            Assert.Equal(3, traced);
        }
    }

    private static double[]?[] Run(Func<Variable<double>, Variable<double>, Variable<double>> function, int lengths)
    {
        Shape[] shapes = lengths switch { 0 => [[3], [3]], 1 => [[5, 3], [3]], _ => [[], [4]] };
        return Comparison.Chain<double>(
            x => [function(x[0], x[1])],
            [Comparison.Wave<double>(shapes[0], 0.7), Comparison.Wave<double>(shapes[1], 1.3)], 2);
    }
}
