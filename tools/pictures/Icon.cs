using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace SimpleGrad.Pictures;

/// <summary>The icon of the packages: a nabla, and a ball on its way down in it.</summary>
internal static class Icon
{
    private const int Size = 128;
    private const int Samples = 4; // by side of a pixel, against jagged edges
    private static readonly (byte R, byte G, byte B)
        Back = (31, 78, 121), Shape = (255, 255, 255), Dot = (242, 142, 43);

    private static readonly (double X, double Y)[] Outer = [(14, 24), (114, 24), (64, 114)];
    private static readonly (double X, double Y)[] Inner = [(35, 37), (93, 37), (64, 88)];
    private static readonly (double X, double Y, double Radius) Ball = (64, 54, 11);

    public static string Svg() => string.Create(CultureInfo.InvariantCulture, $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Size} {Size}" width="{Size}" height="{Size}">
        <rect width="{Size}" height="{Size}" rx="20" fill="{Hex(Back)}"/>
        <path fill="{Hex(Shape)}" fill-rule="evenodd" d="{Path(Outer)} {Path(Inner)}"/>
        <circle cx="{Ball.X}" cy="{Ball.Y}" r="{Ball.Radius}" fill="{Hex(Dot)}"/>
        </svg>

        """);

    /// <summary>The same as a PNG: galleries of packages show no SVG.</summary>
    public static byte[] Png()
    {
        using var data = new MemoryStream();
        using (var zip = new ZLibStream(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int y = 0; y < Size; y++)
            {
                zip.WriteByte(0); // no filter
                for (int x = 0; x < Size; x++)
                    zip.Write(Pixel(x, y));
            }
        }
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Size);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Size);
        (header[8], header[9]) = (8, 6); // eight bits of red, green, blue and opacity
        byte[] signature = [137, 80, 78, 71, 13, 10, 26, 10];
        return [.. signature, .. Chunk("IHDR", header), .. Chunk("IDAT", data.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Pixel(int x, int y)
    {
        (double r, double g, double b, int count) = (0, 0, 0, 0);
        for (int i = 0; i < Samples * Samples; i++)
        {
            double px = x + (i % Samples + 0.5) / Samples, py = y + (i / Samples + 0.5) / Samples;
            if (IsOutsideCorners(px, py))
                continue;
            (byte R, byte G, byte B) color = ColorAt(px, py);
            (r, g, b, count) = (r + color.R, g + color.G, b + color.B, count + 1);
        }
        return count == 0
            ? [0, 0, 0, 0]
            : [(byte)(r / count), (byte)(g / count), (byte)(b / count), (byte)(255 * count / (Samples * Samples))];
    }

    private static (byte R, byte G, byte B) ColorAt(double x, double y) =>
        Math.Pow(x - Ball.X, 2) + Math.Pow(y - Ball.Y, 2) <= Ball.Radius * Ball.Radius ? Dot
        : IsInside(Outer, x, y) && !IsInside(Inner, x, y) ? Shape
        : Back;

    private static bool IsOutsideCorners(double x, double y)
    {
        double dx = Math.Max(Math.Abs(x - Size / 2.0) - (Size / 2.0 - 20), 0);
        double dy = Math.Max(Math.Abs(y - Size / 2.0) - (Size / 2.0 - 20), 0);
        return dx * dx + dy * dy > 400;
    }

    private static bool IsInside((double X, double Y)[] corners, double x, double y) =>
        corners.Select((a, i) => (a, b: corners[(i + 1) % corners.Length]))
            .All(side => (side.b.X - side.a.X) * (y - side.a.Y) - (side.b.Y - side.a.Y) * (x - side.a.X) >= 0);

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        byte[] chunk = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(body.Length + 4), Crc(body));
        return chunk;
    }

    private static uint Crc(byte[] data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int i = 0; i < 8; i++)
                crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB88320;
        }
        return ~crc;
    }

    private static string Path((double X, double Y)[] corners) =>
        string.Create(CultureInfo.InvariantCulture, $"M{string.Join(" L", corners.Select(c => $"{c.X} {c.Y}"))} Z");

    private static string Hex((byte R, byte G, byte B) color) => $"#{color.R:x2}{color.G:x2}{color.B:x2}";
}
