using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// The convolution (cross-correlation) of signals with kernels, as PyTorch's <c>conv1d</c>: result o at a place is
    /// the sum, over the channels of its group and the taps, of the kernel times the input around the place.
    /// </summary>
    /// <param name="weight">The kernels, of shape (outputs, channels / groups, taps).</param>
    /// <param name="bias">What is added to each output, of shape (outputs); null for nothing.</param>
    /// <param name="stride">How far a window is from the one before it.</param>
    /// <param name="padding">How many zeros are put at either end of the signals.</param>
    /// <param name="dilation">How far the taps of a window are apart.</param>
    /// <param name="groups">How many groups the channels and the outputs are divided into; outputs see the channels
    /// of their own group alone.</param>
    /// <returns>Of shape (signals, outputs, windows) for a variable of shape (signals, channels, length), and of shape
    /// (outputs, windows) for one of shape (channels, length).</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other and the groups, or a window is longer than
    /// the padded signals.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A stride, dilation or number of groups is less than 1, or the
    /// padding is negative.</exception>
    public Variable<T> Conv1d(
        Variable<T> weight, Variable<T>? bias = null, int stride = 1, int padding = 0, int dilation = 1,
        int groups = 1) =>
        Convolve("conv1d", weight, bias, [stride], [padding], [dilation], groups);

    /// <summary><see cref="Conv1d(Variable{T}, Variable{T}, int, int, int, int)"/> with stride 1.</summary>
    /// <inheritdoc cref="Conv1d(Variable{T}, Variable{T}, int, int, int, int)"/>
    public Variable<T> Conv1d(
        Variable<T> weight, Variable<T>? bias, ConvolutionPadding padding, int dilation = 1, int groups = 1) =>
        Convolve("conv1d", weight, bias, padding, [dilation], groups);

    /// <summary>
    /// The convolution (cross-correlation) of images with kernels, as PyTorch's <c>conv2d</c>: result o at a place is
    /// the sum, over the channels of its group and the taps, of the kernel times the input around the place.
    /// </summary>
    /// <param name="weight">The kernels, of shape (outputs, channels / groups, height, width).</param>
    /// <param name="bias">What is added to each output, of shape (outputs); null for nothing.</param>
    /// <param name="stride">How far a window is from the one before it.</param>
    /// <param name="padding">How many zeros are put at each side of the images.</param>
    /// <param name="dilation">How far the taps of a window are apart.</param>
    /// <param name="groups">How many groups the channels and the outputs are divided into; outputs see the channels
    /// of their own group alone.</param>
    /// <returns>Of shape (images, outputs, height, width) for a variable of shape (images, channels, height, width);
    /// without images on either side for one of shape (channels, height, width).</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other and the groups, or a window is greater than
    /// the padded images.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A stride, dilation or number of groups is less than 1, or the
    /// padding is negative.</exception>
    public Variable<T> Conv2d(
        Variable<T> weight, Variable<T>? bias = null, int stride = 1, int padding = 0, int dilation = 1,
        int groups = 1) =>
        Convolve("conv2d", weight, bias, [stride, stride], [padding, padding], [dilation, dilation], groups);

    /// <inheritdoc cref="Conv2d(Variable{T}, Variable{T}, int, int, int, int)"/>
    public Variable<T> Conv2d(
        Variable<T> weight, Variable<T>? bias, (int Height, int Width) stride, (int Height, int Width)? padding = null,
        (int Height, int Width)? dilation = null, int groups = 1)
    {
        (int Height, int Width) around = padding ?? (0, 0), apart = dilation ?? (1, 1);
        return Convolve(
            "conv2d", weight, bias, [stride.Height, stride.Width], [around.Height, around.Width],
            [apart.Height, apart.Width], groups);
    }

    /// <summary><see cref="Conv2d(Variable{T}, Variable{T}, int, int, int, int)"/> with stride 1.</summary>
    /// <inheritdoc cref="Conv2d(Variable{T}, Variable{T}, int, int, int, int)"/>
    public Variable<T> Conv2d(
        Variable<T> weight, Variable<T>? bias, ConvolutionPadding padding, int dilation = 1, int groups = 1) =>
        Convolve("conv2d", weight, bias, padding, [dilation, dilation], groups);

    private Variable<T> Convolve(
        string operation, Variable<T> weight, Variable<T>? bias, ConvolutionPadding padding, int[] dilation, int groups)
    {
        ArgumentNullException.ThrowIfNull(weight);
        var axes = new WindowAxis[dilation.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            // A weight of another rank is refused below.
            int taps = weight.Rank == axes.Length + 2 ? weight.Shape[i + 2] : 1;
            long around = padding switch
            {
                ConvolutionPadding.Valid => 0,
                ConvolutionPadding.Same => Math.Max(taps - 1L, 0) * dilation[i],
                _ => throw new ArgumentOutOfRangeException(nameof(padding), padding, "There is no such padding."),
            };
            axes[i] = new WindowAxis(1, around / 2, around - around / 2, 1, dilation[i]);
        }
        return Convolve(operation, weight, bias, axes, groups);
    }

    private Variable<T> Convolve(
        string operation, Variable<T> weight, Variable<T>? bias, int[] stride, int[] padding, int[] dilation,
        int groups)
    {
        ArgumentNullException.ThrowIfNull(weight);
        var axes = new WindowAxis[stride.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            WindowAxes.RequireAtLeast(0, padding[i], operation, nameof(padding));
            axes[i] = new WindowAxis(stride[i], padding[i], padding[i], 1, dilation[i]);
        }
        return Convolve(operation, weight, bias, axes, groups);
    }

    private Variable<T> Convolve(
        string operation, Variable<T> weight, Variable<T>? bias, WindowAxis[] axes, int groups)
    {
        foreach (WindowAxis axis in axes)
        {
            WindowAxes.RequireAtLeast(1, axis.Stride, operation, "stride");
            WindowAxes.RequireAtLeast(1, axis.KernelDilation, operation, "dilation");
        }
        WindowAxes.RequireAtLeast(1, groups, operation, nameof(groups));
        if (weight.Rank != axes.Length + 2 || (Rank != weight.Rank && Rank != weight.Rank - 1))
            throw new ArgumentException(
                $"{operation}: an input of shape {Shape} and a weight of shape {weight.Shape} do not fit: a weight has "
                + $"{axes.Length + 2} axes, and the input as many, or one less without the first.");
        Variable<T> input = Rank == weight.Rank ? this : Unsqueeze(0);
        int outputs = weight.Shape[0];
        if (outputs % groups != 0 || input.Shape[1] % groups != 0 || weight.Shape[1] != input.Shape[1] / groups)
            throw new ArgumentException(
                $"{operation}: a weight of shape {weight.Shape} does not fit an input of shape {Shape} in {groups} "
                + $"groups: {input.Shape[1]} channels and {outputs} outputs are divided by the groups, and the "
                + "second axis of the weight is as long as a group has channels.");
        if (bias is not null && (bias.Rank != 1 || bias.Length != outputs))
            throw new ArgumentException(
                $"{operation}: the bias has shape {bias.Shape}, and {outputs} outputs take one of ({outputs},).");
        WindowAxes.RequireRoom(operation, input.Shape, weight.Shape.Lengths[2..], axes, weight.Shape);
        _ = WindowAxes.ResultOf(
            operation, [input.Shape[0], outputs], input.Shape, weight.Shape.Lengths[2..], axes, Shape, weight.Shape);

        Variable<T> result = new ConvolutionOperator<T>(axes, groups, isStrong: false).Apply(input, weight);
        if (bias is not null)
            result += result.ForChannels(bias);
        return ReferenceEquals(input, this) ? result : result.Squeeze(0);
    }
}

/// <summary>
/// Sums of products of the windows of x with kernels y, along any number of axes, with everything that the derivatives
/// need to be the same operator: zeros between the elements of x, and padding that differs at the ends or takes
/// elements away. A trace shows for each axis the stride, the padding at both ends, and the dilations of x and y.
/// </summary>
internal sealed class ConvolutionOperator<T>(WindowAxis[] axes, int groups, bool isStrong) : BinaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "convolution";

    internal override object Identity => (typeof(ConvolutionOperator<T>), Sequence.Of(axes), groups, isStrong);

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Products<T>(result, inputs[1].FlattenedLength / Math.Max(1.0, inputs[1][0]), Costs.ConvolutionFlop);

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.convolution({inputs[1]}, {WindowAxes.Describe(axes)}"
        + (groups == 1 ? ")" : $", groups={groups})");

    protected override Shape InferShape(Shape x, Shape y) =>
        WindowAxes.ResultOf(Name, [x[0], y[0]], x, y.Lengths[2..], axes, x, y);

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) => isStrong
        ? StrongZero.Bilinear(x, y, (x, y) => ConvolutionKernel.Compute(x, y, axes, groups, shape))
        : ConvolutionKernel.Compute(x, y, axes, groups, shape);

    /// <summary>A batch of images is more images; kernels for each of them are groups of their own.</summary>
    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch)
    {
        (Variable<T> x, Variable<T> y) = (inputs[0], inputs[1]);
        int size = isBatch[0] ? x.Shape[0] : y.Shape[0];
        if (!isBatch[1])
        {
            Variable<T> images = Apply(x.Reshape(Shape.Create([size * x.Shape[1], .. x.Shape.Lengths[2..]])), y);
            return images.Reshape(Shape.Create([size, x.Shape[1], .. images.Shape.Lengths[1..]]));
        }
        Variable<T> all = y.Reshape(Shape.Create([size * y.Shape[1], .. y.Shape.Lengths[2..]]));
        bool isShared = !isBatch[0] && groups == 1;
        if (!isShared)
        {
            x = Batches.All(inputs, isBatch)[0].Transpose(0, 1);
            x = x.Reshape(Shape.Create([x.Shape[0], size * x.Shape[2], .. x.Shape.Lengths[3..]]));
        }
        Variable<T> result = new ConvolutionOperator<T>(axes, isShared ? 1 : groups * size, isStrong)
            .Apply(x, all);
        return result.Reshape(Shape.Create([x.Shape[0], size, y.Shape[1], .. result.Shape.Lengths[2..]]))
            .Transpose(0, 1);
    }

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        ToInput(gradient, at.Y, at.ShapeOf(0), isStrong: true);

    /// <summary>
    /// What comes back to an input of shape x through kernels y: the gradient convolved with the kernels, whose taps
    /// are in reverse order and whose outputs are channels.
    /// </summary>
    public Variable<T> ToInput(Variable<T> gradient, Variable<T> y, Shape x, bool isStrong)
    {
        var own = new WindowAxis[axes.Length];
        var taps = new int[axes.Length];
        for (int i = 0; i < axes.Length; i++)
            (own[i], taps[i]) = (axes[i].ForInput(x[i + 2], y.Shape[i + 2], gradient.Shape[i + 2]), i + 2);
        Variable<T> kernels = y.Flip(taps);
        int outputs = y.Shape[0] / groups;
        kernels = groups == 1
            ? kernels.Transpose(0, 1)
            : kernels.Reshape([groups, outputs, .. y.Shape.Lengths[1..]]).Transpose(1, 2)
                .Reshape([x[1], outputs, .. y.Shape.Lengths[2..]]);
        return new ConvolutionOperator<T>(own, groups, isStrong).Apply(gradient, kernels);
    }

    /// <summary>
    /// The input convolved with the gradient, where images are channels: they are what is summed over.
    /// </summary>
    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at)
    {
        (Variable<T> x, Shape y) = (at.X, at.ShapeOf(1));
        var own = new WindowAxis[axes.Length];
        for (int i = 0; i < axes.Length; i++)
            own[i] = axes[i].ForKernel(x.Shape[i + 2], y[i + 2], gradient.Shape[i + 2]);
        int images = x.Shape[0], channels = y[1];
        int[] lengths = x.Shape.ToArray();
        Variable<T> input = groups == 1
            ? x.Transpose(0, 1)
            : x.Reshape([images, groups, channels, .. lengths[2..]]).Transpose(0, 2)
                .Reshape([channels, groups * images, .. lengths[2..]]);
        return new ConvolutionOperator<T>(own, groups, isStrong: true).Apply(input, gradient.Transpose(0, 1))
            .Transpose(0, 1);
    }
}
