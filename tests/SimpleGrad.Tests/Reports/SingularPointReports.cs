using Function = System.Func<SimpleGrad.Variable<double>, SimpleGrad.Variable<double>>;

namespace SimpleGrad.Tests.Reports;

/// <summary>
/// Reports to other libraries about derivatives at singular points: zeros of norms and powers, and what was not chosen.
/// All ways to compute the derivative give the value that is known.
/// </summary>
public sealed class SingularPointReports
{
    private const double Inf = double.PositiveInfinity;

    /// <summary>The source, the function, the point, and the gradient of the sum of the results.</summary>
    private static readonly (string Source, Function F, double[] At, double[] Gradient)[] _first =
    [
        ("pytorch/pytorch#68425: where(x > 0, sqrt x, x)", x => Variable.Where(x > 0, x.Sqrt(), x), [-1, -4], [1, 1]),
        ("pytorch/pytorch#187297: where(x > 2, log2 x, 2 x)", x => Variable.Where(x > 2, x.Log2(), 2 * x),
            [0, 2, 3], [2, 2, 0.4808983469629878]),
        ("casadi/casadi#1878: where(x <= 0, exp x, 1 + x)", x => Variable.Where(x <= 0, x.Exp(), 1 + x), [800], [1]),
        ("tinygrad/tinygrad#15806: max(|x|, 1e-10) by hand", x => x.Square().Sum().Sqrt().Maximum(1e-10),
            [0, 0], [0, 0]),
        ("pytorch/pytorch#23395: a slice of sqrt x", x => x.Sqrt()[1..], [0, 4], [0, 0.25]),
        ("pytorch/pytorch#52248: log x, filled where x <= 0", x => x.Log().MaskedFill(x <= 0, -1), [0, 2], [0, 0.5]),
        ("pytorch/pytorch#89543: squared error without missing targets",
            x => Variable.Where(Missing(x).IsNaN(), 0, (x - Missing(x)).Square()), [1, 2, 3], [0, 2, -4]),
        ("Theano/Theano#1996: a factor of 0 before a square root", x => x[0] * x[1].Sqrt(), [0, 0], [0, 0]),
        ("jax-ml/jax#39792: maximum with a steep branch", x => x.Sqrt().Maximum(0.5), [0, 4], [0, 0.25]),
        ("coin-or/CppAD#8: clamp behind a logarithm", x => x.Log().Clamp(-1, 1), [0, 2], [0, 0.5]),
        ("ml-explore/mlx#3668: gather beside a pole", x => x.Reciprocal().IndexSelect(0, Tensor.Create<int>([1, 1])),
            [0, 2], [0, -0.5]),
        ("pytorch/pytorch#156212: padding cut off again", x => x.Sqrt().Pad([(1, 1)])[2..], [0, 4], [0, 0.25]),
        ("pytorch/pytorch#108618: weighted rows, one missing", x => Rows(x).MatMul(x.Reshape(2, 1))[1],
            [2, 3], [1, 4]),
        ("pytorch/pytorch#108618: masked products with missing rows",
            x => Variable.Where(Mask(x), Rows(x).MatMul(x.Reshape(2, 1)), 0), [2, 3], [1, 4]),
        ("jax-ml/jax#39792: renorm of a row of zeros",
            x => x.Reshape(2, 2) * (1 / x.Reshape(2, 2).Norm(2, 1, keepDims: true)).Clamp(max: 1),
            [0, 0, 0.3, 0.4], [1, 1, 1, 1]),
        ("NaN that was chosen stays", x => Variable.Where(x > 0, x, x.Sqrt()), [-1, 4], [double.NaN, 1]),
        ("jax-ml/jax#6811: logsumexp of log 0", x => x.LogSumExp(), [-Inf, -Inf], [0, 0]),
        ("jax-ml/jax#6811: logsumexp of log 0 and a shift", x => Variable.Stack([x.Tape.Constant(-Inf), x[0] + -Inf])
            .LogSumExp(), [1], [0]),
        ("pytorch/pytorch#49724: logaddexp of log 0", x => x[0].LogAddExp(x[1]), [-Inf, -Inf], [0, 0]),
        ("pytorch/pytorch#49724: logaddexp, left", x => x[0].LogAddExp(x[1]).LogAddExp(x[2]),
            [-Inf, -Inf, 2], [0, 0, 1]),
        ("pytorch/pytorch#49724: logaddexp, right", x => x[0].LogAddExp(x[1].LogAddExp(x[2])),
            [-Inf, -Inf, 2], [0, 0, 1]),
        ("jax-ml/jax#1624: logcumsumexp that begins with log 0", x => x.LogCumSumExp(0)[1..],
            [-Inf, 0, 1], [0, 1.2689414213699952, 0.7310585786300049]),
        ("jax-ml/jax#1624: rows, the empty one thrown away",
            x => x.Reshape(2, 2).LogSumExp(1) is var l ? Variable.Where(l > -1e300, l, 0.0) : l,
            [-Inf, -Inf, 0, 0], [0, 0, 0.5, 0.5]),
        ("autodiff/autodiff#130: norm of order 1", x => x.Norm(1), [0, 0], [0, 0]),
        ("autodiff/autodiff#130: norm of order 1.5", x => x.Norm(1.5), [0, 0], [0, 0]),
        ("autodiff/autodiff#130: norm of order 2", x => x.Norm(), [0, 0], [0, 0]),
        ("autodiff/autodiff#130: norm of order 3", x => x.Norm(3), [0, 0], [0, 0]),
        ("autodiff/autodiff#130: norm of order 4", x => x.Norm(4), [0, 0], [0, 0]),
        ("autodiff/autodiff#130: greatest norm", x => x.Norm(Inf), [0, 0], [0, 0]),
        ("jax-ml/jax#26248: cdist of order 3", x => Distances(x, 3), [0, 0], [0, 0]),
        ("HIPS/autograd#151: square of hypot", x => x[0].Hypot(x[1]).Square(), [0, 0], [0, 0]),
        ("HIPS/autograd#151: hypot at the origin, as a norm", x => x[0].Hypot(x[1]), [0, 0], [0, 0]),
        ("pytorch/pytorch#6394: 0 to a power, by the power", x => x.Tape.Constant(0.0).Pow(x), [2], [0]),
        ("tensorflow/tensorflow#35011: polynomial of powers at 0", Polynomial, [0], [2]),
    ];

    /// <summary>The source, the function, the point, and the Hessian of the sum of the results.</summary>
    private static readonly (string Source, Function F, double[] At, double[] Hessian)[] _second =
    [
        ("JuliaDiff/ForwardDiff.jl#303: |x|²", x => x.Norm().Square(), [0, 0], [2, 0, 0, 2]),
        ("jax-ml/jax#21723: |x|² of a matrix", x => x.Reshape(1, 2).MatrixNorm().Square(), [0, 0], [2, 0, 0, 2]),
        ("casadi/casadi#3898: squares of absolute values", x => x.Abs().Square(), [0, 0], [2, 0, 0, 2]),
        ("pytorch/functorch#1097: squared distances", x => Distances(x, 2).Square(), [0, 0], [2, 0, 0, 2]),
        ("HIPS/autograd#586: square of hypot", x => x[0].Hypot(x[1]).Square(), [0, 0], [2, 0, 0, 2]),
        ("dfm/tinygp#115: Matérn 5/2", Matern52, [0, 0], [-5.0 / 3, 0, 0, -5.0 / 3]),
        ("cornellius-gp/gpytorch#869: Matérn 3/2 of rows", x => Matern32(x.Reshape(2, 1)), [0, 0.5],
            [-3, 0, 0, 3 * (Math.Sqrt(3) * 0.5 - 1) * Math.Exp(-Math.Sqrt(3) * 0.5)]),
        ("meta-pytorch/botorch#279: cosine of a norm", x => x.Norm().Cos(), [0, 0], [-1, 0, 0, -1]),
        ("jax-ml/jax#39792: normalize", x => x.Normalize(0) * Weights(x), [0, 0], [0, 0, 0, 0]),
        ("jax-ml/jax#39792: sum of norms of rows, one of them 0", x => x.Reshape(2, 2).Norm(2, 1), [0, 0, 3, 4],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.128, -0.096, 0, 0, -0.096, 0.072]),
        ("pytorch/pytorch#95180: x^p at (0, 2)", x => x[0].Pow(x[1]), [0, 2], [2, 0, 0, 0]),
        ("pytorch/pytorch#95180: x^p at (0, 3)", x => x[0].Pow(x[1]), [0, 3], [0, 0, 0, 0]),
        ("tensorflow/tensorflow#35011: polynomial of powers at 0", Polynomial, [0], [6]),
        ("pytorch/pytorch#6394: 0 to a power, by the power", x => x.Tape.Constant(0.0).Pow(x), [2], [0]),
        ("pytorch/pytorch#68425: where(x > 0, sqrt x, x²)", x => Variable.Where(x > 0, x.Sqrt(), x.Square()),
            [-1], [2]),
        ("pytorch/pytorch#23395: a slice of sqrt x", x => x.Sqrt()[1..], [0, 4], [0, 0, 0, -0.03125]),
        ("jax-ml/jax#6811: logsumexp of log 0", x => x.LogSumExp(), [-Inf, -Inf], [0, 0, 0, 0]),
        ("pytorch/pytorch#49724: logaddexp of log 0", x => x[0].LogAddExp(x[1]), [-Inf, -Inf], [0, 0, 0, 0]),
    ];

    public static IEnumerable<TheoryDataRow<int>> First => Rows([.. _first.Select(row => row.Source)]);

    public static IEnumerable<TheoryDataRow<int>> Second => Rows([.. _second.Select(row => row.Source)]);

    [Theory, MemberData(nameof(First))]
    public void Gradients_are_right_in_every_mode(int row)
    {
        (_, Function f, double[] at, double[] expected) = _first[row];
        Assert.All(new Modes<double>(f).Gradients(at), mode => AssertClose(expected, mode.Gradient, mode.Mode));
    }

    [Theory, MemberData(nameof(Second))]
    public void Hessians_are_right_in_every_mode(int row)
    {
        (_, Function f, double[] at, double[] expected) = _second[row];
        Assert.All(new Modes<double>(f).Hessians(at), mode => AssertClose(expected, mode.Hessian, mode.Mode));
    }

    /// <summary>1 + 2 x + 3 x² + 4 x³ by constant powers: the third derivative at 0 is 24.</summary>
    [Fact]
    public void Third_derivative_of_powers_at_0_is_right()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable([0.0]), y = Polynomial(x);
        for (int order = 0; order < 3; order++)
            y = tape.Grad(y.Sum(), x)!;
        Assert.Equal(24, y.Value.GetValue(0), 1e-12);
    }


    /// <summary>Two losses of one norm on one tape do not mix.</summary>
    [Fact]
    public void Losses_of_one_norm_keep_their_second_derivatives_apart()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable([0.0, 0]), r = x.Norm();
        Variable<double> first = tape.Grad(r.Square(), x)!, second = tape.Grad(3 * r.Square(), x)!;
        Assert.Equal([2.0, 0], tape.Grad(first[0], x)!.Value.ToArray());
        Assert.Equal([6.0, 0], tape.Grad(second[0], x)!.Value.ToArray());
    }

    private static IEnumerable<TheoryDataRow<int>> Rows(string[] sources) =>
        sources.Select((source, i) => new TheoryDataRow<int>(i) { Label = source });

    private static void AssertClose(double[] expected, double[] actual, string mode)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            bool isSame = double.IsFinite(expected[i])
                ? Math.Abs(expected[i] - actual[i]) <= 1e-13 * Math.Max(1, Math.Abs(expected[i]))
                : expected[i].Equals(actual[i]);
            if (!isSame)
                Assert.Fail($"{mode}: ({string.Join(", ", actual)}), expected ({string.Join(", ", expected)}).");
        }
    }

    private static Variable<double> Missing(Variable<double> x) =>
        x.Tape.Constant(Tensor.Create<double>([double.NaN, 1, 5]));

    private static Variable<double> Rows(Variable<double> x) =>
        x.Tape.Constant(Tensor.Create<double>([double.NaN, Inf, 1, 4], [2, 2]));

    private static Variable<double> Mask(Variable<double> x) =>
        x.Tape.Constant(Tensor.Create<double>([0, 1], [2, 1]));

    private static Variable<double> Weights(Variable<double> x) => x.Tape.Constant(Tensor.Create<double>([1, 2]));

    private static Variable<double> Distances(Variable<double> x, double order) =>
        x.Reshape(1, 2).Cdist(x.Tape.Constant(Tensor.Create<double>([0, 0], [1, 2])), order);

    private static Variable<double> Polynomial(Variable<double> x) => (x.Reshape(1, 1).Pow(
        x.Tape.Constant(Tensor.Arange(4.0))) * x.Tape.Constant(Tensor.Create<double>([1, 2, 3, 4]))).Sum();

    private static Variable<double> Matern52(Variable<double> x)
    {
        Variable<double> r = Math.Sqrt(5) * x.Norm();
        return (1 + r + r.Square() / 3) * (-r).Exp();
    }

    private static Variable<double> Matern32(Variable<double> x)
    {
        Variable<double> r = Math.Sqrt(3) * x.Norm(2, 1);
        return (1 + r) * (-r).Exp();
    }
}
