using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace SimpleGrad;

/// <summary>
/// Comes near a minimum by the method of Broyden, Fletcher, Goldfarb and Shanno with limited memory (Math.NET's), which
/// needs gradients alone. The parameters are scaled by the second derivatives at the start.
/// </summary>
internal static class LimitedMemorySearch
{
    private const double GradientTolerance = 1e-6;
    private const double ParameterTolerance = 1e-12;
    private const double ProgressTolerance = 1e-14;
    private const int Memory = 20;
    private const int MaxEvaluationsEach = 50; // for each iteration

    /// <summary>A point near a minimum, the number of iterations, and how often the gradient was computed.</summary>
    /// <remarks>Where the line search fails, as it may in the rounding near the minimum, the best point.</remarks>
    public static (double[] Point, int Iterations, int Evaluations) Run(
        LikelihoodObjective objective, double[] start, FitOptions options)
    {
        double[] scales = Array.ConvertAll(objective.Scales(start), s => double.IsFinite(s) && s > 0 ? s : 1);
        double[] best = start;
        double min = double.PositiveInfinity;
        int evaluations = 0, improvements = 0, iterations = 0;

        (double, Vector<double>) Evaluate(Vector<double> scaled)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            evaluations++;
            double[] point = [.. scaled.Zip(scales, (x, scale) => x / scale)];
            (double cost, double[] gradient) = objective.CostAndGradient(point);
            if (evaluations > MaxEvaluationsEach * options.MaxIterations)
                throw new OptimizationException("The line search does not end.");
            if (cost < min && double.IsFinite(cost)) // an infinite one is no place to go on from
            {
                (best, min) = (point, cost);
                options.Progress?.Report(new FitProgress(++improvements, cost));
            }
            return (cost, Vector<double>.Build.Dense([.. gradient.Zip(scales, (x, scale) => x / scale)]));
        }

        var minimizer = new LimitedMemoryBfgsMinimizer(
            GradientTolerance, ParameterTolerance, ProgressTolerance, Memory, options.MaxIterations);
        try
        {
            iterations = minimizer.FindMinimum(
                ObjectiveFunction.Gradient(Evaluate),
                Vector<double>.Build.Dense([.. start.Zip(scales, (x, scale) => x * scale)])).Iterations;
        }
        catch (OptimizationException)
        {
            iterations = improvements;
            // Newton's method goes on at the best point; where there is none, it says what is wrong with the start.
        }
        return (best, iterations, evaluations);
    }
}
