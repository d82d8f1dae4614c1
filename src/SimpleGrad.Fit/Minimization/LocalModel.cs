namespace SimpleGrad;

/// <summary>A quadratic function that is like the objective near a point.</summary>
internal abstract class LocalModel
{
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
    public abstract double LeastCurvature { get; }

    /// <summary>A difference of the objective that may be nothing but rounding.</summary>
    public abstract double Rounding { get; }

    /// <summary>Whether all that is left of the objective is rounding.</summary>
    public virtual bool IsExact => false;

    public virtual bool IsFinite =>
        double.IsFinite(Cost) && Scales.All(double.IsFinite) && Gradient.All(double.IsFinite);

    /// <summary>By how much the function is less after a step.</summary>
    public abstract double Reduction(double[] step);

    /// <summary>The function of some parameters in units of 1 / scale, once the others have made their steps.</summary>
    public abstract Spectrum Decompose(int[] free, double[] scales, double[] others);

    public bool IsRegular(Spectrum spectrum) => spectrum.Least > LeastCurvature * spectrum.Greatest;
}

/// <summary>What is to be made small.</summary>
internal interface IObjective
{
    /// <summary>The value at a point; infinite or NaN where there is none.</summary>
    double Cost(double[] point);

    /// <summary>The value with its derivatives.</summary>
    LocalModel Linearize(double[] point);
}
