using SimpleGrad.Tests.Compiler;

namespace SimpleGrad.Tests.Derivative;

/// <summary>Loops as operators: the same derivatives as the loop written out, to any order, compiled too.</summary>
public sealed class LoopTests
{
    private const int Steps = 5;

    private static readonly Tensor<double> _start = Tensor.Create<double>([0.3, -0.7]);

    private static readonly Tensor<double> _inputs = Comparison.Wave<double>([Steps, 2], 0.7);

    private static readonly Tensor<double> _parameters = Tensor.Create<double>([0.4, -0.3]);

    private static readonly Tensor<double> _batch =
        Tensor.Create<double>([0.4, -0.3, 0.39, -0.31, 0.41, -0.32], [3, 2]);

    /// <summary>A loop, and the same written out: from a start, a sequence and parameters.</summary>
    private sealed record Pair(
        Func<Variable<double>[], Variable<double>> Loop, Func<Variable<double>[], Variable<double>> Plain);

    private static readonly Dictionary<string, Pair> _pairs = new()
    {
        ["scan"] = new(
            v => Loop.Scan<double>((s, x, p) => (s * p[0] + x * s).Sin() + p[1], v[0], v[1], v[2]),
            v => Variable.Stack(All(v, (s, x, p) => (s * p[0] + x * s).Sin() + p[1]))),
        ["fold"] = new(
            v => Loop.Fold<double>((s, x, p) => (s * p * x).Tanh() + s, v[0], v[1], v[2]),
            v => All(v, (s, x, p) => (s * p * x).Tanh() + s)[^1]),
        ["linear fold"] = new(
            v => Loop.Fold<double>((s, x, p) => s * p + x, v[0], v[1], v[2]),
            v => All(v, (s, x, p) => s * p + x)[^1]),
        ["for"] = new(
            v => Loop.For<double>(7, (s, p) => s + 0.1 * (p[0] * s - p[1] * s.Square()), v[0], v[2]) * v[1][0],
            v =>
            {
                Variable<double> s = v[0];
                for (int i = 0; i < 7; i++)
                    s = s + 0.1 * (v[2][0] * s - v[2][1] * s.Square());
                return s * v[1][0];
            }),
        ["numbers"] = new(
            v => Loop.For<double>(6, (s, p) => s + 0.1 * (p[0] * s - p[1] * s.Square()), v[0][0], v[2])
                * v[1].Sum(),
            v =>
            {
                Variable<double> s = v[0][0];
                for (int i = 0; i < 6; i++)
                    s = s + 0.1 * (v[2][0] * s - v[2][1] * s.Square());
                return s * v[1].Sum();
            }),
        ["no step"] = new(
            v => Loop.For<double>(0, (s, p) => s * p, v[0], v[2]) * v[1].Sum() * v[2],
            v => v[0] * v[1].Sum() * v[2]),
        ["states and records"] = new(
            v =>
            {
                (Variable<double>[] states, Variable<double>[] records) = Loop.Scan<double>(
                    (s, x, p) => ([s[1] * p[0] + x[0], s[0].Sin(), s[2] + 1], [s[0] * s[1], x[0] * s[2]]),
                    [v[0], v[0] * 2, v[0].Tape.Constant(1.0)], [v[1], v[1] * 0.5], v[2]);
                return records[0].Sum() * states[1] + records[1].Square().Sum(0) + states[2] * v[2];
            },
            v =>
            {
                Variable<double> a = v[0], b = v[0] * 2, c = v[0].Tape.Constant(1.0), sum = 0 * v[0][0];
                Variable<double> squares = 0 * v[0];
                for (int i = 0; i < Steps; i++)
                {
                    Variable<double> x = v[1][i];
                    sum = sum + (a * b).Sum();
                    squares = squares + (x * c).Square();
                    (a, b, c) = (b * v[2] + x, a.Sin(), c + 1);
                }
                return sum * b + squares + c * v[2];
            }),
        ["matrices"] = new(
            v => Loop.Scan<double>((s, x, w) => (w.MatMul(s) + x).Tanh(), v[0], v[1], Outer(v[2])),
            v => Variable.Stack(All([v[0], v[1], Outer(v[2])], (s, x, w) => (w.MatMul(s) + x).Tanh()))),
        ["nested"] = new(
            v => Loop.Fold<double>(
                (s, x, p) => Loop.For<double>(3, (t, q) => (t * q[0] + q[1]).Sin(), s, Variable.Stack([p, x])) + x,
                v[0], v[1], v[2]),
            v => All(v, (s, x, p) =>
            {
                Variable<double> t = s;
                for (int i = 0; i < 3; i++)
                    t = (t * p + x).Sin();
                return t + x;
            })[^1]),
        ["while"] = new(
            v => Loop.While<double>(s => s.GetValue(0) < 3, (s, p) => s + (s * p).Exp() * 0.5, v[0], v[2])
                * v[1].Sum(),
            v =>
            {
                Variable<double> s = v[0];
                for (int i = 0; i < 4; i++) // as many as it takes
                    s = s + (s * v[2]).Exp() * 0.5;
                return s * v[1].Sum();
            }),
    };

    public static TheoryData<string> Names => [.. _pairs.Keys];

    private static Tensor<double>[] At => [_start, _inputs, _parameters];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_to_order_three_are_those_of_the_loop_written_out(string name)
    {
        Pair pair = _pairs[name];
        double[]?[] expected = Comparison.Chain<double>(v => [pair.Plain(v)], At, orders: 3);
        Comparison.AssertSame(expected, Comparison.Chain<double>(v => [pair.Loop(v)], At, orders: 3), 1e-10);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Compiled_gradients_are_those_of_the_loop_written_out(string name)
    {
        Pair pair = _pairs[name];
        double[]?[] expected = Comparison.Chain<double>(v => [pair.Plain(v)], At, orders: 3);
        Comparison.OnBothExecutors(() =>
        {
            foreach (double budget in new[] { 0, 0.5, 1 })
            {
                Aggregate<double> aggregate = Tested.Compile<double>(v => (Variable<double>[])[pair.Loop(v)])
                    .WithMemoryBudget(budget);
                Comparison.AssertSame(
                    expected, Comparison.Chain<double>(aggregate.InvokeAllOf, At, orders: 3), 1e-10,
                    what: $"budget {budget}");
            }
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void All_modes_agree_with_the_loop_written_out(string name)
    {
        Pair pair = _pairs[name];
        foreach ((string mode, Func<Func<Variable<double>[], Variable<double>>, Tensor<double>> run) in _modes)
        {
            try
            {
                Check.Close(run(pair.Plain), run(pair.Loop), 1e-9);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"{mode}: {e.Message}", e);
            }
        }
    }

    private static readonly (string, Func<Func<Variable<double>[], Variable<double>>, Tensor<double>>)[] _modes =
    [
        ("Jacobian", f => Derivatives.Jacobian<double>(p => f(With(p)), _parameters)),
        ("Jvp", f => Derivatives.Jvp<double>(p => f(With(p)), _parameters, _start).Product),
        ("Hessian", f => Derivatives.Hessian<double>(p => f(With(p)).Square().Sum(), _parameters)),
        ("Hessian by start", f => Derivatives.Hessian<double>(
            s => f([s, s.Tape.Constant(_inputs), s.Tape.Constant(_parameters)]).Square().Sum(), _start)),
        ("compiled Hessian", f => Derivatives.Hessian<double>(
            (Variable<double> p) => f(With(p)).Square().Sum()).Compile(Tested.Pipeline).Invoke(_parameters)),
        ("Vmap", f => Transform.Vmap<double>(p => f(With(p)), _batch)),
        ("Vmap of start", f => Transform.Vmap<double>(
            s => f([s, s.Tape.Constant(_inputs), s.Tape.Constant(_parameters)]), _batch)),
        ("Vmap of inputs", f => Transform.Vmap<double>(
            x => f([x.Tape.Constant(_start), x, x.Tape.Constant(_parameters)]),
            Comparison.Wave<double>([3, Steps, 2], 0.7))),
        ("Vmap of gradients", f => Transform.Vmap<double>(
            p => Derivatives.Grad<double>(q => f(With(q)).Square().Sum(), p), _batch)),
    ];

    private static Variable<double>[] With(Variable<double> p) =>
        [p.Tape.Constant(_start), p.Tape.Constant(_inputs), p];

    private static Variable<double> Outer(Variable<double> p) => p.Reshape(2, 1) * p + 0.1;

    private static List<Variable<double>> All(
        Variable<double>[] v, Func<Variable<double>, Variable<double>, Variable<double>, Variable<double>> step)
    {
        var states = new List<Variable<double>>();
        for (int i = 0; i < Steps; i++)
            states.Add(step(i == 0 ? v[0] : states[^1], v[1][i], v[2]));
        return states;
    }

    /// <summary>Halves until it is small: the number of steps depends on the value.</summary>
    [Fact]
    public void While_has_the_derivatives_of_the_steps_that_were_made()
    {
        static Variable<double> Halves(Variable<double> x) =>
            Loop.While<double>(s => s.Item() > 1, (s, p) => s / p + s.Square() * 0.01, x, 0 * x + 2);
        static Variable<double> Plain(Variable<double> x)
        {
            Variable<double> s = x;
            while (s.Item() > 1)
                s = s / 2 + s.Square() * 0.01;
            return s;
        }
        var (third, compiled) = (Third(Halves), Third(Halves).Compile());
        foreach (double at in (double[])[20, 7, 0.5])
        {
            Tensor<double> x = Tensor.Scalar(at);
            Check.Close(Derivatives.Grad<double>(Plain, x), Derivatives.Grad<double>(Halves, x));
            Check.Close(Derivatives.Grad<double>(Plain, x), Derivatives.Grad<double>(Halves).Compile().Invoke(x));
            Check.Close(Third(Plain).Invoke(x), third.Invoke(x));
            Check.Close(Third(Plain).Invoke(x), compiled.Invoke(x));
        }

        static TensorFunction<double, Tensor<double>> Third(Func<Variable<double>, Variable<double>> f) =>
            Derivatives.Hessian<double>(x => Derivatives.Grad(f, x));
    }

    [Fact]
    public void While_over_a_batch_makes_the_steps_of_each_example()
    {
        static Variable<double> Halves(Variable<double> x) =>
            Loop.While<double>(s => s.Item() > 1, (s, p) => s / p, x, 0 * x + 2);
        Check.Close(Check.Vector(0.625, 0.875, 0.5), Transform.Vmap<double>(Halves, Check.Vector(20, 7, 0.5)));
        Check.Close(Check.Vector(1 / 32.0, 1 / 8.0, 1), Transform.Vmap<double>(
            x => Derivatives.Grad<double>(Halves, x), Check.Vector(20, 7, 0.5)));
    }

    /// <summary>So many states that they are saved by segments.</summary>
    [Theory]
    [InlineData(1_000_000)]
    [InlineData(600_001)]
    public void A_long_loop_saves_the_states_of_segments(int steps)
    {
        double rate = 1 + 1e-6, expected = steps * Math.Pow(rate, steps - 1);
        Check.Close(
            Tensor.Scalar(expected), Derivatives.Grad<double>(
                p => Loop.For<double>(steps, (s, p) => s * p, p.Tape.Constant(1.0), p), Tensor.Scalar(rate)),
            1e-9 * expected);
        Check.Close(
            Tensor.Scalar(expected), Derivatives.Grad<double>(
                p => Loop.While<double>(
                    s => s[1].Item() < steps, (s, p) => [s[0] * p[0], s[1] + 1],
                    [p.Tape.Constant(1.0), p.Tape.Constant(0.0)], p)[0], Tensor.Scalar(rate)),
            1e-9 * expected);
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(Tensor.Uniform<double>([steps], 1.0)), factor = tape.Variable(0.5);
        Variable<double> states = Loop.Scan<double>((s, x, p) => s * p + x, tape.Constant(0.0), x, factor);
        Assert.Equal(Shape.Create([steps]), states.Shape);
        Assert.Equal(2, states.Value.GetValue(steps - 1), 1e-12);
        Assert.Equal(1.5, states.Value.GetValue(1), 1e-12);
        (Variable<double>? dx, Variable<double>? dp) = tape.Grad(states[^1], x, factor);
        Assert.Equal(0.25, dx!.Value.GetValue(steps - 3), 1e-12);
        Assert.Equal(4, dp!.Item(), 1e-9);
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
            Variable<double> result = Loop.Scan<double>((s, x, p) => s * p + x, start, x, factor);
            Assert.Equal(states, result.Value.ToArray());
            Assert.Equal(byFactor, tape.Grad(result.Sum(), factor)!.Item());
        }
        foreach (Shape empty in new Shape[] { [0], [0, 3], Shape.Scalar })
            Assert.Contains("a sequence has a step for each index", Assert.Throws<ArgumentException>(
                () => Loop.Scan<double>(
                    (s, _, _) => s, start, tape.Variable(Tensor.Zeros<double>(empty)), factor)).Message);
    }

    /// <summary>What the tape holds does not grow with the number of steps.</summary>
    [Fact]
    public void A_loop_is_one_entry()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(1.0), rate = tape.Variable(1.01);
        Variable<double> y = Loop.While<double>(s => s.Item() < 1000, (s, p) => s * p, x, rate);
        Assert.Equal(1, tape.Count);
        Variable<double> slope = tape.Grad(y, rate)!;
        double steps = Math.Ceiling(Math.Log(1000) / Math.Log(1.01));
        Assert.Equal(steps * Math.Pow(1.01, steps - 1), slope.Item(), 1e-6);
        Assert.True(tape.Count < 10, $"{tape.Count} entries");
    }

    /// <summary>A step is traced at each call, so that it has the numbers of that call.</summary>
    [Fact]
    public void Numbers_from_outside_are_those_of_the_call()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(1.0);
        double factor = 2;
        Func<Variable<double>, Variable<double>> step = s => s * factor;
        Assert.Equal(8, Loop.For<double>(3, step, x).Item());
        factor = 3;
        Assert.Equal(27, Loop.For<double>(3, step, x).Item());
    }

    /// <summary>The gradient of a state on which nothing depends is not computed, nor one of zeros.</summary>
    [Fact]
    public void Known_zeros_stay_known()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(1.0), y = tape.Variable(2.0), p = tape.Variable(0.5), q = tape.Variable(3.0);
        (Variable<double>[] states, Variable<double>[] records) = Loop.Scan<double>(
            (s, e, p) => ([s[0] * p[0], s[1] * p[1] + e[0]], [s[1]]), [x, y], [tape.Variable([1, 2, 3])], p, q);
        Variable<double>?[] gradients = tape.Grad(states[0], [x, y, p, q]);
        Assert.Equal(0.125, gradients[0]!.Item());
        Assert.Null(gradients[1]);
        Assert.NotNull(gradients[2]);
        Assert.Null(gradients[3]);
        Assert.Null(tape.Grad(records[0].Sum(), x));
        Assert.Equal(1 + 3 + 9, tape.Grad(records[0].Sum(), y)!.Item());
    }

    [Fact]
    public void A_step_that_throws_leaves_all_usable()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(1.0);
        int calls = 0;
        Assert.Throws<TimeoutException>(() => Loop.For<double>(3, _ => throw new TimeoutException(), x));
        Assert.Throws<TimeoutException>(() => Loop.While<double>(
            _ => ++calls < 3 ? true : throw new TimeoutException(), s => s * 2, x));
        Variable<double> y = Loop.For<double>(3, s => s * 2, x);
        Assert.Equal(8, tape.Grad(y, x)!.Item());
    }

    [Fact]
    public void Mistakes_are_errors()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(Check.Vector(1, 2)), p = tape.Variable(2.0);
        Assert.Contains("while: the step makes a state of shape (4,)", Assert.Throws<ArgumentException>(
            () => Loop.While<double>(s => s.Length < 4, (s, _) => Variable.Concatenate([s, s]), x, p)).Message);
        foreach (Func<Variable<double>, Variable<double>> step in
            new Func<Variable<double>, Variable<double>>[] { s => s * p, s => p * s })
            Assert.Contains("must be given to the loop", Assert.Throws<InvalidOperationException>(
                () => Loop.For<double>(3, step, x)).Message);
        Assert.Contains("a sequence has a step for each index", Assert.Throws<ArgumentException>(
            () => Loop.Scan<double>((s, _, _) => s, x, p, p)).Message);
        Assert.Contains("returns 2 states and the loop has 1", Assert.Throws<ArgumentException>(
            () => Loop.For<double>(2, (s, _) => [s[0], s[0]], [x])).Message);
        Assert.Contains("no state", Assert.Throws<ArgumentException>(
            () => Loop.For<double>(2, (s, _) => s, (Variable<double>[])[])).Message);
    }
}
