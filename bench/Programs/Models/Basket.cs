namespace SimpleGrad.Bench.Programs.Models;

/// <summary>
/// A call on the mean of ten lognormal assets: over their ends, or over all steps. Inputs are spots, volatilities, the
/// rate, the 45 correlations below the diagonal, and normals (steps, assets, paths).
/// </summary>
internal static class Basket
{
    public const int Assets = 10, Steps = 50;
    private const double Strike = 100, Years = 1;

    public static Tensor<double>[] Parameters =>
    [
        Tensor.LinSpace(90.0, 110.0, Assets), Tensor.LinSpace(0.15, 0.35, Assets), Tensor.Scalar(0.03),
        Tensor.LinSpace(0.2, 0.5, Assets * (Assets - 1) / 2),
    ];

    public static Tensor<double> Normals(int paths, int steps = Steps) =>
        Tensor.RandomNormal<double>([steps, Assets, paths], new Random(1));

    public static Variable<double> Price(
        Variable<double> spots, Variable<double> volatilities, Variable<double> rate, Variable<double> correlations,
        Variable<double> z, bool isAsian = false)
    {
        int steps = z.Shape[0];
        double dt = Years / steps;
        Variable<double> factor = Correlations(correlations).Cholesky();
        Variable<double> deviation = (volatilities * Math.Sqrt(dt)).Unsqueeze(1);
        Variable<double> drift = ((rate - volatilities.Square() / 2) * dt).Unsqueeze(1);
        Variable<double> x = spots.Log().Unsqueeze(1), total = z.Tape.Constant(0);
        for (int n = 0; n < steps; n++)
        {
            x = x + drift + deviation * factor.MatMul(z[n]);
            if (isAsian)
                total += x.Exp().Mean(0) / steps;
        }
        Variable<double> mean = isAsian ? total : x.Exp().Mean(0);
        return ((-rate * Years).Exp() * (mean - Strike).Maximum(0)).Mean();
    }

    /// <summary>The symmetric matrix with ones on the diagonal.</summary>
    private static Variable<double> Correlations(Variable<double> below)
    {
        var rows = new List<Variable<double>>();
        for (int i = 0; i < Assets; i++)
        {
            for (int j = 0; j < Assets; j++)
            {
                (int high, int low) = (Math.Max(i, j), Math.Min(i, j));
                rows.Add(i == j ? below.Tape.Constant(1) : below[high * (high - 1) / 2 + low]);
            }
        }
        return Variable.Stack(rows).Reshape(Assets, Assets);
    }
}
