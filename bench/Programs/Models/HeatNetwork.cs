namespace SimpleGrad.Bench.Programs.Models;

/// <summary>
/// A network of two layers that is to solve the heat equation: u_t and u_xx are derivatives inside the loss.
/// </summary>
internal static class HeatNetwork
{
    public static Tensor<double>[] Parameters(int width = 32) => Networks.Initial(
        [[width, 2], [width], [width, width], [width], [1, width], [1]]);

    /// <summary>Points (x, t) inside the unit square.</summary>
    public static Tensor<double> Points(int count = 500) => Tensor.Random<double>([count, 2], new Random(1));

    public static Variable<double> Loss(Variable<double>[] p, Variable<double> points)
    {
        Variable<double> slope = Derivatives.Grad(xt => U(xt).Sum(), points);
        Variable<double> curvature = Derivatives.Grad(
            xt => Derivatives.Grad(each => U(each).Sum(), xt).Select(1, 0).Sum(), points);
        Variable<double> start = points * points.Tape.Constant([1.0, 0.0]), x = start.Select(1, 0);
        Variable<double> initial = (U(start) - (Math.PI * x).Sin()).Square().Mean();
        return (slope.Select(1, 1) - 0.1 * curvature.Select(1, 0)).Square().Mean() + initial;

        Variable<double> U(Variable<double> xt) =>
            xt.Linear(p[0], p[1]).Tanh().Linear(p[2], p[3]).Tanh().Linear(p[4], p[5]).Select(1, 0);
    }
}
