namespace SimpleGrad.Tests.Derivative;

public sealed class CheckpointTests
{
    private static readonly Tensor<double> _x = Check.Vector(0.3, -0.8, 1.2);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Gradients_of_each_order_are_those_without(int order)
    {
        Func<Variable<double>, Variable<double>> plain = x => Deep(x, (f, y) => f(y)).Sum();
        Func<Variable<double>, Variable<double>> kept = x => Deep(x, Transform.Checkpoint).Sum();
        for (int i = 1; i < order; i++)
            (plain, kept) = (SumOfSquares(plain), SumOfSquares(kept));
        Tensor<double> expected = Derivatives.Grad(plain, _x);
        Check.Close(expected, Derivatives.Grad(kept, _x));
        Check.Close(expected, Derivatives.Grad(kept).Compile().Invoke(_x));
        Check.Close(Derivatives.Hessian(plain, _x), Derivatives.Hessian(kept, _x));
    }

    [Fact]
    public void Checkpoints_nest()
    {
        static Variable<double> Nested(Variable<double> x) => Transform.Checkpoint<double>(
            y => Transform.Checkpoint<double>(z => z.Sin() * y.Tape.Constant(2.0), y).Exp(), x).Sum();
        GradientReport report = GradientCheck.Run(
            x => Transform.Checkpoint<double>(y => Transform.Checkpoint<double>(z => z.Sin(), y).Exp(), x), _x, 3);
        Assert.True(report.IsRight, report.ToString());
        Assert.Contains("must be its inputs", Assert.Throws<InvalidOperationException>(
            () => Derivatives.Grad<double>(Nested, _x)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_inputs_and_results_have_their_gradients()
    {
        static Variable<double>[] Function(Variable<double>[] v) => [v[0] * v[1].Exp(), v[1].Square()];
        GradientReport report = GradientCheck.Run(
            (Variable<double>[] v) => Transform.Checkpoint(Function, v) is [var a, var b] ? a.Sum() + b.Sum() : v[0],
            [_x, Check.Vector(0.5, -1, 2)], 3);
        Assert.True(report.IsRight, report.ToString());
    }

    /// <summary>The function is evaluated once more for each sweep, and leaves one entry.</summary>
    [Fact]
    public void One_entry_is_recorded_and_the_function_runs_again()
    {
        int runs = 0;
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(_x);
        Variable<double> y = Transform.Checkpoint<double>(
            v =>
            {
                runs++;
                for (int i = 0; i < 100; i++)
                    v = v.Sin();
                return v;
            },
            x);
        Assert.Equal((1, 1), (runs, tape.Count));
        _ = tape.Grad(y.Sum(), x, createGraph: false);
        Assert.Equal((2, 2), (runs, tape.Count));
        _ = tape.Grad(y.Sum(), x);
        Assert.True(tape.Count < 10, $"{tape.Count} entries");
    }

    [Fact]
    public void A_known_zero_stays_one()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(_x), z = tape.Variable(_x);
        Variable<double> y = Transform.Checkpoint<double>((a, b) => a.Square() + b.Detach(), x, z);
        var (dx, dz) = tape.Grad(y.Sum(), x, z);
        Assert.Null(dz);
        Variable<double>? second = tape.Grad(tape.Grad(dx!.Sum(), x)!.Sum(), x);
        Assert.True(second is null || second.Value.ToArray().All(value => value == 0));
    }

    private static Variable<double> Deep(
        Variable<double> x,
        Func<Func<Variable<double>, Variable<double>>, Variable<double>, Variable<double>> step)
    {
        for (int i = 0; i < 4; i++)
            x = step(y => (y * 1.1).Sin() + y.Square() / 3, x);
        return x;
    }

    private static Func<Variable<double>, Variable<double>> SumOfSquares(
        Func<Variable<double>, Variable<double>> loss) => x => Derivatives.Grad(loss, x).Square().Sum();
}
