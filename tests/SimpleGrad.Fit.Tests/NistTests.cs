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

    [Fact]
    public void All_problems_are_there() => Assert.Equal(13, NistProblem.Names.Count);
}
