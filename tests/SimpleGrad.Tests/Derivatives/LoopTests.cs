namespace SimpleGrad.Tests.Derivative;

/// <summary>Loops as one operator: the same derivatives as the loop written out, to any order, compiled too.</summary>
public sealed class LoopTests
{
    /// <summary>Halves until it is small: the number of steps depends on the value.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(3)]
    [InlineData(1)]
    public void While_has_the_derivatives_of_the_steps_that_were_made(int segment)
    {
        Variable<double> Loop(Variable<double> x) =>
            Derivatives.While<double>(s => s.Item() > 1, (s, p) => s / p + s.Square() * 0.01, x, 0 * x + 2, segment);
        static Variable<double> Plain(Variable<double> x)
        {
            Variable<double> s = x;
            while (s.Item() > 1)
                s = s / 2 + s.Square() * 0.01;
            return s;
        }
        var (third, compiled) = (Third(Loop), Third(Loop).Compiled());
        foreach (double at in (double[])[20, 7, 0.5])
        {
            Tensor<double> x = Tensor.Scalar(at);
            Check.Close(Derivatives.Grad<double>(Plain, x), Derivatives.Grad<double>(Loop, x));
            Check.Close(Derivatives.Grad<double>(Plain, x), Derivatives.Grad<double>(Loop).Compiled().Invoke(x));
            Check.Close(Third(Plain).Invoke(x), third.Invoke(x));
            Check.Close(Third(Plain).Invoke(x), compiled.Invoke(x));
        }

        static TensorFunction<double, Tensor<double>> Third(Func<Variable<double>, Variable<double>> f) =>
            Derivatives.Hessian<double>(x => Derivatives.Grad(f, x));
    }

    [Fact]
    public void While_over_a_batch_makes_the_steps_of_each_example()
    {
        static Variable<double> Loop(Variable<double> x) =>
            Derivatives.While<double>(s => s.Item() > 1, (s, p) => s / p, x, 0 * x + 2);
        Check.Close(Check.Vector(0.625, 0.875, 0.5), Derivatives.Vmap<double>(Loop, Check.Vector(20, 7, 0.5)));
        Check.Close(Check.Vector(1 / 32.0, 1 / 8.0, 1), Derivatives.Vmap<double>(
            x => Derivatives.Grad<double>(Loop, x), Check.Vector(20, 7, 0.5)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(32)]
    public void Scan_has_the_derivatives_of_the_loop(int segment)
    {
        Tensor<double> inputs = Check.Random(1, 7, 3), start = Check.Random(2, 3), weights = Check.Random(3, 3, 3);
        static Variable<double> Step(Variable<double> s, Variable<double> x, Variable<double> w) =>
            (w.MatMul(s) + x).Tanh();
        static Variable<double> Plain(Variable<double>[] v)
        {
            var states = new List<Variable<double>>();
            for (int i = 0; i < 7; i++)
                states.Add(Step(states.Count == 0 ? v[0] : states[^1], v[1][i], v[2]));
            return Variable.Stack(states).Square().Sum();
        }
        Variable<double> Loop(Variable<double>[] v) =>
            Derivatives.Scan<double>(Step, v[0], v[1], v[2], segment).Square().Sum();
        Tensor<double>[] at = [start, inputs, weights];
        var expected = Derivatives.ValueAndGrad<double>(Plain).Invoke(at);
        var eager = Derivatives.ValueAndGrad<double>(Loop);
        foreach (var loop in new[] { eager, eager.Compiled() })
        {
            var actual = loop.Invoke(at);
            Check.Close(expected.Value, actual.Value);
            for (int i = 0; i < at.Length; i++)
                Check.Close(expected.Gradients[i], actual.Gradients[i]);
        }
        GradientReport report = GradientCheck.Run(
            w => Loop([w.Tape.Constant(start), w.Tape.Constant(inputs), w]), weights);
        Assert.True(report.IsRight, report.ToString());
    }

    [Fact]
    public void Scan_takes_a_single_input_and_inputs_that_are_numbers()
    {
        var tape = new Tape<double>();
        Variable<double> start = tape.Variable(3.0), factor = tape.Variable(2.0);
        foreach ((double[] inputs, double[] states, double byFactor) in new[]
        {
            ([5], [11], 3), (new double[] { 5, 7 }, new double[] { 11, 29 }, 3.0 + 11 + 3 * 2),
        })
        {
            Variable<double> x = tape.Variable(inputs);
            Variable<double> result = Derivatives.Scan<double>((s, x, p) => s * p + x, start, x, factor);
            Assert.Equal(states, result.Value.ToArray());
            Assert.Equal(byFactor, tape.Grad(result.Sum(), factor)!.Item());
        }
        foreach (Shape empty in new Shape[] { [0], [0, 3], Shape.Scalar })
            Assert.Contains("no sequence", Assert.Throws<ArgumentException>(
                () => Derivatives.Scan<double>(
                    (s, _, _) => s, start, tape.Variable(Tensor.Zeros<double>(empty)), factor)).Message);
    }

    /// <summary>What the tape holds does not grow with the number of steps.</summary>
    [Fact]
    public void A_loop_is_one_entry()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(1.0), rate = tape.Variable(1.01);
        Variable<double> y = Derivatives.While<double>(s => s.Item() < 1000, (s, p) => s * p, x, rate);
        Assert.Equal(1, tape.Count);
        Variable<double> slope = tape.Grad(y, rate)!;
        double steps = Math.Ceiling(Math.Log(1000) / Math.Log(1.01));
        Assert.Equal(steps * Math.Pow(1.01, steps - 1), slope.Item(), 1e-6);
        Assert.True(tape.Count < 10, $"{tape.Count} entries");
    }

    [Fact]
    public void Mistakes_are_errors()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(Check.Vector(1, 2)), p = tape.Variable(2.0);
        Assert.Contains("while: the step makes a state of shape (4,)", Assert.Throws<ArgumentException>(
            () => Derivatives.While<double>(s => s.Length < 4, (s, _) => Variable.Concatenate([s, s]), x, p)).Message);
        Assert.Contains("must be", Assert.Throws<InvalidOperationException>(
            () => Derivatives.While<double>(s => s.ToArray()[0] < 4, (s, _) => s * p, x, p)).Message);
        Assert.Contains("no sequence", Assert.Throws<ArgumentException>(
            () => Derivatives.Scan<double>((s, _, _) => s, x, p, p)).Message);
    }
}
