namespace SimpleGrad;

/// <summary>
/// How windows lie along one axis: tap k of window p reads position <c>p * Stride + k * KernelDilation - Before</c> of
/// the input, between whose elements <c>InputDilation - 1</c> zeros are put first. Negative padding takes elements
/// away.
/// </summary>
/// <remarks>
/// Positions have 64 bits: windows and padding may reach far over the input on both sides.
/// </remarks>
/// <param name="Stride">How far a window is from the one before it.</param>
/// <param name="Before">Zeros before the input.</param>
/// <param name="After">Zeros behind it.</param>
/// <param name="InputDilation">How far the elements of the input are spread.</param>
/// <param name="KernelDilation">How far the taps of a window are spread.</param>
internal readonly record struct WindowAxis(
    int Stride, long Before, long After, int InputDilation = 1, int KernelDilation = 1)
{
    /// <summary>The number of windows that there is room for.</summary>
    public long Count(int length, int taps)
    {
        long room = Spread(length, InputDilation) + Before + After - Spread(taps, KernelDilation);
        return room < 0 ? 0 : room / Stride + 1;
    }

    /// <summary>The element that a tap of a window reads; -1 where there is none.</summary>
    public int Element(int window, int tap, int length)
    {
        long position = (long)window * Stride + (long)tap * KernelDilation - Before;
        return position >= 0 && position % InputDilation == 0 && position / InputDilation < length
            ? (int)(position / InputDilation)
            : -1;
    }

    /// <summary>
    /// The element, in row-major order, that a tap of a window reads along several axes; -1 where there is none.
    /// </summary>
    public static int Element(
        ReadOnlySpan<WindowAxis> axes, int window, int tap, ReadOnlySpan<int> lengths, ReadOnlySpan<int> taps,
        ReadOnlySpan<int> counts)
    {
        int index = 0, step = 1;
        for (int i = axes.Length - 1; i >= 0; i--)
        {
            int element = axes[i].Element(window % counts[i], tap % taps[i], lengths[i]);
            if (element < 0)
                return -1;
            (window, tap, index, step) = (window / counts[i], tap / taps[i], index + element * step, step * lengths[i]);
        }
        return index;
    }

    /// <summary>
    /// The same windows, with 1 for a distance that separates nothing because there is a single window, tap or element.
    /// </summary>
    public WindowAxis Simplified(int length, int taps, int count) => this with
    {
        Stride = count > 1 ? Stride : 1,
        InputDilation = length > 1 ? InputDilation : 1,
        KernelDilation = taps > 1 ? KernelDilation : 1,
    };

    /// <summary>
    /// The same windows without taps at either end that read no element in any of them; one tap is left in any case.
    /// The input must have no zeros between its elements.
    /// </summary>
    public (WindowAxis Axis, int Taps) Trimmed(int length, int taps)
    {
        long last = (Count(length, taps) - 1) * Stride;
        long first = Math.Clamp((Before - last + KernelDilation - 1) / KernelDilation, 0, taps - 1);
        long end = Math.Clamp((Before + length - 1) / KernelDilation + 1, first + 1, taps);
        return (
            this with { Before = Before - first * KernelDilation, After = After - (taps - end) * KernelDilation },
            (int)(end - first));
    }

    /// <summary>
    /// The windows through which a gradient of the results comes to the input, with the taps in reverse order: the
    /// stride and the spreading of the input are exchanged.
    /// </summary>
    public WindowAxis ForInput(int length, int taps, int count)
    {
        long before = Spread(taps, KernelDilation) - 1 - Before;
        long after = Spread(length, InputDilation) - 1 + Spread(taps, KernelDilation) - Spread(count, Stride) - before;
        return new(InputDilation, before, after, Stride, KernelDilation);
    }

    /// <summary>
    /// The windows through which a gradient of the results comes to the taps: the gradient is the kernel, and the
    /// stride and the spreading of the taps are exchanged.
    /// </summary>
    public WindowAxis ForKernel(int length, int taps, int count)
    {
        long after = Spread(taps, KernelDilation) - 1 + Spread(count, Stride) - Spread(length, InputDilation) - Before;
        return new(KernelDilation, Before, after, InputDilation, Stride);
    }

    /// <summary>How many positions are spanned by elements that are the given distance apart.</summary>
    public static long Spread(int length, int distance) => length == 0 ? 0 : (length - 1L) * distance + 1;
}
