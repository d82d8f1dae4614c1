using System.Text.Json;

namespace SimpleGrad.Tests.Tape;

/// <summary>What threads may share, and what not: the table of docs/threads.md.</summary>
public sealed class SharingTests
{
    private const int Threads = 8;

    [Fact]
    public void Tensors_that_are_only_read_are_shared()
    {
        for (int round = 0; round < 20; round++)
        {
            // New ones each time: a single number moves to memory of its own when it is first looked at.
            Tensor<double> x = Tensor.Random<double>([20, 30], new Random(round)), scalar = Tensor.Scalar(2.5);
            string[] texts = OnAllThreads(() =>
            {
                Tensor<double> y = x.Transpose() * scalar.Expand(30, 20) + x[1, 2] + scalar.AsReadOnlySpan()[0];
                return JsonSerializer.Serialize(y.Softmax(0).MatMul(x)) + x[3].Sum(0).Item() + x.AsReadOnlySpan()[7];
            });
            Assert.Single(texts.Distinct());
        }
    }

    [Fact]
    public void A_tensor_is_a_constant_of_many_tapes()
    {
        Tensor<double> weights = Tensor.Random<double>([50], new Random(1));
        string[] gradients = OnAllThreads(() =>
        {
            var tape = new Tape<double>();
            Variable<double> w = tape.Variable(weights);
            return tape.Grad((w * tape.Constant(weights)).Sin().Sum(), w)!.ToString("R");
        });
        Assert.Single(gradients.Distinct());
    }

    [Fact]
    public void First_calls_of_a_compiled_function_race_and_all_get_the_same()
    {
        int traced = 0;
        var f = Derivatives.ValueAndGrad<double>(x =>
        {
            Interlocked.Increment(ref traced);
            return (x.Sin() * x).Sum();
        }).Compile();
        Tensor<double> at = Tensor.LinSpace(0.0, 1, 100);
        Assert.Single(OnAllThreads(() => f.Invoke(at).Gradient.ToString("R")).Distinct());
        Assert.Equal(1, traced);
    }

    [Fact]
    public void A_tape_in_use_refuses_another_thread()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable([1.0, 2]), y = tape.Temporary(x.Value);
        Exception? refused = null;
        tape.RecordAggregate("waits", [x], [y], gradients =>
        {
            var other = new Thread(() => refused = Record.Exception(() => x.Exp()));
            other.Start();
            other.Join();
            return [gradients[0]];
        });
        Assert.Equal([1, 1], tape.Grad(y.Sum(), x)!.Value.ToArray());
        Assert.Contains("a tape of its own", Assert.IsType<InvalidOperationException>(refused).Message);
        // Between two uses it may wander.
        var later = new Thread(() => refused = Record.Exception(() => x.Exp()));
        later.Start();
        later.Join();
        Assert.Null(refused);
    }

    private static T[] OnAllThreads<T>(Func<T> compute)
    {
        var results = new T[Threads];
        using var start = new Barrier(Threads);
        Thread[] threads =
        [
            .. Enumerable.Range(0, Threads).Select(i => new Thread(() =>
            {
                start.SignalAndWait();
                results[i] = compute();
            })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return results;
    }
}
