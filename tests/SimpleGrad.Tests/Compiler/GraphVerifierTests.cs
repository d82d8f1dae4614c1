using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Compiler;

/// <summary>The verifier finds what graphs must not have; and graphs of many operators have none of it.</summary>
public sealed class GraphVerifierTests
{
    private static readonly Operator<double> _add = Graph(x => x[0] + x[1]).Nodes.ToArray()[^1].Operator!;

    [Fact]
    public void A_graph_that_is_right_passes()
    {
        GraphVerifier.Verify(Graph(x => (x[0] + x[1]) * 2));
        Tested.Verified(emits: true).GraphOf<double>([[2, 3], [3]], (_, x) => [(x[0] + x[1]) * 2]);
    }

    [Fact]
    public void Mistakes_are_found()
    {
        var input = Node<double>.Input([2, 3]);
        var number = Node<double>.Number(2);
        Refuses("value 1 reads value 1, which does not come before it", [input, new([2, 3], _add, [0, 1])], [0], [1]);
        Refuses("value 1 reads value -1", [input, new([2, 3], _add, [0, -1])], [0], [1]);
        Refuses("input 7 is none of 1 values", [input], [7], [0]);
        Refuses("output 1 is none of 1 values", [input], [0], [1]);
        Refuses("output -2 is none of 1 values", [input], [0], [-2]);
        Refuses("value 0 is two inputs", [input], [0, 0], [0]);
        Refuses("input 1 is computed", [input, new([2, 3], _add, [0, 0])], [0, 1], [1]);
        Refuses("value 0 is computed by nothing", [input], [], [0]);
        Refuses("value 1 has shape (3,), and its operator infers (2, 3)", [input, new([3], _add, [0, 0])], [0], [1]);
        Refuses(
            "number 0 has shape (2,)", [number with { Shape = [2], Constant = Tensor.Zeros<double>([2]) }], [], [0]);
        Refuses("constant 0 has shape (), not (2,)", [number with { Shape = [2] }], [], [0]);
        Refuses("number 0 has no value", [number with { Constant = null }], [], [0]);
        Refuses("constant 0 has no value", [Node<double>.Of(Tensor<double>.Symbolic([2]))], [], [0]);
    }

    /// <summary>
    /// All uses of the table in one function: what differs in a setting alone must stay apart, and kernels get large.
    /// </summary>
    [Fact]
    public void All_operators_in_one_function_stay_apart()
    {
        OperatorUse<double>[] uses =
        [
            .. OperatorTable<double>.All.Where(use => use.Arity == 1 && use.Fits([[2, 3]])
                && !CompiledOperatorTests.ReadsValues.Contains(use.Name)),
        ];
        Assert.True(uses.Length > 60);
        Tensor<double>[] inputs = [.. new[] { 0.4, 0.6, -0.5 }.Select(
            x => Comparison.Wave<double>([2, 3], x) is var wave
            ? Tensor.Create<double>([.. wave.ToArray().Select(y => x + 0.1 * y)], [2, 3]) : wave)];
        Func<Variable<double>[], Variable<double>[]> all = x =>
        [
            .. from use in uses
               from choice in Enumerable.Range(0, 3)
               let domain = use.Domains[0]
               select use.Apply([domain is { Low: < 0.3, High: > 0.5 } ? x[0] : domain.Low > 0 ? x[1] : x[2]], choice),
        ];
        double[]?[] expected = Comparison.Chain(all, inputs, 1, isLinear: true);
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<double> compiled = Tested.Compile(all);
            Comparison.AssertSame(expected, Comparison.Chain<double>(compiled.InvokeAllOf, inputs, 1, true), 1e-10);
        });
    }

    private static Graph<double> Graph(Func<Variable<double>[], Variable<double>> function) =>
        Tracing.Run<double>([[2, 3], [3]], (_, x) => [function(x)]);

    private static void Refuses(string mistake, Node<double>[] nodes, int[] inputs, int[] outputs) => Assert.Contains(
        $"After 'test': A graph is wrong: {mistake}",
        Assert.Throws<InvalidOperationException>(
            () => GraphVerifier.Verify(new Graph<double>(nodes, inputs, outputs), "test")).Message);
}
