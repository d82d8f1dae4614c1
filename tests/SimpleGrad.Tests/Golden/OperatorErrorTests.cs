using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using SimpleGrad.Tests.Architecture;

namespace SimpleGrad.Tests.Golden;

/// <summary>
/// Calls that PyTorch refuses are refused here too, by an error that names the operator, the argument that is wrong and
/// the shapes.
/// </summary>
public sealed partial class OperatorErrorTests
{
    /// <summary>Expressions that contain their arguments, instead of taking them from the case.</summary>
    private static readonly Dictionary<string, Func<OperatorCall, object>> _calls = new()
    {
        ["x.reshape(4, 2)"] = c => c.X.Reshape(4, 2),
        ["x.reshape(-1, -1)"] = c => c.X.Reshape(-1, -1),
        ["x.reshape(-1, 0)"] = c => c.X.Reshape(-1, 0),
        ["x.reshape(4, -1)"] = c => c.X.Reshape(4, -1),
        ["x.expand(2, 4)"] = c => c.X.Expand(2, 4),
        ["x.expand(3)"] = c => c.X.Expand(3),
        ["x.expand(-1, 3)"] = c => c.X.Expand(-1, 3),
        ["x.permute(0, 0)"] = c => c.X.Permute(0, 0),
        ["x.permute(0)"] = c => c.X.Permute(0),
        ["x.transpose(0, 2)"] = c => c.X.Transpose(0, 2),
        ["x[::-1]"] = c => c.X.Slice(0, step: -1),
        ["torch.narrow(x, 0, 2, 3)"] = c => c.X.Narrow(0, 2, 3),
        ["torch.select(x, 0, 4)"] = c => c.X.Select(0, 4),
        ["torch.cat([x, y], dim=0)"] = c => Variable.Concatenate([c.X, c.Y], 0),
        ["torch.stack([x, y])"] = c => Variable.Stack([c.X, c.Y]),
        ["torch.unsqueeze(x, 3)"] = c => c.X.Unsqueeze(3),
        ["torch.squeeze(x, 2)"] = c => c.X.Squeeze(2),
        ["torch.sum(x, dim=2)"] = c => c.X.Sum(2),
        ["torch.sum(x, dim=[0, 0])"] = c => c.X.Sum([0, 0]),
        // Their values are those of a singular matrix; what is refused is the gradient.
        ["torch.linalg.slogdet(x)"] = c => c.Tape.Grad(c.X.SlogDet().LogAbsDet, c.X)!,
        ["torch.logdet(x)"] = c => c.Tape.Grad(c.X.LogDet(), c.X)!,
        ["torch.einsum(\"ij,jk->ik\", x, y)"] = c => Variable.Einsum("ij,jk->ik", c.X, c.Y),
        ["torch.einsum(\"ij->ik\", x)"] = c => Variable.Einsum("ij->ik", c.X),
        ["torch.linalg.solve_triangular(a, b, upper=True)"] = c => c["a"].SolveTriangular(c["b"], upper: true),
        ["F.softmax(x, dim=1)"] = c => c.X.Softmax(1),
        ["torch.split(x, [1, 1])"] = c => c.X.Split([1, 1]),
        ["torch.index_select(x, 0, i)"] = c => c.X.IndexSelect(0, c.Index("i")),
        ["torch.gather(x, 0, i)"] = c => c.X.Gather(0, c.Index("i")),
        ["torch.flip(x, [0, 0])"] = c => c.X.Flip(0, 0),
        ["F.pad(x, [2, 0], mode=\"reflect\")"] = c => c.X.Pad([(2, 0)], PadMode.Reflect),
        ["F.pad(x, [-2, -2])"] = c => c.X.Pad([(-2, -2)]),
        ["x.repeat(2)"] = c => c.X.Repeat(2),
        ["torch.diag(x)"] = c => c.X.Diag(),
        ["torch.tril(x)"] = c => c.X.Tril(),
        ["torch.trace(x)"] = c => c.X.Trace(),
        ["torch.linalg.vector_norm(x, dim=2)"] = c => c.X.Norm(2, 2),
    };

    /// <summary>What the library calls an operator, or the operator that it is composed of.</summary>
    private static readonly Dictionary<string, string> _names = new()
    {
        ["cat"] = "concatenate",
        ["diag_sq"] = "diag",
        ["mm"] = "einsum",
        ["triangular_solve"] = "solve_triangular",
    };

    /// <summary>PyTorch's reasons against these are none here, as tests of their own show.</summary>
    private const string SeveralLosses = "torch.autograd.grad(x * x, x)", PowerOfIntegers = "torch.pow(i, -1)";

    public static IEnumerable<TheoryDataRow<string>> Refused =>
        Rows(golden => !golden.TorchBug && golden.Expr is not (SeveralLosses or PowerOfIntegers));

    public static IEnumerable<TheoryDataRow<string>> RefusedByMistake => Rows(golden => golden.TorchBug);

    [Theory, MemberData(nameof(Refused))]
    public void Call_is_refused(string id)
    {
        GoldenCase golden = GoldenFile.Errors[id];
        var call = new OperatorCall(golden, new Tape<double>());
        Func<OperatorCall, object> refused = _calls.GetValueOrDefault(golden.Expr) ?? OperatorAdapters.Find(golden.Op)!;
        string message = Assert.ThrowsAny<ArgumentException>(() => refused(call)).Message;
        Assert.Contains(_names.GetValueOrDefault(golden.Op, golden.Op), message.Split(':')[0]);
        foreach (GoldenTensor operand in golden.Inputs.Where(input => input.DType == "float64"))
            Assert.Contains($"{Shape.Create(operand.Shape)}", message);
        // Of several arguments the last is the one that is wrong.
        if (Arguments(golden).LastOrDefault() is { } argument)
            Assert.Contains(argument, message);
    }

    [Theory, MemberData(nameof(RefusedByMistake))]
    public void Call_that_PyTorch_should_not_refuse_is_answered(string id)
    {
        GoldenCase golden = GoldenFile.Errors[id];
        var call = new OperatorCall(golden, new Tape<double>());
        Variable<double>[] outputs = OperatorAdapters.Find(golden.Op)!(call);
        foreach ((GoldenTensor expected, Variable<double> actual) in golden.Outputs.Zip(outputs, (a, b) => (a, b)))
            GoldenAssert.Close(expected, actual.Value, "The output");
        Variable<double> wanted = call.Inputs.First();
        Assert.Equal(wanted.Shape, call.Tape.Grad(outputs[0].Sum(), wanted)?.Shape);
    }

    [Fact]
    public void Gradient_of_several_numbers_is_that_of_their_sum()
    {
        var call = new OperatorCall(GoldenFile.Errors.Values.Single(golden => golden.Expr == SeveralLosses), new());
        Assert.Equal((call.X.Value * 2).ToArray(), call.Tape.Grad(call.X * call.X, call.X)!.Value.ToArray());
    }

    [Theory]
    [InlineData("int", "CS0315")]
    [InlineData("double", null)]
    public void Operators_of_integers_do_not_compile(string type, string? expected)
    {
        Assert.Contains(GoldenFile.Errors.Values, golden => golden.Expr == PowerOfIntegers);
        IEnumerable<Diagnostic> problems = UserProgram.Problems(
            $"using SimpleGrad; static Variable<{type}> Power(Variable<{type}> i) => i.Pow(-1); _ = Power(null!);");
        Assert.Equal(expected, problems.Select(problem => problem.Id).Distinct().SingleOrDefault());
    }

    private static IEnumerable<TheoryDataRow<string>> Rows(Func<GoldenCase, bool> condition) =>
        from golden in GoldenFile.Errors.Values
        where condition(golden)
        select new TheoryDataRow<string>(golden.Id) { TestDisplayName = golden.Id, Label = "" };

    /// <summary>The numbers among a call's arguments.</summary>
    private static IEnumerable<string> Arguments(GoldenCase golden) =>
    [
        .. Integers.Matches(golden.Expr).Select(match => match.Value),
        .. golden.Kwargs.Values.Where(value => value.ValueKind == JsonValueKind.Number)
            .Select(value => value.GetDouble().ToString(CultureInfo.InvariantCulture)),
    ];

    [GeneratedRegex(@"(?<![\w.])-?\d+")]
    private static partial Regex Integers { get; }
}
