namespace SimpleGrad;

/// <summary>How far a fit has come.</summary>
/// <param name="Iteration">The number of the iteration that begins.</param>
/// <param name="Cost">What is made small: half the sum of squares, or the negative logarithm of the likelihood.</param>
public readonly record struct FitProgress(int Iteration, double Cost);

/// <summary>What a fit may be told beside the function, the data and the start.</summary>
public record FitOptions
{
    /// <summary>The names of the parameters; b1, b2, … where left out.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>
    /// The least and the greatest value allowed to each parameter; infinite where there is none. Two equal bounds keep
    /// a parameter at their value.
    /// </summary>
    public IReadOnlyList<(double Lower, double Upper)>? Bounds { get; init; }

    /// <summary>How many iterations are made at most.</summary>
    public int MaxIterations { get; init; } = 2000;

    /// <summary>Is told of each iteration, on the thread that computes.</summary>
    public IProgress<FitProgress>? Progress { get; init; }

    /// <summary>Ends the search from outside.</summary>
    public CancellationToken CancellationToken { get; init; }
}

/// <summary>How the greatest likelihood is searched for.</summary>
public enum LikelihoodMethod
{
    /// <summary>Newton's method with the exact Hessian, within a trust region.</summary>
    Newton,

    /// <summary>
    /// First L-BFGS, which needs gradients alone, and Newton's method at the end: for many parameters, without bounds.
    /// </summary>
    Lbfgs,
}

/// <summary>What a fit by maximum likelihood may be told beside the function, the data and the start.</summary>
public sealed record LikelihoodOptions : FitOptions
{
    /// <summary>Options as they are where nothing is said.</summary>
    public LikelihoodOptions()
    {
    }

    /// <summary>Options that share with others what all fits have.</summary>
    public LikelihoodOptions(FitOptions common) : base(common)
    {
    }

    /// <summary>How the search goes.</summary>
    public LikelihoodMethod Method { get; init; }
}

/// <summary>How the residuals count.</summary>
public enum ResidualLoss
{
    /// <summary>Their squares: least squares.</summary>
    Squared,

    /// <summary>Squares up to the loss scale, and from there a line (Huber).</summary>
    Huber,

    /// <summary>A smooth Huber: 2 (sqrt(1 + z) - 1), where z is the square of residual over scale.</summary>
    SoftL1,

    /// <summary>The logarithm of 1 + z: a residual far off hardly counts.</summary>
    Cauchy,

    /// <summary>The arc tangent of z: a residual far off counts like any other far off.</summary>
    Arctan,
}

/// <summary>What a fit by least squares may be told beside the function, the data and the start.</summary>
public sealed record LeastSquaresOptions : FitOptions
{
    /// <summary>Options as they are where nothing is said.</summary>
    public LeastSquaresOptions()
    {
    }

    /// <summary>Options that share with others what all fits have.</summary>
    public LeastSquaresOptions(FitOptions common) : base(common)
    {
    }

    /// <summary>A factor for the square of each residual, not negative; all 1 where left out.</summary>
    public Tensor<double>? Weights { get; init; }

    /// <summary>How the residuals count.</summary>
    public ResidualLoss Loss { get; init; }

    /// <summary>The residual, once weighted, from which on a loss treats it as far off.</summary>
    public double LossScale { get; init; } = 1;
}
