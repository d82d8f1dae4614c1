using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace SimpleGrad;

/// <summary>
/// What a loss makes of residuals. The cost of one is scale^2 rho(z) / 2, where z = (residual / scale)^2.
/// </summary>
internal sealed class LossFunction(ResidualLoss loss, double scale)
{
    public bool IsSquared => loss == ResidualLoss.Squared;

    /// <summary>The cost of residuals together.</summary>
    public double Cost(double[] residuals) => IsSquared
        ? TensorPrimitives.SumOfSquares<double>(residuals) / 2
        : residuals.Sum(Cost);

    private double Cost(double residual)
    {
        double z = residual / scale * (residual / scale);
        return scale * scale / 2 * loss switch
        {
            ResidualLoss.Huber => z <= 1 ? z : 2 * Math.Sqrt(z) - 1,
            ResidualLoss.SoftL1 => 2 * z / (Math.Sqrt(1 + z) + 1),
            ResidualLoss.Cauchy => Log1p(z),
            ResidualLoss.Arctan => Math.Atan(z),
            _ => z,
        };
    }

    /// <summary>
    /// The logarithm of 1 + z, for z from 0 on, after Kahan. That of .NET rounds the sum, and is 0 below 1e-16.
    /// </summary>
    private static double Log1p(double z)
    {
        double sum = 1 + z;
        return sum == 1 ? z : double.IsInfinity(sum) ? sum : Math.Log(sum) * (z / (sum - 1));
    }

    /// <summary>The factor by which a residual counts less than with squares: rho'(z).</summary>
    public double Weight(double residual)
    {
        double z = residual / scale * (residual / scale);
        return loss switch
        {
            ResidualLoss.Squared => 1,
            ResidualLoss.Huber => z <= 1 ? 1 : 1 / Math.Sqrt(z),
            ResidualLoss.SoftL1 => 1 / Math.Sqrt(1 + z),
            ResidualLoss.Cauchy => 1 / (1 + z),
            _ => 1 / (1 + z * z),
        };
    }

    /// <summary>The second derivative of the cost by the residual: rho'(z) + 2 z rho''(z).</summary>
    public double Curvature(double residual)
    {
        double z = residual / scale * (residual / scale);
        return loss switch
        {
            ResidualLoss.Squared => 1,
            ResidualLoss.Huber => z <= 1 ? 1 : 0,
            ResidualLoss.SoftL1 => 1 / ((1 + z) * Math.Sqrt(1 + z)),
            ResidualLoss.Cauchy => (1 - z) / ((1 + z) * (1 + z)),
            _ => (1 - 3 * z * z) / ((1 + z * z) * (1 + z * z)),
        };
    }
}
