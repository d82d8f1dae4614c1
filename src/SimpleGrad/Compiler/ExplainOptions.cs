namespace SimpleGrad;

/// <summary>What an explanation of a compiled function shows.</summary>
public sealed record ExplainOptions
{
    /// <summary>
    /// How often the function is differentiated: with 0 the function alone is shown, with 1 its propagate too, with 2
    /// the propagate of that.
    /// </summary>
    public int Order { get; init; } = 1;

    /// <summary>Whether what each stage of the compiler gives is shown too.</summary>
    public bool Passes { get; init; }

    /// <summary>
    /// The only pattern of known zeros to show: for each output of the entry (the results, then the saved values)
    /// whether its gradient is there. Null for those that were used.
    /// </summary>
    public IReadOnlyList<bool>? Pattern { get; init; }

    /// <summary>
    /// For each input, whether its gradient is wanted: another thing on which propagate depends. Null for all, or those
    /// that were used.
    /// </summary>
    public IReadOnlyList<bool>? Wanted { get; init; }

    /// <summary>The shapes of the indices; null for those of the last call.</summary>
    public IReadOnlyList<Shape>? Indices { get; init; }
}
