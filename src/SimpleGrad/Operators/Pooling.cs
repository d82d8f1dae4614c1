using System.Numerics;

namespace SimpleGrad;

// Signals and images are the last one or two axes. Whatever axes are before them is no matter to pooling, but as in
// PyTorch there must be one for channels, and there may be one before it.
public sealed partial class Variable<T>
{
    /// <summary>
    /// The mean of each window of signals, as PyTorch's <c>avg_pool1d</c>.
    /// </summary>
    /// <param name="kernelSize">The length of a window.</param>
    /// <param name="stride">How far a window is from the one before it; null for the length of a window.</param>
    /// <param name="padding">How many zeros are put at either end of the signals; at most half a window.</param>
    /// <param name="ceilMode">Whether a last window may be longer than what is left, where it begins within the signal
    /// or the padding before it. What lies beyond the padding does not count.</param>
    /// <param name="countIncludePad">Whether the padding counts in the number that sums are divided by.</param>
    /// <returns>Of shape (signals, channels, windows) for a variable of shape (signals, channels, length), and without
    /// signals on either side.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, or a window is longer than the padded
    /// signals.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length of a window or the stride is less than 1, or the
    /// padding is negative or more than half a window.</exception>
    public Variable<T> AvgPool1d(
        int kernelSize, int? stride = null, int padding = 0, bool ceilMode = false, bool countIncludePad = true) =>
        AvgPool(
            "avg_pool1d", new([kernelSize], [stride ?? kernelSize], [padding], [1], ceilMode), countIncludePad, null);

    /// <summary>The mean of each window of images, as PyTorch's <c>avg_pool2d</c>.</summary>
    /// <param name="kernelSize">The height and width of a window.</param>
    /// <param name="stride">How far a window is from the one before it; null for the size of a window.</param>
    /// <param name="padding">How many zeros are put at each side of the images; at most half a window.</param>
    /// <param name="ceilMode">Whether a last window may be greater than what is left, where it begins within the image
    /// or the padding before it. What lies beyond the padding does not count.</param>
    /// <param name="countIncludePad">Whether the padding counts in the number that sums are divided by.</param>
    /// <param name="divisor">What all sums are divided by; null for the number of elements.</param>
    /// <returns>Of shape (images, channels, height, width) as the variable, or without images on either
    /// side.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, or a window is greater than the padded
    /// images.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size of a window or the stride is less than 1, or the padding
    /// is negative or more than half a window; or the divisor is 0.</exception>
    public Variable<T> AvgPool2d(
        int kernelSize, int? stride = null, int padding = 0, bool ceilMode = false, bool countIncludePad = true,
        int? divisor = null) =>
        AvgPool2d(
            (kernelSize, kernelSize), stride is int both ? (both, both) : null, (padding, padding), ceilMode,
            countIncludePad, divisor);

    /// <inheritdoc cref="AvgPool2d(int, int?, int, bool, bool, int?)"/>
    public Variable<T> AvgPool2d(
        (int Height, int Width) kernelSize, (int Height, int Width)? stride = null,
        (int Height, int Width)? padding = null, bool ceilMode = false, bool countIncludePad = true,
        int? divisor = null)
    {
        (int Height, int Width) step = stride ?? kernelSize, around = padding ?? (0, 0);
        if (divisor == 0)
            throw new ArgumentOutOfRangeException(nameof(divisor), "avg_pool2d: the divisor is 0.");
        return AvgPool(
            "avg_pool2d",
            new(
                [kernelSize.Height, kernelSize.Width], [step.Height, step.Width], [around.Height, around.Width], [1, 1],
                ceilMode),
            countIncludePad, divisor);
    }

    /// <summary>
    /// The maximum of each window of signals, as PyTorch's <c>max_pool1d</c>. Of equal ones the first alone
    /// gets the gradient; NaN counts as the maximum. Padding is never chosen.
    /// </summary>
    /// <param name="kernelSize">The number of elements of a window.</param>
    /// <param name="stride">How far a window is from the one before it; null for the size of a window.</param>
    /// <param name="padding">How far windows reach over either end of the signals; at most half a window.</param>
    /// <param name="dilation">How far the elements of a window are apart.</param>
    /// <param name="ceilMode">Whether a last window may be longer than what is left, where it begins within the signal
    /// or the padding before it.</param>
    /// <returns>Of shape (signals, channels, windows) for a variable of shape (signals, channels, length), and without
    /// signals on either side.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, a window is longer than the padded signals, or one
    /// lies wholly in the padding.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length of a window, the stride or the dilation is less than 1,
    /// or the padding is negative or more than half a window.</exception>
    public Variable<T> MaxPool1d(
        int kernelSize, int? stride = null, int padding = 0, int dilation = 1, bool ceilMode = false) =>
        MaxPool("max_pool1d", new([kernelSize], [stride ?? kernelSize], [padding], [dilation], ceilMode));

    /// <summary>
    /// The maximum of each window of images, as PyTorch's <c>max_pool2d</c>. Of equal ones the first in
    /// row-major order alone gets the gradient; NaN counts as the maximum. Padding is never chosen.
    /// </summary>
    /// <param name="kernelSize">The numbers of rows and columns of a window.</param>
    /// <param name="stride">How far a window is from the one before it; null for the size of a window.</param>
    /// <param name="padding">How far windows reach over each side of the images; at most half a window.</param>
    /// <param name="dilation">How far the elements of a window are apart.</param>
    /// <param name="ceilMode">Whether a last window may be greater than what is left, where it begins within the image
    /// or the padding before it.</param>
    /// <returns>Of shape (images, channels, height, width) as the variable, or without images on either
    /// side.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, a window is greater than the padded images, or one
    /// lies wholly in the padding.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size of a window, the stride or the dilation is less than 1,
    /// or the padding is negative or more than half a window.</exception>
    public Variable<T> MaxPool2d(
        int kernelSize, int? stride = null, int padding = 0, int dilation = 1, bool ceilMode = false) =>
        MaxPool2d(
            (kernelSize, kernelSize), stride is int both ? (both, both) : null, (padding, padding),
            (dilation, dilation), ceilMode);

    /// <inheritdoc cref="MaxPool2d(int, int?, int, int, bool)"/>
    public Variable<T> MaxPool2d(
        (int Height, int Width) kernelSize, (int Height, int Width)? stride = null,
        (int Height, int Width)? padding = null, (int Height, int Width)? dilation = null, bool ceilMode = false)
    {
        (int Height, int Width) step = stride ?? kernelSize, around = padding ?? (0, 0), apart = dilation ?? (1, 1);
        return MaxPool(
            "max_pool2d",
            new(
                [kernelSize.Height, kernelSize.Width], [step.Height, step.Width], [around.Height, around.Width],
                [apart.Height, apart.Width], ceilMode));
    }

    private Variable<T> AvgPool(string operation, PoolWindows windows, bool countIncludePad, int? divisor)
    {
        (int[] taps, int[] padding) = (windows.Taps, windows.Padding);
        WindowAxis[] axes = windows.On(operation, Shape);
        _ = WindowAxes.ResultOf(operation, Shape.Lengths[..^axes.Length], Shape, taps, axes, Shape);
        (WindowAxis[] own, int[] kept) = Trimmed(axes, taps);
        Variable<T> sums = new WindowSumOperator<T>(own, kept).Apply(this);
        double all = 1; // windows may have more elements than there are numbers of 32 bits
        foreach (int length in taps)
            all *= length;
        bool isEven = true;
        for (int i = 0; i < axes.Length; i++)
            isEven &= axes[i].After <= padding[i] && (countIncludePad || padding[i] == 0);
        return isEven || divisor is not null
            ? sums / (divisor ?? all)
            : sums / Beside(CountElements(axes, taps, padding, countIncludePad));
    }

    /// <summary>The windows without taps that meet nothing but padding.</summary>
    private (WindowAxis[] Axes, int[] Taps) Trimmed(WindowAxis[] axes, int[] taps)
    {
        var own = new WindowAxis[axes.Length];
        var kept = new int[axes.Length];
        for (int i = 0; i < axes.Length; i++)
            (own[i], kept[i]) = axes[i].Trimmed(Shape[Rank - axes.Length + i], taps[i]);
        return (own, kept);
    }

    /// <summary>How many elements each window has, and padding where it counts.</summary>
    private Tensor<T> CountElements(WindowAxis[] axes, int[] taps, int[] padding, bool countIncludePad)
    {
        Tensor<T> counts = Tensor.Scalar(T.One);
        for (int i = 0; i < axes.Length; i++)
        {
            int length = Shape[Rank - axes.Length + i], around = countIncludePad ? padding[i] : 0;
            var own = new T[axes[i].Count(length, taps[i])];
            for (int p = 0; p < own.Length; p++)
            {
                long first = (long)p * axes[i].Stride - axes[i].Before;
                own[p] = T.CreateChecked(
                    Math.Min(first + taps[i], (long)length + around) - Math.Max(first, -around));
            }
            counts = counts.Reshape([.. counts.Shape.Lengths, 1]) * Tensor.Create<T>(own);
        }
        return counts;
    }

    private Variable<T> MaxPool(string operation, PoolWindows asked)
    {
        int[] taps = asked.Taps;
        WindowAxis[] axes = asked.On(operation, Shape);
        int leading = Rank - axes.Length;
        Shape shape = WindowAxes.ResultOf(operation, Shape.Lengths[..leading], Shape, taps, axes, Shape);
        (WindowAxis[] own, int[] kept) = Trimmed(axes, taps);
        var finder = new MaxOfWindows(own, Shape.Lengths[leading..], kept, shape.Lengths[leading..]);
        WindowMaxima windows = finder.Windows;
        if (windows.HasEmpty)
            throw new ArgumentException(
                $"{operation}: windows of ({string.Join(", ", taps)}) over shape {Shape} with padding "
                + $"({string.Join(", ", asked.Padding)}) and dilation ({string.Join(", ", asked.Dilation)}) include "
                + "one that lies wholly in the padding.");
        int images = 1;
        foreach (int length in Shape.Lengths[..leading])
            images *= length;
        Variable<T> flat = Reshape(images, windows.Elements);
        return flat.AtIndices(1, [images, windows.Count], finder).Values.Reshape(shape);
    }

    /// <summary>Where the max of each window of an image is.</summary>
    private sealed record MaxOfWindows : IndexFinder<T>
    {
        private readonly object _parameters;
        private readonly int _tapCount;

        public MaxOfWindows(
            WindowAxis[] axes, ReadOnlySpan<int> lengths, ReadOnlySpan<int> taps, ReadOnlySpan<int> counts)
        {
            Windows = new WindowMaxima(axes, lengths, taps, counts);
            _parameters = (Sequence.Of(axes), Shape.Create(lengths), Shape.Create(taps), Shape.Create(counts));
            _tapCount = Shape.Create(taps).FlattenedLength;
        }

        public WindowMaxima Windows { get; }

        public override Tensor<int> Find(Tensor<T> x) => Windows.IndicesIn(x);

        public override double Cost(Shape x) =>
            Costs.Elements((double)x[0] * Windows.Count, _tapCount * Costs.Compared);

        public bool Equals(MaxOfWindows? other) => other is not null && _parameters.Equals(other._parameters);

        public override int GetHashCode() => _parameters.GetHashCode();
    }
}

/// <summary>The sums of the windows of x along its last axes; the derivative is the same with other windows.</summary>
internal sealed class WindowSumOperator<T>(WindowAxis[] axes, int[] taps) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "window_sum";

    internal override object Identity => (typeof(WindowSumOperator<T>), Sequence.Of(axes), Sequence.Of(taps));

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Products<T>(result, Shape.Create(taps).FlattenedLength, Costs.WindowFlop);

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.window_sum([{string.Join(", ", taps)}], {WindowAxes.Describe(axes)})";

    protected override Shape InferShape(Shape x) =>
        WindowAxes.ResultOf(Name, x.Lengths[..^axes.Length], x, taps, axes, x);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        int leading = x.Rank - axes.Length, images = 1;
        foreach (int length in x.Shape.Lengths[..leading])
            images *= length;
        // Each channel is convolved with ones, as an image of its own.
        Tensor<T> ones = Tensor.Uniform<T>([1, 1, .. taps], T.One);
        Shape sums = Shape.Create([images, 1, .. shape.Lengths[leading..]]);
        return ConvolutionKernel.Compute(
            x.Reshape(Shape.Create([images, 1, .. x.Shape.Lengths[leading..]])), ones, axes, 1, sums).Reshape(shape);
    }

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        Shape x = at.ShapeOf(0);
        var own = new WindowAxis[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = x.Rank - axes.Length + i;
            own[i] = axes[i].ForInput(x[axis], taps[i], gradient.Shape[axis]);
        }
        return new WindowSumOperator<T>(own, taps).Apply(gradient);
    }
}
