namespace SimpleGrad.Tests.Compiler;

/// <summary>Indices that a function takes at a call, where they do not fit or are not there yet.</summary>
public sealed class IndexInputMistakeTests
{
    private static readonly Tensor<double> _x = Comparison.Wave<double>([5, 3], 0.4);

    public static TheoryData<string, Func<Variable<double>, Tensor<int>, Variable<double>>, int[]> OutOfRange => new()
    {
        { "gather: index 5 lies outside axis 0 of shape (5, 3).", (x, i) => x.Gather(0, i.Reshape(2, 1)), [1, 5] },
        { "index_select: index -1 lies outside axis 1 of shape (5, 3).", (x, i) => x.IndexSelect(1, i), [0, -1] },
        { "index: index -6 lies outside axis 0 of shape (5, 3).", (x, i) => x[i], [-5, -6] },
        { "index: index 3 lies outside axis 1 of shape (5, 3).", (x, i) => x[Tensor.Create([4]), i], [-3, 3] },
        { "index_add: index 5 lies outside axis 0 of shape (5, 3).", (x, i) => x.IndexAdd(0, i, x[..2]), [0, 5] },
        { "scatter_add: index 9 lies outside axis 0", (x, i) => x.ScatterAdd(0, i.Reshape(2, 1), x), [0, 9] },
        { "index_fill: index 7 lies outside axis 0 of shape (5, 3).", (x, i) => x.IndexFill(0, i, 1), [7, 0] },
        {
            "cross_entropy: the target 3 is none of the 3 classes of shape (2, 3).",
            (x, i) => x[..2].CrossEntropy(i, ignoreIndex: -1), [-1, 3]
        },
    };

    [Theory, MemberData(nameof(OutOfRange), DisableDiscoveryEnumeration = true)]
    public void Range_is_checked_at_each_call(
        string message, Func<Variable<double>, Tensor<int>, Variable<double>> function, int[] wrong)
    {
        var compiled = TensorFunction.Of(function).Compile(Tested.Verified(emits: true));
        Aggregate<double> aggregate = Aggregate.Compile(function);
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(_x);
        Tensor<int> right = Tensor.Create([0, 1]);
        for (int round = 0; round < 2; round++)
        {
            _ = compiled.Invoke(_x, right);
            _ = aggregate.Invoke(x, right);
            foreach (Func<object> call in new Func<object>[]
            {
                () => function(x, Tensor.Create(wrong)),
                () => compiled.Invoke(_x, Tensor.Create(wrong)),
                () => aggregate.Invoke(x, Tensor.Create(wrong)),
            })
            {
                var error = Assert.Throws<ArgumentOutOfRangeException>(call);
                Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Another_shape_is_compiled_anew_and_one_that_does_not_fit_is_refused()
    {
        int traced = 0;
        var gather = TensorFunction.Of<double>((x, i) =>
        {
            traced++;
            return x.Gather(0, i);
        }).Compile();
        Assert.Equal([1, 3], gather.Invoke(_x, Tensor.Create([1, 2, 3], [1, 3])).Shape);
        Assert.Equal([3, 1], gather.Invoke(_x, Tensor.Create([1, 2, 3], [3, 1])).Shape);
        Assert.Equal([1, 3], gather.Invoke(_x, Tensor.Create([4, 2, 3], [1, 3])).Shape);
        Assert.Equal(2, traced);
        Message<ArgumentException>(
            "gather: an index of shape (3,) does not fit axis 0 of shape (5, 3)",
            () => gather.Invoke(_x, Tensor.Create([1, 2, 3])));
    }

    [Fact]
    public void Indices_that_are_missing_are_named()
    {
        var rows = TensorFunction.Of<double>((x, i) => x[i]);
        Aggregate<double> aggregate = Aggregate.Compile<double>((x, y, i) => x[i] * y, "rows");
        Variable<double> x = new Tape<double>().Variable(_x);
        foreach (var function in new[] { rows, rows.Compile() })
        {
            Message<ArgumentException>(
                "'function' takes 1 input and 1 tensor of indices, not 1 and 0.", () => function.Invoke(_x));
            Message<ArgumentException>(
                "'function' takes 1 input and 1 tensor of indices, not 2 and 1.",
                () => function.Invoke(_x, _x, Tensor.Create([0])));
            Message<ArgumentNullException>(
                "A tensor of indices of 'function' is null.", () => function.Invoke([_x], [null!]));
        }
        Message<ArgumentException>(
            "'function' takes 1 input and no indices, not 1 and 1.",
            () => TensorFunction.Of<double>(x => x.Exp()).Invoke(_x, Tensor.Create([0])));
        Message<ArgumentException>(
            "Aggregate 'rows' takes 2 inputs and 1 tensor of indices, not 2 and 2.",
            () => aggregate.Invoke(x, x, Tensor.Create([0]), Tensor.Create([0])));
        Message<ArgumentNullException>(
            "A tensor of indices of aggregate 'rows' is null.", () => aggregate.Invoke([x, x], [null!]));
        Message<ArgumentException>(
            "Aggregate 'rows' takes 2 inputs and 1 tensor of indices, not 2 and 0.",
            () => aggregate.Explain([[2], [3]]));
    }

    [Fact]
    public void Numbers_of_indices_are_not_read_while_a_function_is_traced()
    {
        Reads((x, i) => x * i.GetValue(0), "The indices 'i0' are read");
        Reads((x, i) => x[Tensor.Create(i.ToArray())], "The indices 'i0' are read");
        Reads((x, i) => x[i.Reshape(2, 1).Expand([2, 2]).Reshape(-1)], "The indices 'i0' are read");
        Reads((x, i) => x.RepeatInterleave(i, 0), "repeat_interleave: the shape of the result depends on the numbers");
        Reads((x, i) => x.Gather(0, x.ArgMax(0, keepDims: true)), "The value of a variable is read");
        Reads((x, i) => x.Gather(0, x.Max(0, keepDims: true).Indices), "The value of a variable is read");

        static void Reads(Func<Variable<double>, Tensor<int>, Variable<double>> function, string message) =>
            Message<InvalidOperationException>(
                message, () => TensorFunction.Of(function).Compile().Invoke(_x, Tensor.Create([0, 1])));
    }

    private static void Message<TError>(string message, Func<object> call) where TError : Exception =>
        Assert.Contains(message, Assert.Throws<TError>(call).Message, StringComparison.Ordinal);
}
