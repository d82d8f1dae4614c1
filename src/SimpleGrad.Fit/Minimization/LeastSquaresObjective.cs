namespace SimpleGrad;

/// <summary>Half the sum of squares of weighted residuals, or what another loss makes of them.</summary>
internal sealed class LeastSquaresObjective(
    ModelFunction model, double[] measurements, double[]? weights, LossFunction loss, int degreesOfFreedom) : IObjective
{
    /// <summary>Residuals of so many units in the last place of the greatest measurement are rounding.</summary>
    private const double RoundingUnits = 4;
    private const double Epsilon = 2.220446049250313e-16; // from 1 to the next double

    private readonly double[] _factors = weights is null ? [] : [.. weights.Select(Math.Sqrt)];

    public double Cost(double[] point) => CostOf(Weighted(Residuals(model.Values(point))));

    public LocalModel Linearize(double[] point)
    {
        (double[] values, double[][] columns) = model.Jacobian(point);
        double[] residuals = Weighted(Residuals(values));
        double[]? reweights = loss.IsSquared ? null : [.. residuals.Select(r => Math.Sqrt(loss.Weight(r)))];
        return Model(CostOf(residuals), residuals, columns, reweights);
    }

    /// <summary>
    /// What the standard errors are made of: the model of plain weighted squares; and values and residuals without
    /// weights.
    /// </summary>
    public (LocalModel Model, double[] Fitted, double[] Residuals) Conclude(double[] point)
    {
        (double[] values, double[][] columns) = model.Jacobian(point);
        double[] residuals = Residuals(values), weighted = Weighted(residuals);
        double cost = HouseholderQr.Dot(weighted, weighted) / 2;
        return (Model(cost, weighted, columns, null), values, residuals);
    }

    /// <summary>The standard deviation of measurements of weight 1; for a loss, after Huber (1981).</summary>
    public double Deviation(double[] residuals)
    {
        double[] weighted = Weighted(residuals);
        int count = weights?.Count(weight => weight > 0) ?? weighted.Length;
        double squares = weighted.Sum(r => loss.Weight(r) * r * (loss.Weight(r) * r));
        double curvature = weighted.Where((_, i) => weights is null || weights[i] > 0).Sum(loss.Curvature) / count;
        return Math.Sqrt(squares / degreesOfFreedom) / curvature;
    }

    private LeastSquaresModel Model(double cost, double[] residuals, double[][] columns, double[]? reweights)
    {
        foreach (double[] column in columns)
        {
            for (int i = 0; i < column.Length; i++)
                column[i] *= -(weights is null ? 1 : _factors[i]) * (reweights?[i] ?? 1);
        }
        double[] right = [.. residuals.Select((r, i) => r * (reweights?[i] ?? 1))];
        // A residual is rounded as the measurement is, even where it is much smaller.
        double[] roundings =
            [.. measurements.Select((y, i) => Math.Abs(y) * (weights is null ? 1 : _factors[i]) * Epsilon)];
        double rounding = residuals.Select((r, i) => Math.Abs(r) * roundings[i]).Sum() + cost * Epsilon;
        double greatest = RoundingUnits * roundings.Max();
        (double[][] triangle, double[] reduced) = HouseholderQr.Reduce(columns, right);
        return new LeastSquaresModel(triangle, reduced, rounding, cost <= residuals.Length * greatest * greatest / 2)
        {
            Cost = cost,
            DegreesOfFreedom = degreesOfFreedom,
        };
    }

    private double CostOf(double[] weighted) => weighted.Sum(loss.Cost);

    private double[] Residuals(double[] values) => [.. measurements.Zip(values, (y, value) => y - value)];

    private double[] Weighted(double[] residuals) =>
        weights is null ? residuals : [.. residuals.Zip(_factors, (r, factor) => r * factor)];
}

/// <summary>Half of |R p + q|^2, and a constant.</summary>
/// <param name="columns">The columns of R.</param>
/// <param name="right">q.</param>
/// <param name="rounding">How far rounding may change the objective.</param>
/// <param name="isExact">Whether the residuals are nothing but rounding.</param>
internal sealed class LeastSquaresModel(double[][] columns, double[] right, double rounding, bool isExact)
    : LocalModel
{
    public required int DegreesOfFreedom { get; init; }

    public override double[] Gradient { get; } = [.. columns.Select(column => HouseholderQr.Dot(column, right))];

    public override double[] Scales { get; } = [.. columns.Select(column => HouseholderQr.Norm(column))];

    public override double Unit => Cost / DegreesOfFreedom;

    public override double LeastCurvature => 1e-26; // the square of the least singular value

    public override double Rounding => rounding;

    public override bool IsExact => isExact;

    public override double Reduction(double[] step)
    {
        double[] moved = Move(step);
        double change = 0;
        for (int i = 0; i < right.Length; i++)
            change -= moved[i] * (right[i] + moved[i] / 2);
        return change;
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
