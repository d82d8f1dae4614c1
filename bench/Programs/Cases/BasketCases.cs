using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Bench.Programs.Cases;

/// <summary>A basket of ten assets with 66 sensitivities, whole arrays and blocks of the user's.</summary>
internal static class BasketCases
{
    private const int Paths = 100_000, Block = 1000;

    public static IEnumerable<Case> All() =>
    [
        Of("arithmetic call, 100,000 paths", isAsian: false), Of("Asian call, 100,000 paths", isAsian: true),
        new("basket", "arithmetic call, 1,000 paths",
            Ours.Compiled("compiled", () => Gradient(isAsian: false), () => Inputs(Block)),
            Ours.Compiled(
                "compiled price alone",
                () => TensorFunction.Of<double>(x => [Basket.Price(x[0], x[1], x[2], x[3], x[4])]),
                () => Inputs(Block))),
    ];

    private static Case Of(string name, bool isAsian) => new(
        "basket", name, Ours.Compiled("compiled", () => Gradient(isAsian), () => Inputs(Paths)),
        new Way("compiled, blocks of 1,000 paths", () => InBlocks(isAsian), 1));

    private static TensorFunction<double, Tensor<double>[]> Gradient(bool isAsian) =>
        Ours.Gradient(x => Basket.Price(x[0], x[1], x[2], x[3], x[4], isAsian), wanted: 4);

    private static Tensor<double>[] Inputs(int paths) => [.. Basket.Parameters, Basket.Normals(paths)];

    private static Run InBlocks(bool isAsian)
    {
        Tensor<double> z = Basket.Normals(Paths);
        return Ours.InBlocks(
            Gradient(isAsian), Basket.Parameters,
            [.. Enumerable.Range(0, Paths / Block).Select(i => z.Slice(2, i * Block, (i + 1) * Block))]);
    }
}
