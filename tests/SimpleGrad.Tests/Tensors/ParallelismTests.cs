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
    public void Nor_do_those_of_convolution_indexing_products_and_factorizations()
    {
        var random = new Random(6);
        Tensor<float> images = Numbers(6, 8, 40, 40), kernels = Numbers(14, 8, 3, 3), one = Numbers(1, 8, 40, 40);
        Tensor<float> few = Numbers(8, 1, 3, 3), stack = Numbers(40, 50, 60), square = Numbers(300, 300);
        Tensor<float> table = Numbers(700, 130), line = Numbers(90_000);
        Tensor<int> places = Tensor.Create<int>(
            [.. Enumerable.Range(0, 700 * 130).Select(_ => random.Next(130))], [700, 130]);
        Tensor<int> rows = Tensor.Create<int>([.. Enumerable.Range(0, 900).Select(_ => random.Next(700))], [900]);
        float[][] alone = Compute(1), shared = Compute(3);
        for (int i = 0; i < alone.Length; i++)
            Assert.True(alone[i].AsSpan().SequenceEqual(shared[i]), $"result {i} differs");

        float[][] Compute(int threads)
        {
            Parallelism.ThreadCount = threads;
            var tape = new Tape<float>();
            Variable<float> x = tape.Variable(images), w = tape.Variable(kernels), s = tape.Variable(square);
            Variable<float> t = tape.Variable(table), batch = tape.Variable(stack);
            Variable<float> convolved = x.Conv2d(w, padding: 1), pooled = convolved.MaxPool2d(2);
            Variable<float> single = tape.Variable(one).Conv2d(w), depthwise = x.Conv2d(tape.Variable(few), groups: 8);
            Variable<float> added = t.ScatterAdd(1, places, t * 2) + t.ScatterAdd(0, places, t) * t.CumSum(0);
            Variable<float> selected = t.IndexSelect(0, rows), scanned = t.CumSum(1) * t.Sort(0).Values;
            Variable<float> products = batch.MatMul(batch.Transpose(1, 2)), vector = s.MatMul(s[0]) + s[1].MatMul(s);
            Variable<float> solved = (s.MatMul(s.Transpose()) / 300 + 1).Solve(s), sorted = t.Sort(1).Values;
            Variable<float> loss = pooled.Square().Sum() + (single.Sum() + depthwise.Square().Sum()) * added.Mean()
                + (selected * selected).Sum() * scanned.Mean() + products.Square().Sum() + vector.Sum();
            Variable<float>[] results =
            [
                convolved, pooled, single, depthwise, added, selected, scanned, products, vector, solved, sorted,
                tape.Variable(line).CumSum(0), tape.Variable(line).Sort(0).Values, t.Norm(), t.Amax(0), t.Flip(1),
                .. tape.Grad(loss, [x, w, s, t, batch])!,
            ];
            return [.. results.Select(result => result.Value.ToArray())];
        }

        Tensor<float> Numbers(params int[] shape)
        {
            Shape lengths = Shape.Create(shape);
            return Tensor.Create<float>(
                [.. Enumerable.Range(0, lengths.FlattenedLength).Select(_ => random.NextSingle() - 0.5f)], lengths);
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

    [Fact]
    public void Each_piece_is_done_once_whoever_else_computes_and_however_long_nobody_did()
    {
        Parallelism.ThreadCount = 3;
        Parallel.For(0, 4, caller =>
        {
            for (int i = 0; i < 2_000; i++)
            {
                int[] done = new int[5];
                ParallelLoop.Run(done.Length, new Nested(done));
                Assert.Equal([2, 2, 2, 2, 2], done);
                if (i % 200 == caller)
                    Thread.Sleep(2);
            }
        });
    }

    /// <summary>Each piece is a loop of two pieces.</summary>
    private readonly struct Nested(int[] done, int outer = -1) : IParallelBody
    {
        public void Run(int piece)
        {
            if (outer < 0)
                ParallelLoop.Run(2, new Nested(done, piece));
            else
                Interlocked.Increment(ref done[outer]);
        }
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
