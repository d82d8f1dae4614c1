using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Bench.Programs.Cases;

/// <summary>The LIBOR market model with 161 sensitivities, against the price alone in C.</summary>
internal static class LiborCases
{
    private const string Program = "libor";
    private const int Paths = 10_000;

    private delegate Variable<double> Body(
        Variable<double> delta, Variable<double> lambda, Variable<double> start, Variable<double> z);

    public static IEnumerable<Case> All() =>
    [
        Of("rates as rows, 10,000 paths", Libor.Price, Paths),
        Of("rates as rows, 500 paths", Libor.Price, 500),
        Of("double loop over rates, 10,000 paths", Libor.PriceByElements, Paths) with { IsLong = true },
    ];

    private static Case Of(string name, Body body, int paths) => new(
        Program, name,
        [
            Ours.Compiled(
                "compiled", () => Ours.Gradient(x => body(x[0], x[1], x[2], x[3]), wanted: 3), () => Inputs(paths)),
            Ours.Compiled(
                "compiled price alone", () => TensorFunction.Of<double>(x => [body(x[0], x[1], x[2], x[3])]),
                () => Inputs(paths)),
            .. CPeers.Way("C price alone", () => ByHand(paths), 1),
        ])
    {
        FirstCall = 100,
    };

    private static Tensor<double>[] Inputs(int paths) =>
    [
        Libor.Delta, Libor.Volatilities, Libor.FirstRates,
        Tensor.RandomNormal<double>([Libor.Steps, paths], new Random(1)),
    ];

    private static Run ByHand(int paths)
    {
        double[][] x = [.. Inputs(paths).Select(input => input.ToArray())];
        return () => [CPeers.Libor(x[0][0], x[1], x[2], x[3], paths)];
    }
}
