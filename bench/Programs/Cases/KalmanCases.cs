using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Bench.Programs.Cases;

/// <summary>The likelihood of Kalman's filter, gradient and Hessian.</summary>
internal static class KalmanCases
{
    private const string Program = "kalman";
    private const int Long = 500, Short = 50;

    private delegate Variable<double> Body(Variable<double> p, Variable<double> data);

    public static IEnumerable<Case> All() =>
    [
        new(Program, "gradient, Scan, 50 steps",
            [
                Gradient("Scan", Kalman.Scan, Short), Gradient("unrolled", Kalman.Unrolled, Short, 1.5),
                .. CPeers.Way("C adjoint", () => ByHand(Short), 2),
            ])
        {
            FirstCall = 50,
        },
        new(Program, "gradient, Scan, 500 steps",
            [Gradient("Scan", Kalman.Scan, Long), .. CPeers.Way("C adjoint", () => ByHand(Long), 2)])
        {
            FirstCall = 50,
        },
        new(Program, "Hessian, Scan, 500 steps",
            Hessian(Long), Gradient("gradient", Kalman.Scan, Long) with { IsComparable = false }),
    ];

    private static Way Gradient(string name, Body body, int steps, double? reach = null) => Ours.Compiled(
        name, () => Ours.Gradient(x => body(x[0], x[1])), () => [Kalman.Parameters, Kalman.Data(steps)], reach);

    private static Way Hessian(int steps) => Ours.Compiled(
        "Hessian", () => TensorFunction.Of<double>(x => [Derivatives.Hessian(p => Kalman.Scan(p, x[1]), x[0])]),
        () => [Kalman.Parameters, Kalman.Data(steps)]);

    private static Run ByHand(int steps)
    {
        double[] p = Kalman.Parameters.ToArray(), data = Kalman.Data(steps).ToArray();
        double[] states = new double[12 * steps], gradient = new double[4];
        return () => [CPeers.Kalman(p, data, steps, states, gradient), .. gradient];
    }
}
