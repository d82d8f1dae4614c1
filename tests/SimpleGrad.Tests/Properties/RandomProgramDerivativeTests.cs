using System.Collections.Concurrent;
using CsCheck;

namespace SimpleGrad.Tests.Properties;

/// <summary>Derivatives of random programs against finite differences. A failure prints program and seed.</summary>
public sealed class RandomProgramDerivativeTests(ITestOutputHelper output)
{
    private const int Programs = 500;

    [Fact]
    public void Programs_use_all_operators()
    {
        var used = new ConcurrentDictionary<OperatorUse<double>, bool>();
        RandomProgram.Any.Sample(program =>
        {
            foreach (OperatorUse<double> use in program.Operators)
                used[use] = true;
        }, iter: 4 * Programs);
        Assert.Empty(OperatorTable<double>.All.Where(use => use.IsDifferentiable).Except(used.Keys));
    }

    [Fact]
    public void Gradients_are_those_of_finite_differences()
    {
        var tally = new Tally();
        RandomProgram.Any.Sample(program =>
        {
            double[] gradient = Gradient(program, Point(program));
            for (int i = 0; i < gradient.Length; i++)
            {
                double[] unit = new double[gradient.Length];
                unit[i] = 1;
                double[] expected = FiniteDifferences.Derivative(h => [Loss(program, Moved(program, unit, h))]);
                tally.Compare(expected, [gradient[i]]);
            }
        }, iter: Programs);
        tally.Report(output);
    }

    [Fact]
    public void Second_derivatives_are_those_of_finite_differences_of_the_gradient()
    {
        var tally = new Tally();
        RandomProgram.Any.Sample(program =>
        {
            double[] point = Point(program);
            for (int i = 0; i < Math.Min(point.Length, 6); i++)
            {
                double[] unit = new double[point.Length];
                unit[i] = 1;
                tally.Compare(SlopeOfGradient(program, unit), HessianProduct(program, unit));
            }
        }, iter: Programs);
        tally.Report(output);
    }

    [Fact]
    public void Hessian_vector_products_are_those_of_finite_differences_of_the_gradient()
    {
        var tally = new Tally();
        RandomProgram.Any.Sample(program =>
        {
            double[] direction = [.. Point(program).Select((_, i) => Math.Cos(1 + 2 * i))];
            tally.Compare(SlopeOfGradient(program, direction), HessianProduct(program, direction));
        }, iter: Programs);
        tally.Report(output);
    }

    /// <summary>The notebook's second loss, the sum of the squares of the gradient: its gradient is 2 H g.</summary>
    [Fact]
    public void Gradients_of_the_squared_gradient_are_those_of_finite_differences()
    {
        var tally = new Tally();
        RandomProgram.Any.Sample(program =>
        {
            double[] gradient = Gradient(program, Point(program));
            double length = gradient.Select(Math.Abs).DefaultIfEmpty().Max();
            if (length == 0)
                return;
            double[] direction = [.. gradient.Select(value => value / length)];
            double[] expected = [.. SlopeOfGradient(program, direction).Select(value => 2 * value)];
            double[] actual = SecondGradient(program, gradients => gradients.Square());
            tally.Compare(expected, [.. actual.Select(value => value / length)]);
        }, iter: Programs);
        tally.Report(output);
    }

    private static double[] Point(RandomProgram program) => [.. program.Inputs.SelectMany(input => input.ToArray())];

    private static double[] Moved(RandomProgram program, double[] direction, double h) =>
        [.. Point(program).Zip(direction, (x, v) => x + h * v)];

    private static double Loss(RandomProgram program, double[] point) =>
        program.Loss(Variables(program, point, new Tape<double>())).Item();

    private static double[] Gradient(RandomProgram program, double[] point)
    {
        var tape = new Tape<double>();
        Variable<double>[] inputs = Variables(program, point, tape);
        return Flat(tape.Grad(program.Loss(inputs), inputs, zeros: true, createGraph: false));
    }

    private static double[] SlopeOfGradient(RandomProgram program, double[] direction) =>
        FiniteDifferences.Derivative(h => Gradient(program, Moved(program, direction, h)));

    private static double[] HessianProduct(RandomProgram program, double[] direction) =>
        SecondGradient(program, gradients => gradients.Tape.Constant(direction) * gradients);

    /// <summary>The gradient of the sum of a function of the gradient, all inputs in one vector.</summary>
    private static double[] SecondGradient(RandomProgram program, Func<Variable<double>, Variable<double>> function)
    {
        var tape = new Tape<double>();
        Variable<double>[] inputs = Variables(program, Point(program), tape);
        Variable<double>?[] gradients = tape.Grad(program.Loss(inputs), inputs, zeros: true);
        Variable<double> all = Variable.Concatenate([.. gradients.Select(gradient => gradient!.Reshape(-1))]);
        return Flat(tape.Grad(function(all).Sum(), inputs, zeros: true));
    }

    private static Variable<double>[] Variables(RandomProgram program, double[] point, Tape<double> tape)
    {
        int end = 0;
        return
        [
            .. program.Inputs.Select(input => tape.Variable(
                Tensor.Create<double>(point.AsSpan()[end..(end += input.Length)], input.Shape))),
        ];
    }

    private static double[] Flat(Variable<double>?[] gradients) =>
        [.. gradients.SelectMany(gradient => gradient!.Value.ToArray())];

    /// <summary>Compares, and counts how much there was to compare.</summary>
    private sealed class Tally
    {
        private int _compared;
        private int _notTrusted;
        private int _notZero;

        public void Compare(double[] expected, double[] actual)
        {
            double allowed = FiniteDifferences.Tolerance * FiniteDifferences.Scale(expected);
            for (int i = 0; i < expected.Length; i++)
            {
                Interlocked.Increment(ref _compared);
                if (double.IsNaN(expected[i]))
                    Interlocked.Increment(ref _notTrusted);
                else if (!(Math.Abs(actual[i] - expected[i]) <= allowed))
                    Assert.Fail($"Derivative {i} is {actual[i]:R}, and {expected[i]:R} by finite differences.");
                else if (expected[i] != 0)
                    Interlocked.Increment(ref _notZero);
            }
        }

        /// <summary>The programs must be worth the comparison.</summary>
        public void Report(ITestOutputHelper output)
        {
            output.WriteLine($"{_compared} compared, {_notZero} of them not zero, {_notTrusted} not trusted.");
            Assert.True(_notTrusted < 0.1 * _compared);
            Assert.True(_notZero > 0.05 * _compared);
        }
    }
}
