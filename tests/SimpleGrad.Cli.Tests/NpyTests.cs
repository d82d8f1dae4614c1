using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace SimpleGrad.Cli.Tests;

/// <summary>Variables from NumPy's files, written here byte by byte.</summary>
public sealed class NpyTests
{
    private const string Matrix = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }";
    private static readonly byte[] Six = Doubles(1, 2, 3, 4, 5, 6);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void All_versions_are_read(byte version)
    {
        JsonElement value = Read(File(version, Matrix, Six));

        Assert.Equal([2, 3], Tool.Shape(value));
        Assert.Equal([1.0, 2, 3, 4, 5, 6], Tool.Numbers(value));
    }

    [Fact]
    public void Fortran_order_is_turned_round()
    {
        JsonElement value = Read(File(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }", Six));

        Assert.Equal([2, 3], Tool.Shape(value));
        Assert.Equal([1.0, 3, 5, 2, 4, 6], Tool.Numbers(value));
        value = Read(File(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (6,), }", Six));
        Assert.Equal([1.0, 2, 3, 4, 5, 6], Tool.Numbers(value));
    }

    [Theory]
    [InlineData("()", new int[0], 1)]
    [InlineData("(1,)", new[] { 1 }, 1)]
    [InlineData("(2,)", new[] { 2 }, 2)]
    [InlineData("(0,)", new[] { 0 }, 0)]
    [InlineData("(3, 0)", new[] { 3, 0 }, 0)]
    [InlineData("(1, 2, 3)", new[] { 1, 2, 3 }, 6)]
    public void Any_shape_is_read(string written, int[] shape, int length)
    {
        string header = $"{{'shape': {written}, 'fortran_order': False, 'descr': '<f8'}}\n";
        JsonElement value = Read(File(1, header, Six[..(8 * length)]));

        Assert.Equal(shape, Tool.Shape(value));
        Assert.Equal(Enumerable.Range(1, length).Select(i => (double)i), Tool.Numbers(value));
    }

    [Theory]
    [InlineData("<f8", "000000000000F03F000000000000F8FF000000000000F0FF", "1 NaN -Infinity")]
    [InlineData("<f4", "0000803F0000C07F0000807FCDCCCC3D", "1 NaN Infinity 0.10000000149011612")]
    [InlineData("|i1", "01FF80", "1 -1 -128")]
    [InlineData("<i2", "0100FFFF0080", "1 -1 -32768")]
    [InlineData("<i4", "01000000FFFFFFFF", "1 -1")]
    [InlineData("<i8", "0100000000000000FFFFFFFFFFFFFFFF", "1 -1")]
    [InlineData("|u1", "01FF", "1 255")]
    [InlineData("<u2", "0100FFFF", "1 65535")]
    [InlineData("<u4", "01000000FFFFFFFF", "1 4294967295")]
    [InlineData("<u8", "0100000000000000FFFFFFFFFFFFFFFF", "1 18446744073709551616.0")]
    [InlineData("|b1", "0100", "1 0")]
    [InlineData("|b1", "FF00", "1 0")]
    [InlineData("<f2", "003C00FE00FCFF7B", "1 NaN -Infinity 65504")]
    [InlineData(">f2", "3C00FE00FC007BFF", "1 NaN -Infinity 65504")]
    [InlineData(">f4", "3F8000007FC000007F8000003DCCCCCD", "1 NaN Infinity 0.10000000149011612")]
    [InlineData(">f8", "3FF00000000000003FB999999999999A", "1 0.1")]
    [InlineData(">i2", "0001FFFF8000", "1 -1 -32768")]
    [InlineData(">i4", "00000001FFFFFFFF", "1 -1")]
    [InlineData(">i8", "0000000000000001FFFFFFFFFFFFFFFF", "1 -1")]
    [InlineData(">u2", "0001FFFF", "1 65535")]
    [InlineData(">u4", "00000001FFFFFFFF", "1 4294967295")]
    [InlineData(">u8", "0000000000000001000000000000FFFF", "1 65535")]
    [InlineData("=i4", "01000000", "1")]
    [InlineData("i4", "01000000", "1")]
    public void All_types_of_elements_are_read(string type, string hexadecimal, string expected)
    {
        double[] numbers = Tool.Numbers(expected);
        byte[] file = File(1, Header(type, numbers.Length), Convert.FromHexString(hexadecimal));

        Assert.Equal(numbers, Tool.Numbers(Read(file)));
        Assert.Equal(numbers.Select(x => (float)x), Tool.Numbers(Read(file, "--dtype", "f32")).Select(x => (float)x));
    }

    [Fact]
    public void A_number_that_float_cannot_hold_is_a_mistake() =>
        Assert.Contains(
            "The number 1E+40 is too large for f32.",
            Mistake(File(1, Header("<f8", 1), Doubles(1e40)), "--dtype", "f32"));

    [Fact]
    public void What_is_no_npy_file_is_a_mistake()
    {
        Assert.Contains("does not begin as an .npy file does", Mistake(Encoding.ASCII.GetBytes("not an array at all")));
        Assert.Contains("ends too early", Mistake([]));
        Assert.Contains("ends too early", Mistake([0x93, (byte)'N']));
        Assert.Contains("version 4.0 of the format is not known", Mistake(File(4, Matrix, Six)));
        Assert.Contains("version 0.0 of the format is not known", Mistake(File(0, Matrix, Six)));
    }

    [Theory]
    [InlineData("<c16", ", complex numbers")]
    [InlineData("|S5", ", text")]
    [InlineData("<U5", ", text")]
    [InlineData("|O", ", Python's objects")]
    [InlineData("<M8[ns]", ", times")]
    [InlineData("|V8", ", records")]
    [InlineData("<f16", "")]
    [InlineData("<f", "")]
    [InlineData("<<f8", "")]
    [InlineData("", "")]
    public void Other_types_of_elements_are_a_mistake(string type, string what) =>
        Assert.Contains(
            $"its elements have type '{type}'{what}; it can be f2, f4, f8", Mistake(File(1, Header(type, 1), Six)));

    [Theory]
    [InlineData("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", "records with several fields")]
    [InlineData("{'descr': '<f8', 'fortran_order': Maybe, 'shape': (1,), }", "neither True nor False")]
    [InlineData("{'descr': '<f8', 'fortran_order': 0, 'shape': (1,), }", "neither True nor False")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': 1, }", "'(' is missing")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1), }", "'shape' is not a tuple")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2 3,), }", "a comma is missing in 'shape'")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", "not a whole number from 0 on")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (01,), }", "not a whole number from 0 on")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1.0,), }", "a comma is missing in 'shape'")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (,), }", "not a whole number from 0 on")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,,), }", "not a whole number from 0 on")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,) ", "'}' is missing")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} x", "something follows its closing brace")]
    [InlineData("{'descr': '<f8', 'fortran_order': False }", "'shape' is missing")]
    [InlineData("{'descr': '<f8', 'shape': (1,)}", "'fortran_order' is missing")]
    [InlineData("{'descr': '<f8', 'descr': '<f8'}", "the key 'descr' appears twice")]
    [InlineData("{'descr': '<f8', 'name': 'x'}", "'name' is not one of its keys")]
    [InlineData("{'descr': '<\\x66', 'shape': (1,)}", "a backslash")]
    [InlineData("{'descr': '<f8", "a string in quotes is missing")]
    [InlineData("{descr: '<f8'}", "a string in quotes is missing")]
    [InlineData("nonsense", "'{' is missing")]
    [InlineData("", "'{' is missing")]
    public void A_header_that_makes_no_sense_is_a_mistake(string header, string reason) =>
        Assert.Contains(reason, Mistake(File(1, header, Six)));

    [Theory]
    [InlineData("{\"descr\":\"<f8\",\"fortran_order\":False,\"shape\":(2,3)}")]
    [InlineData("  { 'shape' : ( 2 , 3 , ) , 'descr' : '<f8' , 'fortran_order' : False }  ")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 3L), }")]
    public void A_header_is_read_as_Python_reads_it(string header) =>
        Assert.Equal([2, 3], Tool.Shape(Read(File(1, header, Six))));

    [Theory]
    [InlineData("(99999999999,)")]
    [InlineData("(100000, 100000)")]
    [InlineData("(0, 99999999999)")]
    [InlineData("(2147483647, 2147483647, 2147483647, 2147483647, 2147483647)")]
    [InlineData("(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
        + "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1)")]
    public void A_shape_that_is_too_large_is_a_mistake(string shape) => Assert.Contains(
        "its shape ", Mistake(File(1, $"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}", Six)));

    [Fact]
    public void The_length_of_the_file_must_fit()
    {
        byte[] whole = File(1, Matrix, Six);
        Assert.Contains("ends too early", Mistake(whole[..^1]));
        Assert.Contains("ends too early", Mistake(whole[..20]));
        Assert.Contains("ends too early", Mistake(whole[..9]));
        Assert.Contains("goes on after the last element", Mistake([.. whole, 0]));
        Assert.Contains("ends too early", Mistake(File(1, Header("<f8", 2_000_000_000), Six)));
    }

    private static JsonElement Read(byte[] bytes, params string[] options)
    {
        using var folder = new TemporaryFolder();
        return Tool.Grad("x", [$"x=@{folder.Write("data.NPY", bytes)}"], options).GetProperty("value");
    }

    private static string Mistake(byte[] bytes, params string[] options)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("data.npy", bytes);
        string said = Tool.Run(["grad", "x", "--var", $"x=@{path}", .. options]).Mistake();
        Assert.StartsWith($"--var x: The file '{path}' ", said);
        return said;
    }

    private static string Header(string type, int length) =>
        $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({length},), }}";

    private static byte[] File(byte version, string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header.PadRight(70) + "\n");
        var size = new byte[version == 1 ? 2 : 4];
        if (version == 1)
            BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)text.Length);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)text.Length);
        return [0x93, .. "NUMPY"u8, version, 0, .. size, .. text, .. data];
    }

    private static byte[] Doubles(params double[] numbers)
    {
        var bytes = new byte[8 * numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * i), numbers[i]);
        return bytes;
    }
}
