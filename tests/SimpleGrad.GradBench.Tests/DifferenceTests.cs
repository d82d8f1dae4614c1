using System.Text.Json.Nodes;
using static SimpleGrad.GradBench.Tests.Conversation;

namespace SimpleGrad.GradBench.Tests;

/// <summary>Derivatives against differences of values, at sizes that are not recorded.</summary>
public sealed class DifferenceTests
{
    private readonly Random _random = new(5);

    [Fact]
    public void Hello() => Assert.Equal(7.0, (double)Answers(Evaluate("hello", "double", 3.5))[0]["output"]!);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Lse(int n) => Check("lse", "primal", "gradient", new() { ["x"] = Array(n) }, "x");

    [Theory]
    [InlineData(1, 2)]
    [InlineData(4, 9)]
    public void Llsq(int m, int n) =>
        Check("llsq", "primal", "gradient", new() { ["x"] = Array(m), ["n"] = n }, "x");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(9)]
    public void Det(int ell) =>
        Check("det", "primal", "gradient", new() { ["A"] = Array(ell * ell), ["ell"] = ell }, "A");

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 3)]
    public void Ode(int n, int s)
    {
        // The gradient is that of the last result.
        var input = new JsonObject { ["x"] = Array(n), ["s"] = s };
        double[][] differences = Differences("ode", "primal", input, "x");
        Compare([.. differences.Select(each => each[^1])], Numbers(Output("ode", "gradient", input)));
    }

    [Theory]
    [InlineData(1, 1, 4)]
    [InlineData(3, 2, 11)]
    [InlineData(4, 5, 6)]
    public void Gmm(int d, int k, int n) => Check(
        "gmm", "objective", "jacobian",
        new()
        {
            ["d"] = d,
            ["k"] = k,
            ["n"] = n,
            ["m"] = 2,
            ["gamma"] = 0.7,
            ["x"] = Array(n, d),
            ["alpha"] = Array(k),
            ["mu"] = Array(k, d),
            ["q"] = Array(k, d),
            ["l"] = Array(k, d * (d - 1) / 2),
        },
        "alpha", "mu", "q", "l");

    [Theory]
    [InlineData(1, 3, 2)]
    [InlineData(2, 20, 2)] // more steps than are compiled as one
    public void Lstm(int layers, int length, int width) => Check(
        "lstm", "objective", "jacobian",
        new()
        {
            ["main_params"] = Array(2 * layers, 4 * width),
            ["extra_params"] = Array(3, width),
            ["state"] = Array(2 * layers, width),
            ["sequence"] = Array(length, width),
        },
        "main_params", "extra_params");

    [Fact]
    public void KMeans()
    {
        var input = new JsonObject { ["points"] = Array(30, 3), ["centroids"] = Array(4, 3) };
        double[][] up = Changed("kmeans", "cost", input, 1e-4, "centroids"), down =
            Changed("kmeans", "cost", input, -1e-4, "centroids");
        double value = (double)Output("kmeans", "cost", input);
        double[] expected = [.. up.Zip(down, (u, d) => (u[0] - d[0]) / 2e-4 / ((u[0] - 2 * value + d[0]) / 1e-8))];
        Compare(expected, Numbers(Output("kmeans", "dir", input)), 1e-4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Ba(double angle)
    {
        var input = new JsonObject
        {
            ["n"] = 1,
            ["m"] = 1,
            ["p"] = 1,
            ["w"] = 0.7,
            ["feat"] = Array(2),
            ["cam"] = new JsonArray(0.3 * angle, -0.2 * angle, 0.5 * angle, 0.4, 0.1, -2, 3, 0.2, 0.1, 0.05, 0.02),
            ["x"] = new JsonArray(0.3, -0.6, 1.1),
        };
        double[][] rows = Differences("ba", "objective", input, "cam", "x", "w");
        double[] found = Numbers(Output("ba", "jacobian", input)["vals"]);
        // The value at no rotation is right only to first order, and so are differences there.
        Compare([.. rows.Select(row => row[0]), .. rows.Select(row => row[1]), rows[^1][3]], found, 1e-4);
    }

    [Fact]
    public void BaHasARowForEachErrorOfEachObservation()
    {
        const int p = 700; // more than one batch, and a part of one
        var input = new JsonObject
        {
            ["n"] = 3,
            ["m"] = 5,
            ["p"] = p,
            ["w"] = 0.7,
            ["feat"] = Array(2),
            ["cam"] = Array(11),
            ["x"] = Array(3),
        };
        JsonNode jacobian = Output("ba", "jacobian", input);
        Assert.Equal(31 * p, (int)jacobian["rows"]![30]!);
        Assert.Equal(33 + 15 + p - 1, (int)jacobian["cols"]![30]!);
        Assert.Equal(-1.4, (double)jacobian["vals"]![30]!, 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ht(bool inTriangles)
    {
        const int vertices = 9, points = 4, bones = 22;
        var model = new JsonObject
        {
            ["bone_count"] = bones,
            ["parents"] = new JsonArray([.. Enumerable.Range(0, bones).Select(i => (JsonNode)(i / 2 - 1))]),
            ["base_relatives"] = Array(bones, 4, 4),
            ["inverse_base_absolutes"] = Array(bones, 4, 4),
            ["base_positions"] = Array(vertices, 4),
            ["weights"] = Array(vertices, bones),
            ["triangles"] = new JsonArray(new JsonArray(0, 1, 2), new JsonArray(8, 3, 5)),
            ["is_mirrored"] = inTriangles,
        };
        var input = new JsonObject
        {
            ["theta"] = Array(26),
            ["data"] = new JsonObject
            {
                ["model"] = model,
                ["correspondences"] = new JsonArray(1, 0, 1, 1),
                ["points"] = Array(points, 3),
            },
            ["us"] = inTriangles ? Array(points, 2) : new JsonArray(),
        };
        double[][] byTheta = Differences("ht", "objective", input, "theta");
        double[] found = Numbers(Output("ht", "jacobian", input));
        int columns = inTriangles ? 28 : 26;
        Assert.Equal(3 * points * columns, found.Length);
        double[][] byPlace = inTriangles ? Differences("ht", "objective", input, "us") : [];
        for (int row = 0; row < 3 * points; row++)
        {
            double[] expected = [.. byTheta.Select(column => column[row])];
            if (inTriangles)
                expected = [byPlace[row / 3 * 2][row], byPlace[row / 3 * 2 + 1][row], .. expected];
            Compare(expected, found[(columns * row)..(columns * (row + 1))], 1e-4);
        }
    }

    [Theory]
    [InlineData("rr")]
    [InlineData("ff")]
    [InlineData("fr")]
    [InlineData("rf")]
    public void DescentsFindTheSameFromElsewhere(string modes)
    {
        Assert.Equal(0.20719, (double)Output("particle", modes, new() { ["w"] = 0.1 }), 1e-3);
        double[] found = Numbers(Output("saddle", modes, new() { ["start"] = new JsonArray(0.5, -2) }));
        Assert.Equal(4, found.Length);
        Assert.All(found, number => Assert.Equal(0, number, 1e-4));
    }

    /// <summary>Random numbers in arrays of arrays ….</summary>
    private JsonArray Array(params int[] shape) => new(
        [.. Enumerable.Range(0, shape[0]).Select(_ => shape.Length > 1
            ? Array(shape[1..])
            : (JsonNode)(2 * _random.NextDouble() - 1))]);

    private static void Check(
        string module, string primal, string derivative, JsonObject input, params string[] parameters)
    {
        double[][] differences = Differences(module, primal, input, parameters);
        Compare([.. differences.Select(each => each[0])], Numbers(Output(module, derivative, input)));
    }

    private static void Compare(double[] expected, double[] found, double tolerance = 1e-6)
    {
        Assert.Equal(expected.Length, found.Length);
        double scale = expected.Append(1).Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], tolerance * scale);
    }

    /// <summary>For each number of some inputs, how the results change with it.</summary>
    private static double[][] Differences(
        string module, string function, JsonObject input, params string[] parameters)
    {
        double[][] up = Changed(module, function, input, 1e-5, parameters);
        double[][] down = Changed(module, function, input, -1e-5, parameters);
        return [.. up.Zip(down, (u, d) => u.Zip(d, (x, y) => (x - y) / 2e-5).ToArray())];
    }

    /// <summary>The results where one number of some inputs is changed, for each of these.</summary>
    private static double[][] Changed(
        string module, string function, JsonObject input, double change, params string[] parameters)
    {
        var results = new List<double[]>();
        foreach (string parameter in parameters)
        {
            for (int i = 0; i < Numbers(input[parameter]).Length; i++)
            {
                var changed = (JsonObject)input.DeepClone();
                int at = i;
                changed[parameter] = With(changed[parameter]!.DeepClone(), change, ref at);
                results.Add(Numbers(Output(module, function, changed)));
            }
        }
        return [.. results];
    }

    private static JsonNode With(JsonNode numbers, double change, ref int at)
    {
        if (numbers is not JsonArray elements)
            return at-- == 0 ? Numbers(numbers)[0] + change : numbers;
        for (int i = 0; i < elements.Count; i++)
            elements[i] = With(elements[i]!.DeepClone(), change, ref at);
        return elements;
    }
}
