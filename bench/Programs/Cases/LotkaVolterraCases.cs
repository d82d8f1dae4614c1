using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Bench.Programs.Cases;

/// <summary>A fit of Lotka and Volterra's equations, the state one vector.</summary>
internal static class LotkaVolterraCases
{
    private const string Program = "lotka-volterra";

    private delegate Variable<double> Body(Variable<double> b, int steps);

    public static IEnumerable<Case> All() =>
    [
        Of("gradient, loop, 100 steps", LotkaVolterra.Unrolled, 100, Scalars(100, 1.3)),
        Of("gradient, Scan, 100 steps", LotkaVolterra.Scan, 100, Scalars(100, 1.5)),
        Of("gradient, loop, 400 steps", LotkaVolterra.Unrolled, 400, Scalars(400, 1.3)) with { IsLong = true },
        Of("gradient, Scan, 400 steps", LotkaVolterra.Scan, 400),
        Of("gradient, Scan, 4,000 steps", LotkaVolterra.Scan, 4000),
        new(Program, "Jacobian, Scan, 100 steps",
            Jacobian("Scan", LotkaVolterra.Scan, 100), Jacobian("unrolled", LotkaVolterra.Unrolled, 100, 1.5),
            Jacobian("scalars", LotkaVolterra.Scalars, 100, 1.5)),
        new(Program, "Jacobian, Scan, 400 steps",
            Jacobian("Scan", LotkaVolterra.Scan, 400), Gradient("gradient", LotkaVolterra.Scan, 400) with
            {
                IsComparable = false,
            }),
    ];

    private static Case Of(string name, Body body, int steps, params Way[] more) => new(
        Program, name,
        [Gradient("compiled", body, steps), .. more, .. CPeers.Way("C adjoint", () => ByHand(steps), 2)])
    {
        FirstCall = 50,
    };

    private static Way Scalars(int steps, double reach) => Gradient("scalars", LotkaVolterra.Scalars, steps, reach);

    private static Way Gradient(string name, Body body, int steps, double? reach = null) => Ours.Compiled(
        name,
        () =>
        {
            Tensor<double> data = LotkaVolterra.Data(steps);
            return Ours.VectorGradient(b => LotkaVolterra.Loss(body(b, steps), data));
        },
        () => [LotkaVolterra.Start], reach);

    private static Way Jacobian(string name, Body body, int steps, double? reach = null) => Ours.Compiled(
        name, () => TensorFunction.Of<double>(x => [Derivatives.Jacobian(b => body(b, steps).Flatten(), x[0])]),
        () => [LotkaVolterra.Start], reach);

    private static Run ByHand(int steps)
    {
        double[] b = LotkaVolterra.Start.ToArray(), data = LotkaVolterra.Data(steps).ToArray();
        double[] states = new double[2 * steps], gradient = new double[6];
        double h = LotkaVolterra.StepLength(steps);
        return () => [CPeers.LotkaVolterra(b, data, h, steps, states, gradient), .. gradient];
    }
}
