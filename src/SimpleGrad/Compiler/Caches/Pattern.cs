namespace SimpleGrad;

/// <summary>
/// A pattern of known zeros: which gradients of outputs are not known to be zero, and which gradients of inputs are
/// wanted. Each pattern has a propagate of its own.
/// </summary>
/// <param name="Known">A bit for each output whose gradient is there.</param>
/// <param name="Wanted">A bit for each input whose gradient is wanted.</param>
/// <param name="More">The bits that do not fit, as text; null for aggregates of up to 64 inputs and outputs.</param>
internal sealed record Pattern(ulong Known, ulong Wanted, string? More = null)
{
    private const int Bits = 64;

    public static Pattern Of(ReadOnlySpan<bool> known, ReadOnlySpan<bool> wanted) => new(
        Mask(known), Mask(wanted),
        known.Length <= Bits && wanted.Length <= Bits ? null : $"{Text(known)} {Text(wanted)}");

    private static ulong Mask(ReadOnlySpan<bool> flags)
    {
        ulong mask = 0;
        for (int i = 0; i < Math.Min(flags.Length, Bits); i++)
            mask |= flags[i] ? 1UL << i : 0;
        return mask;
    }

    private static string Text(ReadOnlySpan<bool> flags)
    {
        var text = new char[flags.Length];
        for (int i = 0; i < text.Length; i++)
            text[i] = flags[i] ? '1' : '0';
        return new string(text);
    }
}
