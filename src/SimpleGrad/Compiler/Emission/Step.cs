using System.Numerics;

namespace SimpleGrad;

/// <summary>A step of a program: it computes some values from others.</summary>
/// <param name="inputs">The values that the step reads.</param>
/// <param name="outputs">The values that the step computes.</param>
internal abstract class Step<T>(int[] inputs, int[] outputs) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public int[] Inputs => inputs;

    public int[] Outputs => outputs;

    /// <param name="values">The values of the program.</param>
    /// <param name="indices">The indices that the program takes; null where it takes none.</param>
    public abstract void Run(Span<Tensor<T>?> values, BoundIndices? indices);
}
