using ScottPlot;

namespace SimpleGrad.Cli;

/// <summary>Draws a fit: above the data and the curve, below the residuals.</summary>
internal static class FitPlot
{
    private const int PanelWidth = 900;
    private const int Height = 800;
    private const int CurvePoints = 500;

    /// <exception cref="MistakeException">No picture can be written there.</exception>
    public static void Check(string path)
    {
        if (!path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            throw new MistakeException($"--plot writes PNG: the name must end with .png, not as '{path}' does.");
        if (Directory.Exists(path))
            throw new MistakeException($"--plot: '{path}' is a directory.");
        if (!Directory.Exists(FolderOf(path)))
            throw new MistakeException($"--plot: there is no directory '{FolderOf(path)}'.");
    }

    /// <summary>Writes the picture, whole or not at all.</summary>
    public static void Save(string path, FitProblem problem, LeastSquaresFit fit)
    {
        string temporary = Path.Combine(FolderOf(path), $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.png");
        try
        {
            Draw(problem, fit).SavePng(temporary, PanelWidth, Height);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException)
        {
            throw new MistakeException("--plot: the tool has no native part of its drawing library for this system.");
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static Multiplot Draw(FitProblem problem, LeastSquaresFit fit)
    {
        var both = new Multiplot();
        both.AddPlots(2);
        Plot above = both.GetPlot(0), below = both.GetPlot(1);
        double[] y = problem.Y!.ToArray(), fitted = fit.Fitted.ToArray(), residuals = fit.Residuals.ToArray();
        // One column makes a curve; of several the fitted value is all that can be drawn on one axis.
        bool isCurve = problem.Predictors.Count == 1;
        double[] at = isCurve ? problem.X.ToArray() : fitted;
        string axis = isCurve ? problem.Predictors[0] : "fitted";
        above.Add.Markers(at, y).LegendText = "data";
        (double[] curveX, double[] curveY) = isCurve ? Curve(problem, fit, at) : (Ends(fitted), Ends(fitted));
        ScottPlot.Plottables.Scatter curve = above.Add.ScatterLine(curveX, curveY);
        curve.LegendText = "fit";
        curve.LineWidth = 2;
        above.ShowLegend();
        above.XLabel(axis);
        above.YLabel("measured");
        below.Add.Markers(at, residuals);
        below.Add.HorizontalLine(0, 1);
        below.XLabel(axis);
        below.YLabel("residual");
        return both;
    }

    private static (double[] X, double[] Y) Curve(FitProblem problem, LeastSquaresFit fit, double[] at)
    {
        double from = at.Min(), to = at.Max();
        double[] x = [.. Enumerable.Range(0, CurvePoints).Select(i => from + (to - from) * i / (CurvePoints - 1))];
        Tensor<double> values = TensorFunction.Of<double>(problem.Model).Invoke(
            Tensor.Create<double>(fit.Estimates), Tensor.Create<double>(x, [1, CurvePoints]));
        double[] y = values.Expand([CurvePoints]).ToArray();
        // Between the measurements the curve may have a pole.
        int[] finite = [.. Enumerable.Range(0, CurvePoints).Where(i => double.IsFinite(y[i]))];
        return ([.. finite.Select(i => x[i])], [.. finite.Select(i => y[i])]);
    }

    private static double[] Ends(double[] values) => [values.Min(), values.Max()];

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;
}
