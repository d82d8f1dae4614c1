using System.Text;
using System.Text.Json;

namespace SimpleGrad.Fuzz;

/// <summary>A way into the tool: valid inputs, how to damage them, and how to feed one to the tool.</summary>
internal abstract class Target
{
    /// <summary>Inputs that the tool takes.</summary>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Another input, made of one or two.</summary>
    public virtual byte[] Damage(Random random, byte[] input, byte[] other) =>
        Bytes.Damage(random, input, other, Marks);

    /// <summary>Pieces of the format, to be inserted anywhere.</summary>
    protected virtual IReadOnlyList<byte[]> Marks => [];

    /// <summary>Feeds an input to the tool; false where the tool refuses it with a message.</summary>
    /// <exception cref="FaultException">The tool did what it must not.</exception>
    public abstract bool Feed(byte[] input);

    public static Target Of(string name, string folder) => name switch
    {
        "programs" => new Programs(),
        "csv" => new Csv(folder),
        "npy" => new Npy(folder),
        _ => new Lists(),
    };

    /// <summary>Runs the tool; null where it says what is wrong with the input.</summary>
    protected static string? Run(params string[] arguments)
    {
        using StringWriter output = new(), errors = new();
        int exitCode = Cli.Cli.Run(arguments, output, errors, TextReader.Null);
        string message = errors.ToString();
        if (exitCode is not (0 or 2))
            throw new FaultException($"exit code {exitCode}: {message}");
        if (exitCode == 0)
            return output.ToString();
        if (!message.StartsWith("error: ", StringComparison.Ordinal) || message.Trim().Length < 12)
            throw new FaultException($"exit code 2 without a message: '{message}'");
        foreach (string sign in (string[])["   at ", "(Parameter '", "Exception", "System."])
        {
            if (message.Contains(sign, StringComparison.Ordinal)
                && !arguments.Any(argument => argument.Contains(sign, StringComparison.Ordinal)))
                throw new FaultException($"a message for programmers: {message}");
        }
        return null;
    }

    /// <summary>Reads what <c>grad --json</c> prints: as many numbers as the shape says, each of which can be read.
    /// </summary>
    protected static double[] Value(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            foreach (JsonProperty gradient in document.RootElement.GetProperty("gradients").EnumerateObject())
                _ = gradient.Value.ValueKind == JsonValueKind.Null ? [] : Numbers(gradient.Value);
            return Numbers(document.RootElement.GetProperty("value"));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FaultException($"an answer that is not understood: {e.Message}: {json}");
        }
    }

    private static double[] Numbers(JsonElement tensor)
    {
        double[] numbers =
        [
            .. tensor.GetProperty("data").EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Number
                ? number.GetDouble()
                : number.GetString() switch
                {
                    "NaN" => double.NaN,
                    "Infinity" => double.PositiveInfinity,
                    "-Infinity" => double.NegativeInfinity,
                    var other => throw new InvalidOperationException($"'{other}' is no number"),
                }),
        ];
        long length = tensor.GetProperty("shape").EnumerateArray().Aggregate(1L, (all, one) => all * one.GetInt32());
        return numbers.Length == length
            ? numbers
            : throw new InvalidOperationException($"{numbers.Length} numbers for a shape of {length}");
    }

    protected static byte[] Of(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(byte[] input) => Encoding.UTF8.GetString(input);
}
