namespace SimpleGrad.Tests.Properties;

internal static partial class OperatorTable<T>
{
    private static IEnumerable<OperatorUse<T>> FunctionUses() =>
    [
        Unary("x.Asin()", x => x.Asin(), _unit),
        Unary("x.Acos()", x => x.Acos(), _unit),
        Unary("x.Atan()", x => x.Atan()),
        Unary("x.Sinh()", x => x.Sinh()),
        Unary("x.Cosh()", x => x.Cosh()),
        Unary("x.Asinh()", x => x.Asinh()),
        Unary("x.Acosh()", x => x.Acosh(), new Domain(1.3, 4)),
        Unary("x.Atanh()", x => x.Atanh(), _unit),
        Unary("x.Exp2()", x => x.Exp2()),
        Unary("x.Log2()", x => x.Log2(), _positive),
        Unary("x.Log10()", x => x.Log10(), _positive),
        Unary("x.Rsqrt()", x => x.Rsqrt(), _positive),
        Unary("x.Floor()", x => x.Floor(), kinks: x => [ToInteger(x)]),
        Unary("x.Ceiling()", x => x.Ceiling(), kinks: x => [ToInteger(x)]),
        Unary("x.Round()", x => x.Round(), kinks: x => [ToInteger(x + 0.5)]),
        Unary("x.Truncate()", x => x.Truncate(), kinks: x => [ToInteger(x)]),
        Unary("x.Fmod(0.7)", x => x.Fmod(0.7), kinks: x => [ToInteger(x / 0.7)]),
        Unary("x.Remainder(-0.7)", x => x.Remainder(-0.7), kinks: x => [ToInteger(x / 0.7)]),
        Unary("x.Fmax(0.3)", x => x.Fmax(0.3), kinks: x => [x - 0.3]) with { HidesNaN = [0] },
        Unary("x.Fmin(0.3)", x => x.Fmin(0.3), kinks: x => [x - 0.3]) with { HidesNaN = [0] },
        Unary("x.Erf()", x => x.Erf()),
        Unary("x.Erfc()", x => x.Erfc()),
        Unary("x.Erfinv()", x => x.Erfinv(), _unit),
        Unary("x.Erfcx()", x => x.Erfcx()),
        Unary("x.Ndtr()", x => x.Ndtr()),
        Unary("x.LogNdtr()", x => x.LogNdtr()),
        Unary("the second derivative of x.LogNdtr()", x => NormalHazardFallOperator<T>.Instance.Apply(x)),
        Unary("the third derivative of x.LogNdtr()", x => NormalHazardBendOperator<T>.Instance.Apply(x)),
        Unary("x.Ndtri()", x => x.Ndtri(), new Domain(0.1, 0.9)),
        Unary("x.Lgamma()", x => x.Lgamma(), _positive),
        Unary("x.Digamma()", x => x.Digamma(), _positive),
        Unary("x.Digamma() below 0", x => x.Digamma(), new Domain(-0.7, -0.3)),
        Unary("x.Polygamma(1)", x => x.Polygamma(1), new Domain(0.6, 3)),
        Unary("x.Polygamma(1) below 0", x => x.Polygamma(1), new Domain(-0.55, -0.45)),
        Unary("x.Polygamma(2)", x => x.Polygamma(2), new Domain(1.5, 4)),
        Unary("x.Gelu()", x => x.Gelu()),
        Unary("x.GeluTanh()", x => x.GeluTanh()),
        Unary("the density in x.GeluTanh()", x => GeluTanhDensityOperator<T>.Instance.Apply(x)),
        Unary("x.Silu()", x => x.Silu()),
        Unary("x.Mish()", x => x.Mish()),
        Unary("x.Elu(0.7)", x => x.Elu(0.7), kinks: x => [x]),
        Unary("x.LeakyRelu()", x => x.LeakyRelu(), kinks: x => [x]),
        Unary("x.Hardtanh(-0.7, 0.9)", x => x.Hardtanh(-0.7, 0.9), kinks: x => [x + 0.7, x - 0.9]),
        Unary("x.Softsign()", x => x.Softsign(), kinks: x => [x]),
        Unary("x.LogSigmoid()", x => x.LogSigmoid()),
        Whole("x.Softmax(axis)", (x, axis) => x.Softmax(axis)),
        Whole("x.LogSoftmax(axis)", (x, axis) => x.LogSoftmax(axis)),
    ];

    private static IEnumerable<OperatorUse<T>> BinaryFunctionUses() =>
    [
        Binary("x.Atan2(y)", (x, y) => x.Atan2(y), _any, _positive),
        Binary("x.Hypot(y)", (x, y) => x.Hypot(y), _negative),
        Binary("x.Fmod(y)", (x, y) => x.Fmod(y), _any, _negative, kinks: (x, y) => [ToInteger(x / y)]),
        Binary("x.Remainder(y)", (x, y) => x.Remainder(y), _any, _negative, kinks: (x, y) => [ToInteger(x / y)]),
        Binary("x.Fmax(y)", (x, y) => x.Fmax(y), kinks: (x, y) => [x - y]) with { HidesNaN = [0, 1] },
        Binary("x.Fmin(y)", (x, y) => x.Fmin(y), kinks: (x, y) => [x - y]) with { HidesNaN = [0, 1] },
    ];

    private static IEnumerable<OperatorUse<T>> LossUses() =>
    [
        Loss("x.MseLoss(y)", (x, y) => x.MseLoss(y)),
        Loss("x.MseLoss(y, None)", (x, y) => x.MseLoss(y, LossReduction.None)),
        Loss("x.L1Loss(y, Sum)", (x, y) => x.L1Loss(y, LossReduction.Sum)) with { Kinks = (v, _) => [v[0] - v[1]] },
        Loss("x.HuberLoss(y, delta: 0.6)", (x, y) => x.HuberLoss(y, delta: 0.6)) with
        {
            Kinks = (v, _) => [(v[0] - v[1]).Abs() - 0.6],
        },
        Loss("x.SmoothL1Loss(y, beta: 0.6)", (x, y) => x.SmoothL1Loss(y, beta: 0.6)) with
        {
            Kinks = (v, _) => [(v[0] - v[1]).Abs() - 0.6],
        },
        Loss("x.BinaryCrossEntropyWithLogits(y)", (x, y) => x.BinaryCrossEntropyWithLogits(y)),
        Loss("x.KlDiv(y)", (x, y) => x.KlDiv(y)) with { Domains = [_any, _positive] },
        Loss("x.CrossEntropy(y, labelSmoothing: 0.1)", (x, y) => x.CrossEntropy(y, labelSmoothing: 0.1)) with
        {
            Fits = s => s[0] == s[1] && s[0].Rank > 0 && s[0].FlattenedLength > 0,
        },
    ];

    private static IEnumerable<OperatorUse<T>> ClassLossUses() =>
    [
        Classified("x.CrossEntropy(classes)", x => x.CrossEntropy(Classes(x.Shape))),
        Classified("x.CrossEntropy(classes, labelSmoothing: 0.1)", x =>
            x.CrossEntropy(Classes(x.Shape), labelSmoothing: 0.1)),
        Classified("x.NllLoss(classes, ignoreIndex: 1)", x => x.NllLoss(Classes(x.Shape), ignoreIndex: 1)) with
        {
            HidesNaN = [0],
        },
        new("x.CrossEntropy(classes, weight: y, labelSmoothing: 0.2)", [_any, _positive], (v, _) =>
            v[0].CrossEntropy(Classes(v[0].Shape), weight: v[1], labelSmoothing: 0.2))
        {
            Fits = s => s[0].Rank > 1 && s[1].Rank == 1 && s[0][1] == s[1][0],
        },
    ];

    /// <summary>A loss for each sample, of several classes along the second axis or the first.</summary>
    private static OperatorUse<T> Classified(string name, Func<Variable<T>, Variable<T>> apply) =>
        Whole(name, (x, _) => apply(x)) with { Fits = s => s[0].Rank > 0 && s[0].FlattenedLength > 0 };

    private static Tensor<int> Classes(Shape shape)
    {
        int axis = Math.Min(1, shape.Rank - 1), classes = shape.Rank == 0 ? 1 : Math.Max(1, shape[axis]);
        Shape samples = Shape.Create([.. shape.Where((_, i) => i != axis)]);
        return Tensor.Create<int>(
            [.. Enumerable.Range(0, samples.FlattenedLength).Select(i => i * 2 % classes)], samples);
    }

    private static OperatorUse<T> Loss(string name, Func<Variable<T>, Variable<T>, Variable<T>> apply) =>
        new(name, [_any, _any], (v, _) => apply(v[0], v[1])) { Fits = s => s[0] == s[1] };

    /// <summary>How far it is to the nearest integer.</summary>
    private static Variable<T> ToInteger(Variable<T> x) => x - x.Round();
}
