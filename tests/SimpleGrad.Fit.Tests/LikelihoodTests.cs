namespace SimpleGrad.Tests.Fitting;

/// <summary>Maximum likelihood beside closed forms.</summary>
public sealed class LikelihoodTests
{
    private static readonly double[] _data = [0.8, 1.9, 0.3, 2.7, 1.1, 0.6, 3.4, 1.5, 0.9, 2.2];
    private static readonly Tensor<double> _tensor = Tensor.Create<double>(_data);

    [Fact]
    public void The_normal_distribution()
    {
        LikelihoodFit fit = Fit.MaximumLikelihood(
            (b, x) => -0.5 * ((x - b[0]) / b[1]).Square() - b[1].Log() - 0.5 * Math.Log(2 * Math.PI), _tensor, [0, 5],
            new() { Names = ["mean", "deviation"], Bounds = [(-100, 100), (0, double.PositiveInfinity)] });
        double mean = _data.Average(), deviation = Math.Sqrt(_data.Average(x => (x - mean) * (x - mean)));
        double logLikelihood = -10 * (Math.Log(deviation) + 0.5 * Math.Log(2 * Math.PI) + 0.5);

        Near([mean, deviation], fit.Estimates);
        Near([deviation / Math.Sqrt(10), deviation / Math.Sqrt(20)], fit.StandardErrors);
        Near([logLikelihood, 4 - 2 * logLikelihood, 2 * Math.Log(10) - 2 * logLikelihood],
            [fit.LogLikelihood, fit.Aic, fit.Bic]);
        Assert.Equal(10, fit.Observations);
        Assert.InRange(fit.RemainingStep, 0, 1e-8);
        (double lower, double upper) = fit.Parameters[0].Interval();
        Near([2 * 1.9599639845 * fit.StandardErrors[0]], [upper - lower], 1e-9);
    }

    [Fact]
    public void The_exponential_distribution()
    {
        LikelihoodFit fit = Fit.MaximumLikelihood((b, x) => b[0].Log() - b[0] * x, _tensor, [0.01]);

        Near([1 / _data.Average()], fit.Estimates);
        Near([1 / _data.Average() / Math.Sqrt(10)], fit.StandardErrors);
    }

    [Fact]
    public void Counts_with_two_groups()
    {
        // Poisson regression on one yes-or-no column has the groups' means in closed form.
        double[,] data = { { 3, 5, 4, 9, 11, 8, 12 }, { 0, 0, 0, 1, 1, 1, 1 } };
        LikelihoodFit fit = Fit.MaximumLikelihood(
            (b, x) => x[0] * (b[0] + b[1] * x[1]) - (b[0] + b[1] * x[1]).Exp() - (x[0] + 1).Lgamma(),
            Tensor.FromArray<double>(data), [0, 0]);

        Near([Math.Log(4), Math.Log(10.0 / 4)], fit.Estimates);
        Near([Math.Sqrt(1.0 / 12), Math.Sqrt(1.0 / 12 + 1.0 / 40)], fit.StandardErrors);
    }

    [Fact]
    public void Many_parameters_by_gradients_alone()
    {
        // Each of 60 groups has a mean of its own, in units that differ by twelve orders of magnitude.
        double[] units = [.. Enumerable.Range(0, 60).Select(i => Math.Pow(10, i % 13 - 6))];
        double[] data = [.. Enumerable.Range(0, 60).Select(i => 3 + Math.Sin(i))];
        Tensor<double> factors = Tensor.Create<double>(units);
        var options = new LikelihoodOptions { Method = LikelihoodMethod.Lbfgs };
        LikelihoodFit fit = Fit.MaximumLikelihood(
            (b, x) => -(b / b.Tape.Constant(factors) - x).Cosh(), Tensor.Create<double>(data), new double[60], options);

        Near([.. data.Zip(units, (x, unit) => x * unit)], fit.Estimates);
        Near(units, fit.StandardErrors);
        Assert.InRange(fit.Evaluations, 10, 100);
        Assert.StartsWith("L-BFGS takes no bounds", Assert.Throws<ArgumentException>(() => Fit.MaximumLikelihood(
            (b, x) => -(b[0] - x).Square(), _tensor, [1], options with { Bounds = [(0, 1)] })).Message);
    }

    [Fact]
    public void Both_methods_come_to_the_same()
    {
        LikelihoodFit Run(LikelihoodMethod method) => Fit.MaximumLikelihood(
            (b, x) => -0.5 * ((x - b[0]) / b[1]).Square() - b[1].Log(), _tensor, [1, 2], new() { Method = method });

        Near(Run(LikelihoodMethod.Newton).Estimates, Run(LikelihoodMethod.Lbfgs).Estimates);
        Assert.Equal(FitFailure.NotFinite, Assert.Throws<FitException>(() => Fit.MaximumLikelihood(
            (b, x) => b[0].Log() - x, _tensor, [-1], new() { Method = LikelihoodMethod.Lbfgs })).Failure);
    }

    [Fact]
    public void A_bound_in_the_way_is_kept()
    {
        LikelihoodFit fit = Fit.MaximumLikelihood(
            (b, x) => b[0].Log() - b[0] * x, _tensor, [0.3], new() { Bounds = [(0.1, 0.5)] });

        Assert.Equal([0.5], fit.Estimates);
        Assert.True(fit.Parameters[0].IsAtBound);
    }

    [Fact]
    public void A_start_on_a_ridge_goes_down_one_of_its_sides()
    {
        // The gradient at zero is zero, and the least likelihood is there.
        LikelihoodFit fit = Fit.MaximumLikelihood(
            (b, x) => -(b[0].Square() - 1).Square() - (b[1] - x).Square(), _tensor, [0, 0]);

        Near([1, _data.Average()], [Math.Abs(fit.Estimates[0]), fit.Estimates[1]]);
    }

    [Fact]
    public void What_has_no_maximum_is_told()
    {
        FitException e = Assert.Throws<FitException>(
            () => Fit.MaximumLikelihood((b, x) => b[0] * x, _tensor, [1], new() { MaxIterations = 50 }));
        Assert.Equal(FitFailure.IterationLimit, e.Failure);
        e = Assert.Throws<FitException>(
            () => Fit.MaximumLikelihood((b, x) => -(b[0] + b[1] - x).Square(), _tensor, [1, 2]));
        Assert.Equal(FitFailure.Singular, e.Failure);
        Assert.Contains("b1 and b2", e.Message);
    }

    [Fact]
    public void A_function_that_is_no_vector_is_refused() => Assert.Contains(
        "must return a vector",
        Assert.Throws<ArgumentException>(
            () => Fit.MaximumLikelihood((b, x) => (b[0] * x).Sum(), _tensor, [1])).Message);

    private static void Near(double[] expected, double[] actual, double tolerance = 1e-10) =>
        Assert.All(expected.Zip(actual), pair =>
            Assert.Equal(pair.First, pair.Second, tolerance * Math.Max(1, Math.Abs(pair.First))));
}
