using System.Numerics;

namespace SimpleGrad.Tests.Properties;

/// <summary>The values that an operand is drawn from.</summary>
internal readonly record struct Domain(double Low, double High)
{
    public float Draw(Random random) => (float)(Low + (High - Low) * random.NextDouble());
}

/// <summary>A way to use an operator, of one to three operands.</summary>
/// <param name="Name">How the use is written.</param>
/// <param name="Domains">The domain of each operand.</param>
/// <param name="Apply">The use itself; the number chooses an axis where there is one to choose.</param>
internal sealed record OperatorUse<T>(string Name, Domain[] Domains, Func<Variable<T>[], int, Variable<T>> Apply)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int Arity => Domains.Length;

    /// <summary>Whether the operands' shapes fit each other.</summary>
    public Func<Shape[], bool> Fits { get; init; } = OperatorTable<T>.Broadcast;

    /// <summary>The greatest length of an operand in tests that try many shapes, or look at each element.</summary>
    public int Most { get; init; } = int.MaxValue;

    /// <summary>Quantities that are zero where the operator is not smooth.</summary>
    public Func<Variable<T>[], int, Variable<T>[]> Kinks { get; init; } = (_, _) => [];

    /// <summary>Whether each element of the result depends on the same element of the operands alone.</summary>
    public bool IsElementwise { get; init; }

    /// <summary>Operands of which NaN does not reach every element of the result.</summary>
    public int[] HidesNaN { get; init; } = [];

    /// <summary>
    /// Whether equal numbers give equal bits wherever they lie in memory. The vectorised sine and cosine do not: they
    /// take another path for a whole vector with a great number in it, and where vectors begin depends on alignment.
    /// The product with a vector sums in another order where the matrix is transposed.
    /// </summary>
    public bool IsReproducible { get; init; } = true;

    /// <summary>Whether the derivative is that of the value; it is not for what cuts the derivative off.</summary>
    public bool IsDifferentiable { get; init; } = true;

    public override string ToString() => Name;
}

/// <summary>
/// All operators of the library, in the ways in which users write them. A test says when one is missing.
/// </summary>
internal static partial class OperatorTable<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // All fields are in this file, before the table: those of another file might get their values after it.
    private static readonly Domain _any = new(-2, 2);
    private static readonly Domain _unit = new(-0.8, 0.8);
    private static readonly Domain _positive = new(0.3, 3);
    private static readonly Domain _negative = new(-3, -0.3);

    public static OperatorUse<T>[] All { get; } =
    [
        .. UnaryUses(), .. BinaryUses(), .. FunctionUses(), .. BinaryFunctionUses(), .. LossUses(), .. ClassLossUses(),
        .. WindowUses(),
        .. ReductionUses(), .. RearrangementUses(), .. JoiningUses(), .. LinearAlgebraUses(),
        .. IndexingUses(), .. OrderUses(), .. StatisticsUses(), .. ScanUses(), .. ShapeUses(),
        .. FormulaUses(), .. NormalizationUses(), .. GridUses(), .. FurtherWindowUses(), .. OrthogonalUses(),
    ];

    public static bool Broadcast(params Shape[] shapes)
    {
        var lengths = new List<int>();
        foreach (Shape shape in shapes)
        {
            for (int i = 0; i < shape.Rank; i++)
            {
                if (i == lengths.Count)
                    lengths.Add(1);
                int length = shape[^(i + 1)];
                if (length != 1 && lengths[i] != 1 && length != lengths[i])
                    return false;
                lengths[i] = lengths[i] == 1 ? length : lengths[i];
            }
        }
        return true;
    }

    private static IEnumerable<OperatorUse<T>> UnaryUses() =>
    [
        Unary("x.Abs()", x => x.Abs(), kinks: x => [x]),
        Unary("x.Sign()", x => x.Sign(), kinks: x => [x]),
        Unary("-x", x => -x),
        Unary("x + 0.5", x => x + 0.5),
        Unary("0.5 - x", x => 0.5 - x),
        Unary("-0.7 * x", x => -0.7 * x),
        Unary("x / 1.3", x => x / 1.3),
        Unary("1.3 / x", x => 1.3 / x, _positive),
        Unary("x.Exp()", x => x.Exp()),
        Unary("x.Expm1()", x => x.Expm1()),
        Unary("x.Log()", x => x.Log(), _positive),
        Unary("x.Log1p()", x => x.Log1p(), new Domain(-0.7, 3)),
        Unary("x.Sqrt()", x => x.Sqrt(), _positive),
        Unary("x.Reciprocal()", x => x.Reciprocal(), _negative),
        Unary("x.Square()", x => x.Square()),
        Unary("x.Pow(2)", x => x.Pow(2)),
        Unary("x.Pow(3)", x => x.Pow(3)),
        Unary("x.Pow(-1)", x => x.Pow(-1), _negative),
        Unary("x.Pow(1.5)", x => x.Pow(1.5), _positive),
        Unary("x.Pow(0.3)", x => x.Pow(0.3), _positive),
        Unary("x.Sin()", x => x.Sin()) with { IsReproducible = false },
        Unary("x.Cos()", x => x.Cos()) with { IsReproducible = false },
        Unary("x.Tan()", x => x.Tan(), new Domain(-1.2, 1.2)),
        Unary("x.Tanh()", x => x.Tanh()),
        Unary("x.Sigmoid()", x => x.Sigmoid()),
        Unary("x.Relu()", x => x.Relu(), kinks: x => [x]),
        Unary("x.Softplus()", x => x.Softplus()),
        Unary("x.Softplus(2, 1)", x => x.Softplus(2, 1), kinks: x => [x - 0.5]),
        Unary("x.Maximum(0.3)", x => x.Maximum(0.3), kinks: x => [x - 0.3]),
        Unary("x.Minimum(0.3)", x => x.Minimum(0.3), kinks: x => [x - 0.3]),
        Unary("x.Clamp(-0.7, 0.9)", x => x.Clamp(-0.7, 0.9), kinks: x => [x + 0.7, x - 0.9]),
        Unary("x.Clamp(max: 0.4)", x => x.Clamp(max: 0.4), kinks: x => [x - 0.4]),
        new("x.Clamp(y - 1, y + z)", [_any, _any, _positive], (v, _) => v[0].Clamp(v[1] - 1, v[1] + v[2]))
        {
            IsElementwise = true, Kinks = (v, _) => [v[0] - v[1] + 1, v[0] - v[1] - v[2]],
        },
        Unary("x.Alias()", x => x.Alias()),
        Unary("x.Clone()", x => x.Clone()),
        Unary("x.Detach()", x => x.Detach()) with { IsDifferentiable = false },
    ];

    private static IEnumerable<OperatorUse<T>> BinaryUses() =>
    [
        Binary("x + y", (x, y) => x + y),
        Binary("x - y", (x, y) => x - y),
        Binary("x * y", (x, y) => x * y),
        Binary("x / y", (x, y) => x / y, _any, _negative),
        Binary("x.StrongMultiply(y)", (x, y) => x.StrongMultiply(y)),
        Binary("x.StrongDivide(y)", (x, y) => x.StrongDivide(y), _any, _negative),
        Binary("x.Pow(y)", (x, y) => x.Pow(y), new Domain(0.3, 2), new Domain(-2, 2)),
        Binary("x.Maximum(y)", (x, y) => x.Maximum(y), kinks: (x, y) => [x - y]),
        Binary("x.Minimum(y)", (x, y) => x.Minimum(y), kinks: (x, y) => [x - y]),
        Comparison("x > y", (x, y) => x > y),
        Comparison("x < y", (x, y) => x < y),
        Comparison("x >= y", (x, y) => x >= y),
        Comparison("x <= y", (x, y) => x <= y),
        Comparison("x.EqualTo(y)", (x, y) => x.EqualTo(y)),
        new("Where(x > 0.1, y, z)", [_any, _any, _any], (v, _) => Variable.Where(v[0] > 0.1, v[1], v[2]))
        {
            IsElementwise = true, Kinks = (v, _) => [v[0] - 0.1], HidesNaN = [0, 1, 2],
        },
    ];

    private static IEnumerable<OperatorUse<T>> ReductionUses() =>
    [
        Whole("x.Sum()", (x, _) => x.Sum()),
        Whole("x.Sum(axis)", (x, axis) => x.Sum(axis)),
        Whole("x.Sum(axes, keepDims: true)", (x, axis) => x.Sum([axis, .. LastAxis(x, axis)], keepDims: true)),
        Whole("x.SumTo(shape)", (x, axis) => x.SumTo([.. x.Shape.Index().Select(a => a.Index == axis ? 1 : a.Item)])),
        Whole("x.Mean(axis)", (x, axis) => x.Mean(axis)) with { Fits = s => s[0].FlattenedLength > 0 },
        Whole("x.LogSumExp()", (x, _) => x.LogSumExp()) with { Fits = s => s[0].FlattenedLength > 0 },
        Whole("x.LogSumExp(axis)", (x, axis) => x.LogSumExp(axis)) with { Fits = s => s[0].FlattenedLength > 0 },
        Greatest("x.Amax()", (x, _) => x.Amax(), (x, _) => Axes(x)),
        Greatest("x.Amax(axis)", (x, axis) => x.Amax(axis), (_, axis) => [axis]),
    ];

    private static IEnumerable<OperatorUse<T>> RearrangementUses() =>
    [
        Whole("x.Reshape(-1)", (x, _) => x.Reshape(-1)),
        Whole("x.Reshape(shape reversed)", (x, _) => x.Reshape([.. x.Shape.Reverse()])),
        Whole("x.Expand(2, shape)", (x, _) => x.Expand([2, .. x.Shape.Select(length => length == 1 ? 3 : length)])),
        Whole("x.Permute(axes rotated)", (x, axis) => x.Permute([.. Axes(x)[axis..], .. Axes(x)[..axis]])),
        Whole("x.Transpose()", (x, _) => x.Transpose()),
        Whole("x.Transpose(axis, -1)", (x, axis) => x.Transpose(axis, -1)) with { Fits = s => s[0].Rank > 0 },
        Whole("x.Slice(axis, 0, step: 2)", (x, axis) => x.Slice(axis, 0, step: 2)) with { Fits = s => s[0].Rank > 0 },
        Whole("x.Slice(axis, -2, 2)", (x, axis) => x.Slice(axis, -2, 2)) with { Fits = s => s[0].Rank > 0 },
        Whole("x.Select(axis, -1)", (x, axis) => x.Select(axis, -1)) with
        {
            Fits = s => s[0].Rank > 0 && s[0].FlattenedLength > 0,
        },
        Whole("x.Clone(), a slice of it times 3", (x, axis) => Written(x, v => v.MultiplyInPlace(3), axis)) with
        {
            Fits = s => s[0].Rank > 0,
        },
        new("x + y, a slice of y assigned to one of it", [_any, _any], (v, choice) => Written(
            v[0] + v[1], part => part.Assign(v[1].Slice(Axis(v[0], choice), 1, step: 2)), Axis(v[0], choice)))
        {
            Fits = s => s[0].Rank > 0 && s[0] == s[1],
            HidesNaN = [0, 1],
        },
        Whole("x[1..]", (x, _) => x[1..]) with { Fits = s => s[0].Rank > 0 && s[0][0] > 0 },
    ];

    private static IEnumerable<OperatorUse<T>> JoiningUses() =>
    [
        Whole("Concatenate(x, x, axis)", (x, axis) => Variable.Concatenate([x, x], axis)) with
        {
            Fits = s => s[0].Rank > 0,
        },
        Whole("Stack(x, x, axis)", (x, axis) => Variable.Stack([x, x], -1 - axis)),
        new("Concatenate(x, y)", [_any, _any], (v, _) => Variable.Concatenate(v, -1))
        {
            Fits = s => s[0].Rank > 0 && s[0].Rank == s[1].Rank && s[0].SkipLast(1).SequenceEqual(s[1].SkipLast(1)),
            HidesNaN = [0, 1],
        },
        new("Stack(x, y, z)", [_any, _any, _any], (v, _) => Variable.Stack(v, -1))
        {
            Fits = s => s[0] == s[1] && s[0] == s[2],
            HidesNaN = [0, 1, 2],
        },
    ];

    private static OperatorUse<T> Unary(
        string name, Func<Variable<T>, Variable<T>> apply, Domain? domain = null,
        Func<Variable<T>, Variable<T>[]>? kinks = null) =>
        new(name, [domain ?? _any], (v, _) => apply(v[0]))
        {
            IsElementwise = true,
            Kinks = (v, _) => kinks?.Invoke(v[0]) ?? [],
        };

    private static OperatorUse<T> Binary(
        string name, Func<Variable<T>, Variable<T>, Variable<T>> apply, Domain? domainX = null, Domain? domainY = null,
        Func<Variable<T>, Variable<T>, Variable<T>[]>? kinks = null) =>
        new(name, [domainX ?? _any, domainY ?? _any], (v, _) => apply(v[0], v[1]))
        {
            IsElementwise = true,
            Kinks = (v, _) => kinks?.Invoke(v[0], v[1]) ?? [],
        };

    private static OperatorUse<T> Comparison(string name, Func<Variable<T>, Variable<T>, Variable<T>> apply) =>
        Binary(name, apply, kinks: (x, y) => [x - y]) with { HidesNaN = [0, 1] };

    /// <summary>An operator of one operand as a whole, along an axis that the choice names from either end.</summary>
    private static OperatorUse<T> Whole(string name, Func<Variable<T>, int, Variable<T>> apply) =>
        new(name, [_any], (v, choice) => apply(v[0], Axis(v[0], choice)));

    /// <summary>Not smooth where another element is about as great as the greatest.</summary>
    private static OperatorUse<T> Greatest(
        string name, Func<Variable<T>, int, Variable<T>> apply, Func<Variable<T>, int, int[]> axes) =>
        Whole(name, apply) with
        {
            Fits = s => s[0].FlattenedLength > 0,
            Kinks = (v, choice) =>
            {
                int[] reduced = axes(v[0], Axis(v[0], choice));
                Variable<T> below = v[0].Amax(reduced, keepDims: true) - v[0], isGreatest = below.EqualTo(0);
                return [below + isGreatest, isGreatest.Sum(reduced) < 1.5];
            },
        };

    private static Variable<T> Written(Variable<T> x, Action<Variable<T>> write, int axis)
    {
        Variable<T> copy = x.Clone();
        write(copy.Slice(axis, 1, step: 2));
        return copy;
    }

    private static int Axis(Variable<T> x, int choice) => x.Rank == 0 ? 0 : choice % x.Rank;

    private static int[] Axes(Variable<T> x) => [.. Enumerable.Range(0, x.Rank)];

    private static int[] LastAxis(Variable<T> x, int butNot) => x.Rank > 0 && butNot != x.Rank - 1 ? [-1] : [];
}
