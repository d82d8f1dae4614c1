using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Bench.Programs.Cases;

/// <summary>The sparse Hessian of a chain of 1,000, written on numbers and on slices.</summary>
internal static class ChainCases
{
    public static IEnumerable<Case> All() =>
    [
        new("sparse-chain", "Hessian, 1,000, Unbind and numbers",
            Hessian("numbers", Chain.OfNumbers), Hessian("slices", Chain.OfSlices, 2)),
    ];

    private static Way Hessian(
        string name, Func<Variable<double>, Variable<double>> function, double? reach = null) => new(
        name,
        () =>
        {
            SparseFunction<double> compiled = Derivatives.SparseHessian(function).Compile();
            Tensor<double> x = Chain.Point(1000);
            return () =>
            {
                SparseMatrix<double> matrix = compiled.Invoke(x);
                return Numbers(matrix);
            };
        },
        reach);

    private static IEnumerable<double> Numbers(SparseMatrix<double> matrix)
    {
        for (int i = 0; i < matrix.Values.Length; i++)
            yield return matrix.Values.Span[i];
    }
}
