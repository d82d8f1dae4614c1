using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Compares the derivatives of a function, of any order, by reverse mode with those by forward mode and with
/// differences of values. It finds a wrong propagate rule in any operator that the function uses.
/// </summary>
/// <remarks>
/// At order 1 the function's result is weighed and summed to one number; at each further order that number is the
/// weighed sum of the last order's gradients. The weights tell elements apart.
/// </remarks>
public static class GradientCheck
{
    /// <summary>Checks a function of one input.</summary>
    /// <param name="function">The function; it must give the same at each call.</param>
    /// <param name="x">Where; the function should be smooth there.</param>
    /// <param name="order">The highest order of derivatives to check.</param>
    /// <param name="tolerance">The greatest difference, relative to the greatest element of the gradient.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is less than 1, or the tolerance not
    /// positive.</exception>
    public static GradientReport Run(
        Func<Variable<double>, Variable<double>> function, Tensor<double> x, int order = 2, double tolerance = 1e-6)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Run((Variable<double>[] v) => function(v[0]), [x], order, tolerance);
    }

    /// <summary>Checks a function of several inputs.</summary>
    /// <inheritdoc cref="Run(Func{Variable{double}, Variable{double}}, Tensor{double}, int, double)"/>
    [OverloadResolutionPriority(-1)]
    public static GradientReport Run(
        Func<Variable<double>[], Variable<double>> function, Tensor<double>[] x, int order = 2, double tolerance = 1e-6)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentOutOfRangeException.ThrowIfLessThan(order, 1);
        if (!(tolerance > 0))
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance must be positive.");
        var comparisons = new List<GradientComparison>();
        for (int k = 1; k <= order; k++)
        {
            int previous = k - 1;
            Variable<double> Loss(Variable<double>[] v) => LossAt(previous, function, v);
            Tensor<double>[] reverse = Derivatives.Grad<double>(Loss).Invoke(x);
            Tensor<double>[] forward = TensorFunction.Of<double>(
                v => DerivativeMatrices.Jacobian(
                    new Linearization<double>("GradientCheck", y => [Loss(y)], v), false, byForward: true)[0])
                .Invoke(x);
            comparisons.Add(Compare(
                k, GradientComparison.ForwardMode, reverse, tolerance, (i, at) => new(forward[i].GetValue(at), 0)));
            var value = TensorFunction.Of<double>(v => [Loss(v)]);
            comparisons.Add(Compare(
                k, GradientComparison.Differences, reverse, tolerance,
                (i, at) => CentralDifference.Of(
                    change => value.Invoke(Moved(x, i, at, change))[0].Item(), x[i].GetValue(at))));
        }
        return new GradientReport(comparisons, tolerance);
    }

    private static Variable<double> LossAt(
        int order, Func<Variable<double>[], Variable<double>> function, Variable<double>[] x)
    {
        if (order == 0)
            return Weighed(function(x), 0);
        Variable<double>[] gradients = Derivatives.Grad<double>(v => LossAt(order - 1, function, v), x);
        Variable<double> loss = Weighed(gradients[0], order);
        for (int i = 1; i < gradients.Length; i++)
            loss += Weighed(gradients[i], order + 7 * i);
        return loss;
    }

    private static Variable<double> Weighed(Variable<double> x, int seed)
    {
        var weights = new double[x.Length];
        for (int i = 0; i < weights.Length; i++)
            weights[i] = 1 + 0.5 * Math.Sin(1 + 1.3 * i + 2.1 * seed);
        return (x * x.Tape.Constant(Tensor.Create<double>(weights, x.Shape))).Sum();
    }

    private static GradientComparison Compare(
        int order, string with, Tensor<double>[] found, double tolerance,
        Func<int, int[], CentralDifference.Estimate> expectation)
    {
        double scale = found.Max(each => each.ToArray().Select(Math.Abs).Where(double.IsFinite).DefaultIfEmpty().Max());
        int count = 0, undecided = 0;
        GradientElement? worst = null;
        double worstExcess = double.NegativeInfinity;
        for (int i = 0; i < found.Length; i++)
        {
            foreach (int[] at in Places(found[i].Shape))
            {
                CentralDifference.Estimate expected = expectation(i, at);
                double actual = found[i].GetValue(at), allowed = tolerance * Math.Max(scale, Math.Abs(expected.Value));
                double difference = actual.Equals(expected.Value) ? 0 : Math.Abs(actual - expected.Value);
                count++;
                // Differences that are themselves not known well enough say nothing, unless they are far off.
                bool isUndecided = difference > allowed && difference <= allowed + 10 * expected.Error;
                undecided += isUndecided ? 1 : 0;
                double excess = isUndecided ? 0
                    : double.IsNaN(difference) ? double.PositiveInfinity : difference - allowed;
                if (worst is not null && excess <= worstExcess)
                    continue;
                worst = new GradientElement(i, at, expected.Value, actual, excess > 0);
                worstExcess = excess;
            }
        }
        return new GradientComparison(order, with, count, undecided, worst);
    }

    private static IEnumerable<int[]> Places(Shape shape)
    {
        for (int i = 0; i < shape.FlattenedLength; i++)
        {
            var at = new int[shape.Rank];
            for (int axis = shape.Rank - 1, rest = i; axis >= 0; axis--)
                (rest, at[axis]) = Math.DivRem(rest, shape[axis]);
            yield return at;
        }
    }

    private static Tensor<double>[] Moved(Tensor<double>[] x, int input, int[] at, double change)
    {
        double[] values = x[input].ToArray();
        int place = 0;
        for (int axis = 0; axis < at.Length; axis++)
            place = place * x[input].Shape[axis] + at[axis];
        values[place] += change;
        return [.. x.Select((each, i) => i == input ? Tensor.Create<double>(values, each.Shape) : each)];
    }
}

/// <summary>
/// A derivative from values alone: central differences at steps that are halved, extrapolated to a step of zero. The
/// step at which the extrapolations agree best is taken, and how well they agree is the error.
/// </summary>
internal static class CentralDifference
{
    private const int Halvings = 4;
    private const double Rounding = 1.1e-16;
    private static readonly double[] _steps = [1 / 16.0, 1 / 128.0, 1 / 1024.0, 1 / 65536.0];

    public static Estimate Of(Func<double, double> f, double x)
    {
        var best = new Estimate(double.NaN, double.PositiveInfinity);
        foreach (double step in _steps)
        {
            Estimate estimate = At(f, step * Math.Max(Math.Abs(x), 1));
            if (double.IsNaN(best.Value) || estimate.Error < best.Error)
                best = estimate;
            if (best.Error <= 1e-10 * Math.Abs(best.Value))
                break;
        }
        return best;
    }

    private static Estimate At(Func<double, double> f, double step)
    {
        var row = new double[Halvings];
        double error = double.PositiveInfinity, value = double.NaN;
        for (int i = 0; i < Halvings; i++, step /= 2)
        {
            double above = f(step), below = f(-step), before = row[0];
            row[0] = (above - below) / (2 * step);
            double noise = Rounding * (Math.Abs(above) + Math.Abs(below)) / step;
            // Each column is free of one more power of the step.
            for (int j = 1, factor = 4; j <= i; j++, factor *= 4)
            {
                double next = row[j - 1] + (row[j - 1] - before) / (factor - 1);
                double disagreement = Math.Max(Math.Abs(next - row[j - 1]), Math.Abs(next - before)) + noise;
                if (disagreement < error)
                    (error, value) = (disagreement, next);
                (before, row[j]) = (row[j], next);
            }
        }
        return new(value, error);
    }

    public readonly record struct Estimate(double Value, double Error);
}
