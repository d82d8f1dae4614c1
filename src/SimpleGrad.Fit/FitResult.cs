using MathNet.Numerics.Distributions;

namespace SimpleGrad;

/// <summary>Why a search was over.</summary>
public enum FitStop
{
    /// <summary>No step would make the objective less by more than its rounding.</summary>
    NegligibleReduction,

    /// <summary>The steps became too short to change the parameters.</summary>
    NegligibleStep,

    /// <summary>The residuals are nothing but rounding.</summary>
    ExactFit,

    /// <summary>
    /// No step makes the objective less, though the slopes are not zero: it has a kink, as where a broken line breaks
    /// at a measurement.
    /// </summary>
    Kink,
}

/// <summary>A parameter as it was estimated.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Value">The estimate.</param>
/// <param name="StandardError">Its standard error; NaN where the parameter is at a bound or at a kink.</param>
/// <param name="IsAtBound">Whether a bound, and not the data alone, determines it.</param>
public sealed record FitParameter(string Name, double Value, double StandardError, bool IsAtBound)
{
    /// <summary>
    /// Whether the objective has a kink at the estimate: it rises to both sides at once, so that there is no curvature
    /// from which a standard error could come. Those of the others hold for this parameter kept where it is.
    /// </summary>
    public bool IsAtKink { get; init; }

    /// <summary>Infinite for the normal distribution.</summary>
    internal double DegreesOfFreedom { get; init; }

    /// <summary>The confidence interval; NaN where the parameter is at a bound or at a kink.</summary>
    /// <param name="confidence">How often such an interval has the true value in it, between 0 and 1.</param>
    public (double Lower, double Upper) Interval(double confidence = 0.95)
    {
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(
                nameof(confidence), confidence, "The confidence lies between 0 and 1.");
        double tail = (1 + confidence) / 2;
        double quantile = double.IsInfinity(DegreesOfFreedom)
            ? Normal.InvCDF(0, 1, tail)
            : StudentT.InvCDF(0, 1, DegreesOfFreedom, tail);
        return (Value - quantile * StandardError, Value + quantile * StandardError);
    }
}

/// <summary>What every fit results in.</summary>
public abstract class FitResult
{
    private readonly double[,] _covariance;

    private protected FitResult(
        ParameterSet parameters, TrustRegion search, double[] point, double[,] covariance, double degreesOfFreedom)
    {
        _covariance = covariance;
        Parameters = [.. parameters.Names.Select((name, i) => new FitParameter(
            name, point[i], Math.Sqrt(covariance[i, i]), parameters.IsAtBound(point, i))
            {
                DegreesOfFreedom = degreesOfFreedom,
                IsAtKink = search.Kinks.Contains(i),
            })];
        (Iterations, Evaluations) = (search.Iterations, search.Evaluations);
        (Stop, RemainingStep) = (search.Stop, search.Remaining);
    }

    /// <summary>The parameters.</summary>
    public IReadOnlyList<FitParameter> Parameters { get; }

    /// <summary>The values of the parameters.</summary>
    public double[] Estimates => [.. Parameters.Select(parameter => parameter.Value)];

    /// <summary>The standard errors of the parameters.</summary>
    public double[] StandardErrors => [.. Parameters.Select(parameter => parameter.StandardError)];

    /// <summary>How the estimates vary together; NaN where a parameter is at a bound or a kink.</summary>
    public double[,] Covariance => (double[,])_covariance.Clone();

    /// <summary>How many steps were made.</summary>
    public int Iterations { get; }

    /// <summary>How often the function was computed, with its derivatives or without.</summary>
    public int Evaluations { get; }

    /// <summary>Why the search was over.</summary>
    public FitStop Stop { get; }

    /// <summary>How far the next step would go, in standard errors: nearly zero at an optimum.</summary>
    public double RemainingStep { get; }

    /// <summary>The inverse of second derivatives, times a factor; NaN for parameters at bounds and kinks.</summary>
    private protected static double[,] Invert(
        ParameterSet parameters, TrustRegion search, double[] point, LocalModel model, double factor)
    {
        int count = point.Length;
        int[] free = [.. Enumerable.Range(0, count)
            .Where(i => !parameters.IsAtBound(point, i) && !search.Kinks.Contains(i))];
        double[] scales = model.UsableScales;
        Spectrum spectrum = model.Decompose(free, scales, new double[count]);
        if (!model.IsRegular(spectrum))
            throw new FitException(FitFailure.Singular, point, Singular(parameters, search, free, spectrum));
        double[,] covariance = new double[count, count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                int row = Array.IndexOf(free, i), column = Array.IndexOf(free, j);
                covariance[i, j] = row < 0 || column < 0
                    ? double.NaN
                    : factor * spectrum.Inverse(row, column) / (scales[i] * scales[j]);
            }
        }
        return covariance;
    }

    /// <summary>Names the parameters that can move together and leave the fit as it is.</summary>
    private static string Singular(ParameterSet parameters, TrustRegion search, int[] free, Spectrum spectrum)
    {
        double[] direction = spectrum.Directions[Array.IndexOf(spectrum.Curvatures, spectrum.Min)];
        string[] names = [.. free.Where((_, index) => Math.Abs(direction[index]) > 0.1)
            .Select(i => parameters.Names[i])];
        string all = names is [var name] ? name : $"{string.Join(", ", names[..^1])} and {names[^1]}";
        if (!search.IsSingularElsewhere())
            return $"Where the search ended the data do not determine {all}; another start (or bounds) may lead "
                + "elsewhere.";
        return names.Length == 1
            ? $"The data do not determine {all}: near the place that was found nothing depends on it."
            : $"The data do not determine {all}: they can change together, and the fit stays as it is.";
    }
}

/// <summary>A fit by least squares.</summary>
public sealed class LeastSquaresFit : FitResult
{
    private LeastSquaresFit(
        ParameterSet parameters, TrustRegion search, double[] point, double[,] covariance, int degreesOfFreedom)
        : base(parameters, search, point, covariance, degreesOfFreedom) => DegreesOfFreedom = degreesOfFreedom;

    /// <summary>The number of measurements less that of parameters.</summary>
    public int DegreesOfFreedom { get; }

    /// <summary>The sum of the squared residuals, each times its weight.</summary>
    public required double ResidualSumOfSquares { get; init; }

    /// <summary>
    /// The standard deviation of a measurement of weight 1, from the residuals. Where their loss is not the square, it
    /// counts them as the loss does.
    /// </summary>
    public required double ResidualDeviation { get; init; }

    /// <summary>Measurement less function, for each measurement.</summary>
    public required Tensor<double> Residuals { get; init; }

    /// <summary>The function at each measurement.</summary>
    public required Tensor<double> Fitted { get; init; }

    internal static LeastSquaresFit Create(
        ParameterSet parameters, LeastSquaresObjective objective, TrustRegion search, double[] point, int degrees)
    {
        (LocalModel plain, double[] fitted, double[] residuals) = objective.Conclude(point);
        double deviation = objective.Deviation(residuals);
        double[,] covariance = Invert(parameters, search, point, plain, deviation * deviation);
        return new LeastSquaresFit(parameters, search, point, covariance, degrees)
        {
            ResidualSumOfSquares = 2 * plain.Cost,
            ResidualDeviation = deviation,
            Residuals = Tensor.Create<double>(residuals),
            Fitted = Tensor.Create<double>(fitted),
        };
    }
}

/// <summary>A fit by maximum likelihood.</summary>
public sealed class LikelihoodFit : FitResult
{
    private LikelihoodFit(ParameterSet parameters, TrustRegion search, double[] point, double[,] covariance)
        : base(parameters, search, point, covariance, double.PositiveInfinity) => VariedCount = parameters.CountVaried;

    private int VariedCount { get; }

    /// <summary>The logarithm of the likelihood: the sum of the logarithms of the densities.</summary>
    public required double LogLikelihood { get; init; }

    /// <summary>The number of observations.</summary>
    public required int Observations { get; init; }

    /// <summary>Akaike's criterion.</summary>
    public double Aic => 2 * VariedCount - 2 * LogLikelihood;

    /// <summary>The Bayesian criterion.</summary>
    public double Bic => Math.Log(Observations) * VariedCount - 2 * LogLikelihood;

    internal static LikelihoodFit Create(
        ParameterSet parameters, LikelihoodObjective objective, TrustRegion search, double[] point, LocalModel model) =>
        new(parameters, search, point, Invert(parameters, search, point, model, 1))
        {
            LogLikelihood = -model.Cost,
            Observations = objective.Observations,
        };
}
