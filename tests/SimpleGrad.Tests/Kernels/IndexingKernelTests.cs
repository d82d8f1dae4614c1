namespace SimpleGrad.Tests.Kernels;

/// <summary>Reading, adding and scanning along axes against their definitions, with operands that are views.</summary>
public sealed class IndexingKernelTests
{
    private static readonly int[] _shape = [5, 37, 21];

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void Gathering_and_scattering_follow_their_indices(int axis, bool isView)
    {
        Tensor<double> x = Numbers(isView);
        int[] lengths = [.. _shape];
        lengths[axis] = 53;
        var random = new Random(axis);
        Shape shape = Shape.Create(lengths);
        Tensor<int> index = Tensor.Create<int>(
            [.. Enumerable.Range(0, shape.FlattenedLength).Select(_ => random.Next(_shape[axis]))], shape);
        Tensor<double> gathered = IndexingKernel.Gather(x, axis, index);
        Tensor<double> scattered = IndexingKernel.Scatter(gathered, axis, index, x.Shape);
        Tensor<double> upon = IndexingKernel.Scatter(gathered, axis, index, x.Shape, x);
        double[] expected = new double[x.Length];
        double[] from = x.ToArray(), actual = gathered.ToArray();
        int[] places = index.ToArray();
        for (int i = 0; i < places.Length; i++)
        {
            int at = Replace(i, lengths, axis, places[i]);
            Assert.Equal(from[at], actual[i]);
            expected[at] += from[at];
        }
        Assert.Equal(expected, scattered.ToArray());
        Assert.Equal(expected.Zip(from, (sum, start) => sum + start), upon.ToArray());
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Selecting_and_adding_selected_follow_their_places(int axis, bool isView)
    {
        Tensor<double> x = Numbers(isView);
        var random = new Random(axis);
        int[] places = [.. Enumerable.Range(0, 400).Select(_ => random.Next(_shape[axis]))];
        Shape shape = x.Shape.With(axis, places.Length);
        Tensor<double> selected = IndexingKernel.Select(x, axis, places, shape);
        Tensor<double> added = IndexingKernel.AddSelected(selected, axis, places, x.Shape);
        Tensor<double> upon = IndexingKernel.AddSelected(selected, axis, places, x.Shape, x);
        double[] from = x.ToArray(), actual = selected.ToArray(), expected = new double[x.Length];
        int inner = shape.RowMajorStrides[axis];
        for (int i = 0; i < actual.Length; i++)
        {
            int at = Replace(i, shape.ToArray(), axis, places[i / inner % places.Length]);
            Assert.Equal(from[at], actual[i]);
            expected[at] += from[at];
        }
        Assert.Equal(expected, added.ToArray());
        Assert.Equal(expected.Zip(from, (sum, start) => sum + start), upon.ToArray());
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void Running_sums_and_reversing_go_along_their_axis(int axis, bool isView)
    {
        Tensor<double> x = Numbers(isView);
        var tape = new Tape<double>();
        double[] sums = tape.Variable(x).CumSum(axis).Value.ToArray(), from = x.ToArray();
        double[] back = new CumSumOperator<double>(axis, reversed: true).Compute(x).ToArray();
        double[] reversed = IndexingKernel.Reverse(x, axis).ToArray();
        int inner = x.Shape.RowMajorStrides[axis], length = _shape[axis];
        for (int i = 0; i < from.Length; i++)
        {
            int place = i / inner % length;
            Assert.Equal(from[i] + (place == 0 ? 0 : sums[i - inner]), sums[i]);
            Assert.Equal(from[i] + (place == length - 1 ? 0 : back[i + inner]), back[i]);
            Assert.Equal(from[i], reversed[i + (length - 1 - 2 * place) * inner]);
        }
    }

    [Fact]
    public void An_index_that_was_changed_after_it_was_checked_is_refused()
    {
        Tensor<int> index = Tensor.Create<int>([0, 1, 2], [3]);
        Tensor<double> x = Tensor.Create<double>([1, 2, 3]);
        var gather = new GatherOperator<double>(0, index);
        var scatter = new ScatterAddOperator<double>(0, index, x.Shape);
        index.AsTensorSpan()[1] = 3_000_000;
        Assert.Throws<ArgumentOutOfRangeException>(() => gather.Compute(x));
        Assert.Throws<ArgumentOutOfRangeException>(() => scatter.Compute(x));
    }

    private static Tensor<double> Numbers(bool isView)
    {
        var random = new Random(11);
        double[] numbers = [.. Enumerable.Range(0, 5 * 37 * 21).Select(_ => (double)random.Next(-99, 99))];
        return isView
            ? Tensor.Create<double>(numbers, [21, 37, 5]).Transpose()
            : Tensor.Create<double>(numbers, Shape.Create(_shape));
    }

    private static int Replace(int flat, int[] lengths, int axis, int place)
    {
        int result = 0, step = 1;
        for (int i = lengths.Length - 1; i >= 0; i--)
        {
            result += (i == axis ? place : flat % lengths[i]) * step;
            flat /= lengths[i];
            step *= _shape[i];
        }
        return result;
    }
}
