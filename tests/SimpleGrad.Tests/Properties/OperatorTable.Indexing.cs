using System.Numerics;

namespace SimpleGrad.Tests.Properties;

/// <summary>Operators that choose, order, scan and rearrange.</summary>
internal static partial class OperatorTable<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static IEnumerable<OperatorUse<T>> IndexingUses() =>
    [
        Along("x[index]", (x, _) => x[Tensor.Create([0, -1, 0, -1], [2, 2])]),
        Along("x.Gather(axis, index)", (x, axis) => x.Gather(axis, Index(x.Shape, axis))),
        Along("x.IndexSelect(axis, index)", (x, axis) => x.IndexSelect(axis, Vector(x.Shape, axis))),
        Along("x.TakeAlongAxis(axis, index)", (x, axis) =>
            x.TakeAlongAxis(axis, Vector(x.Shape, axis).Reshape([.. x.Shape.Select((n, i) => i == axis ? n : 1)]))),
        Along("x.TakeAlongAxis(index)", (x, _) => x.TakeAlongAxis(Tensor.Create([x.Length / 2, 0, x.Length - 1]))),
        Whole("x.MaskedSelect(x > 0.1)", (x, _) => x.MaskedSelect(x > 0.1)) with
        {
            Kinks = (v, _) => [v[0] - 0.1],
        },
        Unary("x.MaskedFill(x > 0.1, 0.5)", x => x.MaskedFill(x > 0.1, 0.5), kinks: x => [x - 0.1]),
        Along("x.Embedding(index)", (x, _) => x.Embedding(Tensor.Create([1, 0, 1]))) with
        {
            Fits = s => s[0].Rank == 2 && s[0][0] > 1,
        },
        new("x.ScatterAdd(axis, index, y)", [_any, _any], (v, choice) =>
            v[0].ScatterAdd(Axis(v[0], choice), Index(v[1].Shape, Axis(v[0], choice)), v[1]))
        {
            Fits = s => s[0].Rank > 0 && s[0] == s[1], HidesNaN = [1],
        },
        new("x.IndexAdd(axis, index, y)", [_any, _any], (v, choice) =>
            v[0].IndexAdd(Axis(v[0], choice), Vector(v[1].Shape, Axis(v[0], choice)), v[1]))
        {
            Fits = s => s[0].Rank > 0 && s[0] == s[1], HidesNaN = [1],
        },
    ];

    private static IEnumerable<OperatorUse<T>> OrderUses() =>
    [
        Ordered("x.Amin()", (x, _) => x.Amin(), wholly: true),
        Ordered("x.Amin(axis)", (x, axis) => x.Amin(axis)),
        Ordered("x.Max(axis)", (x, axis) => x.Max(axis).Values),
        Ordered("x.Min(axis, keepDims: true)", (x, axis) => x.Min(axis, keepDims: true).Values),
        Ordered("x.Median()", (x, _) => x.Median(), wholly: true),
        Ordered("x.Median(axis)", (x, axis) => x.Median(axis).Values),
        Ordered("x.Sort(axis)", (x, axis) => x.Sort(axis).Values),
        Ordered("x.Sort(axis, descending: true)", (x, axis) => x.Sort(axis, descending: true).Values),
        Ordered("x.CumMax(axis)", (x, axis) => x.CumMax(axis).Values),
        Ordered("x.CumMin(axis)", (x, axis) => x.CumMin(axis).Values),
    ];

    private static IEnumerable<OperatorUse<T>> StatisticsUses() =>
    [
        Whole("x.Prod()", (x, _) => x.Prod()),
        Whole("x.Prod(axis)", (x, axis) => x.Prod(axis)),
        Whole("x.Prod(axes, keepDims: true)", (x, axis) => x.Prod([axis, .. LastAxis(x, axis)], keepDims: true)),
        Whole("x.Var(correction: 0)", (x, _) => x.Var(correction: 0)),
        Whole("x.Var(axis)", (x, axis) => x.Var(axis)) with { Fits = SeveralAlongEachAxis },
        Whole("x.Std(axis)", (x, axis) => x.Std(axis)) with
        {
            Fits = SeveralAlongEachAxis, Kinks = (v, choice) => [v[0].Var(Axis(v[0], choice))],
        },
        Whole("x.VarMean().Mean", (x, _) => x.VarMean().Mean) with { Fits = s => s[0].FlattenedLength > 0 },
        Norm("x.Norm()", (x, _) => x.Norm()),
        Norm("x.Norm(2, axis)", (x, axis) => x.Norm(2, axis)),
        Norm("x.Norm(0, axis)", (x, axis) => x.Norm(0, axis)) with { HidesNaN = [0] },
        Norm("x.Norm(0.5, axis)", (x, axis) => x.Norm(0.5, axis)),
        Norm("x.Norm(1, axis)", (x, axis) => x.Norm(1, axis)),
        Norm("x.Norm(1.5)", (x, _) => x.Norm(1.5)),
        Norm("x.Norm(3, axis)", (x, axis) => x.Norm(3, axis, keepDims: true)),
        Norm("x.Norm(-1, axis)", (x, axis) => x.Norm(-1, axis)),
        Extreme("x.Norm(infinity, axis)", (x, axis) => x.Norm(double.PositiveInfinity, axis)),
        Extreme("x.Norm(-infinity, axis)", (x, axis) => x.Norm(double.NegativeInfinity, axis)),
        Norm("x.Normalize(axis)", (x, axis) => x.Normalize(axis)),
    ];

    private static IEnumerable<OperatorUse<T>> ScanUses() =>
    [
        Whole("x.CumSum(axis)", (x, axis) => x.CumSum(axis)),
        Whole("x.CumProd(axis)", (x, axis) => x.CumProd(axis)),
        Whole("x.LogCumSumExp(axis)", (x, axis) => x.LogCumSumExp(axis)),
    ];

    private static IEnumerable<OperatorUse<T>> ShapeUses() =>
    [
        Whole("x.Squeeze()", (x, _) => x.Squeeze()),
        Whole("x.Squeeze(axis)", (x, axis) => x.Squeeze(axis)),
        Whole("x.Unsqueeze(axis)", (x, axis) => x.Unsqueeze(axis)),
        Whole("x.Flatten()", (x, _) => x.Flatten()),
        Along("x.MoveAxis(axis, -1)", (x, axis) => x.MoveAxis(axis, -1)),
        Whole("x.Flip(axes)", (x, axis) => x.Flip([axis, .. LastAxis(x, axis)])),
        Whole("x.Roll(3)", (x, _) => x.Roll(3)),
        Along("x.Roll(-1, axis)", (x, axis) => x.Roll(-1, axis)),
        Whole("x.Tile(2)", (x, _) => x.Tile(2)) with { Most = 199 },
        Whole("x.Repeat(2, 1, …)", (x, _) => x.Repeat([2, .. x.Shape.Select(_ => 1)])) with
        {
            Most = 199,
        },
        Along("x.RepeatInterleave(2, axis)", (x, axis) => x.RepeatInterleave(2, axis)) with
        {
            Most = 199,
        },
        Along("x.Pad([(1, 2)], value: 0.5)", (x, _) => x.Pad([(1, 2)], value: 0.5)) with { HidesNaN = [0] },
        Along("x.Pad([(-1, 2)])", (x, _) => x.Pad([(-1, 2)])) with { HidesNaN = [0] },
        Along("x.Pad([(1, 0)], Reflect)", (x, _) => x.Pad([(1, 0)], PadMode.Reflect)) with
        {
            Fits = s => s[0].Rank > 0 && s[0][^1] > 1,
        },
        Along("x.Pad([(2, 1)], Replicate)", (x, _) => x.Pad([(2, 1)], PadMode.Replicate)),
        Along("x.Pad([(0, 1)], Circular)", (x, _) => x.Pad([(0, 1)], PadMode.Circular)),
        Along("x.Unfold(axis, 1, 2)", (x, axis) => x.Unfold(axis, 1, 2)),
        Along("x.Unfold(-1, 3, 1)", (x, _) => x.Unfold(-1, 3, 1)) with
        {
            Fits = s => s[0].Rank > 0 && s[0].FlattenedLength > 0 && s[0][^1] > 2, Most = 199,
        },
        Along("x.Narrow(axis, -1, 1)", (x, axis) => x.Narrow(axis, -1, 1)),
        Along("x.Split(2, axis)", (x, axis) => x.Split(2, axis)[^1]),
        Along("x.Chunk(2, axis)", (x, axis) => x.Chunk(2, axis)[0]),
        Along("x.Unbind(axis)", (x, axis) => Variable.Stack(x.Unbind(axis))),
        Matrices("x.Tril()", x => x.Tril()) with { HidesNaN = [0] },
        Matrices("x.Triu(1)", x => x.Triu(1)) with { HidesNaN = [0] },
        Matrices("x.Diagonal(1)", x => x.Diagonal(1)),
        Matrices("x.Diagonal(0, -1, 0)", x => x.Diagonal(0, -1, 0)),
        Matrices("x.Trace()", x => x.Trace()) with { Fits = s => s[0].Rank == 2 && s[0].FlattenedLength > 0 },
        Whole("x.Diag()", (x, _) => x.Diag()) with
        {
            Fits = s => s[0].Rank is 1 or 2 && s[0].FlattenedLength is > 0 and < 200, HidesNaN = [0],
        },
        Whole("x.DiagEmbed(-1)", (x, _) => x.DiagEmbed(-1)) with
        {
            Fits = s => s[0].Rank > 0 && s[0].FlattenedLength is > 0 and < 200, HidesNaN = [0],
        },
    ];

    /// <summary>An operator along an axis that is there and has elements.</summary>
    private static OperatorUse<T> Along(string name, Func<Variable<T>, int, Variable<T>> apply) =>
        Whole(name, apply) with { Fits = s => s[0].Rank > 0 && s[0].FlattenedLength > 0 };

    private static OperatorUse<T> Matrices(string name, Func<Variable<T>, Variable<T>> apply) =>
        Whole(name, (x, _) => apply(x)) with { Fits = s => s[0].Rank > 1 && s[0].FlattenedLength > 0 };

    /// <summary>Not smooth where two elements, along the axis or of all, are about equal.</summary>
    private static OperatorUse<T> Ordered(
        string name, Func<Variable<T>, int, Variable<T>> apply, bool wholly = false) =>
        Whole(name, apply) with
        {
            Fits = s => s[0].FlattenedLength > 0,
            Kinks = (v, choice) => [wholly ? Gaps(v[0].Reshape(-1), 0) : Gaps(v[0], Axis(v[0], choice))],
        };

    /// <summary>Not smooth at 0.</summary>
    private static OperatorUse<T> Norm(string name, Func<Variable<T>, int, Variable<T>> apply) =>
        Whole(name, apply) with { Fits = s => s[0].FlattenedLength > 0, Kinks = (v, _) => [v[0]] };

    private static OperatorUse<T> Extreme(string name, Func<Variable<T>, int, Variable<T>> apply) =>
        Norm(name, apply) with { Kinks = (v, choice) => [v[0], Gaps(v[0].Abs(), Axis(v[0], choice))] };

    private static Variable<T> Gaps(Variable<T> x, int axis)
    {
        if (x.Rank == 0)
            return x + 1 - x;
        Variable<T> sorted = x.Sort(axis).Values;
        return sorted.Slice(axis, 1) - sorted.Slice(axis, 0, -1);
    }

    private static bool SeveralAlongEachAxis(Shape[] shapes) =>
        shapes[0].Rank > 0 && shapes[0].All(length => length > 1);

    /// <summary>Places on an axis, some of them several times, for each element of a shape.</summary>
    private static Tensor<int> Index(Shape shape, int axis) => Tensor.Create<int>(
        [
            .. Enumerable.Range(0, shape.FlattenedLength)
                .Select(i => i * 7 % 5 % Math.Max(1, (uint)axis < shape.Rank ? shape[axis] : 0)),
        ],
        shape);

    /// <summary>Places on an axis, some of them several times, and as many as it has.</summary>
    private static Tensor<int> Vector(Shape shape, int axis) => Tensor.Create<int>(
        [.. Enumerable.Range(0, (uint)axis < shape.Rank ? shape[axis] : 0).Select(i => i * 7 % 5 % shape[axis])]);
}
