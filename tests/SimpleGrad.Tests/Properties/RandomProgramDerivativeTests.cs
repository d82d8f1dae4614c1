using System.Collections.Concurrent;
using CsCheck;

namespace SimpleGrad.Tests.Properties;

/// <summary>Derivatives of random programs against finite differences. A failure prints program and seed.</summary>
public sealed class RandomProgramDerivativeTests(ITestOutputHelper output)
{
    private const int Orders = 4;

    [Fact]
    public void Gradients_are_those_of_finite_differences()
    {
        var tally = new Tally("gradient");
        RandomProgram.Any.Sample(program => RandomProgram.WhereDefined(() =>
        {
            double[] gradient = Derivatives(program, direction: Point(program), order: 1)[1];
            for (int i = 0; i < gradient.Length; i++)
            {
                double[] unit = new double[gradient.Length];
                unit[i] = 1;
                tally.Compare(h => Derivatives(program, unit, 0, h)[0], [gradient[i]]);
            }
        }), iter: 500);
        tally.Report(output);
    }

    /// <summary>
    /// The loss along a direction v, and its gradient; then the gradient along v, and the gradient of that; and so on.
    /// Each must have the one before as its finite difference along v. That one is exact, but for its own test: so the
    /// comparison is as sharp for the fourth order as for the first.
    /// </summary>
    [Fact]
    public void Derivatives_to_order_four_are_those_of_finite_differences_of_the_order_below()
    {
        Tally[] tallies = [.. Enumerable.Range(1, Orders).Select(order => new Tally($"order {order}"))];
        var uses = new ConcurrentDictionary<OperatorUse<double>, bool>();
        var operators = new ConcurrentDictionary<Type, bool>();
        RandomProgram.Any.Sample(program => RandomProgram.WhereDefined(() =>
        {
            CompareOrders(program, tallies, operators);
            foreach (OperatorUse<double> use in program.Operators)
                uses[use] = true;
        }), iter: 3000);
        Assert.All(tallies, tally => tally.Report(output));
        Assert.Empty(OperatorTable<double>.All.Where(use => use.IsDifferentiable).Except(uses.Keys));
        // A detached value is a constant to the gradient but not to a finite difference.
        Assert.Empty(LibraryOperators.All.Except(operators.Keys).Except([typeof(DetachOperator<>)]));
    }

    /// <summary>
    /// The same for each operator alone, so that none is left to chance. Some are so steep that differences say little.
    /// </summary>
    [Theory, MemberData(nameof(OperatorPropertyTests.Operators), MemberType = typeof(OperatorPropertyTests))]
    public void Each_operator_has_derivatives_to_order_four(string name)
    {
        OperatorUse<double> use = OperatorTable<double>.All.Single(use => use.Name == name);
        if (!use.IsDifferentiable)
            return;
        Tally[] tallies = [.. Enumerable.Range(1, Orders).Select(order => new Tally($"order {order}"))];
        var operators = new ConcurrentDictionary<Type, bool>();
        foreach (RandomProgram program in RandomProgram.Of(use))
            RandomProgram.WhereDefined(() => CompareOrders(program, tallies, operators));
        Assert.All(tallies, tally => tally.Report(output, leastTrusted: 0.2, leastNotZero: 0));
    }

    [Fact]
    public void A_failure_prints_program_and_seed()
    {
        string message = Assert.Throws<CsCheckException>(() => RandomProgram.Any.Sample(_ => false, iter: 10)).Message;
        Assert.Matches("[Ss]eed", message);
        Assert.Contains("var v0 = tape.Variable(", message);
        Assert.Contains("var loss = ", message);
    }

    /// <summary>The notebook's second loss, the sum of the squares of the gradient: its gradient is 2 H g.</summary>
    [Fact]
    public void Gradients_of_the_squared_gradient_are_those_of_finite_differences()
    {
        var tally = new Tally("squared gradient");
        RandomProgram.Any.Sample(program => RandomProgram.WhereDefined(() =>
        {
            double[] gradient = Derivatives(program, direction: Point(program), order: 1)[1];
            double length = gradient.Select(Math.Abs).DefaultIfEmpty().Max();
            if (length == 0)
                return;
            double[] direction = [.. gradient.Select(value => value / length)];
            var tape = new Tape<double>();
            Variable<double>[] inputs = Variables(program, Point(program), tape);
            Variable<double>?[] gradients = tape.Grad(program.Loss(inputs), inputs);
            Variable<double> second = gradients.Select(each => each?.Square().Sum()).Aggregate(Aggregate.AddOptional)!;
            double[] actual = Flat(tape.Grad(second, inputs), inputs);
            tally.Compare(
                h => Derivatives(program, direction, 1, h)[1], [.. actual.Select(value => value / (2 * length))]);
        }), iter: 500);
        tally.Report(output);
    }

    private static void CompareOrders(
        RandomProgram program, Tally[] tallies, ConcurrentDictionary<Type, bool> operators)
    {
        double[] direction = [.. Point(program).Select((_, i) => Math.Cos(1 + 2 * i))];
        double[][] exact = Derivatives(program, direction, Orders, operators: operators);
        exact[1] = [exact[1].Zip(direction, (slope, v) => slope * v).Sum()]; // what is differenced is the loss
        var nearby = new Dictionary<double, double[][]>();
        double[][] Near(double h) => nearby.TryGetValue(h, out double[][]? known)
            ? known
            : nearby[h] = Derivatives(program, direction, Orders - 1, h);

        for (int order = 1; order <= Orders; order++)
            tallies[order - 1].Compare(h => Near(h)[order - 1], exact[order]);
    }

    private static double[] Point(RandomProgram program) => [.. program.Inputs.SelectMany(input => input.ToArray())];

    /// <summary>
    /// At the point h along the direction: the loss; its gradient by all inputs; the gradient of that along the
    /// direction; and so on, up to an order.
    /// </summary>
    private static double[][] Derivatives(
        RandomProgram program, double[] direction, int order, double h = 0,
        ConcurrentDictionary<Type, bool>? operators = null)
    {
        var tape = new Tape<double>();
        Variable<double>[] inputs = Variables(program, [.. Point(program).Zip(direction, (x, v) => x + h * v)], tape);
        Variable<double>[] along = Variables(program, direction, tape);
        Variable<double>? loss = program.Loss(inputs);
        var derivatives = new double[order + 1][];
        derivatives[0] = [loss.Item()];
        for (int i = 1; i <= order; i++)
        {
            Variable<double>?[] gradients = loss is null
                ? new Variable<double>?[inputs.Length]
                : tape.Grad(loss, inputs, createGraph: i < order || operators is not null);
            derivatives[i] = Flat(gradients, inputs);
            loss = gradients.Zip(along, (gradient, v) => gradient is null ? null : (gradient * v).Sum())
                .Aggregate(Aggregate.AddOptional);
        }
        foreach (Type each in operators is null ? [] : LibraryOperators.On(tape).Distinct())
            operators![each] = true;
        return derivatives;
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

    private static double[] Flat(Variable<double>?[] gradients, Variable<double>[] inputs) =>
    [
        .. gradients.Zip(inputs, (gradient, x) => gradient?.Value.ToArray() ?? new double[x.Length])
            .SelectMany(numbers => numbers),
    ];

    /// <summary>Compares, and counts how much there was to compare.</summary>
    private sealed class Tally(string what)
    {
        private int _compared;
        private int _notTrusted;
        private int _notZero;

        public void Compare(Func<double, double[]> f, double[] derivative)
        {
            foreach ((int i, FiniteDifferences.Finding finding) in FiniteDifferences.Examine(f, derivative).Index())
            {
                Interlocked.Increment(ref _compared);
                if (finding.IsWrong)
                    Assert.Fail(
                        $"{what}: derivative {i} is {finding.Actual:R}, and {finding.Expected:R} by differences.");
                if (double.IsNaN(finding.Expected))
                    Interlocked.Increment(ref _notTrusted);
                else if (finding.Expected != 0)
                    Interlocked.Increment(ref _notZero);
            }
        }

        /// <summary>The programs must be worth the comparison.</summary>
        public void Report(ITestOutputHelper output, double leastTrusted = 0.9, double leastNotZero = 0.05)
        {
            output.WriteLine($"{what}: {_compared} compared, {_notZero} not zero, {_notTrusted} not trusted.");
            Assert.True(_compared - _notTrusted > leastTrusted * _compared);
            Assert.True(_notZero >= leastNotZero * _compared);
        }
    }
}
