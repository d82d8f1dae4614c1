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
        { "two halves", (x, i) => (x[i.Slice(0, 0, 2)] * x[i.Slice(0, 2, 4)].Exp()).Sum() },
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

            var first = Derivatives.ValueAndGrad(TensorFunction.Of<double>(Counted), wrt: 0).Compile(Tested.Pipeline);
            var second = TensorFunction.Of<double>((x, i) => Derivatives.Hessian(y => Counted(y, i), x))
                .Compile(Tested.Pipeline);
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

    [Fact]
    public void Functions_in_functions_get_the_indices_of_those_around_them()
    {
        Comparison.OnBothExecutors(() =>
        {
            Aggregate<double> rows = Aggregate.Compile<double>((x, i, j) => x[i].Sin() * x[j], "rows")
                .On(Tested.Pipeline);
            var whole = Derivatives.ValueAndGrad(
                TensorFunction.Of<double>((Variable<double> x, Tensor<int> i, Tensor<int> j) =>
                    (rows.Invoke(x, j, i) * rows.Invoke(x, i, Tensor.Create([0, 1, 2, 3]))).Sum()
                    + rows.Invoke(x, j.Reshape(2, 2).Transpose(0, 1), i.Reshape(2, 2)).Sum()),
                wrt: 0);
            var compiled = whole.Compile(Tested.Pipeline);
            foreach (Tensor<int> list in _lists)
            {
                (Tensor<double> value, Tensor<double> gradient) = Derivatives.ValueAndGrad<double>(x =>
                {
                    Variable<double> a = x[list], b = x[_lists[1]];
                    Tensor<int> turned = _lists[1].Reshape(2, 2).Transpose(0, 1);
                    return (b.Sin() * a * (a.Sin() * x[Tensor.Create([0, 1, 2, 3])])).Sum()
                        + (x[Tensor.Create(turned.ToArray())].Sin() * a).Sum();
                }).Invoke(_x);
                foreach (var function in new[] { whole, compiled })
                {
                    (Tensor<double> its, Tensor<double> own) = function.Invoke(_x, list, _lists[1]);
                    Comparison.AssertSame(
                        [value.ToArray(), gradient.ToArray()], [its.ToArray(), own.ToArray()], 1e-13);
                }
            }
        });
    }

    /// <summary>The order in which the user writes is not that in which the sweep reads.</summary>
    [Fact]
    public void Indices_may_be_written_after_the_call()
    {
        Aggregate<double> rows = Aggregate.Compile<double>((x, i) => x[i].Pow(3));
        var tape = new Tape<double>();
        for (int round = 0; round < 3; round++)
        {
            Variable<double> x = tape.Variable([1, 2, 3]);
            Tensor<int> index = Tensor.Create([2, 0]);
            Variable<double> sum = rows.Invoke(x, index).Sum();
            index.AsTensorSpan()[0] = 1;
            Assert.Equal(28, sum.Item());
            Variable<double> gradient = tape.Grad(sum, x)!;
            Assert.Equal([3, 0, 27], gradient.Value.ToArray());
            Assert.Equal([6, 0, 18], tape.Grad(gradient.Sum(), x)!.Value.ToArray());
            Assert.Equal([1, 8, 27], rows.Invoke(x, Tensor.Create([0, 1, 2])).Value.ToArray());
            tape.Reset();
        }
    }

    public static TheoryData<string> Loops => ["while", "for", "scan"];

    [Theory]
    [MemberData(nameof(Loops))]
    public void Loops_read_other_indices_at_each_call(string kind)
    {
        Comparison.OnBothExecutors(() =>
        {
            var function = TensorFunction.Of<double>(Growth);
            var gradient = Derivatives.ValueAndGrad(function, wrt: 0).Compile(Tested.Pipeline);
            var hessian = Derivatives.Hessian(function, wrt: 0).Compile(Tested.Pipeline);
            Tensor<double> x = Tensor.Create<double>([1.1, 1.2, 1.3]);
            foreach (int[] list in (int[][])[[0, 1, 2], [2, 0, 1], [1, 1, 0]])
            {
                Tensor<int> index = Tensor.Create(list);
                (Tensor<double> value, Tensor<double> slope) =
                    Derivatives.ValueAndGrad<double>(v => Growth(v, index)).Invoke(x);
                (Tensor<double> its, Tensor<double> own) = gradient.Invoke(x, index);
                Comparison.AssertSame(
                    [
                        value.ToArray(), slope.ToArray(),
                        Derivatives.Hessian<double>(v => Growth(v, index)).Invoke(x).ToArray(),
                    ],
                    [its.ToArray(), own.ToArray(), hessian.Invoke(x, index).ToArray()], 1e-13, null, kind);
            }
        });

        Variable<double> Growth(Variable<double> x, Tensor<int> index) => (kind switch
        {
            "while" => Loop.While<double>(
                s => s.ToArray().Sum() < 20, (s, p) => s * p[index] + 1, x[index], x),
            "for" => Loop.For<double>(7, (s, p) => s[index] * p + s, x, x),
            _ => Loop.Fold<double>((s, each, p) => s[index] * p[index] + each, x, x.Expand(5, 3), x),
        }).Sum();
    }

    [Fact]
    public void A_function_of_indices_can_be_mapped()
    {
        Comparison.OnBothExecutors(() =>
        {
            var mapped = TensorFunction.Of<double>((x, i) => Transform.Vmap<double>(
                row => Derivatives.Grad<double>(
                    y => y.Gather(0, i).Pow(3).Sum() + y.CrossEntropy(i.Slice(0, 0, 1).Reshape()), row), x));
            var compiled = mapped.Compile(Tested.Pipeline);
            foreach (int[] list in (int[][])[[0, 2], [1, 1], [2, 0]])
            {
                Tensor<int> index = Tensor.Create(list);
                Comparison.AssertSame(
                    [mapped.Invoke(_x, index).ToArray()], [compiled.Invoke(_x, index).ToArray()], 1e-14);
            }
        });
    }

    [Fact]
    public void Several_inputs_and_results_are_at_hand()
    {
        Tensor<int> i = Tensor.Create([1, 0, 2]), j = Tensor.Create([2, 2, 1]);
        Tensor<double> x = Tensor.Create<double>([1, 2, 3]), y = Tensor.Create<double>([10, 20, 30]);
        Assert.Equal([60, 30, 60], TensorFunction.Of<double>((a, b, k, l) => a[k] * b[l]).Compile()
            .Invoke(x, y, i, j).ToArray());
        Assert.Equal([20, 20, 90], TensorFunction.Of<double>((a, b, k) => a[k] * b).Compile()
            .Invoke(x, y, i).ToArray());
        Tensor<double>[] several = TensorFunction.Of<double>(
            (Variable<double>[] a, Tensor<int>[] k) => [a[0][k[0]], a[0][k[1]] * a[1]]).Compile()
            .Invoke([x, y], [i, j]);
        Assert.Equal([2, 1, 3, 30, 60, 60], several.SelectMany(each => each.ToArray()));
        var product = TensorFunction.Of<double>((a, b, k) => (a[k] * b).Sum());
        (Tensor<double> value, Tensor<double>[] by) = Derivatives.ValueAndGrad(product).Compile().Invoke(x, y, i);
        Assert.Equal(130, value.Item());
        Assert.Equal([20, 10, 30, 2, 1, 3], by.SelectMany(each => each.ToArray()));
        Assert.Equal([20, 10, 30], Derivatives.Grad(product, wrt: 0).Compile().Invoke(x, y, i).ToArray());
        var square = TensorFunction.Of<double>((a, k, l) => (a[k] * a[l]).Sum() + (a[l] * a[l]).Sum() / 2 - 3);
        Assert.Equal([2, 3, 9], Derivatives.Grad(square, wrt: 0)
            .Compile().Invoke(x, Tensor.Create([0, 2]), Tensor.Create([1, 2])).ToArray());
        Variable<double> v = new Tape<double>().Variable(x);
        Assert.Equal([6, 3, 6], Aggregate.Compile<double>((a, k, l) => a[k] * a[l]).Invoke(v, i, j).Value.ToArray());
        Assert.Equal(
            [6, 3, 6], Aggregate.Compile<double>((a, b, k, l) => a[k] * b[l]).Invoke(v, v, i, j).Value.ToArray());
        Variable<double>[] all = Aggregate.Compile<double>(
            (Variable<double>[] a, Tensor<int>[] k) => [a[0][k[0]], a[0][k[1]]]).InvokeAll([v], [i, j]);
        Assert.Equal([2, 1, 3, 3, 3, 2], all.SelectMany(each => each.Value.ToArray()));
    }

    [Fact]
    public void Explanations_name_the_indices()
    {
        Aggregate<double> pairs = Aggregate.Compile<double>((x, from, to) => x[from] * x[to] + x[from], "pairs");
        string text = pairs.Explain([[6]], new() { Indices = [[4], [4]] });
        Assert.Contains("// f64: x (6,), from (4,) of indices, to (4,) of indices", text, StringComparison.Ordinal);
        Assert.Contains("Pairs(x, from, to)", text, StringComparison.Ordinal);
        string forward = text[..text.IndexOf("// propagate", StringComparison.Ordinal)];
        Assert.Single(forward.Split("x.IndexSelect(0, from)")[1..]);
        Assert.Contains(".IndexAdd((6,), 0, to)", text, StringComparison.Ordinal);

        Tensor<int> many = Tensor.Create<int>([.. Enumerable.Range(0, 2016).Select(k => k % 64)]);
        var constant = Derivatives.ValueAndGrad<double>(x => x[many].Square().Sum()).Compile();
        string shown = constant.Explain([[64]], new() { Passes = true });
        Assert.Contains("IndexSelect(0, [0, 1, 2, ..., 29, 30, 31])", shown, StringComparison.Ordinal);
        Assert.InRange(shown.Length, 0, 5000);
    }

    [Fact]
    public void Memory_of_results_is_written_into()
    {
        var f = Derivatives.ValueAndGrad(TensorFunction.Of<double>((x, i) => x[i].Square().Sum()), wrt: 0).Compile();
        Tensor<double>?[] results = [Tensor.Zeros<double>([]), Tensor.Zeros<double>([5, 3])];
        Tensor<double> given = results[1]!;
        foreach (Tensor<int> list in _lists)
        {
            f.InvokeInto(results, [_x], [list]);
            Assert.Same(given, results[1]);
            (Tensor<double> value, Tensor<double> gradient) = f.Invoke(_x, list);
            Assert.Equal(value.Item(), results[0]!.Item());
            Assert.Equal(gradient.ToArray(), given.ToArray());
        }
    }

    private static Variable<double> Classes(Variable<double> x) =>
        x.Transpose(0, 1)[Tensor.Create([0, 1, 2, 0])].Pow(2).LogSoftmax(1);
}
