using System.Buffers;
using System.Diagnostics;
using System.Text.Json;

namespace SimpleGrad.GradBench;

/// <summary>GradBench's messages: one JSON object a line, and one line in answer to each.</summary>
internal static class Protocol
{
    /// <summary>Answers all messages until the input ends.</summary>
    public static void Run(Stream input, Stream output)
    {
        var lines = new Lines(input);
        while (lines.Next() is { } line)
        {
            if (line.Span.Trim(" \t\r"u8).IsEmpty)
                continue;
            output.Write(Answer(line));
            output.Write("\n"u8);
            output.Flush();
        }
    }

    private static ReadOnlySpan<byte> Answer(ReadOnlyMemory<byte> line)
    {
        int? id = null;
        try
        {
            using var document = JsonDocument.Parse(line);
            var message = new Input(document.RootElement, "");
            id = message["id"].Integer();
            return message["kind"].Text() switch
            {
                "start" => Object(id, json => json.WriteString("tool", "simplegrad")),
                "define" => Define(id, message["module"].Text()),
                "evaluate" => Evaluate(id, message),
                _ => Object(id, _ => { }),
            };
        }
        catch (JsonException error)
        {
            return Failure(id, $"the message is not JSON: {error.Message}");
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return Failure(id, error.Message);
        }
    }

    private static ReadOnlySpan<byte> Define(int? id, string module) =>
        Evals.All.ContainsKey(module)
            ? Object(id, json => json.WriteBoolean("success", true))
            : Failure(id, $"there is no module '{module}'");

    private static ReadOnlySpan<byte> Evaluate(int? id, Input message)
    {
        (string module, string function) = (message["module"].Text(), message["function"].Text());
        if (!Evals.All.TryGetValue(module, out Dictionary<string, Func<Input, Evaluation>>? functions))
            throw new InputException($"there is no module '{module}'");
        if (!functions.TryGetValue(function, out Func<Input, Evaluation>? read))
            throw new InputException($"module '{module}' has no function '{function}'");
        Input input = message["input"];
        (int minRuns, double minSeconds) = input.IsObject
            ? (input["min_runs"].Integer(least: 0), input["min_seconds"].Number())
            : (1, 0);
        Evaluation evaluation = read(input);
        TimeSpan prepare = Time(evaluation.Run);
        var runs = new List<TimeSpan>();
        for (TimeSpan elapsed = default; runs.Count < minRuns || elapsed.TotalSeconds < minSeconds;)
        {
            runs.Add(Time(evaluation.Run));
            elapsed += runs[^1];
        }
        return Object(id, json =>
        {
            json.WriteBoolean("success", true);
            json.WritePropertyName("output");
            evaluation.Write(json);
            json.WriteStartArray("timings");
            WriteTiming(json, "prepare", prepare);
            foreach (TimeSpan run in runs)
                WriteTiming(json, "evaluate", run);
            json.WriteEndArray();
        });
    }

    private static TimeSpan Time(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start);
    }

    private static void WriteTiming(Utf8JsonWriter json, string name, TimeSpan time)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteNumber("nanoseconds", time.Ticks * TimeSpan.NanosecondsPerTick);
        json.WriteEndObject();
    }

    private static ReadOnlySpan<byte> Failure(int? id, string error) => Object(id, json =>
    {
        json.WriteBoolean("success", false);
        json.WriteString("error", error);
    });

    private static ReadOnlySpan<byte> Object(int? id, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (id is { } number)
                json.WriteNumber("id", number);
            else
                json.WriteNull("id");
            write(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan;
    }
}
