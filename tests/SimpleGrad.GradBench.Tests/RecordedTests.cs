using System.IO.Compression;
using System.Text.Json.Nodes;

namespace SimpleGrad.GradBench.Tests;

/// <summary>Recorded messages, with the numbers that derivatives written by hand give.</summary>
public sealed class RecordedTests
{
    public static TheoryData<string> Files { get; } =
    [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Data"))
            .Select(file => Path.GetFileName(file)).Order(),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void AnswersAreTheRecordedOnes(string file)
    {
        JsonNode[] cases = Read(file);
        JsonNode[] answers = Conversation.Answers([.. cases.Select(each => each["message"]!.ToJsonString())]);
        Assert.Equal(cases.Length, answers.Length);
        foreach ((JsonNode each, JsonNode answer) in cases.Zip(answers))
        {
            JsonNode message = each["message"]!;
            Assert.Equal((int)message["id"]!, (int)answer["id"]!);
            if ((string)message["kind"]! == "start")
                Assert.Equal("simplegrad", (string)answer["tool"]!);
            if ((string)message["kind"]! == "define")
                Assert.True((bool)answer["success"]!);
            if (each["output"] is not { } expected)
                continue;
            Assert.True((bool)answer["success"]!, answer["error"]?.ToString());
            // Descents end where steps get small; a rounding error may make one step more or less.
            double tolerance = (string)message["module"]! is "particle" or "saddle" ? 1e-4 : 1e-7;
            Compare(expected, answer["output"], tolerance);
            Assert.Equal(2, ((JsonArray)answer["timings"]!).Count);
        }
    }

    [Fact]
    public void EveryEvalIsRecorded()
    {
        string[] modules = [.. Files.SelectMany(file => Read(file.Data))
            .Select(each => (string?)each["message"]!["module"]).OfType<string>().Distinct().Order()];
        Assert.Equal(Evals.All.Keys.Order(), modules);
    }

    private static JsonNode[] Read(string file)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Data", file);
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return Array.ConvertAll(lines, line => JsonNode.Parse(line)!);
    }

    /// <summary>Each array at the scale of its greatest number.</summary>
    private static void Compare(JsonNode expected, JsonNode? found, double tolerance)
    {
        if (expected is JsonObject members)
        {
            var others = Assert.IsType<JsonObject>(found);
            Assert.Equal(members.Select(member => member.Key).Order(), others.Select(member => member.Key).Order());
            foreach ((string name, JsonNode? member) in members)
                Compare(member!, others[name], tolerance);
            return;
        }
        CompareShapes(expected, found);
        double[] numbers = Conversation.Numbers(expected);
        double scale = numbers.Append(1).Max(Math.Abs);
        foreach ((double number, double other) in numbers.Zip(Conversation.Numbers(found)))
            Assert.Equal(number, other, tolerance * scale);
    }

    private static void CompareShapes(JsonNode? expected, JsonNode? found)
    {
        if (expected is not JsonArray elements)
        {
            Assert.IsNotType<JsonArray>(found);
            return;
        }
        var others = Assert.IsType<JsonArray>(found);
        Assert.Equal(elements.Count, others.Count);
        foreach ((JsonNode? element, JsonNode? other) in elements.Zip(others))
            CompareShapes(element, other);
    }
}
