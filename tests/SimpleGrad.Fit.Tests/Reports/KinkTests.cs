namespace SimpleGrad.Tests.Fitting.Reports;

/// <summary>Optima at kinks: there is a result, and a word about what it lacks.</summary>
public sealed class KinkTests
{
    /// <summary>
    /// A broken line whose best break lies at a measurement (stackoverflow 45096515). The values are those of
    /// scipy.optimize.curve_fit.
    /// </summary>
    [Theory]
    [InlineData(9000, 0.9, 1e-4, 1e-4)]
    [InlineData(9300, 0.93, 2e-5, 4e-5)]
    public void A_broken_line_may_break_at_a_measurement(double x0, double y0, double k1, double k2)
    {
        LeastSquaresFit fit = Fit.LeastSquares(
            (b, x) =>
            {
                Variable<double> d = x - b[0];
                return b[1] + Variable.Where(x < b[0], b[2] * d, b[3] * d);
            },
            Tensor.Create<double>([
                7228, 7620, 7730, 7901, 8139, 8370, 8448, 8737, 8824, 9089, 9233, 9321, 9509, 9568, 9642, 9756, 9915,
                10601, 10942,
            ]),
            Tensor.Create<double>([
                0.874, 0.893, 0.8905, 0.8916, 0.9095, 0.9142, 0.9109, 0.9185, 0.9169, 0.9251, 0.929, 0.9304, 0.9467,
                0.9378, 0.9464, 0.9508, 0.9583, 0.9857, 0.9975,
            ]),
            [x0, y0, k1, k2]);

        Near([9321, 0.932966, 2.58225e-5, 4.05401e-5], fit.Estimates, 1e-5);
        Assert.Equal(2.39281148e-4, fit.ResidualSumOfSquares, 1e-12);
        Assert.Equal(FitStop.Kink, fit.Stop);
        Assert.True(fit.Parameters[0].IsAtKink);
        Assert.True(double.IsNaN(fit.StandardErrors[0]));
        Assert.False(fit.Parameters[1].IsAtKink);
        Assert.True(fit.StandardErrors[1] > 0);
    }

    /// <summary>Laplace's distribution is most likely at the median, a kink, and the mean distance.</summary>
    [Theory]
    [InlineData(2.0)]
    [InlineData(8.0)]
    [InlineData(3.5)]
    [InlineData(4.25)]
    public void The_median_is_a_kink_of_a_likelihood(double start)
    {
        double[] data = [1, 2, 4.25, 7, 11];
        LikelihoodFit fit = Fit.MaximumLikelihood(
            (b, x) => -(x - b[0]).Abs() / b[1] - (2 * b[1]).Log(), Tensor.Create<double>(data), [start, 1]);

        Near([4.25, data.Average(x => Math.Abs(x - 4.25))], fit.Estimates, 1e-9);
        Assert.True(fit.Parameters[0].IsAtKink);
        Near([fit.Estimates[1] / Math.Sqrt(5)], [fit.StandardErrors[1]], 1e-6);
    }

    /// <summary>
    /// One line of least absolute deviations goes through two of the points: it is the best of the 15 that do.
    /// </summary>
    [Fact]
    public void The_line_of_least_absolute_deviations_goes_through_two_points()
    {
        double[] x = [1, 2, 3, 4, 5, 6], y = [2.1, 3.9, 6.2, 7.8, 10.1, 12.2];
        double Deviation(double a, double b) => x.Zip(y, (u, v) => Math.Abs(v - a - b * u)).Sum();
        double least = double.PositiveInfinity;
        for (int i = 0; i < x.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double slope = (y[i] - y[j]) / (x[i] - x[j]);
                least = Math.Min(least, Deviation(y[i] - slope * x[i], slope));
            }
        }
        LikelihoodFit fit = Fit.MaximumLikelihood(
            (b, d) => -(d[1] - b[0] - b[1] * d[0]).Abs() / b[2] - b[2].Log(),
            Tensor.Create<double>([.. x, .. y], [2, 6]), [0.1, 2, 0.5]);

        Assert.Equal(least, Deviation(fit.Estimates[0], fit.Estimates[1]), 1e-6);
        Assert.Equal(FitStop.Kink, fit.Stop);
    }

    [Fact]
    public void An_edge_is_no_kink()
    {
        FitException e = Assert.Throws<FitException>(() => Fit.LeastSquares(
            (b, x) => b[0].Sqrt().Square() * x, Tensor.Create<double>([1, 2, 3]), Tensor.Create<double>([-1, -2, -3.1]),
            [1]));
        Assert.Equal(FitFailure.NoProgress, e.Failure);
    }

    [Fact]
    public void A_kink_away_from_the_optimum_does_no_harm()
    {
        // The best line has slope 2; the kink is at -5.
        LeastSquaresFit fit = Fit.LeastSquares(
            (b, x) => (b[0] + 5).Abs() * x - 5 * x, Tensor.Create<double>([1, 2, 3]),
            Tensor.Create<double>([2.1, 3.9, 6]), [-4.9]);

        Assert.Equal(0, fit.Parameters.Count(parameter => parameter.IsAtKink));
        Near([(2.1 + 7.8 + 18) / 14], fit.Estimates, 1e-12);
    }

    private static void Near(double[] expected, double[] actual, double tolerance) =>
        Assert.All(expected.Zip(actual), pair =>
            Assert.Equal(pair.First, pair.Second, tolerance * Math.Max(1e-12, Math.Abs(pair.First))));
}
