namespace SimpleGrad;

/// <summary>
/// How windows lie along one axis: window p meets with its tap k the place <c>p * Stride + k * KernelDilation -
/// Before</c> of the input, between whose elements <c>InputDilation - 1</c> zeros are put first. Negative padding
/// takes elements away.
/// </summary>
/// <param name="Stride">How far a window is from the one before it.</param>
/// <param name="Before">Zeros before the input.</param>
/// <param name="After">Zeros behind it.</param>
/// <param name="InputDilation">How far the elements of the input are spread.</param>
/// <param name="KernelDilation">How far the taps of a window are spread.</param>
internal readonly record struct WindowAxis(
    int Stride, int Before, int After, int InputDilation = 1, int KernelDilation = 1)
{
    /// <summary>Every element is a window of its own.</summary>
    public static WindowAxis Trivial { get; } = new(1, 0, 0);

    /// <summary>The number of windows that there is room for.</summary>
    public int Count(int length, int taps)
    {
        int room = checked(Spread(length, InputDilation) + Before + After - Spread(taps, KernelDilation));
        return room < 0 ? 0 : room / Stride + 1;
    }

    /// <summary>
    /// The windows through which a gradient of the results comes to the input, with the taps in reverse order: the
    /// stride and the spreading of the input change places.
    /// </summary>
    public WindowAxis ForInput(int length, int taps, int count)
    {
        int before = (taps - 1) * KernelDilation - Before;
        int after = (length - 1) * InputDilation + Spread(taps, KernelDilation) - Spread(count, Stride) - before;
        return new(InputDilation, before, after, Stride, KernelDilation);
    }

    /// <summary>
    /// The windows through which a gradient of the results comes to the taps: the gradient is the kernel, and the
    /// stride and the spreading of the taps change places.
    /// </summary>
    public WindowAxis ForKernel(int length, int taps, int count)
    {
        int after = (taps - 1) * KernelDilation + Spread(count, Stride) - Spread(length, InputDilation) - Before;
        return new(KernelDilation, Before, after, InputDilation, Stride);
    }

    /// <summary>How many places elements take that lie the given distance apart.</summary>
    public static int Spread(int length, int distance) => length == 0 ? 0 : checked((length - 1) * distance + 1);
}
