namespace SimpleGrad;

/// <summary>Why there is no result of a fit.</summary>
public enum FitFailure
{
    /// <summary>The function has no finite value, or no finite derivatives, at the start.</summary>
    NotFinite,

    /// <summary>The search was not over after the greatest number of iterations.</summary>
    IterationLimit,

    /// <summary>The search found no way on from a place that is no optimum.</summary>
    NoProgress,

    /// <summary>The data do not determine all parameters.</summary>
    Singular,

    /// <summary>There is no optimum: the fit gets better without end as parameters run away.</summary>
    Unbounded,
}

/// <summary>A fit has no result.</summary>
public sealed class FitException : Exception
{
    internal FitException(FitFailure failure, double[] point, string message, int? observation = null) : base(message)
    {
        Failure = failure;
        Point = point;
        Observation = observation;
    }

    /// <summary>What went wrong.</summary>
    public FitFailure Failure { get; }

    /// <summary>The parameters at which the search ended.</summary>
    public IReadOnlyList<double> Point { get; }

    /// <summary>
    /// The first observation, counted from 0, at which the function or a derivative is not finite, where that is what
    /// went wrong; otherwise null.
    /// </summary>
    public int? Observation { get; }
}
