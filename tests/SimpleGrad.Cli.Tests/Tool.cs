using System.Globalization;
using System.Text.Json;

namespace SimpleGrad.Cli.Tests;

/// <summary>A finished run of the tool, in this process.</summary>
internal sealed record Tool(int ExitCode, string Output, string Errors)
{
    public static Tool Run(params string[] arguments) => RunWithInput("", arguments);

    public static Tool RunWithInput(string input, params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var errors = new StringWriter { NewLine = "\n" };
        int exitCode = Cli.Run(arguments, output, errors, new StringReader(input));
        return new Tool(exitCode, output.ToString(), errors.ToString());
    }

    /// <summary>What <c>grad --json</c> prints for a program, variables and further options.</summary>
    public static JsonElement Grad(string program, string[] variables, params string[] options)
    {
        Tool run = Run(["grad", program, "--json", .. options, .. variables.SelectMany(v => new[] { "--var", v })]);
        Assert.True(run.ExitCode == 0, run.Errors);
        Assert.Equal("", run.Errors);
        return JsonDocument.Parse(run.Output).RootElement;
    }

    /// <summary>The elements of the value of a program.</summary>
    public static double[] Value(string program, params string[] variables) =>
        Numbers(Grad(program, variables).GetProperty("value"));

    public static double[] Numbers(JsonElement tensor) =>
        [.. tensor.GetProperty("data").EnumerateArray().Select(Number)];

    /// <summary>Numbers with spaces between them, as test data has them.</summary>
    public static double[] Numbers(string text) =>
        [.. text.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    public static int[] Shape(JsonElement tensor) =>
        [.. tensor.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];

    /// <summary>Checks that a run ended with a message for the user and nothing else; returns the message.</summary>
    public string Mistake()
    {
        Assert.Equal(2, ExitCode);
        Assert.Equal("", Output);
        Assert.StartsWith("error: ", Errors);
        Assert.DoesNotContain("   at ", Errors);
        Assert.DoesNotContain("(Parameter '", Errors);
        return Errors["error: ".Length..];
    }

    private static double Number(JsonElement number) => number.ValueKind == JsonValueKind.Number
        ? number.GetDouble()
        : number.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var other => throw new InvalidOperationException($"'{other}' is not a number."),
        };
}
