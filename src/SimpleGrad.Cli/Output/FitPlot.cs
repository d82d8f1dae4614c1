namespace SimpleGrad.Cli;

/// <summary>Draws a fit: above the data and the curve, below the residuals.</summary>
internal static class FitPlot
{
    private const double Width = 900, CurveHeight = 480, ResidualHeight = 280;
    private const int CurvePoints = 500;

    /// <exception cref="MistakeException">No picture can be written there.</exception>
    public static void Check(string path)
    {
        if (!path.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
            throw new MistakeException($"--plot writes SVG: the name must end with .svg, not as '{path}' does.");
        OutputFile.Check("--plot", path);
    }

    public static void Save(string path, FitProblem problem, LeastSquaresFit fit) =>
        OutputFile.Write(path, Draw(problem, fit).ToString());

    private static SvgPicture Draw(FitProblem problem, LeastSquaresFit fit)
    {
        double[] y = problem.Y!.ToArray(), fitted = fit.Fitted.ToArray(), residuals = fit.Residuals.ToArray();
        // One column makes a curve; of several the fitted value is all that can be drawn on one axis.
        bool isCurve = problem.Predictors.Count == 1;
        double[] at = isCurve ? problem.X.ToArray() : fitted;
        string axis = isCurve ? problem.Predictors[0] : "fitted";
        var above = new Chart(axis, "measured");
        above.AddMarkers(Points(at, y), "data");
        above.AddLine(isCurve ? Curve(problem, fit, at) : Points(Ends(fitted), Ends(fitted)), "fit");
        var below = new Chart(axis, "residual");
        below.AddMarkers(Points(at, residuals));
        below.AddLine(Ends(at).Select(x => new Point(x, 0)));
        var picture = new SvgPicture(Width, CurveHeight + ResidualHeight, Chart.Style, Chart.DarkStyle);
        above.Draw(picture, new(0, 0), (Width, CurveHeight));
        below.Draw(picture, new(0, CurveHeight), (Width, ResidualHeight));
        return picture;
    }

    private static IEnumerable<Point> Curve(FitProblem problem, LeastSquaresFit fit, double[] at)
    {
        double from = at.Min(), to = at.Max();
        double[] x = [.. Enumerable.Range(0, CurvePoints).Select(i => from + (to - from) * i / (CurvePoints - 1))];
        Tensor<double> values = TensorFunction.Of<double>(problem.Model).Invoke(
            Tensor.Create<double>(fit.Estimates), Tensor.Create<double>(x, [1, CurvePoints]));
        // Between the measurements the curve may have a pole.
        return Points(x, values.Expand([CurvePoints]).ToArray()).Where(point => double.IsFinite(point.Y));
    }

    private static IEnumerable<Point> Points(double[] x, double[] y) => x.Zip(y, (a, b) => new Point(a, b));

    private static double[] Ends(double[] values) => [values.Min(), values.Max()];
}
