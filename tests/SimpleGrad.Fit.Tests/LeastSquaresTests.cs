namespace SimpleGrad.Tests.Fitting;

/// <summary>Weights, bounds, losses and results, beside what is known in closed form.</summary>
public sealed class LeastSquaresTests
{
    private static readonly double[] _x = [1, 2, 3, 4, 5, 6, 7, 8];
    private static readonly double[] _y = [2.1, 3.9, 6.2, 8.1, 9.7, 12.4, 13.8, 16.3];
    private static readonly double[] _weights = [1, 2, 1, 0.5, 3, 1, 2, 1];

    [Fact]
    public void A_line_is_that_of_the_closed_form()
    {
        LeastSquaresFit fit = FitLine(_x, _y);
        (double[] expected, double[] errors, double rss) = Line(_x, _y, Ones(8));

        Near(expected, fit.Estimates);
        Near(errors, fit.StandardErrors);
        Near([rss, Math.Sqrt(rss / 6)], [fit.ResidualSumOfSquares, fit.ResidualDeviation]);
        Near([fit.ResidualSumOfSquares], [fit.Residuals.ToArray().Sum(r => r * r)]);
        Near(_y, [.. fit.Fitted.ToArray().Zip(fit.Residuals.ToArray(), (f, r) => f + r)]);
        Assert.Equal(6, fit.DegreesOfFreedom);
        Assert.Equal(["b1", "b2"], fit.Parameters.Select(parameter => parameter.Name));
        // 2.446912 is the t quantile of 6 degrees of freedom and 95 %, from tables.
        (double lower, double upper) = fit.Parameters[1].Interval();
        Near([expected[1] - 2.4469118 * errors[1], expected[1] + 2.4469118 * errors[1]], [lower, upper], 1e-8);
        Near([fit.Covariance[0, 0], fit.Covariance[1, 1]], [errors[0] * errors[0], errors[1] * errors[1]]);
        Assert.True(fit.Covariance[0, 1] < 0);
        Assert.Equal(fit.Covariance[0, 1], fit.Covariance[1, 0], 15);
    }

    [Theory]
    [InlineData(1e-9)]
    [InlineData(1e9)]
    public void A_start_of_zeros_is_as_good_in_any_unit(double unit)
    {
        LeastSquaresFit fit = FitLine(_x, [.. _y.Select(y => y * unit)]);

        Assert.Equal(1, fit.Estimates[1] / unit / FitLine(_x, _y).Estimates[1], 1e-11);
        Assert.InRange(fit.Iterations, 1, 6);
    }

    [Fact]
    public void Weights_count_in_estimates_and_errors()
    {
        LeastSquaresFit fit = FitLine(_x, _y, new() { Weights = Tensor.Create<double>(_weights) });
        (double[] expected, double[] errors, double rss) = Line(_x, _y, _weights);

        Near(expected, fit.Estimates);
        Near(errors, fit.StandardErrors);
        Near([rss], [fit.ResidualSumOfSquares]);
    }

    [Fact]
    public void A_weight_of_zero_is_as_if_the_measurement_were_not_there()
    {
        double[] weights = [.. Ones(8)[1..], 0];
        double[] y = [.. _y[..7], 1e6];
        LeastSquaresFit fit = FitLine(_x, y, new() { Weights = Tensor.Create<double>(weights) });
        LeastSquaresFit without = FitLine(_x[..7], _y[..7]);

        Near(without.Estimates, fit.Estimates);
        Near(without.StandardErrors, fit.StandardErrors);
        Assert.Equal(without.DegreesOfFreedom, fit.DegreesOfFreedom);
    }

    [Fact]
    public void A_bound_in_the_way_is_kept_and_the_others_are_best_there()
    {
        // Without a bound the intercept is about 0.03. With one at 1, the slope is that of a line through (0, 1).
        (double, double)[] bounds = Wide(2);
        bounds[0] = (1, double.PositiveInfinity);
        LeastSquaresFit fit = FitLine(_x, _y, new() { Bounds = bounds }, 5, -3);
        double slope = _x.Zip(_y, (x, y) => x * (y - 1)).Sum() / _x.Sum(x => x * x);

        Assert.Equal(1, fit.Estimates[0]);
        Near([slope], [fit.Estimates[1]]);
        Assert.True(fit.Parameters[0].IsAtBound);
        Assert.False(fit.Parameters[1].IsAtBound);
        Assert.True(double.IsNaN(fit.Parameters[0].StandardError));
        Near([fit.ResidualDeviation / Math.Sqrt(_x.Sum(x => x * x))], [fit.Parameters[1].StandardError]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-10, 10)]
    public void Bounds_out_of_the_way_change_nothing(double startIntercept, double startSlope)
    {
        LeastSquaresFit bounded = FitLine(_x, _y, new() { Bounds = [(-10, 10), (0, 10)] }, startIntercept, startSlope);

        Near(FitLine(_x, _y).Estimates, bounded.Estimates);
        Assert.All(bounded.Parameters, parameter => Assert.False(parameter.IsAtBound));
    }

    [Fact]
    public void Equal_bounds_keep_a_parameter()
    {
        LeastSquaresFit fit = FitLine(_x, _y, new() { Bounds = [(0, 0), (-100, 100)] }, 0, 1);

        Near([0, _x.Zip(_y, (x, y) => x * y).Sum() / _x.Sum(x => x * x)], fit.Estimates);
        Assert.Equal(7, fit.DegreesOfFreedom);
    }

    [Theory]
    [InlineData("Misra1a", 0, 0, 200)]
    [InlineData("Rat42", 1, 1, 2.5)]
    public void A_bounded_fit_is_the_one_with_the_parameter_held(string name, int place, double lower, double upper)
    {
        var problem = NistProblem.Load(name);
        double[] start = [.. problem.Start2];
        start[place] = (lower + upper) / 2;
        (double, double)[] bounds = Wide(start.Length);
        bounds[place] = (lower, upper);
        LeastSquaresFit bounded = problem.Fit(start, new() { Bounds = bounds });
        start[place] = upper;
        bounds[place] = (upper, upper);
        LeastSquaresFit held = problem.Fit(start, new() { Bounds = bounds });

        Assert.Equal(upper, bounded.Estimates[place]);
        Near(held.Estimates, bounded.Estimates, 1e-9);
    }

    [Theory]
    [InlineData(ResidualLoss.Huber)]
    [InlineData(ResidualLoss.SoftL1)]
    [InlineData(ResidualLoss.Cauchy)]
    [InlineData(ResidualLoss.Arctan)]
    public void A_loss_of_a_huge_scale_is_the_square(ResidualLoss loss)
    {
        LeastSquaresFit squares = FitLine(_x, _y);
        foreach (double scale in new[] { 1e6, 1e9, 1e15 })
        {
            LeastSquaresFit fit = FitLine(_x, _y, new() { Loss = loss, LossScale = scale });

            Near(squares.Estimates, fit.Estimates, 1e-9);
            Near(squares.StandardErrors, fit.StandardErrors, 1e-9);
        }
    }

    [Theory]
    [InlineData(ResidualLoss.Huber)]
    [InlineData(ResidualLoss.SoftL1)]
    [InlineData(ResidualLoss.Cauchy)]
    [InlineData(ResidualLoss.Arctan)]
    public void A_loss_balances_what_it_makes_of_residuals_and_withstands_an_outlier(ResidualLoss loss)
    {
        double[] y = [.. _y];
        y[5] = 40;
        const double Scale = 0.3;
        LeastSquaresFit fit = FitLine(_x, y, new() { Loss = loss, LossScale = Scale });

        // At the optimum the derivatives of the losses, times those of the line, add up to zero.
        double[] slopes = [.. fit.Residuals.ToArray().Select(r => Derivative(loss, r, Scale))];
        Assert.Equal(0, slopes.Sum(), 1e-9);
        Assert.Equal(0, slopes.Zip(_x, (slope, x) => slope * x).Sum(), 1e-8);
        Assert.InRange(fit.Estimates[1], 1.8, 2.2);
        Assert.True(FitLine(_x, y).Estimates[1] > 2.5);
    }

    /// <summary>By mpmath with 40 digits, from the formulas of Huber (1981): estimates and standard errors.</summary>
    [Theory]
    [InlineData(ResidualLoss.Huber, 0.00821917808219178, 2.01438356164384, 0.34590251597, 0.0684989052595)]
    [InlineData(ResidualLoss.Cauchy, 0.0586838130407885, 1.9910099226055, 0.343803683509, 0.0680832744985)]
    public void Standard_errors_of_a_loss_have_the_correction_for_small_samples(
        ResidualLoss loss, double a, double b, double errorOfA, double errorOfB)
    {
        double[] y = [2.1, 3.9, 6.2, 8.1, 9.7, 40, 13.8, 16.3];
        LeastSquaresFit fit = FitLine(_x, y, new() { Loss = loss, LossScale = 0.3 });

        Near([a, b], fit.Estimates, 1e-7);
        Near([errorOfA, errorOfB], fit.StandardErrors, 1e-7);
    }

    [Fact]
    public void Huber_has_the_location_of_the_closed_form()
    {
        // Of 1, 2, 3 and 100 with scale 2: the last counts 2 whatever it is, so the location is (1 + 2 + 3 + 2) / 3.
        LeastSquaresFit fit = Fit.LeastSquares(
            (b, x) => b[0] + 0 * x, Tensor.Create<double>(_x.AsSpan(0, 4)), Tensor.Create<double>([1, 2, 3, 100]), [50],
            new() { Loss = ResidualLoss.Huber, LossScale = 2 });
        double location = 8.0 / 3;
        double squares = ((double[])[1, 2, 3]).Sum(y => (y - location) * (y - location)) + 4;

        Near([location], fit.Estimates, 1e-9);
        // Second derivatives 1, 1, 1 and 0 have mean 3/4 and variance 3/16: Huber's correction is 1 + 1/4 · 1/3.
        Near([13.0 / 12 * Math.Sqrt(squares / 3) / 0.75], [fit.ResidualDeviation], 1e-9);
        Near([fit.ResidualDeviation / 2], fit.StandardErrors, 1e-9);
    }

    [Fact]
    public void Data_without_noise_are_fitted_to_rounding()
    {
        double[] y = [.. _x.Select(x => 3 * Math.Exp(-0.7 * x))];
        LeastSquaresFit fit = Fit.LeastSquares(
            (b, x) => b[0] * (-b[1] * x).Exp(), Tensor.Create<double>(_x), Tensor.Create<double>(y), [1, 0.1]);

        Near([3, 0.7], fit.Estimates, 1e-13);
        Assert.Equal(FitStop.ExactFit, fit.Stop);
    }

    [Fact]
    public void A_function_that_is_the_same_everywhere_is_the_mean()
    {
        LeastSquaresFit fit = Fit.LeastSquares(
            (b, _) => b[0], Tensor.Scalar(0.0), Tensor.Create<double>(_y), [1], new() { Names = ["mean"] });

        Near([_y.Average()], fit.Estimates);
        Assert.Equal("mean", fit.Parameters[0].Name);
    }

    [Fact]
    public void Several_columns_are_rows_of_x()
    {
        double[,] x = new double[2, 8];
        for (int i = 0; i < 8; i++)
            (x[0, i], x[1, i]) = (_x[i], _weights[i]);
        double[] y = [.. _x.Zip(_weights, (u, w) => 2 * u * Math.Exp(0.3 * w) + 0.1 * Math.Sin(10 * u))];
        LeastSquaresFit fit = Fit.LeastSquares(
            (b, x) => b[0] * x[0] * (b[1] * x[1]).Exp(), Tensor.FromArray<double>(x), Tensor.Create<double>(y), [1, 0]);

        Assert.InRange(fit.Estimates[0], 1.9, 2.1);
        Assert.InRange(fit.Estimates[1], 0.29, 0.31);
    }

    [Fact]
    public void Progress_is_told_and_the_search_can_be_ended()
    {
        using var cancelled = new CancellationTokenSource();
        var seen = new List<FitProgress>();
        var problem = NistProblem.Load("MGH17");

        Assert.Throws<OperationCanceledException>(() => problem.Fit(problem.Start1, new()
        {
            CancellationToken = cancelled.Token,
            Progress = new Listener(progress =>
            {
                seen.Add(progress);
                if (progress.Iteration == 5)
                    cancelled.Cancel();
            }),
        }));
        Assert.Equal([1, 2, 3, 4, 5], seen.Select(progress => progress.Iteration));
        Assert.All(seen.Zip(seen.Skip(1)), pair => Assert.True(pair.Second.Cost < pair.First.Cost));
    }

    private static LeastSquaresFit FitLine(
        double[] x, double[] y, LeastSquaresOptions? options = null, double intercept = 0, double slope = 0) =>
        Fit.LeastSquares(
            (b, x) => b[0] + b[1] * x, Tensor.Create<double>(x), Tensor.Create<double>(y), [intercept, slope], options);

    private static (double[] Estimates, double[] Errors, double Rss) Line(double[] x, double[] y, double[] w)
    {
        double sum = w.Sum(), xm = x.Zip(w, (a, b) => a * b).Sum() / sum, ym = y.Zip(w, (a, b) => a * b).Sum() / sum;
        double sxx = x.Zip(w, (a, b) => b * (a - xm) * (a - xm)).Sum();
        double slope = x.Zip(y).Zip(w, (p, b) => b * (p.First - xm) * (p.Second - ym)).Sum() / sxx;
        double intercept = ym - slope * xm;
        double rss = x.Zip(y).Zip(w, (p, b) => b * Math.Pow(p.Second - intercept - slope * p.First, 2)).Sum();
        double variance = rss / (x.Length - 2);
        return (
            [intercept, slope],
            [Math.Sqrt(variance * (1 / sum + xm * xm / sxx)), Math.Sqrt(variance / sxx)],
            rss);
    }

    private static double Derivative(ResidualLoss loss, double r, double scale) => loss switch
    {
        ResidualLoss.Huber => Math.Clamp(r, -scale, scale),
        ResidualLoss.SoftL1 => r / Math.Sqrt(1 + r * r / (scale * scale)),
        ResidualLoss.Cauchy => r / (1 + r * r / (scale * scale)),
        _ => r / (1 + Math.Pow(r / scale, 4)),
    };

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];

    private static (double, double)[] Wide(int count) =>
        [.. Enumerable.Repeat((double.NegativeInfinity, double.PositiveInfinity), count)];

    private static void Near(double[] expected, double[] actual, double tolerance = 1e-11) =>
        Assert.All(expected.Zip(actual), pair =>
            Assert.Equal(pair.First, pair.Second, tolerance * Math.Max(1, Math.Abs(pair.First))));

    private sealed class Listener(Action<FitProgress> listen) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => listen(value);
    }
}
