using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SimpleGrad.Cli.Tests;

/// <summary>Files of NumPy's formats that were damaged at random are read, or refused with a reason.</summary>
public sealed class NpyMutationTests
{
    private static readonly string[] _headers =
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': '>i4', 'fortran_order': True, 'shape': (12,), }",
        "{'descr': '|b1', 'fortran_order': False, 'shape': (), }",
    ];

    private static readonly string[] _pieces =
    [
        "'", "(", ")", ",", ":", "{", "}", "[", "]", " ", "-", "0", "9", "99999999999999999999", "2147483647", "True",
        "False", "None",
        "'descr'", "'shape'", "(2 3,)", "(1,)", "<f2", ">f8", "<c16", "L", "\\", "\n", "\0", "\"", ".5", "1e9",
    ];

    [Fact]
    public void Damaged_arrays_are_read_or_refused()
    {
        var random = new Random(20260);
        for (int i = 0; i < 6000; i++)
        {
            string header = _headers[random.Next(_headers.Length)];
            byte[] file = random.Next(2) == 0 ? Damaged(File(header), random) : File(Damaged(header, random));
            AssertReadOrRefused(file, () => NpyFile.Read<double>(new MemoryStream(file), file.Length));
        }
    }

    [Fact]
    public void Damaged_archives_are_read_or_refused()
    {
        var random = new Random(20261);
        byte[] archive = Archive();
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 2000; i++)
        {
            byte[] file = Damaged(archive, random);
            string path = folder.Write("data.npz", file);
            AssertReadOrRefused(file, () => NpzFile.Read<double>(path, random.Next(2) == 0 ? "x" : "y"));
        }
    }

    private static void AssertReadOrRefused(byte[] file, Func<Tensor<double>> read)
    {
        try
        {
            // As the tool reads it: what is refused is told, and any other exception is a fault.
            InputFile.Decode("data", read);
        }
        catch (MistakeException mistake)
        {
            Assert.StartsWith("The file ", mistake.Message);
            Assert.DoesNotContain("Exception", mistake.Message);
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{e}\n{Convert.ToHexString(file)}");
        }
    }

    private static string Damaged(string header, Random random)
    {
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(header.Length + 1), removed = random.Next(Math.Min(4, header.Length - at + 1));
            header = header[..at] + _pieces[random.Next(_pieces.Length)] + header[(at + removed)..];
        }
        return header;
    }

    private static byte[] Damaged(byte[] file, Random random)
    {
        file = [.. file];
        switch (random.Next(4))
        {
            case 0:
                return file[..random.Next(file.Length)];
            case 1:
                return [.. file, .. new byte[random.Next(1, 20)]];
            default:
                for (int changes = random.Next(1, 5); changes > 0; changes--)
                    file[random.Next(file.Length)] = (byte)random.Next(256);
                return file;
        }
    }

    private static byte[] File(string header)
    {
        byte[] text = Encoding.Latin1.GetBytes(header.PadRight(70) + "\n");
        var size = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)text.Length);
        return [0x93, .. "NUMPY"u8, 1, 0, .. size, .. text, .. new byte[48]];
    }

    private static byte[] Archive()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string name in new[] { "x", "y" })
            {
                using Stream entry = archive.CreateEntry($"{name}.npy").Open();
                entry.Write(File(_headers[0]));
            }
        }
        return stream.ToArray();
    }
}
