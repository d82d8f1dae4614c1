using System.Text.Json;

namespace SimpleGrad.Tests.Notebook;

/// <summary>
/// Straight-line programs of products, sums and expansions, with the traces of up to three calls of grad.
/// </summary>
public sealed class RandomProgramTests
{
    private static readonly Dictionary<string, JsonElement> _golden =
        TestData.JsonLines("exercises/random-programs.jsonl").ToDictionary(item => item.GetProperty("id").GetString()!);

    public static TheoryData<string> Ids => [.. _golden.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public void ProgramHasTraceAndGradientsOfTheNotebook(string id)
    {
        JsonElement program = _golden[id], golden = program.GetProperty("simple_autograd");
        using var session = new Session();
        Variable<double>[] inputs = Inputs(program, session.Tape);
        CheckGradients(program, inputs, Loss(program, inputs));
        Assert.Equal(golden.GetProperty("trace").EnumerateArray().Select(line => line.GetString()), session.TraceLines);
        Assert.Equal(golden.GetProperty("tape_length").GetInt32(), session.Tape.Count);
    }

    /// <summary>The loss as an aggregate; what is known to be zero is known here too.</summary>
    [Theory]
    [MemberData(nameof(Ids))]
    public void CompiledProgramHasTheGradientsOfTheNotebook(string id)
    {
        JsonElement program = _golden[id];
        Variable<double>[] inputs = Inputs(program, new Tape<double>());
        string[] names = [.. inputs.Select(input => input.Name)];
        Aggregate<double> compiled = Aggregate.Compile<double>(x => [Loss(program, x)], "program", names);
        CheckGradients(program, inputs, compiled.InvokeAll(inputs)[0]!);
    }

    private static Variable<double>[] Inputs(JsonElement program, Tape<double> tape) =>
        [.. program.GetProperty("inputs").EnumerateObject().Select(
            input => tape.Variable(TestData.Numbers<double>(input.Value), input.Name))];

    private static Variable<double> Loss(JsonElement program, Variable<double>[] inputs)
    {
        var variables = program.GetProperty("inputs").EnumerateObject().Zip(inputs).ToDictionary(
            input => input.First.Name, input => input.Second);
        foreach (JsonElement step in program.GetProperty("steps").EnumerateArray())
            variables[step[0].GetString()!] = Apply(step, variables);
        string target = program.GetProperty("loss").GetString()!;
        return target.StartsWith("sum of ", StringComparison.Ordinal)
            ? variables[target["sum of ".Length..]].Sum(name: "L0")
            : variables[target];
    }

    private static void CheckGradients(JsonElement program, Variable<double>[] inputs, Variable<double> loss)
    {
        JsonElement golden = program.GetProperty("simple_autograd");
        string[] names = [.. program.GetProperty("inputs").EnumerateObject().Select(input => input.Name)];
        int calls = program.GetProperty("grad_calls").GetInt32();
        for (int call = 0; call < calls; call++)
        {
            Variable<double>?[] gradients = loss.Tape.Grad(loss, inputs);
            JsonElement expected = golden.GetProperty("grads")[call];
            for (int i = 0; i < inputs.Length; i++)
                Check(expected.GetProperty(names[i]), gradients[i]);
            // Here all squares come first, and the last ones are not summed any more.
            Variable<double>[] squares = [.. gradients.OfType<Variable<double>>().Select(item => item * item)];
            if (call + 1 < calls)
                loss = squares.Aggregate((sum, square) => sum + square).Sum(name: $"L{call + 1}");
        }
    }

    private static Variable<double> Apply(JsonElement step, Dictionary<string, Variable<double>> variables)
    {
        Variable<double> x = variables[step[2].GetString()!];
        return step[1].GetString() switch
        {
            "mul" => x * variables[step[3].GetString()!],
            "add" => x + variables[step[3].GetString()!],
            "sum" => x.Sum(),
            "expand" => x.Expand(step[3].GetInt32()),
            var other => throw new InvalidOperationException($"There is no step '{other}'."),
        };
    }

    private static void Check(JsonElement expected, Variable<double>? gradient)
    {
        if (expected.ValueKind == JsonValueKind.Null)
        {
            Assert.Null(gradient);
            return;
        }
        double[] numbers = TestData.Numbers<double>(expected.GetProperty("data"));
        Assert.Equal(numbers.Length, gradient!.Length);
        Assert.All(gradient.Value.ToArray().Zip(numbers), pair =>
            Assert.Equal(pair.Second, pair.First, 1e-12 * Math.Max(1, Math.Abs(pair.Second))));
    }
}
