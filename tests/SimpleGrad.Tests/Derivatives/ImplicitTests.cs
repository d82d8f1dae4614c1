namespace SimpleGrad.Tests.Derivative;

/// <summary>Roots and fixed points with known dependence on their parameter.</summary>
public sealed class ImplicitTests
{
    [Fact]
    public void Square_root_as_a_root_has_all_its_derivatives()
    {
        static Variable<double> Root(Variable<double> p) =>
            Implicit.Root<double>((x, a) => x.Square() - a, Tensor.Scalar(1.0), p, tolerance: 1e-14);
        Tensor<double> at = Tensor.Scalar(2.0);
        Assert.Equal(Math.Sqrt(2), TensorFunction.Of<double>(Root).Invoke(at).Item(), 1e-12);
        Assert.Equal(0.5 * Math.Pow(2, -0.5), Derivatives.Grad<double>(Root, at).Item(), 1e-10);
        Assert.Equal(-0.25 * Math.Pow(2, -1.5), Derivatives.Hessian<double>(Root, at).Item(), 1e-10);
        Assert.Equal(
            0.375 * Math.Pow(2, -2.5),
            Derivatives.Grad<double>(p => Derivatives.Hessian<double>(Root, p), at).Item(), 1e-10);
    }

    [Fact]
    public void Systems_of_equations_pass_the_check()
    {
        GradientReport report = GradientCheck.Run(
            p => Implicit.Root<double>(
                (x, q) => Variable.Stack([x[0] * x[1] - q[0], x[0].Exp() + x[1] - q[1]]), Check.Vector(0.1, 1.4), p,
                tolerance: 1e-14),
            Check.Vector(0.15, 2.5));
        Assert.True(report.IsRight, report.ToString());
    }

    /// <summary>Kepler's equation: E = M + e sin E, so dE/dM = 1 / (1 - e cos E).</summary>
    [Fact]
    public void Fixed_point_of_keplers_equation()
    {
        static Variable<double> Anomaly(Variable<double> m) =>
            Implicit.FixedPoint<double>((e, p) => p + 0.3 * e.Sin(), Tensor.Scalar(0.0), m, tolerance: 1e-15);
        Tensor<double> at = Tensor.Scalar(1.0);
        double e = TensorFunction.Of<double>(Anomaly).Invoke(at).Item();
        Assert.Equal(1, e - 0.3 * Math.Sin(e), 1e-14);
        double slope = 1 / (1 - 0.3 * Math.Cos(e));
        Assert.Equal(slope, Derivatives.Grad<double>(Anomaly, at).Item(), 1e-12);
        Assert.Equal(-0.3 * Math.Sin(e) * Math.Pow(slope, 3), Derivatives.Hessian<double>(Anomaly, at).Item(), 1e-12);
        Assert.Equal(slope, Derivatives.Jvp<double>(Anomaly, at, Tensor.Scalar(1.0)).Product.Item(), 1e-12);
    }

    [Fact]
    public void A_solution_found_elsewhere_is_differentiable()
    {
        Tensor<double> jacobian = Derivatives.Jacobian<double>(
            p => Implicit.Solution<double>((x, a) => x.Pow(3) - a, Check.Vector(2, 3), p), Check.Vector(8, 27));
        Check.Close(Check.Matrix(new[,] { { 1 / 12.0, 0 }, { 0, 1 / 27.0 } }), jacobian);
    }

    /// <summary>One compiled function for many parameters: the solution is another each time.</summary>
    [Fact]
    public void Solutions_are_found_anew_in_compiled_functions_and_for_each_example_of_a_batch()
    {
        static Variable<double> Root(Variable<double> p) => Implicit.Root<double>(
            (x, a) => x.Square() - a, Tensor.Scalar(1.0), p.Square(), tolerance: 1e-14) * p;
        static Variable<double> Anomaly(Variable<double> m) =>
            Implicit.FixedPoint<double>((e, p) => p + 0.3 * e.Sin(), Tensor.Scalar(0.0), m, tolerance: 1e-15);
        var hessian = Derivatives.Hessian<double>(Root).Compile();
        var third = Derivatives.Grad<double>(p => Derivatives.Hessian<double>(Anomaly, p));
        var compiled = third.Compile();
        foreach (double at in new[] { 0.5, 1.5, 3 })
        {
            Assert.Equal(2, hessian.Invoke(Tensor.Scalar(at)).Item(), 1e-10);
            Check.Close(third.Invoke(Tensor.Scalar(at)), compiled.Invoke(Tensor.Scalar(at)), 1e-11);
        }
        Check.Close(
            Check.Vector(1, 3, 6),
            Transform.Vmap<double>(p => Derivatives.Grad<double>(Root, p), Check.Vector(0.5, 1.5, 3)), 1e-11);
    }

    /// <summary>A start that is a root already, and a solution that was found elsewhere.</summary>
    [Fact]
    public void What_the_user_gave_stays_the_users()
    {
        Tensor<double> root = Check.Vector(2, 3), at = Check.Vector(4, 9);
        for (int i = 0; i < 2; i++)
        {
            Check.Close(Check.Vector(0.25, 1 / 6.0), Derivatives.Grad<double>(
                p => Implicit.Solution<double>((x, a) => x.Square() - a, root, p).Sum(), at));
        }
        var tape = new Tape<double>();
        Variable<double> found = Implicit.Root<double>((x, a) => x.Square() - a, root, tape.Variable(at));
        found.AddInPlace(1);
        Check.Close(Check.Vector(3, 4), found.Value);
        Check.Close(Check.Vector(2, 3), root);
        Assert.Equal(
            MathF.Sqrt(2), TensorFunction.Of<float>(p => Implicit.Root<float>(
                (x, a) => x.Square() - a, Tensor.Scalar(1f), p)).Invoke(Tensor.Scalar(2f)).Item(), 1e-5f);
        Assert.Contains(
            "implicit: the function returns 1 numbers for 2 unknowns",
            Assert.Throws<InvalidOperationException>(() => Derivatives.Grad<double>(
                p => Implicit.Solution<double>((x, a) => x.Sum(0, keepDims: true), root, p).Sum(), at)).Message);
    }

    [Fact]
    public void What_has_no_solution_is_an_error()
    {
        Tensor<double> one = Tensor.Scalar(1.0);
        static Variable<double> None(Variable<double> p) =>
            Implicit.Root<double>((x, a) => x.Square() + a, Tensor.Scalar(1.0), p);
        Assert.Contains("root: df/dx is singular", Message(() => Derivatives.Grad<double>(None, one)));
        Assert.Contains("root: after 3 steps", Message(() => Derivatives.Grad<double>(
            p => Implicit.Root<double>((x, a) => x.Exp() - a, Tensor.Scalar(9.0), p, maxSteps: 3), one)));
        Assert.Contains("fixed_point: after 10 steps", Message(() => Derivatives.Grad<double>(
            p => Implicit.FixedPoint<double>((x, a) => 2 * x + a, Tensor.Scalar(1.0), p, maxSteps: 10), one)));
        Assert.Contains(
            "root: df/dx is singular", Message(() => Derivatives.Grad<double>(None).Compile().Invoke(one)));
        Assert.Contains("is none for others", Message(() => TensorFunction.Of<double>(
            p => Implicit.Solution<double>((x, a) => x - a, one, p)).Compile().Invoke(one)));
        Assert.Contains("the function returns 2 numbers for 1 unknowns", Assert.Throws<ArgumentException>(
            () => Derivatives.Jacobian<double>(p => Implicit.Root<double>(
                (x, a) => Variable.Stack([x, a]), Tensor.Scalar(1.0), p), one)).Message);

        static string Message(Action action) => Assert.Throws<InvalidOperationException>(action).Message;
    }
}
