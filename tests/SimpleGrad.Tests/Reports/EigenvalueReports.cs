namespace SimpleGrad.Tests.Reports;

/// <summary>
/// Derivatives of eigenvalues and eigenvectors where eigenvalues are equal (pytorch/pytorch#47599,
/// adtzlr/tensortrax#93, jax-ml/jax#669, JuliaDiff/ForwardDiff.jl#788, jax-ml/jax#8732). Right values come from the
/// same functions of the matrix by products of matrices, or are analytic.
/// </summary>
public sealed class EigenvalueReports
{
    private static readonly Tensor<double> _twice = Tensor.Create<double>([2, 0, 0, 2]);

    /// <summary>The sum of the squares is |S|², for every matrix.</summary>
    [Theory, InlineData(2), InlineData(2 + 1e-12), InlineData(2 + 1e-7), InlineData(2.001), InlineData(5)]
    public void Second_derivative_of_the_squares_is_that_of_the_norm(double other)
    {
        double[] expected = [2, 0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 2];
        Tensor<double> at = Tensor.Create<double>([2, 0, 0, other]);
        Close(expected, Derivatives.Hessian<double>(Squares, at), 1e-9);
        Close(expected, Derivatives.Hessian<double>(Squares).Compile().Invoke(at), 1e-9);
        Variable<double>[] rows = InDirections(at, (tape, x, e) => Derivatives.Hvp(Squares, x, e));
        Close(expected, Variable.Stack(rows).Value, 1e-9);
        Variable<double>[] columns = InDirections(
            at, (tape, x, e) => Derivatives.Jvp(y => Derivatives.Grad(Squares, y), x, e).Product);
        Close(expected, Variable.Stack(columns).Value, 1e-9);

        static Variable<double> Squares(Variable<double> x) => Symmetric(x, 2).Eigh().Values.Square().Sum();
    }

    [Fact]
    public void Single_precision_has_them_too()
    {
        Tensor<float> hessian = Derivatives.Hessian<float>(
            x => ((x.Reshape(2, 2) + x.Reshape(2, 2).Transpose()) / 2).Eigh().Values.Pow(3).Sum(),
            Tensor.Create<float>([2, 0, 0, 2]));
        Assert.Equal(
            [12, 0, 0, 0, 0, 6, 6, 0, 0, 6, 6, 0, 0, 0, 0, 12], hessian.ToArray(), (x, y) => Math.Abs(x - y) < 1e-4);
    }

    public static TheoryData<double, double, double, double> Spectra => new()
    {
        { 2, 2, 2, 1e-10 }, { 2, 2, 5, 1e-10 }, { 5, 2, 2 + 1e-9, 1e-7 }, { 2, 2 + 1e-5, 2 - 1e-5, 1e-6 },
        { 2, 3, 2 + 1e-3, 1e-6 }, { 0, 0, 1, 1e-10 },
    };

    /// <summary>A symmetric function of the eigenvalues: the square of their fifth powers' sum.</summary>
    [Theory, MemberData(nameof(Spectra))]
    public void Functions_of_eigenvalues_have_three_derivatives(double a, double b, double c, double tolerance) =>
        Check(
            x => Symmetric(x, 3).Eigh().Values.Pow(5).Sum().Square(),
            x => Symmetric(x, 3).MatrixPower(5).Trace().Square(), a, b, c, tolerance);

    /// <summary>All elements of V w³ Vᵀ, each in a function of its own.</summary>
    [Theory, MemberData(nameof(Spectra))]
    public void Functions_of_matrices_have_three_derivatives(double a, double b, double c, double tolerance)
    {
        Tensor<double> weights = Tensor.Create<double>([1, 2, .5, -1, 3, .2, .7, -.3, 1.5], [3, 3]);
        Check(
            x => Symmetric(x, 3).Eigh() is var (values, vectors)
                ? ((vectors * values.Pow(3)).MatMul(vectors.Transpose()) * x.Tape.Constant(weights)).Sin().Sum()
                : x,
            x => (Symmetric(x, 3).MatrixPower(3) * x.Tape.Constant(weights)).Sin().Sum(), a, b, c, tolerance);
    }

    [Fact]
    public void What_depends_on_the_choice_of_eigenvectors_is_refused()
    {
        Refused(x => Symmetric(x, 2).Eigh().Values[0]);
        Refused(x => Symmetric(x, 2).Eigh().Vectors[0][0]);
        Refused(x => Symmetric(x, 2).Eigh().Vectors[0][1].Square());
        Assert.Throws<CoincidingEigenvaluesException>(() => Derivatives.Hessian<double>(
            x => Symmetric(x, 2).Eigh().Values[1].Square(), _twice * 0.0)); // but its gradient is zero
        Refused(x => Symmetric(x, 2).Eigh() is var (w, v) ? (v * w).Sum() : x);
        Assert.Throws<CoincidingEigenvaluesException>(() => Derivatives.Jvp<double>(
            x => Symmetric(x, 2).Eigh().Values, _twice, _twice));
        Assert.Throws<CoincidingEigenvaluesException>(() => Derivatives.Jacobian<double>(
            x => Symmetric(x, 2).Eigh().Values, _twice));
        // Nothing but the sum of their squares is asked of them, which is the same for every choice.
        Close([0, 0, 0, 0], Derivatives.Grad<double>(
            x => Symmetric(x, 2).Eigh().Vectors[0].Square().Sum(), _twice), 1e-15);

        static void Refused(Func<Variable<double>, Variable<double>> f)
        {
            Assert.Throws<CoincidingEigenvaluesException>(() => Derivatives.Grad(f, _twice));
            Assert.Throws<CoincidingEigenvaluesException>(() => Derivatives.Grad(f).Compile().Invoke(_twice));
            Assert.Throws<CoincidingEigenvaluesException>(() => Derivatives.Jvp(f, _twice, _twice));
        }
    }

    /// <summary>Where the gradient comes from elsewhere, its dependence on the eigenvalues cannot be known.</summary>
    /// <summary>
    /// What finds a limit sweeps a tape that each sweep makes several times as long: it ends with an error before it
    /// takes all memory.
    /// </summary>
    [Fact]
    public void A_limit_that_takes_too_long_a_tape_is_refused()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(0.3), a = x.Expand([3, 8, 8]) + x.Square();
        (Variable<double> values, Variable<double> vectors) = a.Eigh(); // all but one of each are 0
        Variable<double> f = (vectors * values.Unsqueeze(-2).Square()).MatMul(vectors.Transpose(-2, -1));
        for (int i = 0; i < 40; i++)
            f = (f / (2 + f.Sin())).MatMul(f.Cos()).Tanh();
        var message = Assert.Throws<CoincidingEigenvaluesException>(() =>
        {
            Variable<double>? gradient = f.Sum();
            for (int order = 0; order < 3; order++)
                gradient = tape.Grad(gradient!, x);
        }).Message;
        Assert.Contains("too long", message);
        Assert.InRange(tape.Count, 1, 100_000);
    }

    [Fact]
    public void Limits_that_cannot_be_known_are_refused()
    {
        Aggregate<double> values = Aggregate.Compile<double>(x => Symmetric(x, 2).Eigh().Values);
        Func<Variable<double>, Variable<double>>[] functions =
        [
            x => values.Invoke(x).Square().Sum(),
            x => Transform.Checkpoint<double>(y => Symmetric(y, 2).Eigh().Values, x).Square().Sum(),
        ];
        Assert.All(functions, f =>
        {
            Close([4, 0, 0, 4], Derivatives.Grad(f, _twice), 1e-14);
            Assert.Throws<CoincidingEigenvaluesException>(() => Derivatives.Hessian(f, _twice));
            Assert.Equal(1, Derivatives.Hessian(f, Tensor.Create<double>([2, 0, 0, 3])).GetValue(1, 2), 1e-13);
        });
    }

    /// <summary>(1 + t E)⁵ with E² = 2 E: the third derivative at 0 is 60 E³ = 240 E.</summary>
    [Fact]
    public void Derivatives_along_a_line_are_known_up_to_the_third()
    {
        Tensor<double> ones = Tensor.Ones<double>([2, 2]), one = Tensor.Eye<double>(2), zero = Tensor.Scalar(0.0);
        Func<Variable<double>, Variable<double>> f = t =>
            (t * t.Tape.Constant(ones) + t.Tape.Constant(one)).Eigh() is var (w, v)
                ? (v * w.Pow(5)).MatMul(v.Transpose())[0][0]
                : t;
        foreach (double expected in new[] { 1, 5, 40, 240 })
        {
            Assert.Equal(expected, TensorFunction.Of(f).Invoke(zero).Item(), 1e-9);
            Func<Variable<double>, Variable<double>> last = f;
            f = t => Derivatives.Grad(last, t);
        }
        Assert.Contains(
            "up to order 3",
            Assert.Throws<CoincidingEigenvaluesException>(() => TensorFunction.Of(f).Invoke(zero)).Message);
    }

    private static void Check(
        Func<Variable<double>, Variable<double>> f, Func<Variable<double>, Variable<double>> expected, double a,
        double b, double c, double tolerance)
    {
        Tensor<double> at = Tensor.Create<double>([a, 0, 0, 0, b, 0, 0, 0, c]);
        double[] d = [.3, -.7, .2, 1.1, .4, .2, -.3, .9, .1], e = [.5, .4, -.9, .6, .1, -.2, .8, .7, -.4];
        Close(Derivatives.Grad(expected, at).ToArray(), Derivatives.Grad(f, at), tolerance);
        Close(Second(expected)(at).ToArray(), Second(f)(at), tolerance);
        Close(Third(expected)(at).ToArray(), Third(f)(at), tolerance);

        Func<Tensor<double>, Tensor<double>> Second(Func<Variable<double>, Variable<double>> g) =>
            x => Derivatives.Hvp(g, x, Tensor.Create<double>(d));

        Func<Tensor<double>, Tensor<double>> Third(Func<Variable<double>, Variable<double>> g) => x => Derivatives.Grad(
            y => (Derivatives.Hvp(g, y, y.Tape.Constant(Tensor.Create<double>(d)))
                * y.Tape.Constant(Tensor.Create<double>(e))).Sum(), x);
    }

    private static Variable<double>[] InDirections(
        Tensor<double> at, Func<Tape<double>, Variable<double>, Variable<double>, Variable<double>> product)
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(at);
        return [.. Enumerable.Range(0, at.Length).Select(
            i => product(tape, x, tape.Constant(Tensor.Eye<double>(at.Length)).Select(0, i)))];
    }

    private static Variable<double> Symmetric(Variable<double> x, int n) =>
        (x.Reshape(n, n) + x.Reshape(n, n).Transpose()) / 2;

    private static void Close(double[] expected, Tensor<double> actual, double tolerance)
    {
        double scale = 1 + expected.Max(Math.Abs);
        Assert.Equal(expected, actual.ToArray(), (x, y) => Math.Abs(x - y) <= tolerance * scale);
    }
}
