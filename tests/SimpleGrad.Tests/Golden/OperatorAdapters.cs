namespace SimpleGrad.Tests.Golden;

/// <summary>How each operator of the golden files is written with the library.</summary>
internal static partial class OperatorAdapters
{
    private static readonly Dictionary<string, Func<OperatorCall, Variable<double>[]>> _table =
        new[]
        {
            Elementwise, Functions, Losses, Windows, Reductions, LinearAlgebra, Rearrangements, Indexings, Orders,
            Scans, Shapes, Compositions,
        }
            .SelectMany(family => family).ToDictionary();

    /// <summary>
    /// The adapter of an operator; null where there is none. A name ending in <c>_sq</c> means the operator and then
    /// a square, where the tables do not say otherwise.
    /// </summary>
    public static Func<OperatorCall, Variable<double>[]>? Find(string op)
    {
        if (_table.TryGetValue(op, out Func<OperatorCall, Variable<double>[]>? adapter))
            return adapter;
        return op.EndsWith("_sq", StringComparison.Ordinal) && Find(op[..^3]) is { } plain
            ? call => [.. plain(call).Select(output => output.Square())]
            : null;
    }

    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Elementwise => new()
    {
        ["abs"] = c => [c.X.Abs()],
        ["add"] = c => [c.X + c.Y],
        ["add_alpha"] = c => [c.X + c.Number("alpha") * c.Y],
        ["add_scalar"] = c => [c.X + c.Number("scalar")],
        ["clamp"] = c => [c.X.Clamp(c.NumberOrNone("min"), c.NumberOrNone("max"))],
        ["cos"] = c => [c.X.Cos()],
        ["detach"] = c => [c.X.Detach() * 2],
        ["div"] = c => [c.X / c.Y],
        ["div_scalar"] = c => [c.X / c.Number("scalar")],
        ["exp"] = c => [c.X.Exp()],
        ["expm1"] = c => [c.X.Expm1()],
        ["log"] = c => [c.X.Log()],
        ["log1p"] = c => [c.X.Log1p()],
        ["maximum"] = c => [c.X.Maximum(c.Y)],
        ["minimum"] = c => [c.X.Minimum(c.Y)],
        ["mul"] = c => [c.X * c.Y],
        ["mul_scalar"] = c => [c.X * c.Number("scalar")],
        ["neg"] = c => [-c.X],
        ["pow"] = c => [c.X.Pow(c.Y)],
        ["pow_int_scalar"] = c => [c.X.Pow(c.Int("exponent"))],
        ["pow_scalar"] = c => [c.X.Pow(c.Number("exponent"))],
        ["rdiv_scalar"] = c => [c.Number("scalar") / c.X],
        ["reciprocal"] = c => [c.X.Reciprocal()],
        ["relu"] = c => [c.X.Relu()],
        ["rsub_scalar"] = c => [c.Number("scalar") - c.X],
        ["same_input"] = c => c.Expr switch
        {
            "x + x" => [c.X + c.X],
            "torch.atan2(x, x)" => [c.X.Atan2(c.X)],
            _ => throw new NotSupportedException(c.Expr),
        },
        ["scalar_pow"] = c => [c.Tape.Constant(c.Number("base")).Pow(c.X)],
        ["sigmoid"] = c => [c.X.Sigmoid()],
        ["sign"] = c => [c.X.Sign()],
        ["sin"] = c => [c.X.Sin()],
        ["softplus"] = c => [c.X.Softplus(c.Number("beta"), c.Number("threshold"))],
        ["sqrt"] = c => [c.X.Sqrt()],
        ["square"] = c => [c.X.Square()],
        ["sub"] = c => [c.X - c.Y],
        ["sub_alpha"] = c => [c.X - c.Number("alpha") * c.Y],
        ["sub_scalar"] = c => [c.X - c.Number("scalar")],
        ["tan"] = c => [c.X.Tan()],
        ["tanh"] = c => [c.X.Tanh()],
        ["unused"] = c => [c.Y * 2],
        ["where"] = c => [Variable.Where(c["c"], c.X, c.Y)],
    };

    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Reductions => new()
    {
        ["logsumexp"] = c => [c.X.LogSumExp(c.Ints("dim"), c.Flag("keepdim"))],
        ["mean"] = c => [c.IntsOrNone("dim") is { } axes ? c.X.Mean(axes, c.Flag("keepdim")) : c.X.Mean()],
        ["sum"] = c => [c.IntsOrNone("dim") is { } axes ? c.X.Sum(axes, c.Flag("keepdim")) : c.X.Sum()],
    };

    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Rearrangements => new()
    {
        ["broadcast_to"] = c => [c.X.Expand(c.Ints("shape"))],
        ["cat"] = c => [Variable.Concatenate([c.X, c.Y], c.Int("dim"))],
        ["expand"] = c => [c.X.Expand(c.Ints("sizes"))],
        ["permute"] = c => [c.X.Permute(c.Ints("dims"))],
        ["reshape"] = c => [c.X.Reshape(c.Ints("shape"))],
        ["select"] = c => [c.X.Select(c.Int("dim"), c.Int("index"))],
        ["slice"] = c => [c.Slices("slices").Index().Aggregate(c.X, (x, s) => Slice(x, s.Index, s.Item))],
        ["stack"] = c => [Variable.Stack([c.X, c.Y], c.Int("dim"))],
        ["stack_sq"] = c => [Variable.Stack([c.X, c.Y, c.X], c.Int("dim")).Square()],
        ["transpose"] = c => [c.X.Transpose(c.Int("dim0"), c.Int("dim1"))],
    };

    private static Variable<double> Second(OperatorCall call) => call.HasInput("y") ? call.Y : call.X;

    private static Variable<double> Slice(Variable<double> x, int axis, int?[] bounds) =>
        x.Slice(axis, bounds.ElementAtOrDefault(0), bounds.ElementAtOrDefault(1), bounds.ElementAtOrDefault(2) ?? 1);
}
