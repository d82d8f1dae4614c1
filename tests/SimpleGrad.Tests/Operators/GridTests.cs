namespace SimpleGrad.Tests.Operators;

/// <summary>Order statistics, differences, grids, and writes at indices, with numbers that can be counted.</summary>
public sealed class GridTests
{
    private readonly Tape<double> _tape = new();

    [Fact]
    public void Greatest_and_least_elements_come_with_their_places()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([3, 1, 2, 2, double.NaN, 5, 0, 5], [2, 4]));
        (Variable<double> values, Tensor<int> places) = x.TopK(2);
        Assert.Equal([3, 2, double.NaN, 5], values.Value.ToArray());
        Assert.Equal([0, 2, 0, 1], places.ToArray());
        Assert.Equal([1, 0, 1, 0, 1, 1, 0, 0], _tape.Grad(values.Sum(), x)!.Value.ToArray());
        Assert.Equal([1, 2, 0, 5], x.TopK(2, largest: false).Values.Value.ToArray());
        (values, places) = x.KthValue(2);
        Assert.Equal([2, 5], values.Value.ToArray());
        Assert.Equal([2, 1], places.ToArray());
        Assert.Equal([3, 5, 2, 5], x.KthValue(2, 0, keepDims: true).Values.Value.ToArray().Select(v =>
            double.IsNaN(v) ? 3 : v));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.TopK(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.KthValue(0));
    }

    [Fact]
    public void Quantiles_lie_between_elements()
    {
        Variable<double> x = _tape.Variable([4.0, 1, 3, 10]);
        Variable<double> third = x.Quantile(0.9);
        Assert.Equal(4 + 0.7 * 6, third.Item(), 1e-14);
        Assert.Equal([0.3, 0, 0, 0.7], _tape.Grad(third, x)!.Value.ToArray(), Close);
        Assert.Equal([1, 10], new[] { x.Quantile(0).Item(), x.Quantile(1).Item() });
        Variable<double> rows = Variable.Stack([x, _tape.Constant([1, double.NaN, 2, 3])]);
        Assert.Equal([3.5, double.NaN], rows.Quantile(0.5, 1).Value.ToArray());
        Assert.Equal([2, 1], rows.Quantile(0.5, 1, keepDims: true).Shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Quantile(1.1));
        Assert.Throws<ArgumentException>(() => x[..0].Quantile(0.5));
    }

    [Fact]
    public void Differences_and_integrals_go_along_an_axis()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([1, 4, 9, 0, 2, 8], [2, 3]));
        Assert.Equal([3, 5, 2, 6], x.Diff().Value.ToArray());
        Assert.Equal([2, 4], x.Diff(2).Value.ToArray());
        Assert.Equal([-1, -2, -1], x.Diff(axis: 0).Value.ToArray());
        Assert.Equal([2, 0], x.Diff(5).Shape);
        Assert.Equal([9, 6], x.Trapezoid().Value.ToArray());
        Assert.Equal([0.25, 1.5, 4.25], x.Trapezoid(0.5, axis: 0).Value.ToArray());
        Assert.Equal([2.5 + 13, 1 + 10], x.Trapezoid(_tape.Constant([0.0, 1, 3])).Value.ToArray());
        Assert.Equal([1, 6, 17], x.Trapezoid(_tape.Constant([1.0, 3]), axis: 0).Value.ToArray());
        Assert.Throws<ArgumentException>(() => x.Trapezoid(_tape.Constant([0.0, 1])));
    }

    [Fact]
    public void Covariances_and_distances_are_those_of_rows()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([1, 2, 6, 4, 0, 2], [2, 3]));
        Assert.Equal([7, -1, -1, 4], x.Cov().Value.ToArray(), Close);
        Assert.Equal([14.0 / 3, -2.0 / 3, -2.0 / 3, 8.0 / 3], x.Cov(0).Value.ToArray(), Close);
        Assert.Equal(7, x[0].Cov().Item(), 1e-14);
        Variable<double> p = _tape.Variable(Tensor.Create<double>([0, 0, 3, 4], [2, 2]));
        Assert.Equal([0, 5, 5, 0], p.Cdist(p).Value.ToArray());
        Assert.Equal([7], p[..1].Cdist(p[1..], 1).Value.ToArray());
        double[] slopes = _tape.Grad(p.Cdist(p.Detach()).Sum(), p)!.Value.ToArray();
        Assert.All(slopes, slope => Assert.True(double.IsFinite(slope)));
    }

    [Fact]
    public void Planes_turn_and_axes_divide()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([1, 2, 3, 4, 5, 6], [2, 3]));
        Assert.Equal([3, 6, 2, 5, 1, 4], x.Rot90().Value.ToArray());
        Assert.Equal([6, 5, 4, 3, 2, 1], x.Rot90(2).Value.ToArray());
        Assert.Equal([4, 1, 5, 2, 6, 3], x.Rot90(-1).Value.ToArray());
        Assert.Equal(x.Rot90(3).Value.ToArray(), x.Rot90(1, 1, 0).Value.ToArray());
        Assert.Equal([2, 3, 1], x.Unflatten(1, -1, 1).Shape);
        Assert.Throws<ArgumentException>(() => x.Unflatten(1, 2, 2));
        Assert.Throws<ArgumentException>(() => x.Rot90(1, 0, -2));
        Assert.Equal([1, 2, 3, 1, 2, 3, 4, 5, 6], Variable.VStack([x[0], x]).Value.ToArray());
        Assert.Equal([1, 2, 3, 1, 4, 5, 6, 4], Variable.HStack([x, x[.., ..1]]).Value.ToArray());
        Assert.Equal([1, 2, 3, 4], Variable.HStack([x[0], x[1][0]]).Value.ToArray());
        Variable<double>[] grid = Variable.Meshgrid(x[0], x[1][1..]);
        Assert.Equal([1, 1, 2, 2, 3, 3], grid[0].Value.ToArray());
        Assert.Equal([5, 6, 5, 6, 5, 6], grid[1].Value.ToArray());
    }

    [Fact]
    public void Tensor_products_sum_over_pairs_of_axes()
    {
        Variable<double> x = _tape.Variable(Numbers(i => i * 0.5, 2, 3, 4));
        Variable<double> y = _tape.Variable(Numbers(i => i - 5.0, 4, 3, 2));
        Variable<double> z = Variable.TensorDot(x, y, [2, 1], [0, 1]);
        Assert.Equal(Variable.Einsum("abc,cbd->ad", x, y).Value.ToArray(), z.Value.ToArray());
        Assert.Equal([2, 3, 3, 2], Variable.TensorDot(x, y, 1).Shape);
        Assert.Equal([2, 3, 4, 4, 3, 2], Variable.TensorDot(x, y, 0).Shape);
        Assert.Throws<ArgumentException>(() => Variable.TensorDot(x, y));
        Assert.Throws<ArgumentException>(() => Variable.TensorDot(x, y, [0, 0], [2, 2]));
    }

    [Fact]
    public void Several_axes_are_indexed_together()
    {
        Variable<double> x = _tape.Variable(Numbers(i => i, 2, 3, 4));
        Tensor<int> i = Tensor.Create([1, 0, 1]), j = Tensor.Create([2, -1, 2]);
        Variable<double> rows = x[i, j];
        Assert.Equal([3, 4], rows.Shape);
        Assert.Equal([20, 21, 22, 23, 8, 9, 10, 11, 20, 21, 22, 23], rows.Value.ToArray());
        Assert.Equal([21, 11, 22], x[i, j, Tensor.Create([1, 3, 2])].Value.ToArray());
        Assert.Equal([2, 3], x[Tensor.Create([0, 1], [2, 1]), j, Tensor.Scalar(0)].Shape);
        Assert.Equal(2, _tape.Grad(rows.Sum(), x)!.Value.GetValue(1, 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => x[i, Tensor.Create([0, 3, 0])]);
        Assert.Throws<ArgumentException>(() => x[i, Tensor.Create([0, 1])]);
        Assert.Throws<ArgumentException>(() => x[i, i, i, i]);
    }

    /// <summary>Of the values for one place the last counts, and it alone has a gradient.</summary>
    [Fact]
    public void Elements_are_replaced_at_indices()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([1, 2, 3, 4, 5, 6], [2, 3]));
        Variable<double> y = _tape.Variable([7.0, 8, 9]);
        Tensor<int> i = Tensor.Create([1, 0, 1]), j = Tensor.Create([2, 0, 2]);
        Variable<double> put = x.IndexPut([i, j], y);
        Assert.Equal([8, 2, 3, 4, 5, 9], put.Value.ToArray());
        Assert.Equal([0, 1, 1], _tape.Grad(put.Sum(), y)!.Value.ToArray());
        Assert.Equal([0, 1, 1, 1, 1, 0], _tape.Grad(put.Sum(), x)!.Value.ToArray());
        Assert.Equal([9, 2, 3, 4, 5, 22], x.IndexPut([i, j], y, accumulate: true).Value.ToArray());
        Assert.Equal([7, 8, 9, 7, 8, 9], x.IndexPut([i], y).Value.ToArray());
        Assert.Equal([1, 9, 8, 4, 5, 6], x.Scatter(
            1, Tensor.Create([1, 2, 1], [1, 3]), y.Reshape(1, 3)).Value.ToArray());
        Assert.Equal([1, 2, 0, 0, 0, 6], x.Scatter(0, Tensor.Create([1, 1, 0], [1, 3]), 0).Value.ToArray());
        Assert.Equal([8, 2, 7, 8, 5, 7], x.IndexCopy(
            1, Tensor.Create([2, 0]), y[..2].Expand(2, 2)).Value.ToArray());
        Assert.Equal([1, 0.5, 3, 4, 0.5, 6], x.IndexFill(1, Tensor.Create([1, 1]), 0.5).Value.ToArray());
        Assert.Throws<ArgumentException>(() => x.IndexPut([i, j], x));
        Assert.Throws<ArgumentException>(() => x.IndexPut([], x));
        Assert.Throws<ArgumentException>(() => x.IndexCopy(0, i, x));
        Assert.Throws<ArgumentException>(() => x.Scatter(1, Tensor.Create([1, 2, 1], [1, 3]), y));
        Variable<double> spoilt = _tape.Variable([double.NaN, 1, double.PositiveInfinity]);
        Variable<double> mended = spoilt.IndexFill(0, Tensor.Create([0, 2]), 0);
        Assert.Equal([0, 1, 0], _tape.Grad(mended.Square().Sum(), spoilt)!.Value.ToArray().Select(v => v / 2));
    }

    private static Tensor<double> Numbers(Func<int, double> of, params int[] shape) =>
        Tensor.Create<double>([.. Enumerable.Range(0, 24).Select(of)], Shape.Create(shape));

    private static bool Close(double x, double y) => Math.Abs(x - y) < 1e-14;
}
