using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// A number to which many are added and by which many multiply it, one after the other, as exactly as with twice the
/// digits (T. Ogita, S. M. Rump and S. Oishi, "Accurate Sum and Dot Product", 2005; S. Graillat, P. Langlois and
/// N. Louvet, "Compensated Horner Scheme", 2005).
/// </summary>
/// <remarks>
/// Nothing waits for what rounding has lost, so that this takes no longer than the plain loop, which waits for its own
/// last result.
/// </remarks>
internal struct RunningValue(double start)
{
    private double _high = start, _low;

    /// <summary>The number, rounded once.</summary>
    public readonly double Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Rounded(_high, _low);
    }

    /// <summary>The number less 1, with the digits that it has beyond those of 1.</summary>
    public readonly double LessOne
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Rounded(_high - 1, _low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double x)
    {
        double sum = _high + x, part = sum - _high;
        _low += _high - (sum - part) + (x - part);
        _high = sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Multiply(double x)
    {
        double product = _high * x;
        _low = Math.FusedMultiplyAdd(_low, x, Math.FusedMultiplyAdd(_high, x, -product));
        _high = product;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Rounded(double high, double low)
    {
        // An infinity has lost nothing that could be named.
        double sum = high + low;
        return double.IsFinite(sum) ? sum : high;
    }
}
