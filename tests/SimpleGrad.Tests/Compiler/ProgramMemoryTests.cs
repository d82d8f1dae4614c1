namespace SimpleGrad.Tests.Compiler;

/// <summary>The memory that a program takes on the way comes back, in bytes.</summary>
[Collection(nameof(Alone))]
public sealed class ProgramMemoryTests
{
    private const int Side = 128;
    private const int Bytes = Side * Side * sizeof(double);
    private const int Calls = 50;

    public static TheoryData<string> Functions =>
        ["kernels", "operators", "view", "copy", "view of an input", "copy of a copy", "results in one memory"];

    /// <summary>Results go into memory that is there, so that a call needs next to nothing.</summary>
    [Theory, MemberData(nameof(Functions))]
    public void A_call_takes_no_new_memory(string name)
    {
        TensorFunction<double, Tensor<double>[]> function = TensorFunction.Of<double>(x => Body(name, x[0]));
        Tensor<double> x = Comparison.Wave<double>([Side, Side], 0.01);
        foreach (Tensor<double> input in new[] { x, x.Transpose() })
        {
            double[]?[] expected = [.. function.Invoke(input).Select(each => each.ToArray())];
            var compiled = function.Compile(Tested.Verified(emits: true));
            var results = new Tensor<double>?[expected.Length];
            for (int i = 0; i < Calls; i++)
                compiled.InvokeInto(results, input);
            Comparison.AssertSame(expected, [.. results.Select(each => each!.ToArray())], 1e-12);
            Allocations.AtMost(Calls * Bytes / 8, () =>
            {
                for (int i = 0; i < Calls; i++)
                    compiled.InvokeInto(results, input);
            });
        }
    }

    private static Variable<double>[] Body(string name, Variable<double> x) => name switch
    {
        "kernels" => [(x.Sin().Sum([1], keepDims: true) * x).Sum([0], keepDims: true).Exp() * x],
        "operators" => [x.CumSum(0).CumSum(1).CumSum(0)],
        "view" => [x.CumSum(0).Reshape(-1, 2).CumSum(0)],
        "copy" => [x.CumSum(0).Transpose().Reshape(-1).CumSum(0).Sin()],
        "view of an input" => [x.Reshape(-1).CumSum(0)],
        "copy of a copy" => [x.CumSum(0).Transpose().Reshape(2, -1).Transpose().Reshape(-1).CumSum(0)],
        "results in one memory" => x.CumSum(0) is var sums ? [sums, sums.Reshape(-1), sums.Transpose()] : [],
        _ => throw new ArgumentException(name),
    };
}
