using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SimpleGrad.Fuzz;

/// <summary>Tables, of which a column is a variable, and to which a formula is fitted.</summary>
internal sealed class Csv(string folder) : Target
{
    private readonly string _file = Path.Combine(folder, "table.csv");

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Of("x,y\n1,2\n3,4.5\n"), Of("x , y\r\n1e-3,-2\r\n+3,.5\r\n4,5\r\n"), Of("\"x\",\"y\"\n\"1\",\"2\"\n3,4\n"),
        Of("y,x,note\n1,2,\"a, b\"\n3,4,\n5,6,\"\"\"\"\n"), Of("\uFEFFx,y\nNaN,1\nInfinity,2\n"), Of("x\n1\n"),
    ];

    protected override IReadOnlyList<byte[]> Marks { get; } =
    [
        Of(","), Of("\n"), Of("\r"), Of("\""), Of("\"\""), Of(";"), Of("\t"), Of("x"), Of("1e999"), Of("-"), Of("NaN"),
        Of("x,"), Of(",x"), [0xFF], [0xC3], [0xEF, 0xBB, 0xBF], [0], Of("# c\n"), Of("  "), Of("1,5"), Of("0x1"),
    ];

    public override bool Feed(byte[] input)
    {
        File.WriteAllBytes(_file, input);
        _ = Run("fit", "a + k*x", "--data", _file, "--y", "y", "--start", "a=1,k=1");
        if (Run("grad", "x * x", "--json", "--var", $"x=@{_file}:x") is not { } answer)
            return false;
        _ = Value(answer);
        return true;
    }
}

/// <summary>Arrays of NumPy.</summary>
internal sealed class Npy(string folder) : Target
{
    private readonly string _file = Path.Combine(folder, "array.npy");

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Array("<f8", "False", "(3,)", 24), Array("<f4", "True", "(2, 3)", 24), Array("|i1", "False", "()", 1),
        Array("<i8", "False", "(0, 2)", 0), Array("|b1", "False", "(2, 2)", 4), Array("<u2", "False", "(1,)", 2, 2),
        Array("<f8", "False", "(2, 1, 2)", 32, 3),
    ];

    protected override IReadOnlyList<byte[]> Marks { get; } =
    [
        Of("'"), Of("{"), Of("}"), Of("("), Of(")"), Of(","), Of("'descr': '<f8', "), Of("'shape': (1,), "),
        Of("'fortran_order': True, "), Of("2147483647"), Of("-1"), Of("99999999999999999999"), Of(">f8"), Of("|O"), Of("<c16"),
        Of("[('a', '<f8')]"), Of("\n"), Of("\\"), Of("u'"), Of("\""), Of("L"), Of("None"), Of("0x3"), Of("(2, (3))"), [0x93],
    ];

    public override bool Feed(byte[] input)
    {
        File.WriteAllBytes(_file, input);
        if (Run("grad", "x.Sum()", "--json", "--var", $"x=@{_file}") is not { } answer)
            return false;
        _ = Value(answer);
        return true;
    }

    private static byte[] Array(string type, string order, string shape, int length, byte version = 1)
    {
        byte[] header = Encoding.ASCII.GetBytes(
            $"{{'descr': '{type}', 'fortran_order': {order}, 'shape': {shape}, }}".PadRight(117) + '\n');
        byte[] size = new byte[version == 1 ? sizeof(ushort) : sizeof(uint)];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)header.Length);
        byte[] values = [.. Enumerable.Range(0, length).Select(i => (byte)(i % 8 < 6 ? i : 0x3F))];
        return [0x93, .. "NUMPY"u8, version, 0, .. size, .. header, .. values];
    }
}

/// <summary>Lists on the command line, and the JSON that the tool answers with.</summary>
internal sealed class Lists : Target
{
    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        Of("1"), Of("1,2,3"), Of("[[1,2],[3,4]]"), Of("[ 1e-300 , -2.5E+10, .5 ]"), Of("[[[1],[2]]]"), Of("NaN"),
        Of("[Infinity,-Infinity]"), Of("[-0.0, 1.7976931348623157e308, 5e-324]"),
        Of("[0.1,0.2,0.30000000000000004,1e22,1e21,123456789012345680]"),
    ];

    protected override IReadOnlyList<byte[]> Marks { get; } =
    [
        Of("["), Of("]"), Of(","), Of("[]"), Of("[[],[]]"), Of("1e400"), Of("-"), Of("+1"), Of("0x1"), Of("1_0"), Of("\""), Of("null"),
        Of("{"), Of(" "), Of("[[["), Of("e"), Of("@"), Of("∞"), Of("１"), Of("1e-400"), Of("--"), Of("=")
    ];

    public override bool Feed(byte[] input)
    {
        string list = Text(input);
        if (list.StartsWith('@') || list.Contains('\0'))
            return false;
        if (Run("grad", "x", "--json", "--var", $"x={list}") is not { } answer)
            return false;
        double[] read = Value(answer);
        // What the tool writes it reads as the same numbers.
        string again = $"[{string.Join(',', read.Select(number => number.ToString("R", CultureInfo.InvariantCulture)))}]";
        if (read.Length > 0 && Run("grad", "x", "--json", "--var", $"x={again}") is var second
            && (second is null || !Bits(Value(second)).SequenceEqual(Bits(read))))
            throw new FaultException($"{again} is not read as what it was: {second}");
        return true;
    }

    private static IEnumerable<long> Bits(double[] numbers) => numbers.Select(BitConverter.DoubleToInt64Bits);
}
