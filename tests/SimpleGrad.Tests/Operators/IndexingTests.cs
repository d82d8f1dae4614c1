namespace SimpleGrad.Tests.Operators;

/// <summary>Indices that do not fit, and uses that the golden files have no case of.</summary>
public sealed class IndexingTests
{
    private readonly Tape<double> _tape = new();

    public static TheoryData<string, Func<Variable<double>, Variable<double>>> OutOfRange => new()
    {
        { "gather: index 2 lies outside axis 0 of shape (2, 3).", x => x.Gather(-2, Rows(2)) },
        { "gather: index -1 lies outside axis 0 of shape (2, 3).", x => x.Gather(0, Rows(-1)) },
        { "take_along_axis: shape (2, 3) has no axis 2; axes run from -2 to 1.", x => x.TakeAlongAxis(2, Rows(0)) },
        { "scatter_add: index 5 lies outside axis 0 of shape (2, 3).", x => x.ScatterAdd(0, Rows(5), x) },
        { "index_select: index 3 lies outside axis 1 of shape (2, 3).", x => x.IndexSelect(1, Tensor.Create([0, 3])) },
        { "index_add: index -2 lies outside axis 0 of shape (2, 3).", x => x.IndexAdd(0, Tensor.Create([-2]), x) },
        { "index: index -3 lies outside axis 0 of shape (2, 3).", x => x[Tensor.Create([-3])] },
        { "embedding: index 2 lies outside axis 0 of shape (2, 3).", x => x.Embedding(Tensor.Create([1, 2])) },
    };

    [Theory, MemberData(nameof(OutOfRange), DisableDiscoveryEnumeration = true)]
    public void Index_outside_its_axis_is_refused(string message, Func<Variable<double>, Variable<double>> call)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => call(Matrix()));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Index_of_the_first_axis_counts_from_the_end_too()
    {
        Variable<double> picked = Matrix()[Tensor.Create([-1, 0, 1, -2], [2, 2])];
        Assert.Equal([2, 2, 3], picked.Shape);
        Assert.Equal([4, 5, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3], picked.Value.ToArray());
    }

    [Fact]
    public void Take_along_axis_broadcasts_both_ways()
    {
        Variable<double> row = _tape.Variable([10, 20, 30]).Reshape(1, 3);
        Variable<double> taken = row.TakeAlongAxis(1, Tensor.Create([2, 0], [2, 1]));
        Assert.Equal([2, 1], taken.Shape);
        Assert.Equal([30, 10], taken.Value.ToArray());
        Assert.Equal([1, 0, 1], _tape.Grad(taken.Sum(), row)!.Value.ToArray());
    }

    /// <summary>PyTorch computes this and then fails to differentiate it.</summary>
    [Fact]
    public void Scatter_add_ignores_what_lies_beyond_the_index()
    {
        Variable<double> x = _tape.Variable([1, 2, 3]), source = _tape.Variable([10, 20, 30, 40]);
        Variable<double> sum = x.ScatterAdd(0, Tensor.Create([0, 0]), source);
        Assert.Equal([31, 2, 3], sum.Value.ToArray());
        Assert.Equal([62, 62, 0, 0], _tape.Grad(sum.Square().Sum(), source)!.Value.ToArray());
    }

    [Fact]
    public void Places_are_a_copy_that_the_tape_uses_again_and_a_compiled_function_keeps()
    {
        Variable<double> x = _tape.Variable([1, 2, 3]);
        Tensor<int> index = Tensor.Create([2, 0]);
        Aggregate<double> compiled = Aggregate.Compile<double>(y => y.IndexSelect(0, Tensor.Create([2, 0])));
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal([3, 1], compiled.Invoke(x).Value.ToArray());
            index.AsTensorSpan()[0] = 2;
            Variable<double> sum = x.IndexAdd(0, index, x.IndexSelect(0, index));
            index.AsTensorSpan()[0] = 1;
            Assert.Equal([8, 4, 24], _tape.Grad(sum.Square().Sum(), x)!.Value.ToArray());
            _tape.Reset();
        }
    }

    [Fact]
    public void Trace_shows_the_arguments()
    {
        var written = new StringWriter();
        var tape = new Tape<double>(Trace.Notebook(written));
        Variable<double> x = tape.Variable([1, 2], "x");
        _ = x.Gather(0, Tensor.Create([1, 1]));
        _ = x[Tensor.Create([0])];
        _ = x.Norm(3, 0, keepDims: true);
        _ = x.Pad([(1, 0)], value: 0.5);
        Assert.EndsWith(
            """
            v0 = x.gather(0, tensor([1, 1], dtype=torch.int32))
            v1 = x.index_select(0, [0])
            v2 = x.norm(3.0, 0, keepdims)
            v3 = x.pad([(1, 0)], 0.5)

            """,
            written.ToString(), StringComparison.Ordinal);
    }

    private static Tensor<int> Rows(int index) => Tensor.Create([index, 0, 0], [1, 3]);

    private Variable<double> Matrix() => _tape.Variable(Tensor.Create<double>([1, 2, 3, 4, 5, 6], [2, 3]));
}
