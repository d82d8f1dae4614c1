namespace SimpleGrad.Tests.Golden;

internal static partial class OperatorAdapters
{
    /// <summary>Convolution and pooling.</summary>
    private static Dictionary<string, Func<OperatorCall, Variable<double>[]>> Windows => new()
    {
        ["avg_pool1d"] = c => [c.X.AvgPool1d(
            c.Int("kernel_size"), c.IntOrNone("stride"), c.IntOrNone("padding") ?? 0, c.Flag("ceil_mode"),
            !c.HasArgument("count_include_pad") || c.Flag("count_include_pad"))],
        ["conv1d"] = c => [IsSame(c)
            ? c.X.Conv1d(c["w"], Bias(c), ConvolutionPadding.Same, c.IntOrNone("dilation") ?? 1, Groups(c))
            : c.X.Conv1d(
                c["w"], Bias(c), c.IntOrNone("stride") ?? 1, c.IntOrNone("padding") ?? 0, c.IntOrNone("dilation") ?? 1,
                Groups(c))],
        ["conv2d"] = c => [IsSame(c)
            ? c.X.Conv2d(c["w"], Bias(c), ConvolutionPadding.Same, c.IntOrNone("dilation") ?? 1, Groups(c))
            : c.X.Conv2d(
                c["w"], Bias(c), Pair(c, "stride") ?? (1, 1), Pair(c, "padding"), Pair(c, "dilation"), Groups(c))],
        ["max_pool1d"] = c => [c.X.MaxPool1d(
            c.Int("kernel_size"), c.IntOrNone("stride"), c.IntOrNone("padding") ?? 0, c.IntOrNone("dilation") ?? 1,
            c.Flag("ceil_mode"))],
    };

    private static bool IsSame(OperatorCall call) => call.Expr.Contains("padding=\"same\"", StringComparison.Ordinal);

    private static Variable<double>? Bias(OperatorCall call) => call.HasInput("b") ? call["b"] : null;

    private static int Groups(OperatorCall call) => call.IntOrNone("groups") ?? 1;

    /// <summary>A number for both axes, or one for each.</summary>
    private static (int, int)? Pair(OperatorCall call, string name) => call.IntsOrNone(name) switch
    {
        [int both] => (both, both),
        [int height, int width] => (height, width),
        _ => null,
    };
}
