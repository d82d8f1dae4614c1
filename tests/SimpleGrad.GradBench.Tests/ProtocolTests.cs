using System.Diagnostics;
using System.Text.Json.Nodes;
using static SimpleGrad.GradBench.Tests.Conversation;

namespace SimpleGrad.GradBench.Tests;

public sealed class ProtocolTests
{
    [Fact]
    public void EachMessageHasOneAnswerAndBlankLinesHaveNone()
    {
        JsonNode[] answers = Answers(
            """{"id":7,"kind":"start","eval":"hello"}""", "", " ",
            """{"id":8,"kind":"define","module":"hello"}""",
            """{"id":9,"kind":"analysis","of":8,"valid":true}""");
        Assert.Equal(
            ["""{"id":7,"tool":"simplegrad"}""", """{"id":8,"success":true}""", """{"id":9}"""],
            answers.Select(answer => answer.ToJsonString()));
    }

    [Fact]
    public void RunsAreRepeatedAsOftenAsAskedAndTimed()
    {
        JsonNode answer = Answers(Evaluate(
            "lse", "primal", new JsonObject { ["x"] = new JsonArray(1, 2), ["min_runs"] = 3, ["min_seconds"] = 0 }))[0];
        Assert.Equal(
            ["prepare", "evaluate", "evaluate", "evaluate"],
            ((JsonArray)answer["timings"]!).Select(timing => (string)timing!["name"]!));
        Assert.All((JsonArray)answer["timings"]!, timing => Assert.True((long)timing!["nanoseconds"]! >= 0));
        answer = Answers(Evaluate(
            "lse", "primal", new JsonObject { ["x"] = new JsonArray(1), ["min_runs"] = 1, ["min_seconds"] = 0.05 }))[0];
        Assert.True(
            ((JsonArray)answer["timings"]!).Skip(1).Sum(timing => (long)timing!["nanoseconds"]!) >= 50_000_000);
    }

    [Theory]
    [InlineData("this is no JSON", "not JSON")]
    [InlineData("[1, 2]", "the message has no 'id'")]
    [InlineData("""{"kind":"start"}""", "the message has no 'id'")]
    [InlineData("""{"id":"one","kind":"start"}""", "id is not an integer")]
    [InlineData("""{"id":1}""", "the message has no 'kind'")]
    [InlineData("""{"id":1,"kind":"define"}""", "the message has no 'module'")]
    [InlineData("""{"id":1,"kind":"define","module":"tea"}""", "there is no module 'tea'")]
    [InlineData("""{"id":1,"kind":"evaluate","module":"tea","function":"x","input":1}""", "no module 'tea'")]
    [InlineData("""{"id":1,"kind":"evaluate","module":"hello","function":"x","input":1}""", "no function 'x'")]
    [InlineData("""{"id":1,"kind":"evaluate","module":"hello","function":"square"}""", "no 'input'")]
    [InlineData("""{"id":1,"kind":"evaluate","module":"hello","function":"square","input":"1"}""", "input is not")]
    public void WhatIsWrongWithAMessageIsSaid(string line, string error) =>
        Assert.Contains(error, Failure(line), StringComparison.Ordinal);

    [Theory]
    [InlineData("lse", "primal", """{"x":[1]}""", "input has no 'min_runs'")]
    [InlineData("lse", "primal", """{"min_runs":1,"min_seconds":0}""", "input has no 'x'")]
    [InlineData("lse", "primal", """{"x":3,"min_runs":1,"min_seconds":0}""", "input.x is not an array of 1 axes")]
    [InlineData("lse", "primal", """{"x":[1,"2"],"min_runs":1,"min_seconds":0}""", "input.x is not of numbers")]
    [InlineData("lse", "gradient", """{"x":[1e400,1],"min_runs":1,"min_seconds":0}""", "the result has NaN in it")]
    [InlineData("det", "primal", """{"A":[1,2,3],"ell":2,"min_runs":1,"min_seconds":0}""",
        "axis 0 of input.A has length 3 where 4 is expected")]
    [InlineData("kmeans", "cost", """{"points":[[1,2],[3]],"centroids":[[1,2]],"min_runs":1,"min_seconds":0}""",
        "input.points has arrays of different lengths")]
    [InlineData("kmeans", "dir", """{"points":[[1,2]],"centroids":[[1]],"min_runs":1,"min_seconds":0}""",
        "axis 1 of input.centroids has length 1 where 2 is expected")]
    [InlineData("ode", "primal", """{"x":[1],"s":0,"min_runs":1,"min_seconds":0}""",
        "input.s is not an integer from 1")]
    [InlineData("lstm", "jacobian",
        """{"main_params":[[1]],"extra_params":[],"state":[],"sequence":[[1]],"min_runs":1,"min_seconds":0}""",
        "main_params has 1 rows")]
    public void WhatIsWrongWithAnInputIsSaid(string module, string function, string input, string error) =>
        Assert.Contains(
            error, Failure(Evaluate(module, function, JsonNode.Parse(input)!)), StringComparison.Ordinal);

    [Fact]
    public void AFailureIsNotTheEnd()
    {
        JsonNode[] answers = Answers("{", Evaluate("hello", "double", 3.0));
        Assert.Null(answers[0]["id"]);
        Assert.Equal(6.0, (double)answers[1]["output"]!);
    }

    [Fact]
    public async Task TheToolAnswersAtOnceAndEndsWithItsInput()
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "gradbench.dll") },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using Process tool = Process.Start(start)!;
        foreach (double number in (double[])[1, 3])
        {
            await tool.StandardInput.WriteLineAsync(Evaluate("hello", "square", number));
            await tool.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
            string? line = await tool.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.Equal(number * number, (double)JsonNode.Parse(line!)!["output"]!);
        }
        tool.StandardInput.Close();
        Assert.Equal("", await tool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, tool.ExitCode);
    }
}
