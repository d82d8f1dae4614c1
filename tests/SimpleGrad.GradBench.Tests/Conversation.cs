using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace SimpleGrad.GradBench.Tests;

/// <summary>Messages to the tool and its answers, in this process.</summary>
internal static class Conversation
{
    public static JsonNode[] Answers(params string[] lines)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        using var output = new MemoryStream();
        Protocol.Run(input, output);
        string text = Encoding.UTF8.GetString(output.ToArray());
        Assert.True(text.Length == 0 || text.EndsWith('\n'));
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    /// <summary>A message that asks for a value.</summary>
    public static string Evaluate(string module, string function, JsonNode input) => new JsonObject
    {
        ["id"] = 1,
        ["kind"] = "evaluate",
        ["module"] = module,
        ["function"] = function,
        ["input"] = input.DeepClone(),
    }.ToJsonString();

    /// <summary>The output of a function, for an input that has no numbers of runs yet.</summary>
    public static JsonNode Output(string module, string function, JsonObject input)
    {
        var complete = (JsonObject)input.DeepClone();
        complete["min_runs"] = 0;
        complete["min_seconds"] = 0;
        JsonNode answer = Answers(Evaluate(module, function, complete))[0];
        Assert.True((bool)answer["success"]!, answer["error"]?.ToString());
        return answer["output"]!;
    }

    /// <summary>The message of a failure.</summary>
    public static string Failure(string line)
    {
        JsonNode answer = Answers(line)[0];
        Assert.False((bool)answer["success"]!);
        return (string)answer["error"]!;
    }

    /// <summary>All numbers in an output, in the order of the text.</summary>
    public static double[] Numbers(JsonNode? output) => output switch
    {
        JsonObject members => [.. members.SelectMany(member => Numbers(member.Value))],
        JsonArray elements => [.. elements.SelectMany(Numbers)],
        _ => [double.Parse(output!.ToJsonString(), CultureInfo.InvariantCulture)],
    };
}
