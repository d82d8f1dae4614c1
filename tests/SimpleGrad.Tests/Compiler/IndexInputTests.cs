namespace SimpleGrad.Tests.Compiler;

/// <summary>Functions that take indices at each call: compiled they compute what they compute eagerly.</summary>
public sealed class IndexInputTests
{
    private static readonly Tensor<double> _x = Comparison.Wave<double>([5, 3], 0.4);

    private static readonly Tensor<int>[] _lists =
        [Tensor.Create([4, 0, 2, 0]), Tensor.Create([1, 1, 1, 3]), Tensor.Create([3, 2, 4, 4])];

    /// <summary>Functions of a matrix of shape (5, 3) and of four indices of its rows.</summary>
    public static TheoryData<string, Func<Variable<double>, Tensor<int>, Variable<double>>> Functions => new()
    {
        { "rows", (x, i) => (x[i] * x[i].Exp()).Sum() },
        { "negative indices", (x, i) => x[i].Pow(3).Sum() },
        { "index_select", (x, i) => (x.IndexSelect(0, i) * x.IndexSelect(0, i).Sin()).Sum() },
        { "index_add", (x, i) => x.IndexAdd(0, i, x[1..5].Square()).Sin().Sum() },
        { "gather", (x, i) => x.Gather(0, i.Reshape(4, 1)).Exp().Sum() },
        { "gather, expanded", (x, i) => x.Gather(0, i.Reshape(4, 1).Expand([4, 3])).Exp().Sum() },
        { "gather, transposed", (x, i) => x.Transpose(0, 1).Gather(1, i.Reshape(4, 1).Transpose(0, 1)).Exp().Sum() },
        { "scatter_add", (x, i) => x.ScatterAdd(0, i.Reshape(4, 1).Expand([4, 3]), x[1..5].Sin()).Pow(3).Sum() },
        { "scatter", (x, i) => x.Scatter(0, i.Reshape(4, 1).Expand([4, 3]), x[1..5].Sin()).Pow(3).Sum() },
        { "scatter a number", (x, i) => x.Scatter(0, i.Reshape(4, 1), 0.5).Pow(3).Sum() },
        { "index_copy", (x, i) => x.IndexCopy(0, i, x[1..5].Exp()).Pow(3).Sum() },
        { "index_fill", (x, i) => x.IndexFill(0, i, 2).Pow(3).Sum() },
        { "several indices", (x, i) => x[i, Tensor.Create([2, 0, -1, 1])].Pow(3).Sum() },
        { "several views", (x, i) => x[i.Slice(0, 0, 2), Tensor.Create([0, 2])].Pow(3).Sum() },
        { "index_put", (x, i) => x.IndexPut([i], x[1..5].Sin()).Pow(3).Sum() },
        { "index_put, added", (x, i) => x.IndexPut([i], x[1..5].Sin(), accumulate: true).Pow(3).Sum() },
        { "embedding", (x, i) => x.Embedding(i.Reshape(2, 2)).Exp().Sum() },
        { "take_along_axis", (x, i) => x.TakeAlongAxis(0, i.Reshape(4, 1)).Exp().Sum() },
        { "elements", (x, i) => x.TakeAlongAxis(i).Exp().Sum() },
        { "cross_entropy", (x, i) => x.Transpose(0, 1)[Tensor.Create([0, 1, 2, 0])].CrossEntropy(i) },
        { "nll_loss, ignored", (x, i) => Classes(x).NllLoss(i, ignoreIndex: 2) },
        { "cross_entropy, ignored, smooth", (x, i) => Classes(x).CrossEntropy(i, ignoreIndex: 4, labelSmoothing: 0.1) },
        {
            "cross_entropy, weights",
            (x, i) => Classes(x).CrossEntropy(i, LossReduction.Mean, x.Square().Sum(1), ignoreIndex: 0)
        },
    };

    [Theory, MemberData(nameof(Functions), DisableDiscoveryEnumeration = true)]
    public void Compiled_functions_take_other_indices_at_each_call(
        string name, Func<Variable<double>, Tensor<int>, Variable<double>> function)
    {
        Comparison.OnBothExecutors(() =>
        {
            int traced = 0;
            Variable<double> Counted(Variable<double> x, Tensor<int> i)
            {
                traced++;
                return function(x, i);
            }

            var first = Derivatives.ValueAndGrad<double>(Counted).Compiled(Tested.Pipeline);
            var second = TensorFunction.Of<double>((x, i) => Derivatives.Hessian(y => Counted(y, i), x))
                .Compiled(Tested.Pipeline);
            foreach (Tensor<int> list in _lists)
            {
                (Tensor<double> value, Tensor<double> gradient) =
                    Derivatives.ValueAndGrad<double>(x => function(x, list)).Invoke(_x);
                Tensor<double> hessian = Derivatives.Hessian<double>(x => function(x, list)).Invoke(_x);
                (Tensor<double> compiledValue, Tensor<double> compiledGradient) = first.Invoke(_x, list);
                Comparison.AssertSame(
                    [value.ToArray(), gradient.ToArray(), hessian.ToArray()],
                    [compiledValue.ToArray(), compiledGradient.ToArray(), second.Invoke(_x, list).ToArray()],
                    1e-13, null, name);
            }
            Assert.Equal(2, traced);
        });
    }

    [Theory, MemberData(nameof(Functions), DisableDiscoveryEnumeration = true)]
    public void Aggregates_take_other_indices_at_each_call(
        string name, Func<Variable<double>, Tensor<int>, Variable<double>> function)
    {
        Comparison.OnBothExecutors(() =>
        {
            foreach (double budget in new[] { 0, 0.5, 1 })
            {
                int traced = 0;
                Aggregate<double> aggregate = Aggregate.Compile<double>((x, i) =>
                {
                    traced++;
                    return function(x, i);
                }).On(Tested.Pipeline).WithMemoryBudget(budget);
                foreach (Tensor<int> list in _lists)
                {
                    Comparison.AssertSame(
                        Comparison.Chain<double>(x => [function(x[0], list)], [_x], orders: 3),
                        Comparison.Chain<double>(x => [aggregate.Invoke(x[0], list)], [_x], orders: 3),
                        1e-12, null, name);
                }
                Assert.Equal(1, traced);
            }
        });
    }

    private static Variable<double> Classes(Variable<double> x) =>
        x.Transpose(0, 1)[Tensor.Create([0, 1, 2, 0])].Pow(2).LogSoftmax(1);
}
