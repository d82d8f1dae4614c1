namespace SimpleGrad.Bench.Programs.Models;

/// <summary>The parameters of Heston's model, with names.</summary>
internal sealed record HestonParameters(
    Variable<double> Spot, Variable<double> Variance, Variable<double> Rate, Variable<double> Kappa,
    Variable<double> Theta, Variable<double> Xi, Variable<double> Rho)
{
    /// <summary>The parameters in a vector.</summary>
    public static HestonParameters Of(Variable<double> p) => new(p[0], p[1], p[2], p[3], p[4], p[5], p[6]);
}
