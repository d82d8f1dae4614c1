namespace SimpleGrad.Tests.TapeTests;

/// <summary>The memory of results goes back to the pool on a reset, and is never seen under another's name.</summary>
/// <remarks>Alone, for other tests take large blocks out of the pool.</remarks>
[Collection(nameof(Alone))]
public sealed class RecyclingTests
{
    private const int Length = 10_000;
    private readonly Tape<double> _tape = new();
    private readonly double[] _numbers = [.. Enumerable.Range(0, Length).Select(i => i / 100.0)];

    [Fact]
    public void A_value_that_was_read_stays_as_it_is()
    {
        Variable<double> x = _tape.Variable(_numbers), square = x * x, view = (x + 1)[1..];
        Tensor<double> value = square.Value, part = view.Value;
        double[] before = value.ToArray(), partBefore = part.ToArray();
        Overwrite(x);
        Assert.Equal(before, value.ToArray());
        Assert.Equal(before, square.Value.ToArray());
        Assert.Equal(partBefore, part.ToArray());
    }

    [Fact]
    public void A_value_that_was_not_read_before_the_reset_is_an_error()
    {
        Variable<double> x = _tape.Variable(_numbers), square = x * x, view = square[1..];
        Variable<double> sum = square.Sum();
        double expected = sum.Item();
        Overwrite(x);
        string message = Assert.Throws<InvalidOperationException>(() => square.Value).Message;
        Assert.Contains("Read it before the Reset", message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => view.Value);
        Assert.Throws<InvalidOperationException>(() => square.ToString());
        Assert.Equal(expected, sum.Item());
        Assert.Equal(_numbers, x.Value.ToArray());
    }

    /// <summary>Operators that take indices have a copy of them, which is checked.</summary>
    [Fact]
    public void Indices_of_operators_go_back_on_a_reset()
    {
        Tensor<int> index = Tensor.Create<int>([.. Enumerable.Range(0, Length)]);
        Variable<double> x = _tape.Variable(_numbers);
        Step();
        Allocations.AtMost(Length, Step); // the indices alone are four times as many bytes

        void Step()
        {
            _tape.Reset();
            _ = x.IndexSelect(0, index);
        }
    }

    [Fact]
    public void Leaves_made_of_results_outlive_the_reset()
    {
        Variable<double> x = _tape.Variable(_numbers), square = x * x;
        Variable<double> constant = _tape.Constant(square.Value);
        double[] expected = square.Value.ToArray();
        Overwrite(x);
        Assert.Equal(expected, constant.Value.ToArray());
        Assert.Equal(expected, new Tape<double>().Variable(constant.Value).Value.ToArray());
    }

    [Fact]
    public void An_operator_of_the_users_may_hold_on_to_what_it_saw()
    {
        var keeper = new Keeper();
        Variable<double> x = _tape.Variable(_numbers), square = x * x;
        keeper.Apply(square);
        double[] expected = keeper.Seen!.ToArray(), result = keeper.Made!.ToArray();
        Overwrite(x);
        Assert.Equal(expected, keeper.Seen.ToArray());
        Assert.Equal(result, keeper.Made.ToArray());
    }

    [Fact]
    public void Steps_of_training_take_no_new_memory()
    {
        var tape = new Tape<float>();
        Variable<float> x = tape.Variable(Tensor.Create<float>(new float[64 * 256], [64, 256]));
        Tensor<float> w = Tensor.Create<float>(new float[256 * 32], [256, 32]);
        for (int i = 0; i < 20; i++)
            Step();
        // The gradient is handed out, and with it one block of 32 KiB; all else, 300 KiB and more, is used again.
        Allocations.AtMost(60_000, Step);

        void Step()
        {
            tape.Reset();
            Variable<float> parameter = tape.Variable(w);
            Variable<float> hidden = x.MatMul(parameter).Tanh();
            Variable<float> loss = ((hidden * hidden).Exp() + hidden).Mean();
            _ = tape.Grad(loss, parameter, createGraph: false)!.Value;
        }
    }

    [Fact]
    public void Blocks_fit_and_begin_on_a_cache_line()
    {
        foreach (int length in new[] { 0, 1, 7, 8, 9, 127, 128, 129, 1000, 4097, 100_000, 1_000_001 })
        {
            var storage = Storage<double>.Uninitialized(length);
            Assert.True(storage.Data.Length - storage.Start >= length);
            if (length < 128)
                continue;
            unsafe
            {
                fixed (double* start = &storage.Data[storage.Start])
                    Assert.Equal(0u, (nuint)start % 64);
            }
            double[] block = storage.Data;
            storage.Release();
            Assert.Same(block, Storage<double>.Uninitialized(length).Data);
        }
    }

    private void Overwrite(Variable<double> x)
    {
        _tape.Reset();
        for (int i = 0; i < 10; i++)
            _ = x * 0.0;
    }

    private sealed class Keeper : UnaryOperator<double>
    {
        public Tensor<double>? Seen { get; private set; }

        public Tensor<double>? Made { get; private set; }

        public override string Name => "keeper";

        protected override Tensor<double> Forward(Tensor<double> x, Shape shape)
        {
            Seen = x;
            return Made = x + x;
        }

        protected override Variable<double>? Propagate(Variable<double> gradient, in Propagation<double> at) =>
            2 * gradient;
    }
}
