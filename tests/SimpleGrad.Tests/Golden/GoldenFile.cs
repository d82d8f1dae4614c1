using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SimpleGrad.Tests.Golden;

/// <summary>A tensor as the files hold it: flat and row-major; integers and truth values are numbers too.</summary>
public sealed record GoldenTensor(string? Name, string DType, int[] Shape, double[] Data, bool Grad)
{
    public Tensor<double> ToTensor() => Tensor.Create<double>(Data, SimpleGrad.Shape.Create(Shape));
}

/// <summary>What a case expects; a null gradient is a known zero.</summary>
public record GoldenNumbers
{
    public GoldenTensor[] Outputs { get; init; } = [];

    public GoldenTensor?[] Grad1 { get; init; } = [];

    public GoldenTensor?[] Grad2 { get; init; } = [];

    public GoldenTensor?[] Hvp { get; init; } = [];
}

/// <summary>A case in which the library means to differ from PyTorch: why, and with which numbers.</summary>
public sealed record GoldenDifference : GoldenNumbers
{
    public required string Id { get; init; }

    public required string Why { get; init; }
}

/// <summary>One line of a file of operator cases.</summary>
public sealed record GoldenCase : GoldenNumbers
{
    public required string Id { get; init; }

    public required string Op { get; init; }

    /// <summary>The Python expression that the numbers belong to.</summary>
    public required string Expr { get; init; }

    public Dictionary<string, JsonElement> Kwargs { get; init; } = [];

    public string[] Tags { get; init; } = [];

    public GoldenTensor[] Inputs { get; init; } = [];

    /// <summary>The weight of each output in the loss.</summary>
    public GoldenTensor?[] W { get; init; } = [];

    /// <summary>The direction of the Hessian-vector product.</summary>
    public GoldenTensor?[] V { get; init; } = [];

    /// <summary>Better numbers, where PyTorch's are not accurate; NaN where there is no better one.</summary>
    public GoldenNumbers? Exact { get; init; }

    /// <summary>In a file of errors: PyTorch should not have refused the call.</summary>
    [JsonPropertyName("torch_bug")]
    public bool TorchBug { get; init; }

    /// <summary>What to compare with.</summary>
    public GoldenNumbers Expected => Exact is null ? this : new GoldenNumbers
    {
        Outputs = Best(Exact.Outputs, Outputs)!,
        Grad1 = Best(Exact.Grad1, Grad1),
        Grad2 = Best(Exact.Grad2, Grad2),
        Hvp = Best(Exact.Hvp, Hvp),
    };

    /// <summary>A generic point, where derivatives of every order count; elsewhere a convention.</summary>
    public bool IsRegular => Tags.Contains("regular");

    /// <summary>Whether a known zero and zeros are told apart.</summary>
    public bool DistinguishesKnownZeros => Tags.Contains("unused-input") || Op is "detach" or "argmax" or "argmin";

    private static GoldenTensor?[] Best(GoldenTensor?[] exact, GoldenTensor?[] rounded) =>
        [.. exact.Zip(rounded, (a, b) => a is null || b is null
            ? b
            : b with { Data = [.. a.Data.Zip(b.Data, (x, y) => double.IsNaN(x) ? y : x)] })];
}

/// <summary>Reads files of cases, one JSON object a line.</summary>
internal static class GoldenFile
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new AnyNumber() },
    };

    private static readonly string? _foreign = Environment.GetEnvironmentVariable("SIMPLEGRAD_GOLDEN_OPS");

    /// <summary>Whether the cases come from a file that the environment names.</summary>
    public static bool IsForeign => !string.IsNullOrEmpty(_foreign);

    public static IReadOnlyDictionary<string, GoldenCase> Cases { get; } =
        Read(IsForeign ? _foreign! : TestData.PathOf("ops.jsonl.gz"));

    public static IReadOnlyDictionary<string, GoldenCase> Errors { get; } = Read(TestData.PathOf("ops-errors.jsonl"));

    /// <summary>
    /// The library's own numbers for the cases in which it differs from PyTorch, as the operators' documentation says.
    /// </summary>
    public static IReadOnlyDictionary<string, GoldenDifference> Differences { get; } =
        TestData.Lines("differences.jsonl")
            .Select(line => JsonSerializer.Deserialize<GoldenDifference>(line, _options)!)
            .ToDictionary(difference => difference.Id);

    private static Dictionary<string, GoldenCase> Read(string path)
    {
        using Stream file = File.OpenRead(path);
        using var reader = new StreamReader(
            path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        var cases = new Dictionary<string, GoldenCase>();
        while (reader.ReadLine() is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            GoldenCase golden = JsonSerializer.Deserialize<GoldenCase>(line, _options)!;
            cases.Add(golden.Id, golden);
        }
        return cases;
    }

    /// <summary>Reads what JSON has no number for.</summary>
    private sealed class AnyNumber : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType switch
            {
                JsonTokenType.Null => double.NaN,
                JsonTokenType.True => 1,
                JsonTokenType.False => 0,
                JsonTokenType.String => reader.GetString() switch
                {
                    "NaN" => double.NaN,
                    "Infinity" => double.PositiveInfinity,
                    "-Infinity" => double.NegativeInfinity,
                    var text => throw new JsonException($"'{text}' is no number."),
                },
                _ => reader.GetDouble(),
            };

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
            throw new NotSupportedException();
    }
}
