using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Operators;

/// <summary>What convolution promises beyond the numbers of the golden files.</summary>
public sealed class ConvolutionTests
{
    private readonly Tape<double> _tape = new();

    public static TheoryData<int[], int[], int, int, int, int> Windows => new()
    {
        { [2, 2, 7], [3, 2, 3], 1, 0, 1, 1 },
        { [2, 4, 8], [6, 2, 3], 2, 1, 1, 2 },
        { [1, 3, 9], [3, 1, 3], 3, 2, 2, 3 },
        { [2, 2, 9], [2, 2, 2], 2, 0, 3, 1 },
        { [2, 2, 5, 4], [3, 2, 3, 2], 1, 1, 1, 1 },
        { [1, 4, 6, 5], [4, 1, 2, 3], 2, 1, 1, 4 },
        { [2, 2, 6, 7], [2, 1, 2, 2], 2, 1, 2, 2 },
        { [2, 3, 4, 3], [5, 3, 1, 1], 1, 0, 1, 1 },
        { [3, 2, 3, 4], [2, 2, 3, 4], 1, 0, 1, 1 },
        { [1, 2, 7, 7], [5, 2, 1, 2], 3, 0, 1, 1 },
    };

    /// <summary>
    /// Each loss is the sum of the squares of the gradients of the one before it; its slope along a direction is
    /// compared with finite differences.
    /// </summary>
    [Theory, MemberData(nameof(Windows))]
    public void Derivatives_of_order_1_to_3_are_those_of_finite_differences(
        int[] input, int[] kernel, int stride, int padding, int dilation, int groups)
    {
        Tensor<double> x = Numbers(input, 1), w = Numbers(kernel, 2), b = Numbers([kernel[0]], 3);
        Tensor<double>[] directions = [Numbers(input, 4), Numbers(kernel, 5), Numbers([kernel[0]], 6)];
        for (int order = 1; order <= 3; order++)
        {
            double slope = 0;
            (Variable<double> loss, Variable<double>[] variables) = Chain(0, order);
            foreach ((Variable<double>? gradient, Tensor<double> direction) in
                loss.Tape.Grad(loss, variables).Zip(directions))
                slope += gradient is null ? 0 : (gradient.Value * direction).Sum().Item();
            double expected = FiniteDifferences.Derivative(h => [Chain(h, order).Loss.Item()])[0];
            Assert.Equal(expected, slope, 1e-6 * Math.Max(1, Math.Abs(expected)));
        }

        (Variable<double> Loss, Variable<double>[] Variables) Chain(double h, int order)
        {
            var tape = new Tape<double>();
            Variable<double>[] variables =
            [
                tape.Variable(x + directions[0] * h), tape.Variable(w + directions[1] * h),
                tape.Variable(b + directions[2] * h),
            ];
            Variable<double> result = input.Length == 3
                ? variables[0].Conv1d(variables[1], variables[2], stride, padding, dilation, groups)
                : variables[0].Conv2d(variables[1], variables[2], stride, padding, dilation, groups);
            Variable<double> loss = (0.1 * result.Pow(3)).Sum();
            for (; order > 1; order--)
                loss = tape.Grad(loss, variables).Select(gradient => (0.01 * gradient!.Square()).Sum())
                    .Aggregate((sum, term) => sum + term);
            return (loss, variables);
        }
    }

    [Fact]
    public void Same_padding_keeps_the_length_and_gives_the_odd_zero_to_the_end()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([1, 2, 3], [1, 1, 3]));
        Variable<double> w = _tape.Variable(Tensor.Create<double>([1, 10], [1, 1, 2]));
        Assert.Equal([21, 32, 3], x.Conv1d(w, null, ConvolutionPadding.Same).Value.ToArray());
        Assert.Equal([21, 32], x.Conv1d(w, null, ConvolutionPadding.Valid).Value.ToArray());
        Assert.Equal([20, 31, 2], x.Conv1d(w, null, ConvolutionPadding.Same, dilation: 2).Value.ToArray());
        Variable<double> image = x.Unsqueeze(2), kernel = w.Unsqueeze(3);
        Assert.Equal([1, 1, 1, 3], image.Conv2d(kernel, null, ConvolutionPadding.Same).Shape);
    }

    [Fact]
    public void An_input_without_an_axis_of_images_has_a_result_without()
    {
        Variable<double> signal = _tape.Variable(Numbers([2, 6], 1)), w = _tape.Variable(Numbers([3, 2, 2], 2));
        Assert.Equal([3, 5], signal.Conv1d(w).Shape);
        Assert.Equal(
            signal.Conv1d(w).Value.ToArray(), signal.Unsqueeze(0).Conv1d(w).Squeeze(0).Value.ToArray());
    }

    [Fact]
    public void No_images_have_no_results_and_a_gradient_of_zeros()
    {
        Variable<double> x = _tape.Variable(Numbers([0, 2, 5, 5], 1)), w = _tape.Variable(Numbers([3, 2, 2, 2], 2));
        Variable<double> y = x.Conv2d(w, _tape.Variable(Numbers([3], 3)));
        Assert.Equal([0, 3, 4, 4], y.Shape);
        (Variable<double>? dx, Variable<double>? dw) = _tape.Grad(y.Sum(), x, w);
        Assert.Equal(x.Shape, dx!.Shape);
        Assert.Equal(new double[w.Length], dw!.Value.ToArray());
    }

    [Fact]
    public void A_trace_shows_how_the_windows_lie()
    {
        using var writer = new StringWriter();
        var tape = new Tape<double>(SimpleGrad.Trace.Notebook(writer));
        Variable<double> x = tape.Variable(Numbers([1, 2, 5], 1), "x"), w = tape.Variable(Numbers([2, 1, 2], 2), "w");
        x.Conv1d(w, stride: 2, padding: 1, groups: 2);
        Assert.EndsWith(
            "v0 = x.convolution(w, [(2, 1, 1, 1, 1)], groups=2)\n", writer.ToString().ReplaceLineEndings("\n"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_the_shapes()
    {
        Variable<double> x = _tape.Variable(Numbers([1, 4, 6], 1)), w = _tape.Variable(Numbers([2, 4, 3], 2));
        Variable<double> image = x.Reshape(1, 4, 2, 3), kernel = w.Unsqueeze(3);
        (Func<Variable<double>> Call, string Message)[] calls =
        [
            (() => x.Conv1d(w.Reshape(2, 12)), "conv1d: an input of shape (1, 4, 6) and a weight of shape (2, 12)"),
            (() => x.Reshape(24).Conv1d(w), "conv1d: an input of shape (24,)"),
            (() => image.Conv2d(w), "conv2d: an input of shape (1, 4, 2, 3) and a weight of shape (2, 4, 3)"),
            (() => x.Conv1d(w, groups: 2), "conv1d: a weight of shape (2, 4, 3) does not fit an input"),
            (() => x.Conv1d(w, groups: 3), "conv1d: a weight of shape (2, 4, 3) does not fit"),
            (() => x.Conv1d(w, bias: x), "conv1d: the bias has shape (1, 4, 6), and 2 outputs take one of (2,)."),
            (() => x.Conv1d(w, dilation: 3), "conv1d: windows of 3 with dilation 3 are longer than axis 2 of shape"),
            (() => image.Conv2d(kernel), "conv2d: windows of 3 with dilation 1 are longer than axis 2 of shape"),
            (() => x.Conv1d(w.Slice(2, 0, 0)), "conv1d: a window of length 0 has no element."),
            (() => x.Conv1d(w, stride: 0), "conv1d: stride is 0, and must be at least 1."),
            (() => x.Conv1d(w, padding: -1), "conv1d: padding is -1, and must be at least 0."),
            (() => x.Conv1d(w, dilation: 0), "conv1d: dilation is 0"),
            (() => x.Conv1d(w, groups: 0), "conv1d: groups is 0"),
            (() => image.Conv2d(kernel, null, (1, 0)), "conv2d: stride is 0"),
        ];
        Assert.All(calls, call =>
            Assert.StartsWith(call.Message, Assert.ThrowsAny<ArgumentException>(call.Call).Message));
    }

    private static Tensor<double> Numbers(int[] lengths, int seed)
    {
        var random = new Random(seed);
        Shape shape = Shape.Create(lengths);
        return Tensor.Create<double>(
            [.. Enumerable.Range(0, shape.FlattenedLength).Select(_ => random.NextDouble() - 0.5)], shape);
    }
}
