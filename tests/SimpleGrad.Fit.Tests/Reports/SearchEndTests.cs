using System.Diagnostics;
using System.Globalization;

namespace SimpleGrad.Tests.Fitting.Reports;

/// <summary>Every search ends, and says how.</summary>
public sealed class SearchEndTests
{
    private static readonly Tensor<double> _x = Tensor.Create<double>([1, 2, 3, 4, 5, 6]);
    private static readonly Tensor<double> _y = Tensor.Create<double>([2.1, 3.9, 6.2, 7.8, 10.1, 12.2]);

    /// <summary>Two rows: x and y.</summary>
    private static readonly Tensor<double> _both = Tensor.FromArray<double>(
        new double[,] { { 1, 2, 3, 4, 5, 6 }, { 2.1, 3.9, 6.2, 7.8, 10.1, 12.2 } });

    private static readonly Dictionary<string, Func<Variable<double>, Variable<double>, Variable<double>>> _endless =
        new()
        {
            ["a forgotten minus"] = (b, x) => (x[1] - b[0] * x[0] - b[1]).Square(),
            ["a line"] = (b, x) => x[1] + b[0] * x[0] + b[1],
            ["counts without the term -exp"] = (b, x) => x[0] * (b[0] + b[1] * x[1]),
            ["a density that is not normalized"] = (b, x) => (b[0] + b[1]) * (x[0] + 1).Log(),
            ["an exponential"] = (b, x) => (b[0] * x[0]).Exp() + b[1] * x[1],
            ["a power"] = (b, x) => (b[0] * x[0] + b[1]).Pow(4),
            ["a root"] = (b, x) => (1 + (b[0] * x[0] + b[1]).Square()).Sqrt(),
            ["a logarithm"] = (b, x) => (1 + (b[0] * x[0] + b[1]).Square()).Log(),
        };

    public static TheoryData<string, LikelihoodMethod, double> Endless
    {
        get
        {
            var data = new TheoryData<string, LikelihoodMethod, double>();
            foreach (string name in _endless.Keys)
            {
                foreach (LikelihoodMethod method in Enum.GetValues<LikelihoodMethod>())
                {
                    foreach (double start in new[] { 0, 1, -3.0, 1e-200 })
                    {
                        if (start == 1 || name != "a power") // at zero a power is flat
                            data.Add(name, method, start);
                    }
                }
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Endless))]
    public void A_likelihood_without_a_maximum_has_none(string name, LikelihoodMethod method, double start)
    {
        var watch = Stopwatch.StartNew();
        FitException e = Assert.Throws<FitException>(() => Fit.MaximumLikelihood(
            _endless[name], _both, [start, start], new() { Method = method, Names = ["p", "q"] }));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
        Assert.True(e.Failure == FitFailure.Unbounded, $"{e.Failure}: {e.Message}");
        Assert.Equal(
            "The likelihood grows without end along p, q: it has no maximum, and the estimates run to infinity.",
            e.Message);
    }

    private static readonly Dictionary<string, Func<Variable<double>, Variable<double>, Variable<double>>> _alone =
        new()
        {
            ["a line"] = (b, x) => b[0] * x - (b[1] - x).Square(),
            ["an exponential"] = (b, x) => (b[0] * x).Exp() - (b[1] - x).Square(),
            ["a power"] = (b, x) => b[0].Pow(4) * x - (b[1] - x).Square(),
            ["a root"] = (b, x) => (1 + (b[0] * x).Square()).Sqrt() - (b[1] - x).Abs().Pow(3),
            ["a parameter that nothing depends on"] = (b, x) => b[0] * x + 0 * b[1],
        };

    public static TheoryData<string, LikelihoodMethod> Alone => new(
        from name in _alone.Keys from method in Enum.GetValues<LikelihoodMethod>() select (name, method));

    [Theory]
    [MemberData(nameof(Alone))]
    public void A_parameter_that_does_not_run_away_is_not_named(string name, LikelihoodMethod method)
    {
        FitException e = Assert.Throws<FitException>(() => Fit.MaximumLikelihood(
            _alone[name], _x, [1, 1], new() { Method = method, Names = ["p", "q"] }));

        Assert.Equal(FitFailure.Unbounded, e.Failure);
        Assert.Contains("along p:", e.Message);
    }

    [Fact]
    public void Few_iterations_are_no_endless_ones() => Assert.Equal(
        FitFailure.IterationLimit,
        Assert.Throws<FitException>(() => Fit.MaximumLikelihood(
            _endless["a line"], _both, [1, 1], new() { MaxIterations = 60 })).Failure);

    [Fact]
    public void A_start_near_the_greatest_double_ends() => Assert.Throws<FitException>(
        () => Fit.MaximumLikelihood(_endless["a line"], _both, [1e300, 1]));

    [Fact]
    public void A_density_that_can_be_as_narrow_as_it_likes_has_no_maximum()
    {
        // The second part of a mixture of two, placed on one observation.
        FitException e = Assert.Throws<FitException>(() => Fit.MaximumLikelihood(
            (b, x) => ((-0.5 * x.Square()).Exp() + (-0.5 * ((x - b[0]) / b[1]).Square()).Exp() / b[1]).Log(), _x,
            [3.1, 0.05], new() { Names = ["m", "s"] }));

        Assert.True(e.Failure == FitFailure.Unbounded, e.Message);
        Assert.Equal("The likelihood grows without end as s nears 0: it has no maximum.", e.Message);
    }

    [Fact]
    public void A_derivative_that_is_hardly_there_determines_nothing()
    {
        FitException e = Assert.Throws<FitException>(() => Fit.LeastSquares(
            (b, x) => b[0] * 1e-320 + b[1] * x, _x, _y, [0, 0], new() { Names = ["p", "q"] }));

        Assert.Equal(FitFailure.Singular, e.Failure);
        Assert.StartsWith("The data do not determine p:", e.Message);
    }

    /// <summary>
    /// Logistic regression where a line separates the classes (r-help, 2003-09-10): the likelihood nears 1 as the
    /// parameters run to infinity.
    /// </summary>
    [Theory]
    [InlineData(LikelihoodMethod.Newton)]
    [InlineData(LikelihoodMethod.Lbfgs)]
    public void Separated_classes_have_no_estimate(LikelihoodMethod method)
    {
        double[,] data =
        {
            { -5.8, -4.8, -2.8666667, -0.8666667, -0.7333333, -1.6666667, -0.1333333, 1.2, 1.3333333 },
            { 0, 0, 0, 0, 0, 0, 1, 1, 1 },
        };
        FitException e = Assert.Throws<FitException>(() => Fit.MaximumLikelihood(
            (b, x) => -(-(2 * x[1] - 1) * (b[0] + b[1] * x[0])).Softplus(), Tensor.FromArray<double>(data), [0, 0],
            new() { Method = method }));

        Assert.Equal(FitFailure.Unbounded, e.Failure);
        Assert.Contains("along b1, b2", e.Message);
    }

    [Fact]
    public void One_separated_group_runs_away_alone()
    {
        // The first group has three of five; in the second all are ones, and its likelihood has no maximum.
        double[,] data = { { 1, 1, 1, 1, 1, 0, 0, 0 }, { 0, 0, 0, 0, 0, 1, 1, 1 }, { 1, 1, 1, 0, 0, 1, 1, 1 } };
        FitException e = Assert.Throws<FitException>(() => Fit.MaximumLikelihood(
            (b, x) => -(-(2 * x[2] - 1) * (b[0] * x[0] + b[1] * x[1])).Softplus(), Tensor.FromArray<double>(data),
            [0, 0]));

        Assert.Equal(FitFailure.Unbounded, e.Failure);
        Assert.Contains("along b2:", e.Message);
    }

    [Fact]
    public void Classes_that_overlap_a_little_have_an_estimate()
    {
        double[,] data = { { -3, -2, -1, 0.5, -0.5, 1, 2, 3 }, { 0, 0, 0, 0, 1, 1, 1, 1 } };
        LikelihoodFit fit = Fit.MaximumLikelihood(
            (b, x) => -(-(2 * x[1] - 1) * (b[0] + b[1] * x[0])).Softplus(), Tensor.FromArray<double>(data), [0, 0]);

        Assert.Equal(0, fit.Estimates[0], 1e-9); // by symmetry
        Assert.InRange(fit.Estimates[1], 1, 10);
        Assert.InRange(fit.RemainingStep, 0, 1e-8);
    }

    /// <summary>
    /// Lanczos' sums of three exponentials (NIST StRD, Lanczos1 to 3): the data are their values, rounded to so many
    /// digits. The certified values of the first two have the digits that are compared; of the values themselves the
    /// parameters are 0.0951, 1, 0.8607, 3, 1.5576 and 5.
    /// </summary>
    [Theory]
    [InlineData(6, 1e-9, 9.6251029939e-2, 1.0057332849, 0.86424689056, 3.0078283915, 1.5529016879, 5.0028798100)]
    [InlineData(13, 1e-9, 9.5100000027e-2, 1.0000000001, 0.86070000013, 3.0000000002, 1.5575999998, 5.0000000001)]
    [InlineData(17, 1e-9, 0.0951, 1.0, 0.8607, 3.0, 1.5576, 5.0)]
    public void Sums_of_exponentials_converge(int digits, double tolerance, params double[] certified)
    {
        double[] x = [.. Enumerable.Range(0, 24).Select(i => i / 20.0)];
        double[] y = [.. x.Select(t => 0.0951 * Math.Exp(-t) + 0.8607 * Math.Exp(-3 * t) + 1.5576 * Math.Exp(-5 * t))
            .Select(value => double.Parse(
                value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))];
        foreach (double[] start in new double[][] { [1.2, 0.3, 5.6, 5.5, 6.5, 7.6], [0.5, 0.7, 3.6, 4.2, 4, 6.3] })
        {
            LeastSquaresFit fit = Fit.LeastSquares(
                (b, x) => b[0] * (-b[1] * x).Exp() + b[2] * (-b[3] * x).Exp() + b[4] * (-b[5] * x).Exp(),
                Tensor.Create<double>(x), Tensor.Create<double>(y), start);
            Assert.All(certified.Zip(fit.Estimates), pair =>
                Assert.Equal(pair.First, pair.Second, tolerance * Math.Abs(pair.First)));
            Assert.True(digits < 17 || fit.Stop == FitStop.ExactFit, $"{fit.Stop}");
        }
    }

    /// <summary>Data that a function gives exactly, though its terms are far greater than their sum.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1e3)]
    [InlineData(1e6)]
    public void What_is_left_may_be_the_rounding_of_terms(double size)
    {
        double[] x = [.. Enumerable.Range(0, 30).Select(i => i / 10.0)];
        double[] y = [.. x.Select(t => size * Math.Exp(-t) - size * Math.Exp(-1.1 * t))];
        LeastSquaresFit fit = Fit.LeastSquares(
            (b, x) => b[0] * (-b[1] * x).Exp() - b[2] * (-b[3] * x).Exp(), Tensor.Create<double>(x),
            Tensor.Create<double>(y), [1.2 * size, 0.9, 1.1 * size, 1.3]);

        Assert.Equal(FitStop.ExactFit, fit.Stop);
        Assert.InRange(fit.ResidualSumOfSquares, 0, 1e-24 * size * size);
    }
}
