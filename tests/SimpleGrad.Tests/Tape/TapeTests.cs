namespace SimpleGrad.Tests.TapeTests;

public sealed class TapeTests
{
    private readonly Tape<double> _tape = new();

    [Fact]
    public void FreshNamesCountCreations()
    {
        Variable<double> a = _tape.Variable([1.0], "a"), b = _tape.Variable([2.0]), c = a * b, d = c.Sum(name: "total");
        Assert.Equal(["a", "v0", "v1", "total", "v2"], new[] { a, b, c, d, d * 2 }.Select(item => item.Name));
    }

    [Theory]
    [InlineData("v0")]
    [InlineData("v17")]
    [InlineData("")]
    [InlineData("two\nlines")]
    public void NamesOfTheTapesOwnAreRefused(string name) =>
        Assert.Throws<ArgumentException>(() => _tape.Variable(1.0, name));

    [Theory]
    [InlineData("v")]
    [InlineData("v01")]
    [InlineData("vx")]
    [InlineData("speed")]
    public void OtherNamesAreFree(string name) => Assert.Equal(name, _tape.Variable(1.0, name).Name);

    [Fact]
    public void AGivenNameStandsOnce()
    {
        Variable<double> a = _tape.Variable(1.0, "a");
        Assert.Contains(
            "'a'", Assert.Throws<ArgumentException>(() => _tape.Variable(1.0, "a")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => a.Sum(name: "a"));
        Assert.Equal(0, _tape.Count);
        Assert.Equal("v0", (a * a).Name);
    }

    [Fact]
    public void ResetEmptiesTheTapeAndRestartsTheNames()
    {
        Variable<double> a = _tape.Variable([1.0], "a"), unnamed = _tape.Variable([5.0]), product = a * unnamed;
        Tensor<double> value = product.Value;
        _tape.Reset();
        Assert.Equal(0, _tape.Count);
        Assert.Equal([5], value.ToArray());
        Assert.Equal([5], product.Value.ToArray());
        Variable<double> sum = a + unnamed;
        Assert.Equal(("a", "v0", "v1"), (a.Name, unnamed.Name, sum.Name));
        Assert.Equal([1], _tape.Grad(sum, a)!.Value.ToArray());
        string message = Assert.Throws<InvalidOperationException>(() => product * a).Message;
        Assert.Contains("reset", message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => _tape.Grad(product, a));
    }

    [Fact]
    public void ALeafFromBeforeAResetDoesNotTakeANameThatIsGiven()
    {
        Variable<double> old = _tape.Variable(1.0, "a");
        _tape.Reset();
        _tape.Variable(2.0, "a");
        string message = Assert.Throws<InvalidOperationException>(() => old * 2).Message;
        Assert.Contains("'a' from before", message, StringComparison.Ordinal);
    }

    [Fact]
    public void VariablesOfTwoTapesDoNotMix()
    {
        Variable<double> here = _tape.Variable(1.0), there = new Tape<double>().Variable(2.0, "there");
        string message = Assert.Throws<InvalidOperationException>(() => here + there).Message;
        Assert.Contains("'there'", message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => _tape.Grad(there, here));
        Assert.Throws<InvalidOperationException>(() => _tape.Grad(here, there));
        Assert.Throws<InvalidOperationException>(() => Variable.Concatenate([here.Reshape(1), there.Reshape(1)]));
    }

    [Fact]
    public void OnlyFloatAndDoubleHaveTapes() =>
        Assert.Throws<NotSupportedException>(() => new Tape<Half>());

    [Fact]
    public void EntriesShowWhatWasRecorded()
    {
        Variable<double> a = _tape.Variable([1.0, 2], "a"), b = a * 3;
        TapeEntry<double> entry = Assert.Single(_tape.Entries);
        Assert.Equal("mul", entry.Operator);
        Assert.Equal(["a", "3.0"], entry.Inputs);
        Assert.Equal(["v0"], entry.Outputs);
        Assert.Equal([a.Shape, Shape.Scalar], entry.InputShapes);
        Assert.Equal([b.Shape], entry.OutputShapes);
        Variable<double>?[] gradients = entry.Propagate(_tape.Variable([10.0, 20]));
        Assert.Equal([30, 60], gradients[0]!.Value.ToArray());
        Assert.Null(gradients[1]);
        Assert.Equal([null, null], entry.Propagate(null));
        Assert.Throws<ArgumentException>(() => entry.Propagate(b, b));
        Assert.Throws<ArgumentException>(() => entry.Propagate(_tape.Variable(1.0)));
    }

    [Fact]
    public void AnEntryDoesNotPropagateAfterAReset()
    {
        Variable<double> a = _tape.Variable([1.0, 2], "a"), b = _tape.Variable([3.0, 4], "b");
        _ = a * a;
        TapeEntry<double> entry = _tape.Entries.Single();
        _tape.Reset();
        _ = b * b;
        Assert.Throws<InvalidOperationException>(() => entry.Propagate(_tape.Constant([1.0, 1])));
    }

    [Fact]
    public void TwoThreadsAtOnceAreRefused()
    {
        int refusals = 0;
        void UseTheTape()
        {
            var time = System.Diagnostics.Stopwatch.StartNew();
            while (Volatile.Read(ref refusals) == 0 && time.ElapsedMilliseconds < 30_000)
            {
                try
                {
                    Variable<double> x = _tape.Variable(1.0);
                    for (int i = 0; i < 1000; i++)
                        x += 1;
                    _tape.Grad(x, x);
                }
                catch (InvalidOperationException exception)
                    when (exception.Message.Contains("thread", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref refusals);
                }
            }
        }
        Thread[] threads = [new(UseTheTape), new(UseTheTape)];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.NotEqual(0, refusals);
        Assert.Equal(3, (_tape.Variable(1.0) + 2).Item());
    }

    [Fact]
    public async Task ATapeMayWanderFromThreadToThread()
    {
        Variable<double> x = _tape.Variable(3.0);
        Variable<double> y = await Task.Run(() => x * x, TestContext.Current.CancellationToken);
        Assert.Equal(6, _tape.Grad(y, x)!.Item());
    }

    [Fact]
    public void ATapeIsNotResetWhileItComputesGradients()
    {
        Variable<double> a = _tape.Variable(1.0), r = _tape.Temporary(a.Value);
        _tape.RecordAggregate("resetting", [a], [r], gradients =>
        {
            _tape.Reset();
            return gradients;
        });
        Assert.Throws<InvalidOperationException>(() => _tape.Grad(r, a));
        Assert.Equal(1, _tape.Count);
    }

    [Fact]
    public void ARuleThatReadsWhatItDoesNotKeepIsNamed()
    {
        Variable<double> x = _tape.Variable(1.0);
        Variable<double> y = new Forgetful().Apply(x);
        string message = Assert.Throws<InvalidOperationException>(() => _tape.Grad(y, x)).Message;
        Assert.Contains("'forgetful' reads its result", message, StringComparison.Ordinal);
    }

    [Fact]
    public void AGradientOfAnotherShapeIsNamed()
    {
        Variable<double> x = _tape.Variable([1.0, 2]);
        Variable<double> y = new Misshapen().Apply(x);
        string message = Assert.Throws<InvalidOperationException>(() => _tape.Grad(y, x)).Message;
        Assert.Contains("'misshapen' propagated a gradient of shape ()", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ARuleThatAsksForAnInputThatIsNotThereIsNamed()
    {
        Variable<double> x = _tape.Variable(1.0);
        Variable<double> y = new Greedy().Apply(x);
        string message = Assert.Throws<InvalidOperationException>(() => _tape.Grad(y, x)).Message;
        Assert.Contains("'greedy' asks for its input 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void AForwardComputationMustGiveWhatWasInferred()
    {
        Variable<double> x = _tape.Variable([1.0, 2]);
        Assert.Throws<InvalidOperationException>(() => new Careless(_ => null!).Apply(x));
        string message = Assert.Throws<InvalidOperationException>(() => new Careless(v => v.Sum()).Apply(x)).Message;
        Assert.Contains("'careless' computed a value of shape ()", message, StringComparison.Ordinal);
    }

    [Fact]
    public void MemoryOnATapeCanBeWrittenWhereNoGradientNeedsWhatWasThere()
    {
        Variable<double> x = _tape.Variable([1, 2]), y = x.Exp(), n = _tape.Variable(1);
        Variable<double> sum = x.Sum(), squares = (x * x).Sum(), exponential = y.Sum(), product = n * n;
        foreach (Tensor<double> tensor in new[] { x.Value, x.Value[..1], y.Value, n.Value })
            tensor.AsTensorSpan()[0] = 5;
        Assert.Equal([1, 1], _tape.Grad(sum, x)!.Value.ToArray());
        Assert.Equal([10, 4], _tape.Grad((x * x).Sum(), x)!.Value.ToArray());
        Assert.Equal(10, _tape.Grad(n * n, n)!.Item());
        foreach (Variable<double> loss in new[] { squares, exponential, product })
            Assert.Contains(
                "'AsTensorSpan' has written over it since at TapeTests.cs:",
                Assert.Throws<InvalidOperationException>(() => _tape.Grad(loss, [x, n])).Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void AFreshNameAfterAResetIsIntroducedInTheTrace()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var tape = new Tape<double>(Trace.Notebook(output));
        Variable<double> p = tape.Variable(1.0), q = tape.Variable(2.0), named = tape.Variable(3.0, "n");
        tape.Reset();
        output.GetStringBuilder().Clear();
        _ = q * p * named;
        Assert.Equal("v0 = 2.0\nv1 = 1.0\nv2 = v0 * v1\nv3 = v2 * n\n", output.ToString());
    }

    [Fact]
    public void ABroadcastGradientOfAnotherShapeIsNamed()
    {
        Variable<double> x = _tape.Variable([1.0, 2]), y = _tape.Variable([3.0, 4]);
        Variable<double> r = new Inflating().Apply(x, y);
        string message = Assert.Throws<InvalidOperationException>(() => _tape.Grad(r, y)).Message;
        Assert.Contains("'inflating' propagated a gradient of shape (3,)", message, StringComparison.Ordinal);
    }

    private sealed class Inflating : BinaryOperator<double>
    {
        public override string Name => "inflating";

        protected override Shape InferShape(Shape x, Shape y) => x;

        protected override Tensor<double> Forward(Tensor<double> x, Tensor<double> y, Shape shape) => x;

        protected override Variable<double>? PropagateX(Variable<double> gradient, in Propagation<double> at) =>
            gradient;

        protected override Variable<double>? PropagateY(Variable<double> gradient, in Propagation<double> at) =>
            gradient.Sum().Expand(3);
    }

    private sealed class Greedy : UnaryOperator<double>
    {
        public override string Name => "greedy";

        public override Keeps Keeps => Keeps.Inputs | Keeps.Result;

        protected override Tensor<double> Forward(Tensor<double> x, Shape shape) => x;

        protected override Variable<double>? Propagate(Variable<double> gradient, in Propagation<double> at) =>
            gradient * at.Y;
    }

    private sealed class Careless(Func<Tensor<double>, Tensor<double>> forward) : UnaryOperator<double>
    {
        public override string Name => "careless";

        protected override Tensor<double> Forward(Tensor<double> x, Shape shape) => forward(x);

        protected override Variable<double>? Propagate(Variable<double> gradient, in Propagation<double> at) =>
            gradient;
    }

    private sealed class Forgetful : UnaryOperator<double>
    {
        public override string Name => "forgetful";

        protected override Tensor<double> Forward(Tensor<double> x, Shape shape) => x;

        protected override Variable<double>? Propagate(Variable<double> gradient, in Propagation<double> at) =>
            gradient * at.Result;
    }

    private sealed class Misshapen : UnaryOperator<double>
    {
        public override string Name => "misshapen";

        protected override Tensor<double> Forward(Tensor<double> x, Shape shape) => x;

        protected override Variable<double>? Propagate(Variable<double> gradient, in Propagation<double> at) =>
            gradient.Sum();
    }
}
