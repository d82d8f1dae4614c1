using System.Numerics;

namespace SimpleGrad;

/// <summary>Takes down how elements of a result are computed from those of inputs, by operators on single numbers.
/// </summary>
internal abstract class ElementWriter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Stands for an element that is known to be zero.</summary>
    public const int Zero = -1;

    /// <summary>An operator on elements.</summary>
    /// <returns>What stands for the result.</returns>
    public abstract int Apply(Operator<T> op, params ReadOnlySpan<int> operands);
}
