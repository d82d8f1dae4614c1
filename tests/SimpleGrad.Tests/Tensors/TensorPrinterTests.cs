using System.Globalization;
using System.Text.Json;

namespace SimpleGrad.Tests;

public sealed class TensorPrinterTests
{
    private static readonly JsonElement[] s_cases =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "tensor-repr.jsonl"))
            .Select(line => JsonElement.Parse(line)),
    ];

    public static IEnumerable<TheoryDataRow<int>> Lines() =>
        s_cases.Select((item, index) => new TheoryDataRow<int>(index)
        {
            TestDisplayName = $"line {index + 1}: {item.GetProperty("dtype")} {item.GetProperty("shape")}",
        });

    [Fact]
    public void GoldenFileIsWhole() => Assert.Equal(162, s_cases.Length);

    [Theory]
    [MemberData(nameof(Lines))]
    public void PrintsAsPyTorch(int line)
    {
        JsonElement item = s_cases[line];
        string dtype = item.GetProperty("dtype").GetString()!;
        switch (dtype)
        {
            case "float32":
                CheckLine(item, element => (float)ReadDouble(element));
                break;
            case "float64":
                CheckLine(item, ReadDouble);
                break;
            case "int32":
                CheckLine(item, element => element.GetInt32());
                break;
            case "int64":
                CheckLine(item, element => element.GetInt64());
                break;
            case "bool":
                CheckLine(item, element => element.GetBoolean());
                break;
            default:
                Assert.Fail($"Unknown element type {dtype}.");
                break;
        }
    }

    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(2.0, "2.0")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(100.0, "100.0")]
    [InlineData(123.456, "123.456")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00012345, "0.00012345")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(0.000099999, "9.9999e-05")]
    [InlineData(-1.25e-7, "-1.25e-07")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(9999999999999998.0, "9999999999999998.0")]
    [InlineData(1234567890123456.7, "1234567890123456.8")]
    [InlineData(1e16, "1e+16")]
    [InlineData(12345678901234567.0, "1.2345678901234568e+16")]
    [InlineData(1e22, "1e+22")]
    [InlineData(1e23, "1e+23")]
    [InlineData(1e100, "1e+100")]
    [InlineData(0.1 + 0.2, "0.30000000000000004")]
    [InlineData(0.1f, "0.10000000149011612")]
    [InlineData(double.Epsilon, "5e-324")]
    [InlineData(double.MaxValue, "1.7976931348623157e+308")]
    [InlineData(2.2250738585072014e-308, "2.2250738585072014e-308")]
    [InlineData(1.0 / (1 << 25), "2.9802322387695312e-08")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.PositiveInfinity, "inf")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void FormatNumberIsPythonsRepr(double value, string expected) =>
        Assert.Equal(expected, TensorPrinter.FormatNumber(value));

    [Fact]
    public void FormatNumberReadsBackAsTheSameNumber()
    {
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            string text = TensorPrinter.FormatNumber(value);
            if (double.IsFinite(value))
                Assert.Equal(value, double.Parse(text, CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public void TiesAtTheLastDigitGoToTheEvenOne()
    {
        Assert.Equal("tensor([0.0312, 0.0938])", TensorPrinter.Repr([0.03125f, 0.09375f], [2]));
        Assert.Equal("tensor([1.2344e+04, 5.0000e-01])", TensorPrinter.Repr([12344.5f, 0.5f], [2]));
    }

    [Fact]
    public void ZerosAndNonFiniteNumbersDoNotWidenTheColumn()
    {
        Assert.Equal("tensor([0., -0., nan, inf, -inf])", TensorPrinter.Repr(
            [0f, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity], [5]));
        Assert.Equal("tensor([1., -0.])", TensorPrinter.Repr([1f, -0f], [2]));
    }

    [Fact]
    public void NonFiniteNumbersAreAlignedInScientificNotation() =>
        Assert.Equal("tensor([       nan, 1.0000e-05,       -inf, 0.0000e+00])", TensorPrinter.Repr(
            [float.NaN, 1e-5f, float.NegativeInfinity, 0f], [4]));

    [Fact]
    public void ExponentsOfThreeDigitsWidenTheColumn() =>
        Assert.Equal("tensor([ 1.0000e+00, 1.0000e-100], dtype=torch.float64)", TensorPrinter.Repr([1.0, 1e-100], [2]));

    [Fact]
    public void WholeNumbersArePaddedWithTheirSign()
    {
        Assert.Equal("tensor([  5, -10,   0])", TensorPrinter.Repr([5L, -10L, 0L], [3]));
        Assert.Equal(
            "tensor([-2147483648,  2147483647], dtype=torch.int32)",
            TensorPrinter.Repr([int.MinValue, int.MaxValue], [2]));
        Assert.Equal("tensor(-9223372036854775808)", TensorPrinter.Repr([long.MinValue], []));
        Assert.Equal("tensor(7, dtype=torch.int32)", TensorPrinter.Repr([7], []));
        Assert.Equal("7", TensorPrinter.Format([7], []));
    }

    [Fact]
    public void TruthsArePadded()
    {
        Assert.Equal("tensor([True, True])", TensorPrinter.Repr([true, true], [2]));
        Assert.Equal("tensor([[False,  True]])", TensorPrinter.Repr([false, true], [1, 2]));
        Assert.Equal("tensor(False)", TensorPrinter.Repr([false], []));
        Assert.Equal("False", TensorPrinter.Format([false], []));
    }

    [Fact]
    public void EmptyTensorsNameTheirTypeAndSize()
    {
        Assert.Equal("tensor([], dtype=torch.bool)", TensorPrinter.Repr<bool>([], [0]));
        Assert.Equal("tensor([], dtype=torch.int32)", TensorPrinter.Repr<int>([], [0]));
        Assert.Equal("tensor([], size=(2, 0, 3), dtype=torch.int64)", TensorPrinter.Repr<long>([], [2, 0, 3]));
    }

    [Fact]
    public void TypeMovesToItsOwnLineWhereTheLastLineIsFull()
    {
        // Lines of 79 columns stay whole, lines of 80 are broken.
        Assert.Equal(
            "tensor([111.5000, 111.5000, 111.5000, 111.5000, 111.5000], dtype=torch.float64)",
            TensorPrinter.Repr([111.5, 111.5, 111.5, 111.5, 111.5], [5]));
        Assert.Equal(
            "tensor([-100000000.0000,    -200000.5000,    -200000.5000],\n       dtype=torch.float64)",
            TensorPrinter.Repr([-1e8, -200000.5, -200000.5], [3]));
    }

    [Fact]
    public void SummaryKeepsTheEdgesOfEveryLongAxis()
    {
        float[] values = [.. Enumerable.Range(0, 8 * 2 * 100).Select(i => (float)i % 100)];
        const string Row = "[ 0.,  1.,  2.,  ..., 97., 98., 99.]";
        const string Matrix = "[" + Row + ",\n         " + Row + "]";
        const string Gap = ",\n\n        ";
        string expected = "tensor([" + Matrix + Gap + Matrix + Gap + Matrix + Gap + "..." + Gap + Matrix + Gap + Matrix
            + Gap + Matrix + "])";
        Assert.Equal(expected, TensorPrinter.Repr(values, [8, 2, 100]));
    }

    [Fact]
    public void HiddenElementsNeitherSetTheNotationNorTakeTime()
    {
        float[] values = new float[2_000_000];
        values.AsSpan().Fill(1);
        values[1_000_000] = 1e-30f;
        Assert.Equal("tensor([1., 1., 1.,  ..., 1., 1., 1.])", TensorPrinter.Repr(values, [values.Length]));

        Allocations.AtMost(100_000, () => TensorPrinter.Repr(values, [20, 100_000]));
    }

    [Fact]
    public void RefusesWhatItCannotPrint()
    {
        Assert.Throws<ArgumentException>(() => TensorPrinter.Repr([1f, 2f], [3]));
        Assert.Throws<ArgumentException>(() => TensorPrinter.Format<float>([], []));
        Assert.Throws<NotSupportedException>(() => TensorPrinter.Repr<byte>([1], [1]));
    }

    private static void CheckLine<T>(JsonElement item, Func<JsonElement, T> read)
        where T : unmanaged
    {
        T[] values = [.. item.GetProperty("data").EnumerateArray().Select(read)];
        int[] shape = [.. item.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        Assert.Equal(item.GetProperty("repr").GetString(), TensorPrinter.Repr<T>(values, shape));
        Assert.Equal(item.GetProperty("format").GetString(), TensorPrinter.Format<T>(values, shape));
    }

    private static double ReadDouble(JsonElement element) => element.ValueKind == JsonValueKind.Number
        ? element.GetDouble()
        : element.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            string text => throw new InvalidDataException($"Not a number: {text}"),
            null => throw new InvalidDataException("Not a number: null"),
        };
}
