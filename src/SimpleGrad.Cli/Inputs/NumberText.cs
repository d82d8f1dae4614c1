using System.Globalization;
using System.Numerics;

namespace SimpleGrad.Cli;

/// <summary>Reads numbers from the command line and from files.</summary>
internal static class NumberText
{
    /// <summary>Reads a number such as <c>-2.5e3</c>, <c>nan</c> or <c>-inf</c>.</summary>
    /// <returns>Why the text is no number; null where it is one.</returns>
    public static string? TryParse<T>(ReadOnlySpan<char> text, out T number)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        text = text.Trim();
        ReadOnlySpan<char> digits = text.TrimStart("+-");
        if (text.Length - digits.Length <= 1 && digits.Equals("inf", StringComparison.OrdinalIgnoreCase))
        {
            number = text[0] == '-' ? T.NegativeInfinity : T.PositiveInfinity;
            return null;
        }
        if (!T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
            return text.IsEmpty ? "A number is missing." : $"'{text}' is not a number.";
        bool isFinite = char.IsAsciiDigit(digits.TrimStart('.')[0]);
        return isFinite && T.IsInfinity(number) ? TooLarge<T>(text.ToString()) : null;
    }

    public static string TooLarge<T>(string number) where T : unmanaged =>
        $"The number {number} is too large for {(typeof(T) == typeof(float) ? "f32" : "f64")}.";
}
