namespace SimpleGrad.Tests.Operators;

public sealed class PaddingTests
{
    private readonly Tape<double> _tape = new();

    [Theory]
    [InlineData(PadMode.Constant, new double[] { 0, 0, 1, 2, 3, 0 })]
    [InlineData(PadMode.Reflect, new double[] { 3, 2, 1, 2, 3, 2 })]
    [InlineData(PadMode.Replicate, new double[] { 1, 1, 1, 2, 3, 3 })]
    [InlineData(PadMode.Circular, new double[] { 2, 3, 1, 2, 3, 1 })]
    public void Pad_adds_before_and_behind(PadMode mode, double[] expected) =>
        Assert.Equal(expected, _tape.Variable([1, 2, 3]).Pad([(2, 1)], mode).Value.ToArray());

    [Theory]
    [InlineData(PadMode.Reflect, 3)]
    [InlineData(PadMode.Circular, 4)]
    public void Pad_refuses_an_axis_that_is_too_short(PadMode mode, int before)
    {
        var error = Assert.Throws<ArgumentException>(() => _tape.Variable([1, 2, 3]).Pad([(before, 0)], mode));
        Assert.StartsWith($"pad: axis 0 of shape (3,) is too short for ({before}, 0)", error.Message);
    }

    [Fact]
    public void Pad_refuses_to_take_away_more_than_there_is() =>
        Assert.Throws<ArgumentException>(() => _tape.Variable([1, 2, 3]).Pad([(2, -4)]));

    [Fact]
    public void Pad_counts_its_pairs_from_the_last_axis()
    {
        Variable<double> x = _tape.Variable(Tensor.Ones<double>([2, 3]));
        Assert.Equal([2, 4], x.Pad([(1, 0)]).Shape);
        Assert.Equal([4, 2], x.Pad([(-1, 0), (1, 1)]).Shape);
    }

    [Fact]
    public void Diagonals_outside_a_matrix_are_empty()
    {
        Variable<double> x = _tape.Variable(Tensor.Ones<double>([2, 3]));
        Assert.Equal(0, x.Diagonal(3).Length);
        Assert.Equal(0, x.Diagonal(-7).Length);
        Assert.Equal([0, 0, 0, 0, 0, 0], x.Triu(int.MaxValue).Value.ToArray());
        Assert.Equal([1, 1, 1, 1, 1, 1], x.Tril(int.MaxValue).Value.ToArray());
        Assert.Equal([0, 0, 0, 0, 0, 0], x.Tril(int.MinValue).Value.ToArray());
    }

    [Fact]
    public void Diagonal_axes_may_be_anywhere()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([.. Enumerable.Range(0, 12)], [2, 3, 2]));
        Variable<double> diagonal = x.Diagonal(0, 2, 0);
        Assert.Equal([3, 2], diagonal.Shape);
        Assert.Equal([0, 7, 2, 9, 4, 11], diagonal.Value.ToArray());
        Variable<double> back = diagonal.DiagEmbed(0, 2, 0);
        Assert.Equal(x.Shape, back.Shape);
        Assert.Equal(diagonal.Value.ToArray(), back.Diagonal(0, 2, 0).Value.ToArray());
    }

    [Fact]
    public void Parts_of_an_axis_without_elements_are_one()
    {
        Variable<double> x = _tape.Variable(Tensor.Zeros<double>([2, 0]));
        Assert.Equal([2, 0], Assert.Single(x.Split(3, 1)).Shape);
        Assert.Equal([2, 0], Assert.Single(x.Chunk(3, 1)).Shape);
        Assert.Empty(x.Unbind(1));
    }

    [Fact]
    public void Repeats_may_differ_from_element_to_element()
    {
        Variable<double> x = _tape.Variable([1, 2, 3]);
        Variable<double> repeated = x.RepeatInterleave(Tensor.Create([2, 0, 1]), 0);
        Assert.Equal([1, 1, 3], repeated.Value.ToArray());
        Assert.Equal([2, 0, 1], _tape.Grad(repeated.Sum(), x)!.Value.ToArray());
    }
}
