using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Golden;

/// <summary>The operators that PyTorch's users ask for first; of a few the golden files have no case.</summary>
public sealed class OperatorNameTests
{
    private static readonly string[] _names = TestData.Lines("operators.txt");

    /// <summary>Inputs, other arguments, and the expected elements by a formula.</summary>
    private static readonly Dictionary<string, (Input[] Inputs, string Arguments, Func<double[][], double[]> Formula)>
        _calls = new()
        {
            ["add_alpha"] = (
                [new("x", [3], [1, -2, 0.5]), new("y", [3], [0.3, 2, -1])], """{"alpha": -0.7}""",
                v => [.. v[0].Zip(v[1], (x, y) => x - 0.7 * y)]),
            ["sub_alpha"] = (
                [new("x", [3], [1, -2, 0.5]), new("y", [3], [0.3, 2, -1])], """{"alpha": 2}""",
                v => [.. v[0].Zip(v[1], (x, y) => x - 2 * y)]),
            ["attention"] = (
                [
                    new("q", [2, 3], [0.1, -0.2, 0.4, 1, 0.5, -0.3]),
                    new("k", [2, 3], [0.7, 0.2, -0.5, 0.3, -0.8, 0.6]),
                    new("v", [2, 1], [1.5, -0.4]),
                ],
                "{}", v => [.. Enumerable.Range(0, 2).Select(i => Attention(v[0][(3 * i)..(3 * i + 3)], v[1], v[2]))]),
            ["cosine_similarity"] = (
                [new("x", [2, 2], [1, -2, 0.5, 3]), new("y", [2, 2], [0.3, 2, -1, 0.7])], """{"dim": 1}""",
                v => [Cosine(v[0][..2], v[1][..2]), Cosine(v[0][2..], v[1][2..])]),
            ["embedding"] = (
                [new("w", [3, 2], [1, 2, 3, 4, 5, 6]), new("index", [3], [2, 0, 2], Grad: false)], "{}",
                v => [v[0][4], v[0][5], v[0][0], v[0][1], v[0][4], v[0][5]]),
            ["embedding_sq"] = (
                [new("w", [3, 2], [1, 2, 3, 4, 5, 6]), new("index", [2], [1, 1], Grad: false)], "{}",
                v => [v[0][2] * v[0][2], v[0][3] * v[0][3], v[0][2] * v[0][2], v[0][3] * v[0][3]]),
            ["where_log"] = (
                [new("x", [3], [1.5, -2, 0.5])], "{}", v => [.. v[0].Select(x => x > 0 ? Math.Log(x) : x)]),
            ["where_safe_sqrt"] = (
                [new("x", [3], [1.5, -2, 0.5])], "{}", v => [.. v[0].Select(x => x > 0 ? Math.Sqrt(x) : 0)]),
        };

    public static TheoryData<string> WithoutCases =>
        [.. _names.Except(GoldenFile.Cases.Values.Select(golden => golden.Op))];

    [Fact]
    public void Every_name_has_an_adapter()
    {
        Assert.NotEmpty(_names);
        Assert.Equal(_names.Distinct(), _names);
        Assert.All(_names, name => Assert.NotNull(OperatorAdapters.Find(name)));
    }

    /// <summary>The elements are those of the formula, and the gradient is that of its differences.</summary>
    [Theory, MemberData(nameof(WithoutCases))]
    public void Name_without_a_case_has_the_numbers_of_its_formula(string name)
    {
        var (inputs, arguments, formula) = _calls[name];
        double[] Weighted(double[][] values) =>
            [formula(values).Select((element, i) => element * Math.Sin(1 + i)).Sum()];
        (Variable<double> result, Variable<double>[] variables) = Call(name, inputs, arguments);
        double[][] values = [.. inputs.Select(input => input.Data)];
        Assert.Equal(formula(values), result.Value.ToArray(), (x, y) => Math.Abs(x - y) < 1e-14);

        var weights = Tensor.Create<double>([.. Enumerable.Range(1, result.Length).Select(i => Math.Sin(i))]);
        Variable<double> loss = result.Reshape(-1).Dot(result.Tape.Constant(weights));
        for (int i = 0; i < inputs.Length; i++)
        {
            if (!inputs[i].Grad)
                continue;
            double[] gradient = result.Tape.Grad(loss, variables[i])!.Value.ToArray();
            for (int place = 0; place < gradient.Length; place++)
            {
                double[] At(double h)
                {
                    double[][] moved = [.. values.Select(each => (double[])each.Clone())];
                    moved[i][place] += h;
                    return Weighted(moved);
                }
                Assert.All(FiniteDifferences.Examine(At, [gradient[place]]), finding =>
                {
                    Assert.False(double.IsNaN(finding.Expected));
                    Assert.False(finding.IsWrong);
                });
            }
        }
    }

    private static (Variable<double> Result, Variable<double>[] Variables) Call(
        string name, Input[] inputs, string arguments)
    {
        var golden = new GoldenCase
        {
            Id = name,
            Op = name,
            Expr = name,
            Inputs =
            [
                .. inputs.Select(each => new GoldenTensor(each.Name, "float64", each.Shape, each.Data, each.Grad)),
            ],
            Kwargs = System.Text.Json.JsonDocument.Parse(arguments).RootElement.EnumerateObject()
                .ToDictionary(property => property.Name, property => property.Value),
        };
        var call = new OperatorCall(golden, new Tape<double>());
        return (OperatorAdapters.Find(name)!(call).Single(), [.. call.Inputs]);
    }

    private static double Attention(double[] query, double[] keys, double[] values)
    {
        double[] weights = [.. keys.Chunk(3).Select(key => Math.Exp(Dot(query, key) / Math.Sqrt(3)))];
        return Dot(weights, values) / weights.Sum();
    }

    private static double Cosine(double[] x, double[] y) => Dot(x, y) / Math.Sqrt(Dot(x, x) * Dot(y, y));

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    private sealed record Input(string Name, int[] Shape, double[] Data, bool Grad = true);
}
