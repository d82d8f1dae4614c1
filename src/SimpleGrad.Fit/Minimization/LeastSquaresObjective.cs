using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace SimpleGrad;

/// <summary>Half the sum of squares of weighted residuals, or what another loss makes of them.</summary>
internal sealed class LeastSquaresObjective(
    ModelFunction model, double[] measurements, double[]? weights, LossFunction loss, int degreesOfFreedom) : IObjective
{
    /// <summary>Residuals of so many units in the last place of the greatest measurement are rounding.</summary>
    private const double RoundingUnits = 4;
    private const double Epsilon = 2.220446049250313e-16; // from 1 to the next double

    private readonly double[]? _factors = weights is null ? null : [.. weights.Select(Math.Sqrt)];

    public double Cost(double[] point) => loss.Cost(Weighted(Residuals(model.Values(point))));

    public LocalModel Linearize(double[] point)
    {
        (double[] values, double[][] columns) = model.Jacobian(point);
        double[] residuals = Weighted(Residuals(values));
        double[]? reweights = loss.IsSquared ? null : Array.ConvertAll(residuals, r => Math.Sqrt(loss.Weight(r)));
        return Model(loss.Cost(residuals), point, residuals, columns, reweights);
    }

    public int? NotFiniteAt(double[] point)
    {
        (double[] values, double[][] columns) = model.Jacobian(point);
        int at = Array.FindIndex(values, value => !double.IsFinite(value));
        if (at < 0)
            at = Enumerable.Range(0, values.Length).FirstOrDefault(
                i => columns.Any(column => !double.IsFinite(column[i])), -1);
        return at < 0 ? null : at;
    }

    public string NoMinimum(string where) => $"The sum of squares gets less without end {where}: it has no minimum";

    /// <summary>
    /// What the standard errors are made of: the model of plain weighted squares; and values and residuals without
    /// weights.
    /// </summary>
    public (LocalModel Model, double[] Fitted, double[] Residuals) Conclude(double[] point)
    {
        (double[] values, double[][] columns) = model.Jacobian(point);
        double[] residuals = Residuals(values), weighted = Weighted(residuals);
        double cost = TensorPrimitives.SumOfSquares<double>(weighted) / 2;
        return (Model(cost, point, weighted, columns, null), values, residuals);
    }

    /// <summary>
    /// The standard deviation of measurements of weight 1; for a loss, after Huber (1981), section 7.6, with his
    /// correction for small samples. No number where the loss bends down for most residuals.
    /// </summary>
    public double Deviation(double[] residuals)
    {
        double[] weighted = Weighted(residuals);
        double squares = weighted.Sum(r => loss.Weight(r) * r * (loss.Weight(r) * r));
        double[] bends =
            [.. weighted.Where((_, i) => weights is null || weights[i] > 0).Select(loss.Curvature)];
        double mean = bends.Average(), variance = bends.Average(bend => (bend - mean) * (bend - mean));
        double parameters = bends.Length - degreesOfFreedom;
        double correction = 1 + parameters / bends.Length * variance / (mean * mean);
        return mean > 0 ? correction * Math.Sqrt(squares / degreesOfFreedom) / mean : double.NaN;
    }

    private LeastSquaresModel Model(
        double cost, double[] point, double[] residuals, double[][] columns, double[]? reweights)
    {
        // What is made small is f - y, so that the derivatives are those of f.
        double[] right = new double[residuals.Length];
        TensorPrimitives.Negate(residuals, right);
        Scale(right, reweights);
        foreach (double[] column in columns)
            Scale(column, _factors);
        double terms = GreatestTerm(point, columns);
        foreach (double[] column in columns)
            Scale(column, reweights);
        // A residual is rounded as the measurement is, even where it is much smaller.
        double rounding = cost, greatest = 0;
        for (int i = 0; i < residuals.Length; i++)
        {
            double measurement = Math.Abs(measurements[i]) * (_factors?[i] ?? 1);
            rounding += Math.Abs(residuals[i]) * measurement;
            greatest = Math.Max(greatest, RoundingUnits * Epsilon * measurement);
        }
        double noise = (greatest + RoundingUnits * Epsilon * terms) * Math.Sqrt(residuals.Length);
        (double[][] triangle, double[] reduced) = HouseholderQr.Reduce(columns, right);
        return new LeastSquaresModel(triangle, reduced, rounding * Epsilon)
        {
            IsExact = cost <= residuals.Length * greatest * greatest / 2,
            StepRounding = noise / Math.Sqrt(2 * cost / degreesOfFreedom),
            Cost = cost,
            DegreesOfFreedom = degreesOfFreedom,
        };
    }

    /// <summary>
    /// A measure of the terms that the function adds up: how far it moves, at one measurement, where all parameters
    /// change by as much as they are.
    /// </summary>
    private static double GreatestTerm(double[] point, double[][] columns)
    {
        double greatest = 0;
        for (int i = 0; i < columns[0].Length; i++)
        {
            double moved = 0;
            for (int j = 0; j < columns.Length; j++)
                moved += Math.Abs(point[j] * columns[j][i]);
            greatest = Math.Max(greatest, moved);
        }
        return greatest;
    }

    private double[] Residuals(double[] values)
    {
        double[] residuals = new double[values.Length];
        TensorPrimitives.Subtract(measurements, values, residuals);
        return residuals;
    }

    private double[] Weighted(double[] residuals)
    {
        double[] weighted = [.. residuals];
        Scale(weighted, _factors);
        return weighted;
    }

    private static void Scale(double[] values, double[]? factors)
    {
        if (factors is not null)
            TensorPrimitives.Multiply(values, factors, values);
    }
}

/// <summary>Half of |R p + q|^2, and a constant.</summary>
/// <param name="columns">The columns of R.</param>
/// <param name="right">q.</param>
/// <param name="rounding">How far rounding may change the objective.</param>
internal sealed class LeastSquaresModel(double[][] columns, double[] right, double rounding) : LocalModel
{
    public required int DegreesOfFreedom { get; init; }

    public override double[] Gradient { get; } = [.. columns.Select(column => HouseholderQr.Dot(column, right))];

    public override double[] Scales { get; } = [.. columns.Select(column => HouseholderQr.Norm(column))];

    public override double Unit => Cost / DegreesOfFreedom;

    public override double MinCurvature => 1e-26; // the square of the least singular value

    public override double Rounding => rounding;

    public override double Reduction(double[] step)
    {
        double[] moved = Move(step);
        double change = 0;
        for (int i = 0; i < right.Length; i++)
            change -= moved[i] * (right[i] + moved[i] / 2);
        return change;
    }

    public override double[] GradientAfter(double[] step)
    {
        double[] there = [.. right.Zip(Move(step), (x, y) => x + y)];
        return [.. columns.Select(column => HouseholderQr.Dot(column, there))];
    }

    public override Spectrum Decompose(int[] free, double[] scales, double[] others)
    {
        double[] moved = Move(others);
        return Spectrum.OfLeastSquares(
            [.. free.Select(j => columns[j].Select(element => element / scales[j]).ToArray())],
            [.. right.Zip(moved, (x, y) => x + y)]);
    }

    private double[] Move(double[] step)
    {
        double[] moved = new double[right.Length];
        for (int j = 0; j < step.Length; j++)
        {
            for (int i = 0; i < moved.Length; i++)
                moved[i] += columns[j][i] * step[j];
        }
        return moved;
    }
}
