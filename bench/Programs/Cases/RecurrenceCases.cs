using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Bench.Programs.Cases;

/// <summary>A scalar recurrence as a C# loop, by Scan and by While.</summary>
internal static class RecurrenceCases
{
    private const string Program = "recurrence";

    private delegate Variable<double> Body(Variable<double> p, int steps);

    public static IEnumerable<Case> All() =>
    [
        Of("loop, 200 steps", Recurrence.Unrolled, 200),
        Of("Scan, 200 steps", Recurrence.Scan, 200, Gradient("unrolled", Recurrence.Unrolled, 200, 1.5)),
        Of("While, 200 steps", Recurrence.While, 200, Gradient("unrolled", Recurrence.Unrolled, 200, 1.5)),
        Of("loop, 10,000 steps", Recurrence.Unrolled, 10_000) with { IsLong = true },
        Of("Scan, 10,000 steps", Recurrence.Scan, 10_000),
        Of("While, 10,000 steps", Recurrence.While, 10_000),
        Of("Scan, 1,000,000 steps", Recurrence.Scan, 1_000_000) with { IsLong = true },
        Of("While, 1,000,000 steps", Recurrence.While, 1_000_000) with { IsLong = true },
        new(Program, "Hessian, Scan, 200 steps",
            Hessian("Scan", Recurrence.Scan), Hessian("unrolled", Recurrence.Unrolled, 1.5)),
    ];

    private static Case Of(string name, Body body, int steps, params Way[] more) => new(
        Program, name,
        [Gradient("compiled", body, steps), .. more, .. CPeers.Way("C adjoint", () => ByHand(steps), 2)])
    {
        FirstCall = 50,
    };

    private static Way Gradient(string name, Body body, int steps, double? reach = null) => Ours.Compiled(
        name, () => Ours.VectorGradient(p => body(p, steps)), () => [Recurrence.Parameters], reach);

    private static Way Hessian(string name, Body body, double? reach = null) => Ours.Compiled(
        name, () => TensorFunction.Of<double>(x => [Derivatives.Hessian(p => body(p, 200), x[0])]),
        () => [Recurrence.Parameters], reach);

    private static Run ByHand(int steps)
    {
        double[] p = Recurrence.Parameters.ToArray(), states = new double[steps], gradient = new double[2];
        return () => [CPeers.Recurrence(p, Recurrence.StepLength(steps), steps, states, gradient), .. gradient];
    }
}
