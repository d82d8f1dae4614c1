using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// What the rule of a norm's gradient asks the sweep for. Where a norm r is 0, the gradient g(r) x / r of a smooth
/// function of it has the derivative g'(0): a limit of 0 / 0 that no rule can know from g, x and r, but that the sweep
/// finds by differentiating g once more.
/// </summary>
internal abstract class OriginLimits<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The derivative of the first input of an entry by its third one; null for known zero.</summary>
    public abstract Variable<T>? OfInput(int entry);

    /// <summary>
    /// The derivative of the gradient that arrives at an entry by its third input; null for known zero.
    /// </summary>
    public abstract Variable<T>? OfGradient(int entry, Variable<T> gradient);
}
