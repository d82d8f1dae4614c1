namespace SimpleGrad.Tests.Golden;

/// <summary>Operators that choose, order, scan and rearrange.</summary>
internal static partial class OperatorAdapters
{
    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Indexings => new()
    {
        ["advanced_index"] = c => [c.X[c.Index("index")].Square()],
        ["embedding"] = c => [c["w"].Embedding(c.Index("index"))],
        ["gather"] = c => [c.X.Gather(c.Int("dim"), c.Index("index"))],
        ["index_add"] = c => [c.X.IndexAdd(c.Int("dim"), c.Index("index"), c["src"]).Square()],
        ["index_select"] = c => [c.X.IndexSelect(c.Int("dim"), c.Index("index"))],
        ["masked_fill"] = c => [c.X.MaskedFill(c["mask"], c.Number("value"))],
        ["masked_select"] = c => [c.X.MaskedSelect(c["mask"])],
        ["scatter_add"] = c => [c.X.ScatterAdd(c.Int("dim"), c.Index("index"), c["src"])],
        ["take_along_dim"] = c => [c.IntsOrNone("dim") is [int axis]
            ? c.X.TakeAlongAxis(axis, c.Index("index"))
            : c.X.TakeAlongAxis(c.Index("index"))],
    };

    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Orders => new()
    {
        ["amax"] = c => [Greatest(c, c.X)],
        ["amin"] = c => [c.IntsOrNone("dim") is { } axes ? c.X.Amin(axes, c.Flag("keepdim")) : c.X.Amin()],
        ["argmax"] = c => Places(c, AxisOrNone(c) is int a ? c.X.ArgMax(a, c.Flag("keepdim")) : c.X.ArgMax()),
        ["argmin"] = c => Places(c, AxisOrNone(c) is int a ? c.X.ArgMin(a, c.Flag("keepdim")) : c.X.ArgMin()),
        ["max"] = c => AxisOrNone(c) is int axis ? Both(c, c.X.Max(axis, c.Flag("keepdim"))) : [c.X.Amax()],
        ["median"] = c => AxisOrNone(c) is int axis ? Both(c, c.X.Median(axis, c.Flag("keepdim"))) : [c.X.Median()],
        ["min"] = c => AxisOrNone(c) is int axis ? Both(c, c.X.Min(axis, c.Flag("keepdim"))) : [c.X.Amin()],
        ["norm"] = c => [c.X.Norm(Order(c), c.IntsOrNone("dim"), c.Flag("keepdim"))],
        ["normalize"] = c => [c.X.Normalize(c.Int("dim"))],
        ["prod"] = c => [c.IntsOrNone("dim") is { } axes ? c.X.Prod(axes, c.Flag("keepdim")) : c.X.Prod()],
        ["sort"] = c => Both(c, c.X.Sort(c.Int("dim"), c.Flag("descending"))),
        ["std"] = c => [c.X.Std(c.IntsOrNone("dim"), Correction(c), c.Flag("keepdim"))],
        ["torch_norm"] = c => [c.X.Norm()],
        ["var"] = c => [c.X.Var(c.IntsOrNone("dim"), Correction(c), c.Flag("keepdim"))],
        ["var_mean"] = c => c.X.VarMean(c.IntsOrNone("dim"), Correction(c), c.Flag("keepdim")) is var (var, mean)
            ? [var, mean]
            : [],
    };

    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Scans => new()
    {
        ["cummax"] = c => Both(c, c.X.CumMax(c.Int("dim"))),
        ["cummin"] = c => Both(c, c.X.CumMin(c.Int("dim"))),
        ["cumprod"] = c => [c.X.CumProd(c.Int("dim"))],
        ["cumsum"] = c => [c.X.CumSum(c.Int("dim"))],
        ["logcumsumexp"] = c => [c.X.LogCumSumExp(c.Int("dim"))],
    };

    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Shapes => new()
    {
        ["chunk"] = c => c.X.Square().Chunk(c.Int("chunks"), c.Int("dim")),
        ["diag"] = c => [c.X.Diag(c.Int("diagonal"))],
        ["diag_embed"] = c => [c.X.DiagEmbed(c.Int("offset"))],
        ["diagonal"] = c => [c.X.Diagonal(c.Int("offset"))],
        ["flatten"] = c => [c.X.Flatten(c.Int("start_dim"), c.Int("end_dim"))],
        ["flip"] = c => [c.X.Flip(c.Ints("dims"))],
        ["movedim"] = c => [c.X.MoveAxis(c.Int("source"), c.Int("destination"))],
        ["narrow"] = c => [c.X.Narrow(c.Int("dim"), c.Int("start"), c.Int("length"))],
        ["pad"] = c => [Pad(c)],
        ["repeat"] = c => [c.X.Repeat(c.Ints("repeats"))],
        ["repeat_interleave"] = c => [c.HasInput("repeats")
            ? c.X.RepeatInterleave(c.Index("repeats"), c.Int("dim"))
            : c.X.RepeatInterleave(c.Int("repeats"), c.Int("dim"))],
        ["roll"] = c => [c.X.Roll(c.Ints("shifts"), c.Ints("dims"))],
        ["roll_flat"] = c => [c.X.Roll(c.Int("shifts"))],
        ["split"] = c => Split(c, c.X),
        ["split_first_only"] = c => [Split(c, c.X.Square())[0]],
        ["squeeze"] = c => [c.X.Squeeze()],
        ["squeeze_dim"] = c => [c.X.Squeeze(c.Int("dim"))],
        ["tile"] = c => [c.X.Tile(c.Ints("dims"))],
        ["trace"] = c => [c.X.Trace()],
        ["tril"] = c => [c.X.Tril(c.Int("diagonal"))],
        ["triu"] = c => [c.X.Triu(c.Int("diagonal"))],
        ["unbind"] = c => c.X.Square().Unbind(c.Int("dim")),
        ["unfold"] = c => [c.X.Unfold(c.Int("dim"), c.Int("size"), c.Int("step"))],
        ["unsqueeze"] = c => [c.X.Unsqueeze(c.Int("dim"))],
    };

    private static int? AxisOrNone(OperatorCall call) => call.IntsOrNone("dim") is [int axis] ? axis : null;

    private static double Correction(OperatorCall call) => call.Flag("unbiased") ? 1 : 0;

    private static double Order(OperatorCall call) => call.NumberOrNone("ord") ?? call.Text("ord") switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        var other => throw new NotSupportedException(other),
    };

    private static Variable<double> Greatest(OperatorCall call, Variable<double> x) =>
        call.IntsOrNone("dim") is { } axes ? x.Amax(axes, call.Flag("keepdim")) : x.Amax();

    private static Variable<double>[] Places(OperatorCall call, Tensor<int> places) =>
        [call.Tape.Constant(Tensor.Create<double>([.. places.ToArray().Select(i => (double)i)], places.Shape))];

    private static Variable<double>[] Both(OperatorCall call, (Variable<double> Values, Tensor<int> Places) result) =>
        [result.Values, .. Places(call, result.Places)];

    private static Variable<double> Pad(OperatorCall call)
    {
        (int, int)[] amounts = [.. call.Ints("pad").Chunk(2).Select(pair => (pair[0], pair[1]))];
        return call.NumberOrNone("value") is double value
            ? call.X.Pad(amounts, value: value)
            : call.X.Pad(amounts, Enum.Parse<PadMode>(call.Text("mode"), ignoreCase: true));
    }

    private static Variable<double>[] Split(OperatorCall call, Variable<double> x) =>
        call.Ints("split_size_or_sections") is [int size]
            ? x.Split(size, call.Int("dim"))
            : x.Split(call.Ints("split_size_or_sections"), call.Int("dim"));
}
