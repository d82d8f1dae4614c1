using SimpleGrad.Tests.Compiler;
using SimpleGrad.Tests.Derivative;

namespace SimpleGrad.Tests.Records;

/// <summary>Loops whose states, sequences and parameters are records of variables.</summary>
public sealed class RecordLoopTests
{
    private const double Step = 0.01;

    [Fact]
    public void For_carries_a_record_through_its_steps() => IsAs(
        (s, p) => Loop.For(20, (each, q) => each.Next(q), s, p).Total(),
        (s, p) =>
        {
            for (int i = 0; i < 20; i++)
                s = s.Next(p);
            return s.Total();
        });

    [Fact]
    public void For_needs_no_parameters() => IsAs(
        (s, p) => Loop.For(5, each => each with { X = each.X + Step * each.V }, s).Total(),
        (s, p) => (s.X + 5 * Step * s.V).Sum() + s.V.Square().Sum());

    [Fact]
    public void Scan_gives_a_record_of_all_states() => IsAs(
        (s, p) => Loop.Scan(6, (each, q) => each.Next(q), s, p).Total(),
        (s, p) =>
        {
            Variable<double> sum = s.X.Tape.Constant(0.0);
            for (int i = 0; i < 6; i++)
            {
                s = s.Next(p);
                sum += s.Total();
            }
            return sum;
        });

    [Fact]
    public void Sequences_may_be_records_and_parameters_variables() => IsAs(
        (s, p) =>
        {
            var forces = new Body(s.X.Square(), s.V.Cos());
            Body last = Loop.Fold((Body each, Body at) => each.Pushed(at, at.X), new Body(s.X[0], s.V[1]), forces);
            Body other = Loop.Fold(
                (Body each, Body at, Variable<double> k) => each.Pushed(at, k), new Body(s.X[1], s.V[0]), forces,
                p.Stiffness);
            return last.Total() + other.Total();
        },
        (s, p) =>
        {
            Variable<double> fx = s.X.Square(), fv = s.V.Cos();
            Body last = new(s.X[0], s.V[1]), other = new(s.X[1], s.V[0]);
            for (int i = 0; i < 3; i++)
            {
                var at = new Body(fx[i], fv[i]);
                (last, other) = (last.Pushed(at, at.X), other.Pushed(at, p.Stiffness));
            }
            return last.Total() + other.Total();
        });

    [Fact]
    public void Scan_over_a_record_takes_its_elements() => IsAs(
        (s, p) => Loop.Scan((Body each, Body at) => each.Pushed(at, at.V), new Body(s.X[0], s.V[0]), s).Total(),
        (s, p) =>
        {
            var state = new Body(s.X[0], s.V[0]);
            Variable<double> sum = s.X.Tape.Constant(0.0);
            for (int i = 0; i < 3; i++)
            {
                state = state.Pushed(new Body(s.X[i], s.V[i]), s.V[i]);
                sum += state.Total();
            }
            return sum;
        });

    [Fact]
    public void While_asks_a_record_of_values() => IsAs(
        (s, p) => Loop.While(each => each.X.Value.GetValue(0) < 0.3, (each, q) => each.Next(q), s, p).Total()
            + Loop.While(
                each => each.V.Sum().Item() > 0.4, each => new Body(each.X + each.V, each.V * 0.9), s).Total(),
        (s, p) =>
        {
            Body other = s;
            while (s.X.Value.GetValue(0) < 0.3)
                s = s.Next(p);
            while (other.V.Sum().Item() > 0.4)
                other = new Body(other.X + other.V, other.V * 0.9);
            return s.Total() + other.Total();
        },
        isCompiled: false);

    [Fact]
    public void Scan_by_a_number_of_steps_takes_variables()
    {
        Variable<double> Steps(Variable<double> x) =>
            Loop.Scan(4, (s, k) => s * k, x, x) + Loop.Scan(4, s => s.Sin(), x);
        Variable<double> WrittenOut(Variable<double> x) => Variable.Stack(
        [
            x * x + x.Sin(), x * x * x + x.Sin().Sin(), x.Pow(4) + x.Sin().Sin().Sin(),
            x.Pow(5) + x.Sin().Sin().Sin().Sin(),
        ]);
        Tensor<double> at = Check.Vector(0.7, 1.2);
        Check.Close(
            Derivatives.Jacobian<double>(WrittenOut, at), Derivatives.Jacobian<double>(Steps, at), 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Derivatives.Jacobian<double>(x => Loop.Scan(0, s => s.Sin(), x), at));
    }

    [Fact]
    public void What_a_step_may_not_do_is_said()
    {
        var tape = new Tape<double>();
        Body body = NewBody(tape.Variable(Check.Vector(1, 2, 3, 4, 5, 6)));
        Variable<double> outside = tape.Variable(2.0);
        Assert.Contains("as parameters", Assert.Throws<InvalidOperationException>(
            () => Loop.For(3, each => each with { X = each.X * outside }, body)).Message);
        Assert.Throws<ArgumentException>(() => Loop.For(3, each => each with { X = each.X.Sum() }, body));
        Assert.Contains("returns 0 states", Assert.Throws<ArgumentException>(
            () => Loop.For(3, each => (Body)null!, body)).Message);
    }

    private static Body NewBody(Variable<double> x) => new(x[..3], x[3..]);

    /// <summary>Compares with the loop written out: values, gradients and second order, eager and compiled.</summary>
    private static void IsAs(
        Func<Body, Spring, Variable<double>> withLoop, Func<Body, Spring, Variable<double>> writtenOut,
        bool isCompiled = true)
    {
        Func<Variable<double>, Variable<double>> loop = x => withLoop(NewBody(x[..6]), new Spring(x[6], [x[7]]));
        Func<Variable<double>, Variable<double>> plain = x => writtenOut(NewBody(x[..6]), new Spring(x[6], [x[7]]));
        Tensor<double> at = Check.Vector(0.1, -0.4, 0.6, 0.8, 0.9, 0.3, 2.5, 0.2);
        (Tensor<double> value, Tensor<double> gradient) = Derivatives.ValueAndGrad(plain).Invoke(at);
        Tensor<double> hessian = Derivatives.Hessian(plain, at);
        Matches(Derivatives.ValueAndGrad(loop).Invoke(at));
        Check.Close(hessian, Derivatives.Hessian(loop, at), 1e-10);
        Comparison.OnBothExecutors(() =>
        {
            Matches(Derivatives.ValueAndGrad(loop).Compile(Tested.Pipeline).Invoke(at));
            if (isCompiled)
                Check.Close(hessian, Derivatives.Hessian<double>(loop).Compile(Tested.Pipeline).Invoke(at), 1e-10);
        });

        void Matches((Tensor<double> Value, Tensor<double> Gradient) found)
        {
            Check.Close(value, found.Value, 1e-11);
            Check.Close(gradient, found.Gradient, 1e-11);
        }
    }
}
