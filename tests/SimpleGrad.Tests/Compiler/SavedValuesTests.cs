namespace SimpleGrad.Tests.Compiler;

/// <summary>What is saved for propagate, and what is computed again.</summary>
public sealed class SavedValuesTests
{
    private const int Length = 10_000;
    private const int Operators = 50;

    [Fact]
    public void A_chain_of_cheap_operators_saves_little()
    {
        long all = Bytes(Chain, budget: 1), some = Bytes(Chain, budget: 0.5), none = Bytes(Chain, budget: 0);
        Assert.True(all >= 20L * Length * sizeof(double), $"saving all takes {all} bytes");
        Assert.True(some <= all / 5, $"the usual budget saves {some} of {all} bytes");
        Assert.Equal(0, none);
    }

    [Fact]
    public void More_budget_never_saves_less()
    {
        long[] bytes = [.. new[] { 0, 0.1, 0.3, 0.5, 0.7, 0.9, 1 }.Select(budget => Bytes(Chain, budget))];
        Assert.Equal(bytes.Order(), bytes);
    }

    [Fact]
    public void What_is_dear_is_saved()
    {
        Assert.Equal(0, Bytes(x => (x + 1).Square(), 0.5));
        Assert.Equal(Length * sizeof(double), Bytes(x => x.CumSum(0).Square(), 0.5));
    }

    [Fact]
    public void Every_budget_gives_the_same_numbers()
    {
        Tensor<double>[] inputs = [Comparison.Wave<double>([500], 0.7)];
        double[]?[] expected = Comparison.Chain<double>(x => [Chain(x[0])], inputs, 2);
        foreach (double budget in new[] { 0, 0.3, 0.5, 1 })
        {
            Comparison.OnBothExecutors(() =>
            {
                Aggregate<double> chain = Tested.Compile<double>(Chain).WithMemoryBudget(budget);
                Comparison.AssertSame(expected, Comparison.Chain<double>(chain.InvokeAllOf, inputs, 2), 1e-10);
            });
        }
    }

    private static Variable<double> Chain(Variable<double> x)
    {
        Variable<double> t = x;
        for (int i = 0; i < Operators / 5; i++)
            t = (t * x + 0.5).Tanh() * (x - t);
        return t;
    }

    private static long Bytes(Func<Variable<double>, Variable<double>> function, double budget)
    {
        CompiledFunction<double> compiled =
            Tested.Compile(function).WithMemoryBudget(budget).For([Shape.Create(Length)]);
        return compiled.Partition.Saved.Sum(node => (long)compiled.Graph[node].Shape.FlattenedLength * sizeof(double));
    }

    /// <summary>
    /// The elements that are equal to an extremum are found again from what is computed again. So a sum must not come
    /// from another loop, which adds in another order.
    /// </summary>
    [Theory, InlineData(0), InlineData(0.5), InlineData(1)]
    public void What_a_result_is_equal_to_is_the_same_when_it_is_computed_again(double budget) =>
        Comparison.OnBothExecutors(() =>
        {
            for (int length = 3; length < 32; length++)
            {
                Tensor<double>[] inputs = [Comparison.Wave<double>([length], 0.7)];
                Aggregate<double> compiled = Tested.Compile<double>(Greatest).WithMemoryBudget(budget);
                Comparison.AssertSame(
                    Comparison.Chain<double>(x => [Greatest(x[0])], inputs, 2),
                    Comparison.Chain<double>(x => [compiled.Invoke(x[0])], inputs, 2), 1e-9);
            }
        });

    /// <summary>The sum is added up where its elements are computed, and could be again from those that are saved.
    /// </summary>
    private static Variable<double> Greatest(Variable<double> x)
    {
        Variable<double> elements = x.CumSum(0) * 1.1 + 0.3, sum = elements.Sum();
        return (elements.Reshape(-1, 1, 1) * sum + sum).Amax();
    }
}
