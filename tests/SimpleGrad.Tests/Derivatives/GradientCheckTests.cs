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
        Assert.Equal([3, 3, 9, 9, 27, 27], report.Comparisons.Select(comparison => comparison.Count));
        Assert.All(report.Comparisons, comparison => Assert.Equal(0, comparison.Undecided));
    }

    /// <summary>Inputs of several shapes, and results with several elements that must not be mixed up.</summary>
    [Fact]
    public void Functions_of_several_inputs_pass()
    {
        GradientReport report = GradientCheck.Run(
            (Variable<double>[] v) => v[0].MatMul(v[1]).Tanh() * v[2],
            [Check.Random(1, 2, 3), Check.Random(2, 3, 4), Tensor.Scalar(0.3)], order: 2);
        Assert.True(report.IsRight, report.ToString());
        Assert.Equal((8 * 19, false), (report.Comparisons[0].Count, report.Comparisons[0].IsOfSum));
        Assert.Equal((19, true), (report.Comparisons[2].Count, report.Comparisons[2].IsOfSum));
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
        Assert.Equal([1, 0], worst.Result!);
        GradientInput by = Assert.Single(worst.By);
        Assert.Equal((0, 1), (by.Input, Assert.Single(by.Index)));
        Assert.Equal(GradientVerdict.Wrong, worst.Verdict);
        Assert.Equal(2, worst.Found / worst.Expected, 1e-6);
        Assert.Contains(
            "order 1, differences: WRONG, 1 of 9 elements; worst d result[1, 0] / dx[1]: expected 4.32, found 8.64",
            report.ToString(_ => "x"), StringComparison.Ordinal);
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

    /// <summary>Steps follow the size of a variable, and what differences cannot tell is not called wrong.</summary>
    [Theory]
    [InlineData(1e-200)]
    [InlineData(1e-12)]
    [InlineData(1e-6)]
    [InlineData(1)]
    [InlineData(1e6)]
    [InlineData(1e150)]
    public void Right_derivatives_are_right_at_any_size(double x)
    {
        Func<Variable<double>, Variable<double>>[] functions =
            [v => v * v, v => 1 / v, v => v.Sqrt(), v => 3 * v, v => v / (v + x), v => v.Log(), v => v * v.Log()];
        foreach (var function in functions)
        {
            GradientReport report = GradientCheck.Run(function, Tensor.Scalar(x), order: 1);
            Assert.True(report.IsRight, report.ToString());
            if (x is > 1e-100 and < 1e100)
                Assert.Equal(GradientVerdict.Right, report.Comparisons[1].Verdict);
        }
    }

    /// <summary>Every kind of mistake in the rule of each of some functions, at points of all sizes.</summary>
    [Theory]
    [InlineData("sign")]
    [InlineData("factor 2")]
    [InlineData("1 percent")]
    [InlineData("1e-4")]
    [InlineData("lost")]
    [InlineData("zero")]
    [InlineData("missing term")]
    [InlineData("one element")]
    [InlineData("not a number")]
    [InlineData("second order")]
    public void A_wrong_rule_of_any_kind_is_found(string kind)
    {
        (Func<Variable<double>, Variable<double>> F, Func<Variable<double>, Variable<double>> Slope)[] functions =
        [
            (x => x * x * x, x => 3 * x * x), (x => x.Exp(), x => x.Exp()), (x => 1 / x, x => -1 / (x * x)),
            (x => x.Sin() + 2, x => x.Cos()), (x => x / (x + 1), x => 1 / (x + 1).Square()),
            (x => x.Lgamma(), x => x.Digamma()),
        ];
        Tensor<double>[] points =
        [
            Tensor.Scalar(0.7), Tensor.Scalar(1e-3), Tensor.Scalar(7.0), Check.Vector(0.3, 1.2, 2.5),
            Tensor.Create<double>([.. Enumerable.Range(1, 120).Select(i => i / 20.0)]),
        ];
        foreach (var (f, slope) in functions)
        {
            foreach (Tensor<double> x in points)
            {
                var wrong = new Wrong(f, slope, kind);
                GradientReport report = GradientCheck.Run(v => wrong.Apply(v), x);
                Assert.False(report.IsRight, $"{kind}: {report}");
                Assert.True(GradientCheck.Run(v => new Wrong(f, slope, "").Apply(v), x).IsRight);
            }
        }
    }

    /// <summary>
    /// Right derivatives of functions that oscillate, bend or stand up within the smallest steps: differences tell
    /// nothing there, or all.
    /// </summary>
    [Fact]
    public void What_changes_within_the_smallest_steps_is_never_wrong()
    {
        (string Name, Func<double, Variable<double>, Variable<double>> F)[] functions =
        [
            ("sin(c exp x)", (c, x) => (c * x.Exp()).Sin()), ("cos(c x^2)", (c, x) => (c * x * x).Cos()),
            ("sin(c / x)", (c, x) => (c / x).Sin()), ("sin(c x) exp x", (c, x) => (c * x).Sin() * x.Exp()),
            ("exp(-(c (x - 1))^2)", (c, x) => (-(c * (x - 1)).Square()).Exp()),
            ("tanh(c (x - 1))", (c, x) => (c * (x - 1)).Tanh()), ("cosh(c (x - 1))", (c, x) => (c * (x - 1)).Cosh()),
            ("1 / (1 + (c (x - 1))^2)", (c, x) => 1 / (1 + (c * (x - 1)).Square())),
            ("x^c", (c, x) => x.Pow(c)), ("log(1 + exp(c x))", (c, x) => (c * x).Softplus()),
            ("sin(c x)^2 + x", (c, x) => (c * x).Sin().Square() + x),
        ];
        double[] points = [1e-6, 0.3, 1, 1 + 3e-15, 1 + 1e-9, 3, 12.5, 31, 40, 1e3, 1e9];
        double[] factors = [1e-3, 0.3, 1, 7, 1e3, 1e5, 1e8, 1e10, 3e12, 1e14, 1e17];
        var wrong = new List<string>();
        int right = 0;
        foreach (var (name, f) in functions)
        {
            foreach (double x in points)
            {
                foreach (double c in factors)
                {
                    if (name.StartsWith("exp", StringComparison.Ordinal) && c > 1e13)
                        continue; // a peak between one number and the next
                    GradientReport report = GradientCheck.Run(v => f(c, v), Tensor.Scalar(x));
                    right += report.Comparisons.Count(each => each.Verdict == GradientVerdict.Right);
                    if (!report.IsRight)
                        wrong.Add($"{name}, c = {c}, x = {x}: {report}");
                }
            }
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count}: {string.Join('\n', wrong)}");
        Assert.True(right > 3000, $"{right}");
    }

    [Fact]
    public void What_cannot_be_told_is_undecided()
    {
        GradientReport kink = GradientCheck.Run(x => x.Relu(), Tensor.Scalar(0.0), order: 1);
        Assert.Equal(GradientVerdict.Undecided, kink.Comparisons[1].Verdict);
        Assert.Contains("expected 0.5 ± 0.5, found 0", kink.ToString(), StringComparison.Ordinal);
        GradientReport nan = GradientCheck.Run(x => x * 2, Tensor.Scalar(double.NaN), order: 1);
        Assert.Equal(GradientVerdict.Undecided, nan.Comparisons[1].Verdict);
        Assert.Contains("expected unknown, found 2", nan.ToString(), StringComparison.Ordinal);
        GradientReport large = GradientCheck.Run(x => x + 1e20, Tensor.Scalar(1.0), order: 1);
        Assert.Equal(GradientVerdict.Undecided, large.Comparisons[1].Verdict);
        GradientReport one = GradientCheck.Run(x => x.Sin().Square() + x.Cos().Square(), Check.Vector(0.7, 1.9));
        Assert.True(one.IsRight, one.ToString());
    }

    [Fact]
    public void Inputs_and_results_without_elements_have_nothing_to_check()
    {
        GradientReport report = GradientCheck.Run(x => x * 2, Tensor.Create<double>([]));
        Assert.True(report.IsRight);
        Assert.All(report.Comparisons, comparison => Assert.Equal(0, comparison.Count));
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

    /// <summary>A function of a user's own, with a mistake of some kind in its rule.</summary>
    private sealed class Wrong(
        Func<Variable<double>, Variable<double>> function, Func<Variable<double>, Variable<double>> slope, string kind)
        : UnaryOperator<double>
    {
        public override string Name => "wrong";

        public override Keeps Keeps => Keeps.X;

        protected override Tensor<double> Forward(Tensor<double> x, Shape shape) =>
            TensorFunction.Of(function).Invoke(x);

        protected override Variable<double>? Propagate(Variable<double> gradient, in Propagation<double> at)
        {
            Variable<double> right = slope(at.X), x = at.X;
            var one = new double[x.Length];
            Array.Fill(one, 1);
            one[x.Length / 2] = 1.01;
            return kind switch
            {
                "sign" => -right * gradient,
                "factor 2" => 2 * right * gradient,
                "1 percent" => 1.01 * right * gradient,
                "1e-4" => 1.0001 * right * gradient,
                "lost" => null,
                "zero" => 0 * right * gradient,
                "missing term" => (right - 0.1 * x * right) * gradient,
                "one element" => right * x.Tape.Constant(Tensor.Create<double>(one, x.Shape)) * gradient,
                "not a number" => double.NaN * right * gradient,
                "second order" => right.Detach() * gradient,
                _ => right * gradient,
            };
        }
    }
}
