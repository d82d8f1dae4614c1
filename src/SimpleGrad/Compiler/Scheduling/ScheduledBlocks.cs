using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Kernels over equally many elements that all run on one block of elements, then on the next. What only they read is
/// there for one block at a time and stays in the cache.
/// </summary>
/// <param name="Parts">The kernels in their order.</param>
/// <param name="Inputs">The values that they read from outside.</param>
/// <param name="Outputs">The values that are in memory afterwards.</param>
/// <param name="Locals">The other values that they compute.</param>
/// <param name="BlockLength">The elements of a block.</param>
internal sealed record ScheduledBlocks<T>(
    ScheduledKernel<T>[] Parts, int[] Inputs, int[] Outputs, ScheduledBlocks<T>.Local[] Locals, int BlockLength)
    : ScheduleStep<T>(Inputs, Outputs)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override IReadOnlyList<ScheduledKernel<T>> Kernels => Parts;

    public override IEnumerable<int> LocalValues => Locals.Select(local => local.Value);

    /// <summary>A value that is there for one block at a time.</summary>
    /// <param name="Value">The value.</param>
    /// <param name="Buffer">The buffer, of a block's length, that it is in. Others are in it before and after.</param>
    internal readonly record struct Local(int Value, int Buffer);

    /// <summary>The elements that each kernel loops over.</summary>
    public int Length => Parts[0].Shape.FlattenedLength;

    /// <summary>How many buffers the local values need.</summary>
    public int BufferCount => Locals.Length == 0 ? 0 : Locals.Max(local => local.Buffer) + 1;

    public override ScheduledBlocks<T> Renumbered(Func<int, int> valueOf) => new(
        Array.ConvertAll(Parts, kernel => kernel.Renumbered(valueOf)), Renumbered(Inputs, valueOf),
        Renumbered(Outputs, valueOf), Array.ConvertAll(Locals, local => local with { Value = valueOf(local.Value) }),
        BlockLength);
}
