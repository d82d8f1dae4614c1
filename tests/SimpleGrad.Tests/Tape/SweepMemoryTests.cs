namespace SimpleGrad.Tests.TapeTests;

/// <summary>
/// A reverse sweep that records nothing gives memory back as it goes, but none that anyone still sees.
/// </summary>
[Collection(nameof(Alone))]
public sealed class SweepMemoryTests
{
    private readonly Tape<double> _tape = new();
    private readonly double[] _numbers = [.. Enumerable.Range(0, 24).Select(i => 0.5 + i / 16.0)];

    /// <summary>Losses in which gradients are shared, added up, viewed and stretched in many ways.</summary>
    public static TheoryData<string> Programs => [.. _programs.Keys];

    private static readonly Dictionary<string, Func<Variable<double>, Variable<double>, Variable<double>>> _programs =
        new()
        {
            ["x + x"] = (x, y) => (x + x + y).Sum(),
            ["used often"] = (x, y) => (x + y + x + y + x * y + x * x * y * x + x).Sum(),
            ["sum of a sum"] = (x, y) => ((x + y).Sum() * x + (x * y).Sum(1).Sum()).Sum(),
            ["views"] = (x, y) => (x.Transpose() * y.Transpose() + x.Reshape(6, 4)).Reshape(4, 6).Sum(0).Exp().Sum(),
            ["parts"] = (x, y) => (x[1..3] * y[..2] + x[..2] + x[2..]).Sum() + x[1..].Sum(),
            ["stretched"] = (x, y) => (x.Sum(0) * y + x.Sum(1, keepDims: true) / y + x.Mean()).Sum(),
            ["softmax"] = (x, y) => (x.Softmax(1) * y.LogSoftmax(0)).Sum() + (x - y).Square().Mean(),
            ["products"] = (x, y) => (x.MatMul(y.Transpose()).Tanh() + x.MatMul(x.Transpose())).Sum(),
            ["joined"] = (x, y) => Variable.Concatenate<double>([x, y, x * y]).Square().Sum(),
            ["not one number"] = (x, y) => x * y + x,
        };

    [Theory]
    [MemberData(nameof(Programs))]
    public void Gradients_are_those_of_a_recorded_sweep(string program)
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>(_numbers, [4, 6]));
        Variable<double> y = _tape.Variable(Tensor.Create<double>([.. _numbers.Reverse()], [4, 6]));
        Variable<double> between = x * y, loss = _programs[program](between, y + between);
        Variable<double>[] wanted = [x, between, y, loss];
        double[][] expected = [.. _tape.Grad(loss, wanted).Select(gradient => gradient!.Value.ToArray())];
        for (int i = 0; i < 3; i++)
        {
            Variable<double>?[] gradients = _tape.Grad(loss, wanted, createGraph: false);
            _ = (x * 0.0, between * double.NaN, x.Sum(0) * double.NaN); // takes what went back
            for (int k = 0; k < wanted.Length; k++)
                Assert.Equal(expected[k], gradients[k]!.Value.ToArray());
        }
    }

    [Fact]
    public void An_operator_of_the_users_may_hold_on_to_gradients()
    {
        var keeper = new Keeper();
        Variable<double> x = _tape.Variable(_numbers);
        Variable<double> loss = (keeper.Apply(x * x) * x).Sin().Sum();
        _ = _tape.Grad(loss, x, createGraph: false);
        _ = (x * 0.0, x * double.NaN, x * 0.0, x * 0.0);
        Assert.Equal(_numbers.Select(v => v * Math.Cos(v * v * v)), keeper.Came!.Value.ToArray(), Close);
        Assert.Equal(_numbers.Select(v => 2 * v * Math.Cos(v * v * v)), keeper.Went!.Value.ToArray(), Close);
    }

    [Fact]
    public void An_aggregate_may_hold_on_to_gradients_and_sweep_itself()
    {
        Variable<double>? came = null, went = null;
        Variable<double> x = _tape.Variable(_numbers), squares = x * x, other = (squares * squares).Sum();
        Variable<double> result = _tape.Temporary(squares.Value);
        _tape.RecordAggregate("same", [squares], [result], gradients =>
        {
            came = gradients[0];
            _ = _tape.Grad(other, x, createGraph: false);
            went = came * 2;
            return [went];
        });
        Variable<double> gradient = _tape.Grad((result * x).Sin().Sum(), x, createGraph: false)!;
        _ = (x * 0.0, x * double.NaN, x * 0.0, x * 0.0);
        Assert.Equal(_numbers.Select(v => v * Math.Cos(v * v * v)), came!.Value.ToArray(), Close);
        Assert.Equal(_numbers.Select(v => 2 * v * Math.Cos(v * v * v)), went!.Value.ToArray(), Close);
        Assert.Equal(_numbers.Select(v => 5 * v * v * Math.Cos(v * v * v)), gradient.Value.ToArray(), Close);
    }

    [Fact]
    public void A_gradient_that_was_added_up_in_place_is_still_known_not_to_be_recorded()
    {
        Variable<double> x = _tape.Variable(2.0);
        Variable<double> gradient = _tape.Grad(x * x * x * x, x, createGraph: false)!;
        Assert.Equal(32, gradient.Item());
        Assert.Throws<InvalidOperationException>(() => _tape.Grad(gradient * x, x));
    }

    [Fact]
    public void A_long_sweep_needs_the_memory_of_a_few_gradients()
    {
        const int length = 400, size = 8192 / sizeof(double);
        // Kept until the reset, the gradients alone would be 8 KiB for each of 4 operators of a step.
        Allocations.AtMost(1024L * length, () => Allocations.OnNewThread(() =>
        {
            var tape = new Tape<double>();
            Variable<double> x = tape.Variable(new double[size]), y = x;
            for (int i = 0; i < length; i++)
                y = (y * x).Sin();
            Variable<double> loss = y.Sum();
            return Allocations.Of(() => tape.Grad(loss, x, createGraph: false));
        }));
    }

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-12;

    private sealed class Keeper : UnaryOperator<double>
    {
        public Variable<double>? Came { get; private set; }

        public Variable<double>? Went { get; private set; }

        public override string Name => "keeper";

        protected override Tensor<double> Forward(Tensor<double> x, Shape shape) => x + 0;

        protected override Variable<double>? Propagate(Variable<double> gradient, in Propagation<double> at)
        {
            Came = gradient;
            return Went = gradient * 2;
        }
    }
}
