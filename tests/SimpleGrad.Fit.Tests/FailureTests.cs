namespace SimpleGrad.Tests.Fitting;

/// <summary>Fits without a result say why.</summary>
public sealed class FailureTests
{
    private static readonly Tensor<double> _x = Tensor.Create<double>([1, 2, 3, 4]);
    private static readonly Tensor<double> _y = Tensor.Create<double>([1.1, 1.9, 3.2, 3.9]);

    [Fact]
    public void No_value_at_the_start()
    {
        FitException e = Assert.Throws<FitException>(
            () => Fit.LeastSquares((b, x) => (b[0] - x).Log(), _x, _y, [0]));

        Assert.Equal(FitFailure.NotFinite, e.Failure);
        Assert.Equal("At the start the function has no finite value: it is NaN.", e.Message);
        Assert.Equal([0], e.Point);
    }

    [Fact]
    public void No_derivative_at_the_start()
    {
        FitException e = Assert.Throws<FitException>(
            () => Fit.LeastSquares((b, x) => b[0].Sqrt() * x, _x, _y, [0]));

        Assert.Equal(FitFailure.NotFinite, e.Failure);
        Assert.Contains("not all of its derivatives are finite", e.Message);
    }

    [Fact]
    public void Measurements_whose_squares_are_no_numbers()
    {
        foreach (double unit in new[] { 1e-200, 1e200 })
        {
            ArgumentException e = Assert.Throws<ArgumentException>(
                () => Fit.LeastSquares((b, x) => b[0] * x, _x, _y * unit, [unit]));
            Assert.Contains("Use other units", e.Message);
        }
        foreach (double unit in new[] { 1e-120, 1e120 })
        {
            LeastSquaresFit fit = Fit.LeastSquares((b, x) => b[0] * x, _x, _y * unit, [unit / 2]);
            Assert.Equal(30.1 / 30 * unit, fit.Estimates[0], 1e-12 * unit);
            Assert.Equal(Fit.LeastSquares((b, x) => b[0] * x, _x, _y, [0.5]).StandardErrors[0] * unit,
                fit.StandardErrors[0], 1e-12 * unit);
        }
        Assert.Equal(0, Fit.LeastSquares((b, x) => b[0] * x, _x, _y * 0, [1]).Estimates[0], 1e-15);
    }

    [Fact]
    public void Too_many_iterations()
    {
        var problem = NistProblem.Load("MGH10");
        FitException e = Assert.Throws<FitException>(() => problem.Fit(problem.Start1, new() { MaxIterations = 20 }));

        Assert.Equal(FitFailure.IterationLimit, e.Failure);
        Assert.Equal("The search did not converge in 20 iterations.", e.Message);
    }

    [Fact]
    public void Parameters_that_the_data_do_not_tell_apart()
    {
        FitException e = Assert.Throws<FitException>(
            () => Fit.LeastSquares((b, x) => b[0] * b[1] * x + b[2], _x, _y, [1, 2, 0]));

        Assert.Equal(FitFailure.Singular, e.Failure);
        Assert.StartsWith("The data do not determine b1 and b2:", e.Message);

        e = Assert.Throws<FitException>(
            () => Fit.LeastSquares((b, x) => b[0] * x + 0 * b[1], _x, _y, [1, 2]));
        Assert.StartsWith("The data do not determine b2:", e.Message);
    }

    [Fact]
    public void An_edge_of_the_function_is_no_optimum()
    {
        // The best slope is negative, where the root of it has no value.
        FitException e = Assert.Throws<FitException>(
            () => Fit.LeastSquares((b, x) => b[0].Sqrt().Square() * x, _x, -_y, [1]));

        Assert.Equal(FitFailure.NoProgress, e.Failure);
    }

    [Theory]
    [InlineData(2, "2 parameters need more measurements than 2.")]
    [InlineData(3, null)]
    public void Too_few_measurements(int count, string? message)
    {
        LeastSquaresFit Run() => Fit.LeastSquares((b, x) => b[0] + b[1] * x, _x[..count], _y[..count], [0, 0]);
        if (message is null)
            Assert.Equal(1, Run().DegreesOfFreedom);
        else
            Assert.StartsWith(message, Assert.Throws<ArgumentException>(Run).Message);
    }

    [Fact]
    public void Arguments_that_do_not_fit()
    {
        Refused("Not finite is measurement 1: NaN.", y: Tensor.Create<double>([1, double.NaN, 3, 4]));
        Refused("The measurements must be a vector; their shape is (1, 4).", y: _y.Reshape(1, 4));
        Refused("The function returns shape (4,), and the measurements have shape (3,).", y: _y[..3]);
        Refused("There is no parameter", start: []);
        Refused("Parameter b1 starts at Infinity.", start: [double.PositiveInfinity]);
        Refused("1 parameters need as many names, not 2.", options: new() { Names = ["a", "b"] });
        Refused("1 parameters need as many pairs of bounds, not 2.", options: new() { Bounds = [(0, 1), (0, 1)] });
        Refused("The bounds of parameter b1 leave nothing between them: 2 and 1.",
            options: new() { Bounds = [(2, 1)] });
        Refused("The bounds of parameter b1 leave nothing between them: NaN and 1.",
            options: new() { Bounds = [(double.NaN, 1)] });
        Refused("Parameter b1 starts at 1, beyond its bounds 2 and 3.", options: new() { Bounds = [(2, 3)] });
        Refused("The bounds leave no parameter to vary.", options: new() { Bounds = [(1, 1)] });
        Refused("At least one iteration must be allowed, not 0.", options: new() { MaxIterations = 0 });
        Refused("The loss scale must be positive, not 0.", options: new() { LossScale = 0 });
        Refused("4 measurements need as many weights; their shape is (2,).",
            options: new() { Weights = Tensor.Create<double>([1, 2]) });
        Refused("Weight 2 is negative: -1.", options: new() { Weights = Tensor.Create<double>([1, 2, -1, 1]) });
        Refused("Not finite is weight 0", options: new() { Weights = Tensor.Create<double>([double.NaN, 2, 1, 1]) });
        Assert.Throws<ArgumentNullException>(() => Fit.LeastSquares(null!, _x, _y, [1]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_confidence_lies_between_0_and_1(double confidence) => Assert.Throws<ArgumentOutOfRangeException>(
        () => Fit.LeastSquares((b, x) => b[0] * x, _x, _y, [1]).Parameters[0].Interval(confidence));

    private static void Refused(
        string message, Tensor<double>? y = null, double[]? start = null, LeastSquaresOptions? options = null) =>
        Assert.StartsWith(message, Assert.ThrowsAny<ArgumentException>(
            () => Fit.LeastSquares((b, x) => b[0] * x, _x, y ?? _y, start ?? [1], options)).Message);
}
