namespace SimpleGrad.Bench.Programs.Models;

/// <summary>
/// A call in Heston's model, by Euler's scheme with full truncation. z has two rows of normals for each step, and a
/// column for each path.
/// </summary>
internal static class Heston
{
    public const double Strike = 100, Years = 1;
    public const int Steps = 50;

    public static Tensor<double> Parameters => Tensor.Create<double>([100, 0.04, 0.03, 1.5, 0.05, 0.4, -0.6]);

    /// <param name="parameters">S0, v0, r, κ, θ, ξ, ρ.</param>
    /// <param name="z">Standard normals.</param>
    /// <param name="isSmooth">Whether the payoff is softplus, which has a second derivative everywhere.</param>
    public static Variable<double> Price(Variable<double> parameters, Variable<double> z, bool isSmooth = false)
    {
        HestonParameters p = HestonParameters.Of(parameters);
        int steps = z.Shape[0] / 2;
        double dt = Years / steps;
        Variable<double> x = p.Spot.Log(), v = p.Variance, rest = (1 - p.Rho.Square()).Sqrt();
        for (int n = 0; n < steps; n++)
        {
            Variable<double> positive = v.Maximum(0), root = (positive * dt).Sqrt();
            x += (p.Rate - positive / 2) * dt + root * z[2 * n];
            v += p.Kappa * (p.Theta - positive) * dt + p.Xi * root * (p.Rho * z[2 * n] + rest * z[2 * n + 1]);
        }
        Variable<double> over = x.Exp() - Strike, payoff = isSmooth ? over.Softplus() : over.Maximum(0);
        return ((-p.Rate * Years).Exp() * payoff).Mean();
    }
}
