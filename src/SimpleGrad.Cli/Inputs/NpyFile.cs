using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace SimpleGrad.Cli;

/// <summary>Reads a tensor from a file in NumPy's .npy format, versions 1 to 3.</summary>
internal static partial class NpyFile
{
    private const int MagicLength = 8; // the magic string and two bytes of version

    public static Tensor<T> Read<T>(string path) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using FileStream file = InputFile.Open(path);
        try
        {
            (string type, bool isFortran, int[] lengths) = ReadHeader(file);
            Shape shape = Shape.Create(lengths);
            T[] values = ReadValues<T>(file, type, shape.FlattenedLength);
            // Fortran order is row-major order of the reversed axes.
            if (!isFortran)
                return Tensor.Create<T>(values, shape);
            int[] reversed = [.. Enumerable.Range(0, shape.Rank).Reverse()];
            return Tensor.Create<T>(values, Shape.Create([.. lengths.Reverse()])).Permute(reversed);
        }
        catch (EndOfStreamException)
        {
            throw new MistakeException($"The file '{path}' ends too early.");
        }
        catch (Exception e) when (e is InvalidDataException || MistakeException.IsRefusal(e))
        {
            throw new MistakeException($"The file '{path}' cannot be read: {MistakeException.MessageOf(e)}");
        }
    }

    private static (string Type, bool IsFortran, int[] Lengths) ReadHeader(FileStream file)
    {
        Span<byte> magic = stackalloc byte[MagicLength];
        file.ReadExactly(magic);
        if (magic[0] != 0x93 || !magic[1..].StartsWith("NUMPY"u8))
            throw new InvalidDataException("it does not begin as an .npy file does.");
        if (magic[6] is < 1 or > 3)
            throw new InvalidDataException($"version {magic[6]} of the format is not known.");

        Span<byte> size = stackalloc byte[magic[6] == 1 ? sizeof(ushort) : sizeof(uint)];
        file.ReadExactly(size);
        uint length = magic[6] == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(size)
            : BinaryPrimitives.ReadUInt32LittleEndian(size);
        if (length > file.Length)
            throw new EndOfStreamException();
        byte[] bytes = new byte[length];
        file.ReadExactly(bytes);
        string header = Encoding.UTF8.GetString(bytes);

        Match type = TypePattern.Match(header), order = OrderPattern.Match(header), shape = ShapePattern.Match(header);
        if (!type.Success || !order.Success || !shape.Success)
            throw new InvalidDataException($"its header is not understood: {header.Trim()}");
        return (type.Groups[1].Value, order.Groups[1].Value == "True", [
            .. shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(axis => int.Parse(axis, CultureInfo.InvariantCulture))]);
    }

    private static T[] ReadValues<T>(FileStream file, string type, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => type switch
        {
            "<f8" => Convert<double, T>(file, count),
            "<f4" => Convert<float, T>(file, count),
            "|i1" => Convert<sbyte, T>(file, count),
            "<i2" => Convert<short, T>(file, count),
            "<i4" => Convert<int, T>(file, count),
            "<i8" => Convert<long, T>(file, count),
            "|u1" => Convert<byte, T>(file, count),
            "<u2" => Convert<ushort, T>(file, count),
            "<u4" => Convert<uint, T>(file, count),
            "<u8" => Convert<ulong, T>(file, count),
            "|b1" => Convert<byte, T>(file, count),
            _ => throw new NotSupportedException(
                $"its elements have type '{type}'; it can be f4, f8, i1 to i8, u1 to u8 or b1, little endian."),
        };

    private static T[] Convert<TStored, T>(FileStream file, int count)
        where TStored : unmanaged, INumberBase<TStored>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long surplus = file.Length - file.Position - (long)count * Unsafe.SizeOf<TStored>();
        if (surplus != 0)
            throw surplus < 0
                ? new EndOfStreamException()
                : new InvalidDataException("it goes on after the last element.");
        var stored = new TStored[count];
        file.ReadExactly(MemoryMarshal.AsBytes(stored.AsSpan()));
        if (stored is T[] same)
            return same;
        var values = new T[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = T.CreateChecked(stored[i]);
            if (T.IsInfinity(values[i]) && TStored.IsFinite(stored[i]))
                throw new InvalidDataException(NumberText.TooLarge<T>($"{stored[i]}"));
        }
        return values;
    }

    [GeneratedRegex("'descr'\\s*:\\s*'([^']*)'")]
    private static partial Regex TypePattern { get; }

    [GeneratedRegex("'fortran_order'\\s*:\\s*(True|False)")]
    private static partial Regex OrderPattern { get; }

    [GeneratedRegex("'shape'\\s*:\\s*\\(([0-9, ]*)\\)")]
    private static partial Regex ShapePattern { get; }
}
