using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Bench.Programs.Cases;

/// <summary>The gradient of eight schools, by itself and in Hamiltonian Monte Carlo.</summary>
internal static class EightSchoolsCases
{
    public static IEnumerable<Case> All() =>
    [
        new("eight-schools", "gradient",
            Ours.Compiled(
                "compiled", () => Ours.VectorGradient(EightSchools.LogDensity), () => [EightSchools.Point]),
            new Way("C# by hand", ByHand, 1.5)),
        new("eight-schools", "1,000 leapfrog steps",
            new Way("compiled", () => Leapfrog(Compiled())), new Way("C# by hand", () => Leapfrog(
                (q, gradient) => EightSchools.ByHand(q, gradient)), 1.5)),
    ];

    private static Run ByHand()
    {
        double[] q = EightSchools.Point.ToArray(), gradient = new double[q.Length];
        return () => [EightSchools.ByHand(q, gradient), .. gradient];
    }

    private static Func<double[], double[], double> Compiled()
    {
        var compiled = Ours.VectorGradient(EightSchools.LogDensity).Compile();
        Tensor<double>?[] results = [.. compiled.Invoke(EightSchools.Point)];
        return (q, gradient) =>
        {
            compiled.InvokeInto(results, Tensor.Create<double>(q));
            results[1]!.CopyTo(gradient);
            return results[0]!.Item();
        };
    }

    private static Run Leapfrog(Func<double[], double[], double> gradient) => () =>
    {
        double[] q = EightSchools.Point.ToArray(), momentum = [.. q.Select((_, i) => Math.Sin(i + 1))];
        return [EightSchools.Leapfrog(gradient, q, momentum, 1000), .. q];
    };
}
