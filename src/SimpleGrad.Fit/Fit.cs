using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Fits the parameters of functions to data. The functions are written on variables, compiled once, and differentiated
/// exactly.
/// </summary>
public static class Fit
{
    /// <summary>
    /// The parameters with which a function of parameters and data is nearest to measurements: the sum of squared
    /// residuals, or what another loss makes of them, is least.
    /// </summary>
    /// <param name="model">From the vector of parameters and <paramref name="x"/> to a vector with a number for each
    /// measurement. It must not read values: it is traced and compiled.</param>
    /// <param name="x">What the function gets beside the parameters: a vector with a number for each measurement, or
    /// whatever else it takes.</param>
    /// <param name="y">The vector of measurements.</param>
    /// <param name="start">Parameters to start from.</param>
    /// <param name="options">Weights, bounds, another loss than squares, and so on.</param>
    /// <exception cref="ArgumentException">The arguments do not fit together.</exception>
    /// <exception cref="FitException">There is no result; the message says why.</exception>
    public static LeastSquaresFit LeastSquares(
        Func<Variable<double>, Variable<double>, Variable<double>> model, Tensor<double> x, Tensor<double> y,
        ReadOnlySpan<double> start, LeastSquaresOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        options ??= new LeastSquaresOptions();
        var parameters = new ParameterSet(start, options);
        if (y.Rank != 1)
            throw new ArgumentException($"The measurements must be a vector; their shape is {y.Shape}.", nameof(y));
        double[] measurements = Finite(y, "measurement");
        double[]? weights = options.Weights is null ? null : Weights(options.Weights, y.Length);
        if (!(options.LossScale > 0) || !double.IsFinite(options.LossScale))
            throw new ArgumentException($"The loss scale must be positive, not {options.LossScale}.", nameof(options));
        CheckRange(measurements, weights, nameof(y));
        int used = weights?.Count(weight => weight > 0) ?? y.Length;
        int degrees = used - parameters.CountVaried;
        if (degrees < 1)
            throw new ArgumentException(
                $"{parameters.CountVaried} parameters need more measurements than {used}.", nameof(y));

        var loss = new LossFunction(options.Loss, options.LossScale);
        var objective = new LeastSquaresObjective(
            new ModelFunction(model, x, y.Shape), measurements, weights, loss, degrees);
        var search = new TrustRegion(objective, parameters, options);
        (double[] point, _) = search.Run(parameters.Start);
        return LeastSquaresFit.Create(parameters, objective, search, point, degrees);
    }

    /// <summary>
    /// The parameters under which data are most likely: the sum of the logarithms of their densities is greatest.
    /// </summary>
    /// <param name="logDensity">From the vector of parameters and <paramref name="data"/> to a vector with the
    /// logarithm of each observation's density (or probability). It must not read values: it is traced and
    /// compiled.</param>
    /// <param name="data">What the function gets beside the parameters.</param>
    /// <param name="start">Parameters to start from.</param>
    /// <param name="options">Bounds, names, the method, and so on.</param>
    /// <exception cref="ArgumentException">The arguments do not fit together.</exception>
    /// <exception cref="FitException">There is no result; the message says why.</exception>
    public static LikelihoodFit MaximumLikelihood(
        Func<Variable<double>, Variable<double>, Variable<double>> logDensity, Tensor<double> data,
        ReadOnlySpan<double> start, LikelihoodOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(logDensity);
        ArgumentNullException.ThrowIfNull(data);
        options ??= new LikelihoodOptions();
        var parameters = new ParameterSet(start, options);
        var objective = new LikelihoodObjective(logDensity, data);
        var search = new TrustRegion(objective, parameters, options);
        double[] near = parameters.Start;
        if (options.Method == LikelihoodMethod.Lbfgs)
        {
            if (options.Bounds is not null)
                throw new ArgumentException("L-BFGS takes no bounds: leave them out, or take Newton's method.");
            (near, int iterations, int evaluations) = LimitedMemorySearch.Run(objective, near, options);
            search.Continue(iterations, evaluations);
        }
        (double[] point, LocalModel model) = search.Run(near);
        return LikelihoodFit.Create(parameters, objective, search, point, model);
    }

    /// <summary>Residuals are squared, and may be sixteen digits less than the measurements.</summary>
    private static void CheckRange(double[] measurements, double[]? weights, string name)
    {
        double max = 0;
        for (int i = 0; i < measurements.Length; i++)
            max = Math.Max(max, Math.Abs(measurements[i]) * Math.Sqrt(weights?[i] ?? 1));
        if (max is 0 or >= 1e-130 and <= 1e130)
            return;
        string what = weights is null ? "The largest measurement" : "With the weights, the largest measurement";
        throw new ArgumentException(
            $"{what} is {max}: squares of such numbers are beyond the range of the type. Use other units.", name);
    }

    private static double[] Weights(Tensor<double> weights, int count)
    {
        if (weights.Rank != 1 || weights.Length != count)
            throw new ArgumentException($"{count} measurements need as many weights; their shape is {weights.Shape}.");
        double[] values = Finite(weights, "weight");
        int negative = Array.FindIndex(values, weight => weight < 0);
        return negative < 0
            ? values
            : throw new ArgumentException($"Weight {negative} is negative: {values[negative]}.");
    }

    private static double[] Finite(
        Tensor<double> tensor, string what, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        double[] values = tensor.ToArray();
        int at = Array.FindIndex(values, value => !double.IsFinite(value));
        return at < 0 ? values : throw new ArgumentException($"Not finite is {what} {at}: {values[at]}.", name);
    }
}
