using System.Globalization;

namespace SimpleGrad;

/// <summary>Writes a number of bytes for a reader.</summary>
internal static class ByteText
{
    public static string Of(long bytes) => bytes < 10_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes")
        : bytes < 10_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F1} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):F1} MiB");
}
