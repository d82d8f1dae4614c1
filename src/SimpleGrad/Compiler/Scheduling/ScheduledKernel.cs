using System.Numerics;

namespace SimpleGrad;

/// <summary>A kernel over a shape.</summary>
/// <param name="Kernel">What it computes for each element.</param>
/// <param name="Shape">The shape that it loops over.</param>
/// <param name="Sources">What it reads, in the order of the kernel's sources.</param>
/// <param name="Outputs">The values that it computes, in the order of the kernel's targets.</param>
/// <param name="Summed">For each output the axes that it is a sum along; null for one that is stored.</param>
internal sealed record ScheduledKernel<T>(
    Kernel<T> Kernel, Shape Shape, KernelSource[] Sources, int[] Outputs, bool[]?[] Summed)
    : ScheduleStep<T>(Array.ConvertAll(Sources, source => source.Value), Outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override IReadOnlyList<ScheduledKernel<T>> Kernels => [this];

    /// <summary>Whether each sum is over all axes.</summary>
    public bool SumsAll => Array.TrueForAll(Summed, axes => axes is null || IsAll(axes, Shape));

    public override ScheduledKernel<T> Renumbered(Func<int, int> valueOf) => new(
        Kernel, Shape, Array.ConvertAll(Sources, source => source with { Value = valueOf(source.Value) }),
        Renumbered(Outputs, valueOf), Summed);

    private static bool IsAll(bool[] summed, Shape shape)
    {
        for (int i = 0; i < summed.Length; i++)
        {
            if (!summed[i] && shape[i] != 1)
                return false;
        }
        return true;
    }
}
