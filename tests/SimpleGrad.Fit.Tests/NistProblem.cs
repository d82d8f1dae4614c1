using System.Text.Json;

namespace SimpleGrad.Tests.Fitting;

/// <summary>
/// A problem of nonlinear regression with certified results, from NIST's Statistical Reference Datasets
/// (https://www.itl.nist.gov/div898/strd/nls/nls_main.shtml, public domain).
/// </summary>
internal sealed record NistProblem(
    string Name, string Formula, double[] Start1, double[] Start2, double[] Certified, double[] StandardDeviation,
    double Rss, double ResidualSd, int DegreesOfFreedom, double[][] Data)
{
    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>The formulas of the files, as functions.</summary>
    private static readonly Dictionary<string, Func<Variable<double>, Variable<double>, Variable<double>>> _models =
        new()
        {
            ["Chwirut2"] = (b, x) => (-b[0] * x).Exp() / (b[1] + b[2] * x),
            ["DanWood"] = (b, x) => b[0] * x.Pow(b[1]),
            ["Eckerle4"] = (b, x) => b[0] / b[1] * (-0.5 * ((x - b[2]) / b[1]).Pow(2)).Exp(),
            ["Gauss1"] = (b, x) => b[0] * (-b[1] * x).Exp()
                + b[2] * (-(x - b[3]).Pow(2) / b[4].Pow(2)).Exp() + b[5] * (-(x - b[6]).Pow(2) / b[7].Pow(2)).Exp(),
            ["Hahn1"] = (b, x) => (b[0] + b[1] * x + b[2] * x * x + b[3] * x * x * x)
                / (1 + b[4] * x + b[5] * x * x + b[6] * x * x * x),
            ["Kirby2"] = (b, x) => (b[0] + b[1] * x + b[2] * x * x) / (1 + b[3] * x + b[4] * x * x),
            ["Lanczos3"] = (b, x) => b[0] * (-b[1] * x).Exp() + b[2] * (-b[3] * x).Exp() + b[4] * (-b[5] * x).Exp(),
            ["MGH10"] = (b, x) => b[0] * (b[1] / (x + b[2])).Exp(),
            ["MGH17"] = (b, x) => b[0] + b[1] * (-x * b[3]).Exp() + b[2] * (-x * b[4]).Exp(),
            ["Misra1a"] = (b, x) => b[0] * (1 - (-b[1] * x).Exp()),
            ["Misra1b"] = (b, x) => b[0] * (1 - (1 + b[1] * x / 2).Pow(-2)),
            ["Rat42"] = (b, x) => b[0] / (1 + (b[1] - b[2] * x).Exp()),
            ["Roszman1"] = (b, x) => b[0] - b[1] * x - (b[2] / (x - b[3])).Atan() / Math.PI,
        };

    public static IReadOnlyList<string> Names { get; } = [.. _models.Keys];

    public Tensor<double> Y() => Tensor.Create<double>([.. Data.Select(row => row[0])]);

    public Tensor<double> X() => Tensor.Create<double>([.. Data.Select(row => row[1])]);

    public static NistProblem Load(string name) => JsonSerializer.Deserialize<NistProblem>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "nist", $"{name}.json")), _json)!;

    /// <summary>Fits from the first or the second of the published starts.</summary>
    public LeastSquaresFit Fit(int start) => Fit(start == 1 ? Start1 : Start2);

    public LeastSquaresFit Fit(double[] start, LeastSquaresOptions? options = null) =>
        SimpleGrad.Fit.LeastSquares(_models[Name], X(), Y(), start, options);

    /// <summary>How many digits of the worst number are right: 11, as many as are certified, at most.</summary>
    public static double Digits(IEnumerable<double> found, IEnumerable<double> certified) => Math.Min(
        11, found.Zip(certified, (x, right) => x == right ? 11 : -Math.Log10(Math.Abs(x - right) / Math.Abs(right)))
            .Min());
}
