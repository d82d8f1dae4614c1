namespace SimpleGrad.Tests.Operators;

/// <summary>Pooling beyond the numbers of the golden files; expected numbers are counted by hand.</summary>
public sealed class PoolingTests
{
    private readonly Tape<double> _tape = new();

    [Theory]
    // Windows at 0 and 3, and one at 6 only where it may be longer than what is left.
    [InlineData(false, true, new double[] { 2, 5 })]
    [InlineData(true, true, new double[] { 2, 5, 7 })]
    public void Average_windows_may_end_behind_the_signal(bool ceilMode, bool countIncludePad, double[] expected) =>
        Assert.Equal(
            expected, Signal(1, 2, 3, 4, 5, 6, 7).AvgPool1d(3, 3, 0, ceilMode, countIncludePad).Value.ToArray());

    [Theory]
    [InlineData(true, new double[] { 1.5, 3.5, 2 })]
    [InlineData(false, new double[] { 3, 3.5, 4 })]
    public void Padding_counts_in_an_average_or_not(bool countIncludePad, double[] expected) =>
        Assert.Equal(
            expected, Signal(3, 3, 4, 4).AvgPool1d(2, 2, 1, countIncludePad: countIncludePad).Value.ToArray());

    [Fact]
    public void A_window_that_would_begin_in_the_padding_behind_is_left_out()
    {
        // Of 3 elements padded to 5, windows of 2 at -1 and 1, and none at 3.
        Assert.Equal([1, 3], Signal(1, 2, 3).MaxPool1d(2, 2, 1, ceilMode: true).Value.ToArray());
        Assert.Equal([0.5, 2.5], Signal(1, 2, 3).AvgPool1d(2, 2, 1, ceilMode: true).Value.ToArray());
        // One window, though it is longer than the signal.
        Assert.Equal([5], Signal(5).AvgPool1d(2, ceilMode: true).Value.ToArray());
    }

    [Fact]
    public void Images_are_pooled_in_both_directions()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([.. Enumerable.Range(0, 12)], [1, 1, 3, 4]));
        Assert.Equal([2.5, 4.5], x.AvgPool2d(2).Value.ToArray());
        Assert.Equal([10, 18], x.AvgPool2d(2, divisor: 1).Value.ToArray());
        Assert.Equal([2, 3, 4, 6, 7, 8], [.. x.AvgPool2d((2, 2), (1, 1)).Value.ToArray().Select(v => v - 0.5)]);
        Assert.Equal([5, 7], x.MaxPool2d(2).Value.ToArray());
        Assert.Equal([5, 7, 9, 11], x.MaxPool2d(2, ceilMode: true).Value.ToArray());
        Assert.Equal([1, 1, 3, 2], x.MaxPool2d((1, 2), dilation: (1, 2), stride: (1, 1)).Shape);
        Assert.Equal([2, 3, 6, 7, 10, 11], x.MaxPool2d((1, 2), (1, 1), dilation: (1, 2)).Value.ToArray());
        Assert.Equal([0, 2, 3, 8, 10, 11], x.MaxPool2d(2, 2, 1).Value.ToArray());
    }

    [Fact]
    public void The_first_of_equal_greatest_elements_gets_the_gradient()
    {
        Variable<double> x = Signal(2, 2, 1, double.NaN, double.NaN);
        Variable<double> y = x.MaxPool1d(2, 1);
        Assert.Equal([2, 2, double.NaN, double.NaN], y.Value.ToArray());
        Assert.Equal([1, 1, 0, 2, 0], _tape.Grad(y.Sum(), x)!.Value.ToArray());
    }

    [Fact]
    public void Infinities_are_chosen_before_padding()
    {
        Variable<double> x = Signal(double.NegativeInfinity, double.NegativeInfinity);
        Variable<double> y = x.MaxPool1d(2, 2, 1);
        Assert.All(y.Value.ToArray(), value => Assert.Equal(double.NegativeInfinity, value));
        Assert.Equal([1, 1], _tape.Grad(y.Sum(), x)!.Value.ToArray());
    }

    /// <summary>Windows of many shapes against a loop over their elements.</summary>
    [Fact]
    public void The_greatest_element_is_found_in_all_windows()
    {
        var random = new Random(1);
        for (int run = 0; run < 200; run++)
        {
            (int height, int width) = (random.Next(1, 12), random.Next(1, 40));
            (int rows, int columns) = (random.Next(1, Math.Min(height, 4) + 1), random.Next(1, Math.Min(width, 5) + 1));
            (int down, int across) = (random.Next(1, 4), random.Next(1, 4));
            (int above, int left) = (random.Next(rows / 2 + 1), random.Next(columns / 2 + 1));
            double[] special = [double.NegativeInfinity, double.NaN, 0, 0, 1, 2, 3];
            double[] image = [.. Enumerable.Range(0, height * width).Select(_ =>
                run % 3 > 0 ? random.NextDouble() : special[random.Next(run % 2, special.Length)])];
            Variable<double> result = _tape.Variable(Tensor.Create<double>(image, [1, height, width])).MaxPool2d(
                (rows, columns), (down, across), (above, left));
            int at = 0;
            foreach (double actual in result.Value.ToArray())
            {
                int top = at / result.Shape[2] * down - above, first = at++ % result.Shape[2] * across - left;
                var window = from y in Enumerable.Range(top, rows)
                             from x in Enumerable.Range(first, columns)
                             where y >= 0 && y < height && x >= 0 && x < width
                             select image[y * width + x];
                Assert.Equal(window.Any(double.IsNaN) ? double.NaN : window.Max(), actual);
            }
        }
    }

    [Fact]
    public void No_signals_have_no_windows()
    {
        Variable<double> x = _tape.Variable(Tensor.Zeros<double>([0, 2, 4]));
        Assert.Equal([0, 2, 2], x.MaxPool1d(2).Shape);
        Assert.Equal([0, 2, 2], x.AvgPool1d(2).Shape);
        Assert.Equal([0, 2, 4], _tape.Grad(x.AvgPool1d(2).Sum() + x.MaxPool1d(2).Sum(), x)!.Shape);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Variable<double> x = Signal(1, 2, 3), image = x.Unsqueeze(0);
        (Func<Variable<double>> Call, string Message)[] calls =
        [
            (() => x.MaxPool1d(4), "max_pool1d: windows of 4 with dilation 1 are longer than axis 2"),
            (() => x.AvgPool1d(4), "avg_pool1d: windows of 4"),
            (() => image.AvgPool2d((2, 1)), "avg_pool2d: windows of 2 with dilation 1 are longer than axis 2"),
            (() => image.MaxPool2d(1, dilation: 0), "max_pool2d: dilation is 0, and must be at least 1."),
            (() => x.MaxPool1d(2, padding: 2), "max_pool1d: the padding is 2, and at most half of a window"),
            (() => x.AvgPool1d(2, padding: 2), "avg_pool1d: the padding is 2, and at most half of a window"),
            (() => x.AvgPool1d(2, padding: -1), "avg_pool1d: padding is -1"),
            (() => x.MaxPool1d(0), "max_pool1d: kernelSize is 0"),
            (() => x.MaxPool1d(1, 0), "max_pool1d: stride is 0"),
            (() => x.Reshape(3).MaxPool1d(1), "max_pool1d: shape (3,) does not fit"),
            (() => image.AvgPool1d(1), "avg_pool1d: shape (1, 1, 1, 3) does not fit"),
            (() => image.AvgPool2d(1, divisor: 0), "avg_pool2d: the divisor is 0."),
            (() => Signal(1).MaxPool1d(2, 2, 2, 3), "max_pool1d: windows of (2) over shape (1, 1, 1) with padding (2)"),
        ];
        Assert.All(calls, call =>
            Assert.StartsWith(call.Message, Assert.ThrowsAny<ArgumentException>(call.Call).Message));
    }

    private Variable<double> Signal(params double[] numbers) =>
        _tape.Variable(Tensor.Create<double>(numbers, [1, 1, numbers.Length]));
}
