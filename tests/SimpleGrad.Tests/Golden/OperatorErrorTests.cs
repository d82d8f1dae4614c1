namespace SimpleGrad.Tests.Golden;

/// <summary>Calls that PyTorch refuses are refused here too, by an error that names the operator.</summary>
public sealed class OperatorErrorTests
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
        ["triangular_solve"] = "solve_triangular",
    };

    public static IEnumerable<TheoryDataRow<string>> Cases =>
        from golden in GoldenFile.Errors.Values
        where !golden.TorchBug && OperatorAdapters.Find(golden.Op) is not null
        select new TheoryDataRow<string>(golden.Id) { TestDisplayName = golden.Id, Label = "" };

    [Theory, MemberData(nameof(Cases))]
    public void Call_is_refused(string id)
    {
        GoldenCase golden = GoldenFile.Errors[id];
        if (GoldenFile.LeftOut.Contains(id))
            Assert.True(Record.Exception(() => Check(golden)) is not null, GoldenFile.NotLeftOut(id));
        else
            Check(golden);
    }

    private static void Check(GoldenCase golden)
    {
        var call = new OperatorCall(golden, new Tape<double>());
        Func<OperatorCall, object> refused =
            _calls.GetValueOrDefault(golden.Expr) ?? OperatorAdapters.Find(golden.Op)!;
        ArgumentException error = Assert.ThrowsAny<ArgumentException>(() => refused(call));
        string name = _names.GetValueOrDefault(golden.Op, golden.Op);
        Assert.Contains(name, error.Message, StringComparison.OrdinalIgnoreCase);
    }
}
