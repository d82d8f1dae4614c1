using System.Diagnostics;
using System.Globalization;
using SimpleGrad;
using SimpleGrad.Tests.Fitting;

// The certified problems of nonlinear regression from both published starts, as a table for bench/README.md.

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Rounds = 5;
Console.WriteLine("| problem | start | parameters | deviations | iterations | evaluations | ms |");
Console.WriteLine("|---|---|---|---|---|---|---|");
foreach (string name in NistProblem.Names)
{
    var problem = NistProblem.Load(name);
    for (int start = 1; start <= 2; start++)
    {
        try
        {
            LeastSquaresFit fit = problem.Fit(start);
            double[] times = new double[Rounds];
            for (int i = 0; i < Rounds; i++)
            {
                long before = Stopwatch.GetTimestamp();
                problem.Fit(start);
                times[i] = Stopwatch.GetElapsedTime(before).TotalMilliseconds;
            }
            Array.Sort(times);
            double digits = NistProblem.Digits(fit.Estimates, problem.Certified);
            double deviations = NistProblem.Digits(fit.StandardErrors, problem.StandardDeviation);
            Console.WriteLine(
                $"| {name} | {start} | {digits:F1} | {deviations:F1} | {fit.Iterations} | {fit.Evaluations} "
                + $"| {times[Rounds / 2]:F1} |");
        }
        catch (FitException e)
        {
            Console.WriteLine($"| {name} | {start} | {e.Failure}: {e.Message} | | | | |");
        }
    }
}
