namespace SimpleGrad.Tests.Golden;

internal static partial class OperatorAdapters
{
    /// <summary>Functions that a user would write with the operators.</summary>
    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Compositions => new()
    {
        ["attention"] = c => [
            Softmax(c["q"].MatMul(c["k"].Transpose()) / Math.Sqrt(3), -1).MatMul(c["v"])],
        ["bce_with_logits"] = c => [Reduce(c, c.X.Maximum(0) - c.X * c.Y + (-c.X.Abs()).Exp().Log1p())],
        ["clamp_tensor"] = c => [c.HasInput("hi") ? Clamp(c.X, c["lo"], c["hi"]) : AtLeast(c.X, c["lo"])],
        ["cosine_similarity"] = c => [CosineSimilarity(c.X, c.Y, c.Int("dim"))],
        ["cross"] = c => [Roll(c.X, 1) * Roll(c.Y, 2) - Roll(c.X, 2) * Roll(c.Y, 1)],
        ["cross_entropy_prob"] = c => [Reduce(c, -(c["target"] * LogSoftmax(c.X, 1)).Sum(1))],
        ["elu"] = c => [Variable.Where(c.X <= 0, c.Number("alpha") * Variable.Where(c.X <= 0, c.X, 0).Expm1(), c.X)],
        ["exp2"] = c => [(c.X * Math.Log(2)).Exp()],
        ["hardtanh"] = c => [c.X.Clamp(c.Number("min_val"), c.Number("max_val"))],
        ["huber_loss"] = c => [Reduce(c, Huber(c.X - c.Y))],
        ["kl_div"] = c => [Reduce(c, Variable.Where(c.Y.EqualTo(0), 0, c.Y * c.Y.Log()) - c.Y * c.X)],
        ["kron"] = c => [Kron(c.X, c.Y)],
        ["l1_loss"] = c => [Reduce(c, (c.X - c.Y).Abs())],
        ["layer_norm"] = c => [Normalized(c.X, c.X.Rank - 1) * c["weight"] + c["bias"]],
        ["leaky_relu"] = c => [Variable.Where(c.X > 0, c.X, c.Number("negative_slope") * c.X)],
        ["log10"] = c => [c.X.Log() / Math.Log(10)],
        ["log2"] = c => [c.X.Log() / Math.Log(2)],
        ["log_softmax"] = c => [LogSoftmax(c.X, c.Int("dim"))],
        ["logsigmoid"] = c => [-(-c.X).Softplus()],
        ["mish"] = c => [c.X * c.X.Softplus().Tanh()],
        ["mlp"] = c => [(c.X.MatMul(c["w1"]) + c["b1"]).Tanh().MatMul(c["w2"])],
        ["mse_loss"] = c => [Reduce(c, (c.X - c.Y).Square())],
        ["normal_pdf"] = c => [
            (-0.5 * ((c.X - c["m"]) / c["s"]).Pow(2)).Exp() / (c["s"] * Math.Sqrt(2 * 3.141592653589793))],
        ["rosenbrock"] = c => [((1 - c.X[..^1]).Pow(2) + 100 * (c.X[1..] - c.X[..^1].Pow(2)).Pow(2)).Sum()],
        ["rsqrt"] = c => [c.X.Sqrt().Reciprocal()],
        ["silu"] = c => [c.X * c.X.Sigmoid()],
        ["simple"] = c => [(c["a"] + c["b"]) * c["b"]],
        ["smooth_l1_loss"] = c => [Reduce(c, Huber(c.X - c.Y))],
        ["softmax"] = c => [Softmax(c.X, c.Int("dim"))],
        ["softplus_naive"] = c => [(1 + c.X.Exp()).Log()],
        ["softsign"] = c => [c.X / (1 + c.X.Abs())],
        ["where_log"] = c => [Variable.Where(c.X > 0, c.X.Log(), c.X)],
        ["where_safe_sqrt"] = c => [Variable.Where(c.X > 0, Variable.Where(c.X > 0, c.X, 1).Sqrt(), 0)],
        ["where_sqrt"] = c => [Variable.Where(c.X > 0, c.X.Sqrt(), 0)],
    };

    private static Variable<double> Reduce(OperatorCall call, Variable<double> loss) => call.Text("reduction") switch
    {
        "mean" => loss.Mean(),
        "sum" => loss.Sum(),
        _ => loss,
    };

    /// <summary>The gradient goes to the bound only where x lies beyond it: not at a tie, and not for NaN.</summary>
    private static Variable<double> AtLeast(Variable<double> x, Variable<double> least) =>
        Variable.Where(x >= least, x, Variable.Where(x < least, least, x.Detach()));

    private static Variable<double> Clamp(Variable<double> x, Variable<double> least, Variable<double> greatest)
    {
        Variable<double> above = Variable.Where(x > greatest, greatest, x.Detach());
        Variable<double> beyond = Variable.Where(x < least, least.Minimum(greatest), above);
        return Variable.Where((x >= least) * (x <= greatest), x, beyond);
    }

    private static Variable<double> LogSoftmax(Variable<double> x, int axis) => x - x.LogSumExp(axis, keepDims: true);

    private static Variable<double> Softmax(Variable<double> x, int axis) => LogSoftmax(x, axis).Exp();

    private static Variable<double> Huber(Variable<double> difference) =>
        Variable.Where(difference.Abs() < 1, 0.5 * difference.Square(), difference.Abs() - 0.5);

    private static Variable<double> Normalized(Variable<double> x, int axis)
    {
        Variable<double> centred = x - x.Mean(axis, keepDims: true);
        return centred / (centred.Square().Mean(axis, keepDims: true) + 1e-5).Sqrt();
    }

    private static Variable<double> CosineSimilarity(Variable<double> x, Variable<double> y, int axis) =>
        (x * y).Sum(axis) / (x.Square().Sum(axis) * y.Square().Sum(axis)).Sqrt();

    /// <summary>The three components of the last axis, moved cyclically.</summary>
    private static Variable<double> Roll(Variable<double> x, int by) => x.Roll(-by, -1);

    private static Variable<double> Kron(Variable<double> x, Variable<double> y) =>
        (x.Reshape(x.Shape[0], 1, x.Shape[1], 1) * y.Reshape(1, y.Shape[0], 1, y.Shape[1]))
            .Reshape(x.Shape[0] * y.Shape[0], x.Shape[1] * y.Shape[1]);
}
