namespace SimpleGrad.Tests.Operators;

/// <summary>Convolution of volumes, and convolution transposed.</summary>
public sealed class TransposedConvolutionTests
{
    private readonly Tape<double> _tape = new();

    /// <summary>Each element adds the kernel around its place.</summary>
    [Fact]
    public void Kernels_are_added_around_places()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([2, 3], [1, 1, 2]));
        Variable<double> w = _tape.Variable(Tensor.Create<double>([1, 10, 100], [1, 1, 3]));
        Assert.Equal([2, 23, 230, 300], x.ConvTranspose1d(w).Value.ToArray());
        Assert.Equal([2, 20, 203, 30, 300], x.ConvTranspose1d(w, stride: 2).Value.ToArray());
        Assert.Equal([21, 204, 31, 301], x.ConvTranspose1d(
            w, _tape.Constant([1.0]), stride: 2, padding: 1, outputPadding: 1).Value.ToArray());
        Assert.Equal([2, 3, 20, 30, 200, 300], x.ConvTranspose1d(w, dilation: 2).Value.ToArray());
        Variable<double> twice = Variable.Concatenate([x, 10 * x], 1), kernels = Variable.Concatenate([w, 2 * w]);
        Assert.Equal([2, 23, 230, 300, 40, 460, 4600, 6000], twice.ConvTranspose1d(kernels, groups: 2).Value.ToArray());
        Assert.Equal([42, 483, 4830, 6300], twice.ConvTranspose1d(kernels).Value.ToArray());
        Assert.Equal([1, 4], x[0].ConvTranspose1d(w).Shape);
        Assert.Equal(
            [2, 23, 230, 300, 4, 46, 460, 600],
            x.Unsqueeze(2).ConvTranspose2d(
                Variable.Stack([w, 2 * w], 2), null, (1, 1)).Value.ToArray());
    }

    /// <summary>⟨g, conv(x)⟩ = ⟨convTranspose(g), x⟩, for any g and x.</summary>
    [Theory]
    [InlineData(1, 0, 1, 1)]
    [InlineData(2, 1, 1, 1)]
    [InlineData(3, 2, 2, 2)]
    [InlineData(2, 0, 3, 4)]
    public void It_is_the_adjoint_of_the_convolution(int stride, int padding, int dilation, int groups)
    {
        Variable<double> x = Make([2, 4, 9, 8], 1), w = Make([8, 4 / groups, 3, 2], 2);
        Variable<double> y = x.Conv2d(w, null, stride, padding, dilation, groups);
        Variable<double> g = Make([.. y.Shape], 3);
        int[] rest =
        [
            .. Enumerable.Range(2, 2).Select(i =>
                (x.Shape[i] + 2 * padding - dilation * (w.Shape[i] - 1) - 1) % stride),
        ];
        Variable<double> back = g.ConvTranspose2d(
            w, null, (stride, stride), (padding, padding), (rest[0], rest[1]), groups, (dilation, dilation));
        Assert.Equal(x.Shape, back.Shape);
        Assert.Equal((g * y).Sum().Item(), (back * x).Sum().Item(), 1e-10);
    }

    [Fact]
    public void Volumes_are_convolved_along_three_axes()
    {
        Variable<double> x = Make([1, 2, 4, 5, 3], 1), w = Make([3, 2, 2, 3, 2], 2), bias = Make([3], 3);
        Variable<double> y = x.Conv3d(w, bias, (1, 2, 1), (0, 1, 1));
        Assert.Equal([1, 3, 3, 3, 4], y.Shape);
        for (int o = 0; o < 3; o++)
        {
            double expected = bias.Value.GetValue(o);
            for (int c = 0; c < 2; c++)
            {
                for (int i = 0; i < 2; i++)
                {
                    for (int j = 1; j < 3; j++) // the first tap meets the padding
                        expected += w.Value.GetValue(o, c, i, j, 0) * x.Value.GetValue(0, c, 1 + i, j - 1, 1)
                            + w.Value.GetValue(o, c, i, j, 1) * x.Value.GetValue(0, c, 1 + i, j - 1, 2);
                }
            }
            Assert.Equal(expected, y.Value.GetValue(0, o, 1, 0, 2), 1e-13);
        }
        Assert.Equal([1, 3, 4, 5, 3], x.Conv3d(w, null, ConvolutionPadding.Same).Shape);
        Assert.Equal([3, 3, 3, 2], x[0].Conv3d(w).Shape);
        GradientCheck.Run(
            (Variable<double>[] v) => v[0].Conv3d(v[1], v[2], 2, 1).Square(),
            [x.Value, w.Value, bias.Value]).ThrowIfWrong();
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        Variable<double> x = Make([1, 2, 5], 1), w = Make([2, 3, 4], 2);
        Func<Variable<double>>[] calls =
        [
            () => x.ConvTranspose1d(w[..1]), () => x.ConvTranspose1d(w, x), () => x.ConvTranspose1d(w, padding: 9),
            () => x.ConvTranspose1d(w, groups: 3), () => x.ConvTranspose2d(w), () => x.Conv3d(w),
        ];
        Assert.All(calls, call =>
            Assert.Matches(@"^conv_?[a-z]*[123]d: .*\(", Assert.Throws<ArgumentException>(call).Message));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.ConvTranspose1d(w, outputPadding: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.ConvTranspose1d(w, stride: 0));
    }

    private Variable<double> Make(int[] shape, int seed)
    {
        var random = new Random(seed);
        Shape lengths = Shape.Create(shape);
        return _tape.Variable(Tensor.Create<double>(
            [.. Enumerable.Range(0, lengths.FlattenedLength).Select(_ => random.NextDouble() - 0.5)], lengths));
    }
}
