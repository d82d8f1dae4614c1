namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// The convolution (cross-correlation) of volumes with kernels, as PyTorch's <c>conv3d</c>; see
    /// <see cref="Conv2d(Variable{T}, Variable{T}, int, int, int, int)"/>.
    /// </summary>
    /// <param name="weight">The kernels, of shape (outputs, channels / groups, depth, height, width).</param>
    /// <param name="bias">What is added to each output, of shape (outputs); null for nothing.</param>
    /// <param name="stride">How far a window is from the one before it.</param>
    /// <param name="padding">How many zeros are put at each side of the volumes.</param>
    /// <param name="dilation">How far the taps of a window are apart.</param>
    /// <param name="groups">How many groups the channels and the outputs are divided into; outputs see the channels
    /// of their own group alone.</param>
    /// <returns>Of shape (volumes, outputs, depth, height, width) for a variable of shape (volumes, channels, depth,
    /// height, width); without volumes on either side for one without them.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other and the groups, or a window is greater than
    /// the padded volumes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A stride, dilation or number of groups is less than 1, or the
    /// padding is negative.</exception>
    public Variable<T> Conv3d(
        Variable<T> weight, Variable<T>? bias = null, int stride = 1, int padding = 0, int dilation = 1,
        int groups = 1) =>
        Convolve(
            "conv3d", weight, bias, [stride, stride, stride], [padding, padding, padding],
            [dilation, dilation, dilation], groups);

    /// <inheritdoc cref="Conv3d(Variable{T}, Variable{T}, int, int, int, int)"/>
    public Variable<T> Conv3d(
        Variable<T> weight, Variable<T>? bias, (int Depth, int Height, int Width) stride,
        (int Depth, int Height, int Width)? padding = null, (int Depth, int Height, int Width)? dilation = null,
        int groups = 1)
    {
        (int Depth, int Height, int Width) around = padding ?? (0, 0, 0), apart = dilation ?? (1, 1, 1);
        return Convolve(
            "conv3d", weight, bias, [stride.Depth, stride.Height, stride.Width],
            [around.Depth, around.Height, around.Width], [apart.Depth, apart.Height, apart.Width], groups);
    }

    /// <summary><see cref="Conv3d(Variable{T}, Variable{T}, int, int, int, int)"/> with stride 1.</summary>
    /// <inheritdoc cref="Conv3d(Variable{T}, Variable{T}, int, int, int, int)"/>
    public Variable<T> Conv3d(
        Variable<T> weight, Variable<T>? bias, ConvolutionPadding padding, int dilation = 1, int groups = 1) =>
        Convolve("conv3d", weight, bias, padding, [dilation, dilation, dilation], groups);

    /// <summary>
    /// The transposed convolution of signals, as PyTorch's <c>conv_transpose1d</c>: the kernels, times an element, are
    /// added around its place. It is the gradient of <see cref="Conv1d(Variable{T}, Variable{T}, int, int, int, int)"/>
    /// with the same arguments by its input.
    /// </summary>
    /// <param name="weight">The kernels, of shape (channels, outputs / groups, taps).</param>
    /// <param name="bias">What is added to each output, of shape (outputs); null for nothing.</param>
    /// <param name="stride">How far the places of neighbouring elements are apart.</param>
    /// <param name="padding">How many places are taken away at either end.</param>
    /// <param name="outputPadding">How many places are added behind; less than the stride or the dilation.</param>
    /// <param name="groups">How many groups the channels and the outputs are divided into.</param>
    /// <param name="dilation">How far the taps are apart.</param>
    /// <returns>Of shape (signals, outputs, places) for a variable of shape (signals, channels, length), and of shape
    /// (outputs, places) for one of shape (channels, length), with (length - 1) stride - 2 padding + (taps - 1)
    /// dilation + 1 + outputPadding places.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit each other and the groups, or no place is
    /// left.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A stride, dilation or number of groups is less than 1, or a
    /// padding is negative or too great.</exception>
    public Variable<T> ConvTranspose1d(
        Variable<T> weight, Variable<T>? bias = null, int stride = 1, int padding = 0, int outputPadding = 0,
        int groups = 1, int dilation = 1) =>
        ConvolveTransposed("conv_transpose1d", weight, bias, [stride], [padding], [outputPadding], groups, [dilation]);

    /// <summary>
    /// The transposed convolution of images, as PyTorch's <c>conv_transpose2d</c>; see <see cref="ConvTranspose1d"/>.
    /// </summary>
    /// <param name="weight">The kernels, of shape (channels, outputs / groups, height, width).</param>
    /// <param name="bias">What is added to each output, of shape (outputs); null for nothing.</param>
    /// <param name="stride">How far the places of neighbouring elements are apart.</param>
    /// <param name="padding">How many places are taken away at each side.</param>
    /// <param name="outputPadding">How many places are added behind; less than the stride or the dilation.</param>
    /// <param name="groups">How many groups the channels and the outputs are divided into.</param>
    /// <param name="dilation">How far the taps are apart.</param>
    /// <returns>Of shape (images, outputs, height, width) for a variable of shape (images, channels, height, width);
    /// without images on either side for one of shape (channels, height, width).</returns>
    /// <inheritdoc cref="ConvTranspose1d"/>
    public Variable<T> ConvTranspose2d(
        Variable<T> weight, Variable<T>? bias = null, int stride = 1, int padding = 0, int outputPadding = 0,
        int groups = 1, int dilation = 1) =>
        ConvolveTransposed(
            "conv_transpose2d", weight, bias, [stride, stride], [padding, padding], [outputPadding, outputPadding],
            groups, [dilation, dilation]);

    /// <summary>
    /// The transposed convolution of images with arguments of their own for each axis, as PyTorch's
    /// <c>conv_transpose2d</c>.
    /// </summary>
    /// <inheritdoc cref="ConvTranspose2d(Variable{T}, Variable{T}, int, int, int, int, int)"/>
    public Variable<T> ConvTranspose2d(
        Variable<T> weight, Variable<T>? bias, (int Height, int Width) stride, (int Height, int Width)? padding = null,
        (int Height, int Width)? outputPadding = null, int groups = 1, (int Height, int Width)? dilation = null)
    {
        (int Height, int Width) around = padding ?? (0, 0), behind = outputPadding ?? (0, 0);
        (int Height, int Width) apart = dilation ?? (1, 1);
        return ConvolveTransposed(
            "conv_transpose2d", weight, bias, [stride.Height, stride.Width], [around.Height, around.Width],
            [behind.Height, behind.Width], groups, [apart.Height, apart.Width]);
    }

    private Variable<T> ConvolveTransposed(
        string operation, Variable<T> weight, Variable<T>? bias, int[] stride, int[] padding, int[] outputPadding,
        int groups, int[] dilation)
    {
        ArgumentNullException.ThrowIfNull(weight);
        int count = stride.Length;
        for (int i = 0; i < count; i++)
        {
            WindowAxes.RequireAtLeast(1, stride[i], operation, nameof(stride));
            WindowAxes.RequireAtLeast(1, dilation[i], operation, nameof(dilation));
            WindowAxes.RequireAtLeast(0, padding[i], operation, nameof(padding));
            WindowAxes.RequireAtLeast(0, outputPadding[i], operation, nameof(outputPadding));
            if (outputPadding[i] >= Math.Max(stride[i], dilation[i]))
                throw new ArgumentOutOfRangeException(
                    nameof(outputPadding), outputPadding[i],
                    $"{operation}: an output padding of {outputPadding[i]} is not less than the stride {stride[i]} or "
                    + $"the dilation {dilation[i]}.");
        }
        WindowAxes.RequireAtLeast(1, groups, operation, nameof(groups));
        if (weight.Rank != count + 2 || (Rank != weight.Rank && Rank != weight.Rank - 1))
            throw new ArgumentException(
                $"{operation}: an input of shape {Shape} and a weight of shape {weight.Shape} do not fit: a weight has "
                + $"{count + 2} axes, and the input as many, or one less without the first.");
        Variable<T> input = Rank == weight.Rank ? this : Unsqueeze(0);
        if (input.Shape[1] != weight.Shape[0] || input.Shape[1] % groups != 0)
            throw new ArgumentException(
                $"{operation}: a weight of shape {weight.Shape} does not fit an input of shape {Shape} in {groups} "
                + $"groups: the first axis of the weight is as long as there are channels, which the groups divide.");
        int outputs = weight.Shape[1] * groups;
        if (bias is not null && (bias.Rank != 1 || bias.Length != outputs))
            throw new ArgumentException(
                $"{operation}: the bias has shape {bias.Shape}, and {outputs} outputs take one of ({outputs},).");

        var axes = new WindowAxis[count];
        long[] lengths = [input.Shape[0], outputs, .. input.Shape.Lengths[2..]];
        for (int i = 0; i < count; i++)
        {
            int length = input.Shape[i + 2], taps = weight.Shape[i + 2];
            axes[i] = new WindowAxis(stride[i], padding[i], padding[i], 1, dilation[i]);
            lengths[i + 2] = WindowAxis.Spread(length, stride[i]) + WindowAxis.Spread(taps, dilation[i]) - 1
                - 2L * padding[i] + outputPadding[i];
            if (length < 1 || taps < 1 || lengths[i + 2] < 1)
                throw new ArgumentException(
                    $"{operation}: axis {i + 2} of an input of shape {input.Shape} and a weight of shape "
                    + $"{weight.Shape} leaves no place with padding {padding[i]}.");
        }
        Shape shape = Shape.OfResult(operation, lengths, Shape, weight.Shape);
        Variable<T> result = new ConvolutionOperator<T>(axes, groups, isStrong: false)
            .ToInput(input, weight, shape, isStrong: false);
        if (bias is not null)
            result += result.ForChannels(bias);
        return ReferenceEquals(input, this) ? result : result.Squeeze(0);
    }
}
