namespace SimpleGrad;

/// <summary>The windows of pooling as a user gives them, a number for each axis.</summary>
/// <param name="Operation">What they are for, for messages.</param>
/// <param name="Taps">How many elements a window has.</param>
/// <param name="Stride">How far a window is from the one before it.</param>
/// <param name="Padding">How far windows reach over either end.</param>
/// <param name="CeilMode">Whether a last window may be longer than what is left.</param>
internal sealed record PoolWindows(string Operation, int[] Taps, int[] Stride, int[] Padding, bool CeilMode)
{
    /// <summary>How far the elements of a window are apart.</summary>
    public int[] Dilation { get; init; } = Array.ConvertAll(Taps, _ => 1);
}
