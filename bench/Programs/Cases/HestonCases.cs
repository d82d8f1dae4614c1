using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Bench.Programs.Cases;

/// <summary>Program 2: Heston's model, whole arrays of paths and blocks that the user chooses, and its Hessian.</summary>
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

    /// <summary>What a user does who knows of caches: blocks of paths, one after the other, and their mean.</summary>
    private static Run InBlocks()
    {
        var compiled = Ours.Gradient(x => Heston.Price(x[0], x[1])).Compiled();
        Tensor<double> z = Normals(Paths), p = Heston.Parameters;
        Tensor<double>[] blocks =
        [
            .. Enumerable.Range(0, Paths / Block).Select(i => Tensor.Create<double>(
                z.Slice(1, i * Block, (i + 1) * Block).ToArray(), [2 * Heston.Steps, Block])),
        ];
        Tensor<double>?[] results = [.. compiled.Invoke(p, blocks[0])];
        return () =>
        {
            var mean = new double[8];
            foreach (Tensor<double> block in blocks)
            {
                compiled.InvokeInto(results, p, block);
                mean[0] += results[0]!.Item() / blocks.Length;
                for (int i = 0; i < 7; i++)
                    mean[i + 1] += results[1]!.GetValue(i) / blocks.Length;
            }
            return mean;
        };
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
