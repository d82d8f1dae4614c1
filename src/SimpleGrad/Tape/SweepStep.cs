using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// The step of a reverse sweep that is under way. What it did not make itself, a propagate rule must not write over.
/// </summary>
/// <param name="outer">The step of the sweep in which this one runs; null for none.</param>
internal sealed class SweepStep<T>(SweepStep<T>? outer) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public SweepStep<T>? Outer => outer;

    /// <summary>How many rows the tape had when the step began.</summary>
    public int FirstRow { get; set; }

    /// <summary>Gradients without a row that a user-defined rule sees.</summary>
    public Variable<T>?[] Lent { get; set; } = [];
}
