namespace SimpleGrad.Tests.Fitting;

/// <summary>The certified digits, from both published starts.</summary>
public sealed class NistTests
{
    public static TheoryData<string, int> Runs
    {
        get
        {
            var runs = new TheoryData<string, int>();
            foreach (string name in NistProblem.Names)
            {
                runs.Add(name, 1);
                runs.Add(name, 2);
            }
            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void The_certified_digits_are_reached(string name, int start)
    {
        var problem = NistProblem.Load(name);
        LeastSquaresFit fit = problem.Fit(start);

        Assert.InRange(NistProblem.Digits(fit.Estimates, problem.Certified), 10, 11);
        Assert.InRange(NistProblem.Digits(fit.StandardErrors, problem.StandardDeviation), 9.5, 11);
        Assert.InRange(NistProblem.Digits([fit.ResidualSumOfSquares], [problem.Rss]), 9.5, 11);
        Assert.InRange(NistProblem.Digits([fit.ResidualDeviation], [problem.ResidualSd]), 9.5, 11);
        Assert.Equal(problem.DegreesOfFreedom, fit.DegreesOfFreedom);
        Assert.InRange(fit.RemainingStep, 0, 1e-8);
    }

    // Three more problems of the same collection, among its hardest, with parameters alone.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(100, 0.75)]
    public void BoxBod(double b1, double b2) => Reaches(
        [213.80940889, 0.54723748542], (b, x) => b[0] * (1 - (-b[1] * x).Exp()), [1, 2, 3, 5, 7, 10],
        [109, 149, 149, 191, 213, 224], [b1, b2]);

    [Theory]
    [InlineData(25, 39, 41.5, 39)]
    [InlineData(0.25, 0.39, 0.415, 0.39)]
    public void Mgh09(double b1, double b2, double b3, double b4) => Reaches(
        [0.19280693458, 0.19128232873, 0.12305650693, 0.13606233068],
        (b, x) => b[0] * (x * x + x * b[1]) / (x * x + x * b[2] + b[3]),
        [4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625],
        [0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246], [b1, b2, b3, b4]);

    [Theory]
    [InlineData(100, 10, 1, 1)]
    [InlineData(700, 5, 0.75, 1.3)]
    public void Rat43(double b1, double b2, double b3, double b4) => Reaches(
        [699.64151270, 5.2771253025, 0.75962938329, 1.2792483859],
        (b, x) => b[0] / (1 + (b[1] - b[2] * x).Exp()).Pow(1 / b[3]),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [
            16.08, 33.83, 65.80, 97.20, 191.55, 326.20, 386.87, 520.53, 590.03, 651.92, 724.93, 699.56, 689.96, 637.56,
            717.41,
        ],
        [b1, b2, b3, b4]);

    private static void Reaches(
        double[] certified, Func<Variable<double>, Variable<double>, Variable<double>> model, double[] x, double[] y,
        double[] start)
    {
        LeastSquaresFit fit = Fit.LeastSquares(model, Tensor.Create<double>(x), Tensor.Create<double>(y), start);
        Assert.InRange(NistProblem.Digits(fit.Estimates, certified), 9.5, 11);
    }

    [Fact]
    public void All_problems_are_there() => Assert.Equal(13, NistProblem.Names.Count);
}
