using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Bench.Programs.Cases;

/// <summary>Heston's model, whole arrays of paths and blocks that the user chooses, and the Hessian.</summary>
internal static class HestonCases
{
    private const string Program = "heston";
    private const int Paths = 100_000, Block = 1000;

    public static IEnumerable<Case> All() =>
    [
        new(Program, "gradient, 100,000 paths",
        [
            Gradient("compiled", Paths),
            new Way("compiled, blocks of 1,000 paths", InBlocks, 1),
            .. CPeers.Way("C adjoint, vectorised", () => ByHand(Paths), 1),
        ])
        {
            FirstCall = 100,
        },
        new(Program, "gradient, 1,000 paths",
            [Gradient("compiled", Block), .. CPeers.Way("C adjoint, vectorised", () => ByHand(Block), 1)]),
        new(Program, "Hessian, smooth payoff, 100,000 paths",
            Hessian(Paths), Gradient("gradient", Paths, isSmooth: true, reach: 6) with { IsComparable = false }),
        new(Program, "Hessian, smooth payoff, 1,000 paths",
            Hessian(Block), Gradient("gradient", Block, isSmooth: true, reach: 6) with { IsComparable = false }),
    ];

    private static Way Gradient(string name, int paths, bool isSmooth = false, double? reach = null) => Ours.Compiled(
        name, () => Ours.Gradient(x => Heston.Price(x[0], x[1], isSmooth)),
        () => [Heston.Parameters, Normals(paths)], reach);

    private static Way Hessian(int paths) => Ours.Compiled(
        "Hessian",
        () => TensorFunction.Of<double>(
            x => [Derivatives.Hessian(p => Heston.Price(p, x[1], isSmooth: true), x[0])]),
        () => [Heston.Parameters, Normals(paths)]);

    private static Run InBlocks()
    {
        Tensor<double> z = Normals(Paths);
        return Ours.InBlocks(
            Ours.Gradient(x => Heston.Price(x[0], x[1])), [Heston.Parameters],
            [.. Enumerable.Range(0, Paths / Block).Select(i => z.Slice(1, i * Block, (i + 1) * Block))]);
    }

    private static Run ByHand(int paths)
    {
        double[] p = Heston.Parameters.ToArray(), z = Normals(paths).ToArray(), gradient = new double[7];
        return () =>
            [CPeers.Heston(p, Heston.Strike, Heston.Years, Heston.Steps, z, paths, gradient), .. gradient];
    }

    private static Tensor<double> Normals(int paths) =>
        Tensor.RandomNormal<double>([2 * Heston.Steps, paths], new Random(1));
}
