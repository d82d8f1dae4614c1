namespace SimpleGrad;

/// <summary>The windows that a pooling is asked for, along its axes.</summary>
/// <param name="Taps">How many elements a window has.</param>
/// <param name="Stride">How far a window is from the one before it.</param>
/// <param name="Padding">How far windows reach over either end.</param>
/// <param name="Dilation">How far the elements of a window are apart.</param>
/// <param name="CeilMode">Whether a last window may be longer than what is left.</param>
internal sealed record PoolWindows(int[] Taps, int[] Stride, int[] Padding, int[] Dilation, bool CeilMode)
{
    /// <summary>Where they lie on an input, checked.</summary>
    public WindowAxis[] On(string operation, Shape input)
    {
        var axes = new WindowAxis[Taps.Length];
        int leading = input.Rank - axes.Length;
        if (leading is not (1 or 2))
            throw new ArgumentException(
                $"{operation}: shape {input} does not fit: it takes an axis of channels and {axes.Length} behind it, "
                + "and there may be one before it.");
        for (int i = 0; i < axes.Length; i++)
            axes[i] = Along(operation, input[leading + i], (Taps[i], Stride[i], Padding[i], Dilation[i]));
        WindowAxes.RequireRoom(operation, input, Taps, axes);
        return axes;
    }

    private WindowAxis Along(
        string operation, int length, (int Taps, int Stride, int Padding, int Dilation) window)
    {
        (int taps, int stride, int padding, int dilation) = window;
        WindowAxes.RequireAtLeast(1, taps, operation, "kernelSize");
        WindowAxes.RequireAtLeast(1, stride, operation, nameof(stride));
        WindowAxes.RequireAtLeast(1, dilation, operation, nameof(dilation));
        WindowAxes.RequireAtLeast(0, padding, operation, nameof(padding));
        long span = WindowAxis.Spread(taps, dilation);
        RequireAtMostHalf(padding, span, operation);
        long after = padding, room = length + 2L * padding - span;
        if (CeilMode && room + stride > 0)
        {
            long last = (room + stride - 1) / stride * stride;
            if (last >= (long)length + padding)
                last -= stride; // it would begin behind the input
            after = Math.Max(after, last + span - length - padding);
        }
        return new WindowAxis(stride, padding, after, 1, dilation);
    }

    private static void RequireAtMostHalf(int padding, long span, string operation)
    {
        if (padding > span / 2)
            throw new ArgumentOutOfRangeException(
                nameof(padding), padding,
                $"{operation}: the padding is {padding}, and at most half of a window, which is {span} long.");
    }
}
