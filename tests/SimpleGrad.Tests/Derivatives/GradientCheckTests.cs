namespace SimpleGrad.Tests.Derivative;

public sealed class GradientCheckTests
{
    private static readonly Tensor<double> _x = Check.Vector(0.7, -1.2, 0.4);

    [Fact]
    public void Right_derivatives_pass_to_order_3()
    {
        GradientReport report = GradientCheck.Run(
            x => (x.Sin() * x.Exp()).Sum() + x.Square().Sum().Sqrt(), _x, 3, 1e-8);
        Assert.True(report.IsRight, report.ToString());
        report.ThrowIfWrong();
        Assert.Equal(6, report.Comparisons.Count);
        Assert.All(report.Comparisons, comparison => Assert.Equal((3, 0), (comparison.Count, comparison.Undecided)));
    }

    /// <summary>Inputs of several shapes, and results with several elements that must not be mixed up.</summary>
    [Fact]
    public void Functions_of_several_inputs_pass()
    {
        GradientReport report = GradientCheck.Run(
            (Variable<double>[] v) => v[0].MatMul(v[1]).Tanh() * v[2],
            [Check.Random(1, 2, 3), Check.Random(2, 3, 4), Tensor.Scalar(0.3)], order: 2);
        Assert.True(report.IsRight, report.ToString());
        Assert.Equal(19, report.Comparisons[0].Count);
    }

    /// <summary>Where steps must be small: near a pole, at great and at small numbers.</summary>
    [Theory]
    [InlineData(1e-3)]
    [InlineData(0.5)]
    [InlineData(300)]
    public void Functions_that_are_hard_to_difference_pass(double x)
    {
        GradientReport report = GradientCheck.Run(v => v.Log() + 1 / v, Tensor.Scalar(x), order: 2, tolerance: 1e-5);
        Assert.True(report.IsRight, report.ToString());
        Assert.All(report.Comparisons, comparison => Assert.Equal(0, comparison.Undecided));
    }

    [Theory]
    [InlineData(Fault.Factor, 1)]
    [InlineData(Fault.Element, 1)]
    [InlineData(Fault.Lost, 1)]
    [InlineData(Fault.SecondOrder, 2)]
    public void A_wrong_rule_is_found(Fault fault, int order)
    {
        GradientReport report = GradientCheck.Run(x => (new Cube(fault).Apply(x) * x.Exp()).Sum(), _x);
        Assert.False(report.IsRight);
        GradientComparison wrong = report.Comparisons.First(comparison => !comparison.IsRight);
        Assert.Equal((order, "differences"), (wrong.Order, wrong.With));
        Assert.Contains("WRONG", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("order 1", Assert.Throws<InvalidOperationException>(report.ThrowIfWrong).Message);
    }

    /// <summary>The worst element is named, with what it should be.</summary>
    [Fact]
    public void The_worst_element_is_reported()
    {
        GradientReport report = GradientCheck.Run(x => new Cube(Fault.Element).Apply(x).Reshape(3, 1), _x, order: 1);
        GradientElement worst = report.Comparisons[1].Worst!;
        Assert.Equal([1], worst.Index);
        Assert.True(worst.IsWrong);
        Assert.Equal(2, worst.Found / worst.Expected, 1e-6);
        Assert.Matches(@"order 1, differences: WRONG, 3 elements; worst by x\[1\]: expected \S+, found \S+",
            report.ToString(_ => "x"));
    }

    /// <summary>A rule that is not linear in the gradient is found by forward mode alone.</summary>
    [Fact]
    public void Forward_mode_is_compared_too()
    {
        GradientReport report = GradientCheck.Run(x => new Cube(Fault.NotLinear).Apply(x).Sum(), _x, order: 1);
        Assert.False(report.Comparisons[0].IsRight);
    }

    [Fact]
    public void A_planted_fault_is_found_in_each_operator_it_is_composed_with()
    {
        Func<Variable<double>, Variable<double>>[] around =
            [x => x.Tanh(), x => x.Sum(), x => x.Reshape(3, 1), x => x.CumSum(0), x => x.Softmax(0), x => x * x];
        foreach (var outer in around)
        {
            Assert.True(GradientCheck.Run(x => outer(new Cube(Fault.None).Apply(x)), _x).IsRight);
            Assert.False(GradientCheck.Run(x => outer(new Cube(Fault.Factor).Apply(x)), _x).IsRight);
        }
    }

    [Fact]
    public void A_kink_is_not_called_wrong_where_values_cannot_tell()
    {
        GradientReport report = GradientCheck.Run(x => (x - 1e-4).Abs().Sum(), Check.Vector(0, 1), order: 1);
        Assert.True(report.IsRight, report.ToString());
    }

    [Fact]
    public void Mistakes_are_errors()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Run(x => x, _x, order: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Run(x => x, _x, tolerance: 0));
    }

    public enum Fault
    {
        None,
        Factor,
        Element,
        Lost,
        SecondOrder,
        NotLinear,
    }

    /// <summary>x³, an operator of a user's own, with a fault in its rule.</summary>
    private sealed class Cube(Fault fault) : UnaryOperator<double>
    {
        public override string Name => "cube";

        public override Keeps Keeps => Keeps.X;

        protected override Tensor<double> Forward(Tensor<double> x, Shape shape) => x * x * x;

        protected override Variable<double>? Propagate(Variable<double> gradient, in Propagation<double> at) =>
            fault switch
            {
                Fault.Factor => 3.001 * at.X * at.X * gradient,
                Fault.Element => 3 * at.X * at.X * gradient * at.X.Tape.Constant(Check.Vector(1, 2, 1)),
                Fault.Lost => null,
                Fault.SecondOrder => 3 * at.X.Detach() * at.X * gradient,
                Fault.NotLinear => 3 * at.X * at.X * gradient * gradient.Square(),
                _ => 3 * at.X * at.X * gradient,
            };
    }
}
