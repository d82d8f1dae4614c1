using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace SimpleGrad.Cli;

/// <summary>Reads a tensor from a file in NumPy's .npy format, versions 1 to 3.</summary>
internal static class NpyFile
{
    private const int MagicLength = 8; // the magic string and two bytes of version
    private const int MaxHeader = 1 << 20;
    private const int Chunk = 1 << 13;

    public static Tensor<T> Read<T>(string path) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using FileStream file = InputFile.Open(path);
        return InputFile.Decode(path, () => Read<T>(file, file.Length));
    }

    /// <summary>Reads a tensor from a stream that ends after it.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <exception cref="InvalidDataException">The stream is not as the format says.</exception>
    /// <exception cref="EndOfStreamException">The stream ends too early.</exception>
    public static Tensor<T> Read<T>(Stream stream, long length) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        NpyHeader header = ReadHeader(stream, ref length);
        (char kind, int size, bool isBigEndian) = ElementType(header.Type);
        int count = Count(header.Lengths);
        long surplus = length - (long)count * size;
        if (surplus < 0)
            throw new EndOfStreamException();
        if (surplus > 0)
            throw new InvalidDataException("it goes on after the last element.");
        T[] values = (kind, size) switch
        {
            ('f', 8) => ReadValues<double, T>(stream, count, isBigEndian),
            ('f', 4) => ReadValues<float, T>(stream, count, isBigEndian),
            ('f', _) => ReadValues<Half, T>(stream, count, isBigEndian),
            ('i', 8) => ReadValues<long, T>(stream, count, isBigEndian),
            ('i', 4) => ReadValues<int, T>(stream, count, isBigEndian),
            ('i', 2) => ReadValues<short, T>(stream, count, isBigEndian),
            ('i', _) => ReadValues<sbyte, T>(stream, count, isBigEndian),
            ('u', 8) => ReadValues<ulong, T>(stream, count, isBigEndian),
            ('u', 4) => ReadValues<uint, T>(stream, count, isBigEndian),
            ('u', 2) => ReadValues<ushort, T>(stream, count, isBigEndian),
            ('u', _) => ReadValues<byte, T>(stream, count, isBigEndian),
            _ => Array.ConvertAll(ReadValues<byte, T>(stream, count, isBigEndian), x => x == T.Zero ? x : T.One),
        };
        // Fortran order is row-major order of the reversed axes.
        if (!header.IsFortran)
            return Tensor.Create<T>(values, Shape.Create(header.Lengths));
        int[] reversed = [.. Enumerable.Range(0, header.Lengths.Length).Reverse()];
        return Tensor.Create<T>(values, Shape.Create([.. header.Lengths.Reverse()])).Permute(reversed);
    }

    private static NpyHeader ReadHeader(Stream stream, ref long length)
    {
        Span<byte> magic = stackalloc byte[MagicLength];
        stream.ReadExactly(magic);
        if (magic[0] != 0x93 || !magic[1..].StartsWith("NUMPY"u8))
            throw new InvalidDataException("it does not begin as an .npy file does.");
        if (magic[6] is < 1 or > 3 || magic[7] != 0)
            throw new InvalidDataException($"version {magic[6]}.{magic[7]} of the format is not known.");

        Span<byte> size = stackalloc byte[magic[6] == 1 ? sizeof(ushort) : sizeof(uint)];
        stream.ReadExactly(size);
        uint headerLength = magic[6] == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(size)
            : BinaryPrimitives.ReadUInt32LittleEndian(size);
        length -= MagicLength + size.Length + headerLength;
        if (length < 0)
            throw new EndOfStreamException();
        if (headerLength > MaxHeader)
            throw new InvalidDataException($"its header has {headerLength} bytes, more than {MaxHeader}.");
        var bytes = new byte[headerLength];
        stream.ReadExactly(bytes);
        return NpyHeader.Parse((magic[6] == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes));
    }

    /// <summary>Takes a typestr apart: byte order, kind, number of bytes.</summary>
    private static (char Kind, int Size, bool IsBigEndian) ElementType(string type)
    {
        string name = type.TrimStart('<', '>', '=', '|');
        if (type.Length - name.Length <= 1 && name is "f2" or "f4" or "f8" or "b1"
            or "i1" or "i2" or "i4" or "i8" or "u1" or "u2" or "u4" or "u8")
            return (name[0], name[1] - '0', type[0] == '>');
        string what = name is [var kind, ..] ? kind switch
        {
            'c' => ", complex numbers",
            'S' or 'a' or 'U' => ", text",
            'O' => ", Python's objects",
            'M' or 'm' => ", times",
            'V' => ", records",
            _ => "",
        } : "";
        throw new InvalidDataException(
            $"its elements have type '{type}'{what}; it can be f2, f4, f8, i1 to i8, u1 to u8 or b1.");
    }

    private static int Count(int[] lengths)
    {
        long count = lengths.Contains(0) ? 0 : 1;
        foreach (int length in lengths)
        {
            count *= length; // both are less than 2^31
            if (count > Array.MaxLength)
                throw new InvalidDataException(
                    $"its shape ({string.Join(", ", lengths)}) has more than {Array.MaxLength} elements.");
        }
        return (int)count;
    }

    private static T[] ReadValues<TStored, T>(Stream stream, int count, bool isBigEndian)
        where TStored : unmanaged, INumberBase<TStored>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[count];
        var stored = new TStored[Math.Min(count, Chunk)];
        for (int first = 0; first < count; first += stored.Length)
        {
            Span<TStored> part = stored.AsSpan(0, Math.Min(stored.Length, count - first));
            stream.ReadExactly(MemoryMarshal.AsBytes(part));
            if (isBigEndian)
                ReverseBytes(part);
            for (int i = 0; i < part.Length; i++)
            {
                T value = T.CreateChecked(part[i]);
                if (T.IsInfinity(value) && TStored.IsFinite(part[i]))
                    throw new InvalidDataException(NumberText.TooLarge<T>($"{part[i]}"));
                values[first + i] = value;
            }
        }
        return values;
    }

    private static void ReverseBytes<TStored>(Span<TStored> numbers) where TStored : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(numbers);
        for (int i = 0; i < bytes.Length; i += Unsafe.SizeOf<TStored>())
            bytes.Slice(i, Unsafe.SizeOf<TStored>()).Reverse();
    }
}
