using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Takes down how parts of a result are computed from parts of inputs: its elements, or all that has one index along
/// its last axis.
/// </summary>
internal abstract class ElementWriter<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Stands for a part that is known to be zero.</summary>
    public const int Zero = -1;

    /// <summary>An operator on parts.</summary>
    /// <returns>What stands for the result.</returns>
    public abstract int Apply(Operator<T> op, params ReadOnlySpan<int> operands);

    /// <summary>A part under another shape.</summary>
    public abstract int Reshaped(int part, Shape shape);

    /// <summary>A part repeated to a shape.</summary>
    public abstract int Expanded(int part, Shape shape);

    /// <summary>A part repeated to a shape, with numbers also where it is known to be zero.</summary>
    public abstract int Solid(int part, Shape shape);
}
