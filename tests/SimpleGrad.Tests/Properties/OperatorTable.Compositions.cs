namespace SimpleGrad.Tests.Properties;

/// <summary>Functions that the library composes of its operators.</summary>
internal static partial class OperatorTable<T>
{
    private static IEnumerable<OperatorUse<T>> FormulaUses() =>
    [
        Unary("x.Sinc()", x => x.Sinc(), kinks: x => [x.Abs() - 0.5 / Math.PI]),
        Unary("x.Sinc() near 0", x => x.Sinc(), new Domain(-0.1, 0.1)),
        Unary("x.Logit()", x => x.Logit(), new Domain(0.2, 0.8)),
        Unary("x.Frac()", x => x.Frac(), kinks: x => [ToInteger(x)]),
        Unary("x.NanToNum(0.5)", x => x.NanToNum(0.5)) with { HidesNaN = [0] },
        Unary("x.IsNaN()", x => x.IsNaN()) with { HidesNaN = [0] },
        Unary("x.IsFinite()", x => x.IsFinite()) with { HidesNaN = [0] },
        Unary("x.IsInfinity()", x => x.IsInfinity()) with { HidesNaN = [0] },
        Unary("x.Selu()", x => x.Selu(), kinks: x => [x]),
        Unary("x.Celu(0.7)", x => x.Celu(0.7), kinks: x => [x]),
        Unary("x.Prelu(0.2)", x => x.Prelu(x.Tape.Constant(T.CreateChecked(0.2f))), kinks: x => [x]),
        Unary("x.Relu6()", x => x.Relu6(), kinks: x => [x, x - 6]),
        Unary("x.Hardsigmoid()", x => x.Hardsigmoid(), new Domain(-4, 4), x => [x.Abs() - 3]),
        Unary("x.Hardswish()", x => x.Hardswish(), new Domain(-4, 4), x => [x.Abs() - 3]),
        Unary("x.Hardshrink()", x => x.Hardshrink(), kinks: x => [x.Abs() - 0.5]),
        Unary("x.Softshrink()", x => x.Softshrink(), kinks: x => [x.Abs() - 0.5]),
        Unary("x.Threshold(0.3, -1)", x => x.Threshold(0.3, -1), kinks: x => [x - 0.3]),
        Unary("x.Tanhshrink()", x => x.Tanhshrink()),
        Binary("x.LogAddExp(y)", (x, y) => x.LogAddExp(y)),
        Binary("x.Xlogy(y)", (x, y) => x.Xlogy(y), _any, _positive),
        Binary("x.Lerp(y, 0.3)", (x, y) => x.Lerp(y, 0.3)),
        Binary("x.CopySign(y)", (x, y) => x.CopySign(y), kinks: (x, y) => [x, y]) with { HidesNaN = [1] },
        Comparison("x.NotEqualTo(y)", (x, y) => x.NotEqualTo(y)),
        new("x.Lerp(y, z)", [_any, _any, _any], (v, _) => v[0].Lerp(v[1], v[2])) { IsElementwise = true },
        new("x.Addcmul(y, z, 0.7)", [_any, _any, _any], (v, _) => v[0].Addcmul(v[1], v[2], 0.7))
        {
            IsElementwise = true,
        },
        new("x.Addcmul(y, z)", [_any, _any, _any], (v, _) => v[0].Addcmul(v[1], v[2])) { IsElementwise = true },
        new("x.Addcdiv(y, z)", [_any, _any, _positive], (v, _) => v[0].Addcdiv(v[1], v[2])) { IsElementwise = true },
        Along("x.Softmin(axis)", (x, axis) => x.Softmin(axis)),
        Along("x.Glu(axis)", (x, axis) => Variable.Concatenate([x, x.Square()], axis).Glu(axis)),
        Loss("x.BinaryCrossEntropy(y)", (x, y) => x.BinaryCrossEntropy(y)) with
        {
            Domains = [new Domain(0.2, 0.8), _any],
        },
        new("x.BinaryCrossEntropyWithLogits(y, posWeight: z, weight: x²)", [_any, _any, _positive], (v, _) =>
            v[0].BinaryCrossEntropyWithLogits(v[1], LossReduction.Sum, v[0].Square(), v[2]))
        {
            Fits = s => s[0] == s[1] && s[0] == s[2],
        },
        Loss("x.KlDiv(y, BatchMean, logTarget: true)", (x, y) =>
            x.KlDiv(y, LossReduction.BatchMean, logTarget: true)) with
        {
            Fits = s => s[0] == s[1] && s[0].FlattenedLength > 0,
        },
    ];

    private static IEnumerable<OperatorUse<T>> NormalizationUses() =>
    [
        Normalized("x.LayerNorm(shape)", x => x.LayerNorm(LastLength(x))),
        new("x.LayerNorm(shape, y, y)", [_any, _any], (v, _) => v[0].LayerNorm(LastLength(v[0]), v[1], v[1] + 1))
        {
            Fits = s => s[0].Rank > 1 && s[1].Rank == 1 && s[0][^1] == s[1][0] && s[0][^1] > 1,
            Kinks = (v, _) => [v[0].Var(-1)],
        },
        Normalized("x.RmsNorm(shape)", x => x.RmsNorm(LastLength(x))) with { Kinks = (v, _) => [v[0].Norm(2, -1)] },
        Normalized("x.GroupNorm(2)", x =>
            Variable.Stack([x.Reshape(1, -1), x.Reshape(1, -1) + 0.1], 1).GroupNorm(2)) with
        {
            Kinks = (v, _) => [v[0].Var()],
        },
        Normalized("x.BatchNorm()", x => x.BatchNorm()) with
        {
            Fits = s => s[0].Rank == 2 && SeveralAlongEachAxis(s),
            Kinks = (v, _) => [v[0].Var(0)],
        },
        Normalized("x.BatchNorm(…, mean, variance)", x => x.Reshape(-1, 1, 1).BatchNorm(
            x.Sum().Reshape(1), x.Amax().Reshape(1), x.Mean().Reshape(1), x.Square().Mean().Reshape(1) + 1)) with
        {
            Kinks = (v, _) => [Gaps(v[0].Reshape(-1), 0)],
        },
        new("x.CosineSimilarity(y, axis)", [_any, _any], (v, choice) => v[0].CosineSimilarity(v[1], Axis(v[0], choice)))
        {
            Fits = s => s[0] == s[1] && s[0].Rank > 0 && s[0].FlattenedLength > 0,
            Kinks = (v, choice) => [v[0].Norm(2, Axis(v[0], choice)), v[1].Norm(2, Axis(v[0], choice))],
        },
        Attention("ScaledDotProductAttention(x, y, y)", (x, y) => Variable.ScaledDotProductAttention(x, y, y)),
        Attention("ScaledDotProductAttention(x, y, y, mask)", (x, y) =>
            Variable.ScaledDotProductAttention(x, y, y + 1, y.Sum(-1), scale: 0.3)),
        Attention("ScaledDotProductAttention(x, y, y, isCausal: true)", (x, y) =>
            Variable.ScaledDotProductAttention(x, y, 1 - y, isCausal: true)) with { HidesNaN = [1] },
    ];

    private static IEnumerable<OperatorUse<T>> GridUses() =>
    [
        Ordered("x.TopK(1, axis)", (x, axis) => x.TopK(1, axis).Values),
        Ordered("x.TopK(1, axis, largest: false)", (x, axis) => x.TopK(1, axis, largest: false).Values),
        Ordered("x.KthValue(1, axis)", (x, axis) => x.KthValue(1, axis).Values),
        Ordered("x.Quantile(0.3, axis)", (x, axis) => x.Reshape(-1, 1).Quantile(0.3, axis % 2), wholly: true),
        Ordered("x.Quantile(0.8)", (x, _) => x.Quantile(0.8), wholly: true),
        Along("x.Diff(1, axis)", (x, axis) => x.Diff(1, axis)),
        Along("x.Diff(2)", (x, _) => x.Diff(2)),
        Along("x.Trapezoid(0.5, axis)", (x, axis) => x.Trapezoid(0.5, axis)) with { HidesNaN = [0] },
        Along("x.Trapezoid(x², axis)", (x, axis) => x.Trapezoid(x.Square(), axis)) with { HidesNaN = [0] },
        Whole("x.Cov(0.5)", (x, _) => x.Cov(0.5)) with
        {
            Fits = s => s[0].Rank is 1 or 2 && s[0].FlattenedLength is > 0 and < 100,
        },
        new("x.Cdist(y)", [_any, _any], (v, _) => v[0].Cdist(v[1]))
        {
            Fits = s => s.All(shape => shape.Rank == 2 && shape.FlattenedLength < 100) && s[0][1] == s[1][1],
            Kinks = (v, _) => [(v[0].Unsqueeze(1) - v[1]).Norm(2, -1)],
        },
        Along("x.Rot90(-1)", (x, _) => x.Unsqueeze(0).Rot90(-1)),
        Along("x.Rot90(2)", (x, _) => x.Unsqueeze(1).Rot90(2)),
        Whole("x.Unflatten(0, -1, 1)", (x, _) => x.Unflatten(0, -1, 1)) with
        {
            Fits = s => s[0].Rank > 0 && s[0].FlattenedLength > 0,
        },
        Whole("VStack(x, x)", (x, _) => Variable.VStack([x, 2 * x])),
        Whole("HStack(x, x)", (x, _) => Variable.HStack([x, 2 * x])),
        new("TensorDot(x, y, axes)", [_any, _any], (v, _) => Variable.TensorDot(v[0], v[1], [-1], [-1]))
        {
            Fits = s => s.All(shape => shape is { Rank: > 0, FlattenedLength: > 0 and < 100 }) && s[0][^1] == s[1][^1],
        },
        new("Meshgrid(x, y)", [_any, _any], (v, _) =>
            Variable.Meshgrid(v[0], v[1]) is var grid ? grid[0] * grid[1] : v[0])
        {
            Fits = s => s.All(shape => shape.Rank == 1 && shape.FlattenedLength < 100),
        },
        Along("x[index, index]", (x, _) =>
            x.Unsqueeze(-1)[Tensor.Create([0, -1, 0], [3, 1]), Tensor.Create([0, -1])]),
        Written("x.IndexPut([index], y)", (x, y) => x.IndexPut([Tensor.Create([0, -1, 0])], y[..1])),
        Written("x.IndexPut([index], y, accumulate: true)", (x, y) =>
            x.IndexPut([Tensor.Create([0, -1, 0])], y[..1], accumulate: true)),
        Written("x.Scatter(axis, index, y)", (x, y) => x.Scatter(0, Index(y.Shape, 0), y)),
        Written("x.IndexCopy(axis, index, y)", (x, y) => x.IndexCopy(-1, Vector(y.Shape, y.Rank - 1), y)),
        Along("x.Scatter(axis, index, 0.5)", (x, axis) => x.Scatter(axis, Index(x.Shape, axis), 0.5)) with
        {
            HidesNaN = [0],
        },
        Along("x.IndexFill(axis, index, 0.5)", (x, axis) => x.IndexFill(axis, Tensor.Scalar(0), 0.5)) with
        {
            HidesNaN = [0],
        },
    ];

    private static IEnumerable<OperatorUse<T>> FurtherWindowUses() =>
    [
        Convolution("x.Conv3d(y, padding: 1)", (x, y) =>
            Twice(x, 1).Reshape(1, 2, 1, 1, -1).Conv3d(
                Twice(y, 1).Reshape(1, 2, -1, 1, 1), null, (1, 2, 1), (y.Length - 1, 0, 0))),
        Convolution("x.ConvTranspose1d(y, stride: 2)", (x, y) =>
            x.ConvTranspose1d(y.Reshape(1, 1, -1), y.Sum().Reshape(1), stride: 2, outputPadding: 1)) with
        {
            HidesNaN = [0],
        },
        Convolution("x.ConvTranspose1d(y, padding: 1, groups: 2)", (x, y) =>
            Twice(x, 1).ConvTranspose1d(Twice(y, 0).Reshape(2, 1, -1), padding: 1, groups: 2, dilation: 2)) with
        {
            Fits = s => s[0].FlattenedLength > 1 && s[1].FlattenedLength is > 1 and < 100, HidesNaN = [0, 1],
        },
        Convolution("x.ConvTranspose2d(y, (2, 1))", (x, y) =>
            Twice(x, 1).Reshape(1, 1, 2, -1).ConvTranspose2d(y.Reshape(1, 1, 1, -1), null, (2, 1))) with
        {
            HidesNaN = [0, 1],
        },
    ];

    private static OperatorUse<T> Normalized(string name, Func<Variable<T>, Variable<T>> apply) =>
        Whole(name, (x, _) => apply(x)) with
        {
            Fits = SeveralAlongEachAxis,
            Most = 99,
            Kinks = (v, _) => [v[0].Var(-1)],
        };

    /// <summary>Queries and keys of as many features; a vector is a single one.</summary>
    private static OperatorUse<T> Attention(string name, Func<Variable<T>, Variable<T>, Variable<T>> apply) =>
        new(name, [_any, _any], (v, _) => apply(Rows(v[0]), Rows(v[1])))
        {
            Fits = s => s.All(x => x is { Rank: 1 or 2, FlattenedLength: > 0 and < 100 }) && s[0][^1] == s[1][^1],
        };

    private static int[] LastLength(Variable<T> x) => x.Rank == 0 ? [] : [x.Shape[^1]];

    private static Variable<T> Rows(Variable<T> x) => x.Rank == 1 ? x.Unsqueeze(0) : x;

    /// <summary>One written into another of its shape.</summary>
    private static OperatorUse<T> Written(string name, Func<Variable<T>, Variable<T>, Variable<T>> apply) =>
        new(name, [_any, _any], (v, _) => apply(v[0], v[1]))
        {
            Fits = s => s[0].Rank > 0 && s[0] == s[1] && s[0].FlattenedLength > 0,
            HidesNaN = [0, 1],
        };
}
