namespace SimpleGrad.Tests.Operators;

/// <summary>Ties and NaN among elements that are compared.</summary>
public sealed class OrderTests
{
    private readonly Tape<double> _tape = new();

    [Fact]
    public void Max_and_min_take_the_first_of_equals()
    {
        Variable<double> x = _tape.Variable([1, 3, 1, 3]);
        Assert.Equal(1, x.Max(0).Indices.Item());
        Assert.Equal(0, x.Min(0).Indices.Item());
        Assert.Equal(1, x.ArgMax().Item());
        Assert.Equal([0, 1, 0, 0], _tape.Grad(x.Max(0).Values, x)!.Value.ToArray());
    }

    [Fact]
    public void Running_extrema_take_the_last_of_equals()
    {
        Variable<double> x = _tape.Variable([2, 3, 3, 1, 1]);
        Assert.Equal([0, 1, 2, 2, 2], x.CumMax(0).Indices.ToArray());
        Assert.Equal([0, 0, 0, 3, 4], x.CumMin(0).Indices.ToArray());
    }

    [Fact]
    public void Median_of_all_shares_the_gradient_and_along_an_axis_has_a_place()
    {
        Variable<double> x = _tape.Variable([2, 5, 2, 2, 1, 9]);
        Assert.Equal(2, x.Median().Item());
        Assert.Equal([1 / 3.0, 0, 1 / 3.0, 1 / 3.0, 0, 0], _tape.Grad(x.Median(), x)!.Value.ToArray());
        (Variable<double> value, Tensor<int> place) = x.Median(0);
        Assert.Equal(2, x.Value.ToArray()[place.Item()]);
        Assert.Equal(1, _tape.Grad(value, x)!.Value.GetValue(place.Item()));
    }

    [Theory]
    [InlineData(false, new[] { 3, 0, 2, 1, 4 })]
    [InlineData(true, new[] { 4, 1, 0, 2, 3 })]
    public void Sort_keeps_the_order_of_equals_and_takes_NaN_for_the_greatest(bool descending, int[] expected)
    {
        Variable<double> x = _tape.Variable([2, 7, 2, -1, double.NaN]);
        Assert.Equal(expected, x.Sort(descending: descending).Indices.ToArray());
    }

    [Fact]
    public void NaN_wins_every_comparison()
    {
        Variable<double> x = _tape.Variable([1, double.NaN, 3, double.NaN]);
        Assert.Equal(1, x.ArgMax().Item());
        Assert.Equal(1, x.ArgMin().Item());
        Assert.Equal(double.NaN, x.Median().Item());
        Assert.Equal([0, 1, 1, 3], x.CumMax(0).Indices.ToArray());
    }

    [Fact]
    public void Places_go_back_through_gather()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([3, 1, 2, 4, 6, 5], [2, 3]));
        Assert.Equal([3, 6], x.Gather(1, x.ArgMax(1, keepDims: true)).Value.ToArray());
        Assert.Equal(x.Min(0).Values.Value.ToArray(), x.TakeAlongAxis(0, x.ArgMin(0, keepDims: true)).Value.ToArray());
    }
}
