namespace SimpleGrad.Tests.Tensors;

/// <summary>The number of threads changes nothing but the time.</summary>
[Collection(nameof(ParallelismTests))]
[CollectionDefinition(nameof(ParallelismTests), DisableParallelization = true)]
public sealed class ParallelismTests : IDisposable
{
    private readonly int _threads = Parallelism.ThreadCount;

    public void Dispose() => Parallelism.ThreadCount = _threads;

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads_to_the_last_bit()
    {
        var random = new Random(5);
        float[] numbers = [.. Enumerable.Range(0, 1000 * 301).Select(_ => random.NextSingle() - 0.5f)];
        Tensor<float> x = Tensor.Create<float>(numbers, [1000, 301]);
        float[][] one = Compute(1), three = Compute(3);
        Assert.Equal(one.Length, three.Length);
        for (int i = 0; i < one.Length; i++)
            Assert.True(one[i].AsSpan().SequenceEqual(three[i]), $"result {i} differs");

        float[][] Compute(int threads)
        {
            Parallelism.ThreadCount = threads;
            var tape = new Tape<float>();
            Variable<float> a = tape.Variable(x), b = tape.Variable(x[..301].Transpose());
            Variable<float> wave = (a * 3).Sin() + b[..1];
            Variable<float> product = a.MatMul(b);
            Variable<float> loss = wave.Exp().Sum() + product.Tanh().Mean() + a.Softmax(0).Amax() + a.Sum(1).Sum()
                + (a.Sum(0) * b[0]).Sum();
            return
            [
                wave.Value.ToArray(), product.Value.ToArray(), loss.Value.ToArray(), a.Sum(0).Value.ToArray(),
                tape.Grad(loss, a)!.Value.ToArray(),
            ];
        }
    }

    [Fact]
    public void At_least_one_thread_is_asked_for() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Parallelism.ThreadCount = 0);

    [Fact]
    public void A_failure_in_one_piece_reaches_the_caller_after_all_are_done()
    {
        Parallelism.ThreadCount = 4;
        int[] done = new int[100];
        Assert.Throws<InvalidTimeZoneException>(() => ParallelLoop.Run(done.Length, new Failing(done)));
        Assert.Equal(99, done.Sum());
    }

    private readonly struct Failing(int[] done) : IParallelBody
    {
        public void Run(int piece)
        {
            if (piece == 7)
                throw new InvalidTimeZoneException();
            Interlocked.Increment(ref done[piece]);
        }
    }
}
