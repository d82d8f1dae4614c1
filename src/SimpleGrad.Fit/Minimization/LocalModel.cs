namespace SimpleGrad;

/// <summary>A quadratic function that is like the objective near a point.</summary>
internal abstract class LocalModel
{
    private const double MinScale = 1e-290; // one over less, times a step, overflows

    /// <summary>The objective at the point.</summary>
    public required double Cost { get; init; }

    /// <summary>The derivatives of the objective by the parameters.</summary>
    public abstract double[] Gradient { get; }

    /// <summary>For each parameter the root of the second derivative by it: the unit that makes them alike.</summary>
    public abstract double[] Scales { get; }

    /// <summary>
    /// The unit in which a reduction of the objective counts: half the square of a step of one standard error.
    /// </summary>
    public abstract double Unit { get; }

    /// <summary>The curvature, of the greatest one, below which there is none but rounding.</summary>
    public abstract double MinCurvature { get; }

    /// <summary>A difference of the objective that may be nothing but rounding.</summary>
    public abstract double Rounding { get; }

    /// <summary>Whether all that is left of the objective is rounding.</summary>
    public bool IsExact { get; init; }

    /// <summary>
    /// How long an undamped step may be, in standard errors, for no reason but the rounding of the terms that the
    /// function adds up. From 1 on all that is left of the objective may be this rounding.
    /// </summary>
    public double StepRounding { get; init; }

    public virtual bool IsFinite =>
        double.IsFinite(Cost) && Scales.All(double.IsFinite) && Gradient.All(double.IsFinite);

    /// <summary>By how much the function is less after a step.</summary>
    public abstract double Reduction(double[] step);

    /// <summary>The derivatives of the function after a step.</summary>
    public abstract double[] GradientAfter(double[] step);

    /// <summary>The function of some parameters in units of 1 / scale, once the others have made their steps.</summary>
    public abstract Spectrum Decompose(int[] free, double[] scales, double[] others);

    /// <summary>The scales to compute with: a parameter on which nothing depends, but for rounding, has none.</summary>
    public double[] UsableScales => [.. Scales.Select(scale => scale > MinScale ? scale : 1)];

    /// <summary>Whether something depends on every direction, be it a minimum along it or not.</summary>
    public bool IsDetermined(Spectrum spectrum) => spectrum.Curvatures.All(curvature =>
        Math.Abs(curvature) > MinCurvature * spectrum.Curvatures.Max(Math.Abs));

    /// <summary>Whether it has one minimum.</summary>
    public bool IsRegular(Spectrum spectrum) => spectrum.Min > MinCurvature * spectrum.Max;
}

/// <summary>What is to be made small.</summary>
internal interface IObjective
{
    /// <summary>The value at a point; infinite or NaN where there is none.</summary>
    double Cost(double[] point);

    /// <summary>The value with its derivatives.</summary>
    LocalModel Linearize(double[] point);

    /// <summary>The first observation at which the value, or a derivative, is not finite; null where all are.</summary>
    int? NotFiniteAt(double[] point);

    /// <summary>The message for an objective without a minimum; more may follow.</summary>
    /// <param name="where">Where it gets ever less, as in "along a, b".</param>
    string NoMinimum(string where);
}
