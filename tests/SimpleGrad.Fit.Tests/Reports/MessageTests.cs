namespace SimpleGrad.Tests.Fitting.Reports;

/// <summary>What a message blames is to blame.</summary>
public sealed class MessageTests
{
    private static readonly Tensor<double> _x = Tensor.Create<double>([0, 1, 2, 3, 4]);
    private static readonly Tensor<double> _y = Tensor.Create<double>([12, 7, 4, 1, 0]);

    /// <summary>scipy-user, 2012-01-09: from the other start the same data determine all parameters.</summary>
    [Fact]
    public void A_search_that_ran_to_a_flat_place_does_not_blame_the_data()
    {
        Tensor<double> x = Tensor.Create<double>(
            [0.8, 11, 12, 16, 32, 37.8, 44, 48, 56, 64, 88, 96, 112, 128, 144, 176, 192]);
        Tensor<double> y = Tensor.Create<double>([
            0.94597685600279, 0.95856916599601, 0.96009142950541, 0.96454515552826, 0.97938932735214, 0.98252400815195,
            0.98500175787242, 0.98621192462708, 0.98816995007392, 0.98964101933472, 0.99247255046129, 0.99308203517541,
            0.99406737810867, 0.99480702681278, 0.99538268958706, 0.99622916581118, 0.99653501465135,
        ]);
        LeastSquaresFit Run(double a) => Fit.LeastSquares(
            (b, x) => b[0] * (-b[1] * x).Exp() + b[2], x, y, [a, 1, 1], new() { Names = ["a", "b", "c"] });

        FitException e = Assert.Throws<FitException>(() => Run(1));
        Assert.Equal(FitFailure.Singular, e.Failure);
        Assert.Equal(
            "Where the search ended the data do not determine a and b; another start (or bounds) may lead elsewhere.",
            e.Message);
        Assert.Equal(-0.0525135615, Run(-1).Estimates[0], 1e-9);
    }

    [Fact]
    public void The_first_observation_without_a_value_is_named()
    {
        FitException e = Assert.Throws<FitException>(
            () => Fit.LeastSquares((b, x) => b[0] * x.Pow(b[1]), _x, _y, [1, -0.5]));
        Assert.Equal((FitFailure.NotFinite, 0), (e.Failure, e.Observation));

        // At x = 4 the root has a value and no derivative.
        e = Assert.Throws<FitException>(() => Fit.LeastSquares((b, x) => (4 - x + b[0]).Sqrt(), _x, _y, [0]));
        Assert.Equal((FitFailure.NotFinite, 4), (e.Failure, e.Observation));

        e = Assert.Throws<FitException>(() => Fit.MaximumLikelihood((b, x) => (b[0] - x).Log(), _x, [2.5]));
        Assert.Equal((FitFailure.NotFinite, 3), (e.Failure, e.Observation));

        e = Assert.Throws<FitException>(() => Fit.LeastSquares((b, x) => b[0] * b[1] * x, _x, _y, [1, 2]));
        Assert.Null(e.Observation);
    }

    [Fact]
    public void Names_are_different_and_not_empty()
    {
        void Refused(string message, params string[] names) => Assert.StartsWith(
            message, Assert.Throws<ArgumentException>(() => Fit.LeastSquares(
                (b, x) => b[0] * x + b[1], _x, _y, [1, 1], new() { Names = names })).Message);

        Refused("Two parameters have the name a.", "a", "a");
        Refused("Parameter 2 has an empty name.", "a", "");
        Refused("Parameter 1 has an empty name.", null!, "a");
    }
}
