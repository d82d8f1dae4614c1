namespace SimpleGrad.Tests.Golden;

internal static partial class OperatorAdapters
{
    /// <summary>Functions that a user would write with the operators.</summary>
    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Compositions => new()
    {
        ["attention"] = c => [
            Variable.ScaledDotProductAttention(c["q"], c["k"], c["v"], scale: 1 / Math.Sqrt(3))],
        ["clamp_tensor"] = c => [c.X.Clamp(c["lo"], c.HasInput("hi") ? c["hi"] : null)],
        ["cosine_similarity"] = c => [c.X.CosineSimilarity(c.Y, c.Int("dim"))],
        ["layer_norm"] = c => [c.X.LayerNorm([c.X.Shape[^1]], c["weight"], c["bias"])],
        ["mlp"] = c => [(c.X.MatMul(c["w1"]) + c["b1"]).Tanh().MatMul(c["w2"])],
        ["normal_pdf"] = c => [
            (-0.5 * ((c.X - c["m"]) / c["s"]).Pow(2)).Exp() / (c["s"] * Math.Sqrt(2 * 3.141592653589793))],
        ["rosenbrock"] = c => [((1 - c.X[..^1]).Pow(2) + 100 * (c.X[1..] - c.X[..^1].Pow(2)).Pow(2)).Sum()],
        ["simple"] = c => [(c["a"] + c["b"]) * c["b"]],
        ["softplus_naive"] = c => [(1 + c.X.Exp()).Log()],
        ["where_log"] = c => [Variable.Where(c.X > 0, c.X.Log(), c.X)],
        ["where_safe_sqrt"] = c => [Variable.Where(c.X > 0, Variable.Where(c.X > 0, c.X, 1).Sqrt(), 0)],
        ["where_sqrt"] = c => [Variable.Where(c.X > 0, c.X.Sqrt(), 0)],
    };
}
