namespace SimpleGrad.Tests.Golden;

internal static partial class OperatorAdapters
{
    /// <summary>Special functions, rounding and activations.</summary>
    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Functions => new()
    {
        ["acos"] = c => [c.X.Acos()],
        ["acosh"] = c => [c.X.Acosh()],
        ["asin"] = c => [c.X.Asin()],
        ["asinh"] = c => [c.X.Asinh()],
        ["atan"] = c => [c.X.Atan()],
        ["atan2"] = c => [c.X.Atan2(c.Y)],
        ["atanh"] = c => [c.X.Atanh()],
        ["ceil"] = c => [c.X.Ceiling()],
        ["cosh"] = c => [c.X.Cosh()],
        ["digamma"] = c => [c.X.Digamma()],
        ["elu"] = c => [c.X.Elu(c.Number("alpha"))],
        ["erf"] = c => [c.X.Erf()],
        ["erfc"] = c => [c.X.Erfc()],
        ["erfinv"] = c => [c.X.Erfinv()],
        ["exp2"] = c => [c.X.Exp2()],
        ["floor"] = c => [c.X.Floor()],
        ["fmax"] = c => [c.X.Fmax(c.Y)],
        ["fmin"] = c => [c.X.Fmin(c.Y)],
        ["fmod"] = c => [c.X.Fmod(c.Y)],
        ["gelu"] = c => [c.Text("approximate") == "tanh" ? c.X.GeluTanh() : c.X.Gelu()],
        ["hardtanh"] = c => [c.X.Hardtanh(c.Number("min_val"), c.Number("max_val"))],
        ["hypot"] = c => [c.X.Hypot(c.Y)],
        ["leaky_relu"] = c => [c.X.LeakyRelu(c.Number("negative_slope"))],
        ["lgamma"] = c => [c.X.Lgamma()],
        ["log10"] = c => [c.X.Log10()],
        ["log2"] = c => [c.X.Log2()],
        ["log_softmax"] = c => [c.X.LogSoftmax(c.Int("dim"))],
        ["logsigmoid"] = c => [c.X.LogSigmoid()],
        ["mish"] = c => [c.X.Mish()],
        ["remainder"] = c => [c.X.Remainder(c.Y)],
        ["round"] = c => [c.X.Round()],
        ["rsqrt"] = c => [c.X.Rsqrt()],
        ["silu"] = c => [c.X.Silu()],
        ["sinh"] = c => [c.X.Sinh()],
        ["softmax"] = c => [c.X.Softmax(c.Int("dim"))],
        ["softsign"] = c => [c.X.Softsign()],
        ["trunc"] = c => [c.X.Truncate()],
    };

    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Losses => new()
    {
        ["bce_with_logits"] = c => [c.X.BinaryCrossEntropyWithLogits(c.Y, Reduction(c))],
        ["cross_entropy"] = c => [c.X.CrossEntropy(
            c.Index(c.HasInput("target") ? "target" : "y"), Reduction(c), Weight(c), IgnoreIndex(c),
            c.NumberOrNone("label_smoothing") ?? 0)],
        ["cross_entropy_prob"] = c => [
            c.X.CrossEntropy(c["target"], Reduction(c), Weight(c), c.NumberOrNone("label_smoothing") ?? 0)],
        ["huber_loss"] = c => [c.X.HuberLoss(c.Y, Reduction(c), c.NumberOrNone("delta") ?? 1)],
        ["kl_div"] = c => [c.X.KlDiv(c.Y, Reduction(c))],
        ["l1_loss"] = c => [c.X.L1Loss(c.Y, Reduction(c))],
        ["mse_loss"] = c => [c.X.MseLoss(c.Y, Reduction(c))],
        ["nll_loss"] = c => [c.X.NllLoss(c.Index("target"), Reduction(c), Weight(c), IgnoreIndex(c))],
        ["smooth_l1_loss"] = c => [c.X.SmoothL1Loss(c.Y, Reduction(c), c.NumberOrNone("beta") ?? 1)],
    };

    private static LossReduction Reduction(OperatorCall call) => call.HasArgument("reduction")
        ? Enum.Parse<LossReduction>(call.Text("reduction"), ignoreCase: true)
        : LossReduction.Mean;

    private static Variable<double>? Weight(OperatorCall call) => call.HasInput("weight") ? call["weight"] : null;

    private static int IgnoreIndex(OperatorCall call) => (int)(call.NumberOrNone("ignore_index") ?? -100);
}
