using System.Numerics;

namespace SimpleGrad;

/// <summary>What is computed for a block of lanes.</summary>
/// <param name="Length">The lanes of the block.</param>
/// <param name="Schedule">The steps.</param>
/// <param name="Plan">The plan of their memory.</param>
internal sealed record LaneBlock<T>(int Length, Schedule<T> Schedule, MemoryPlan Plan)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Graph<T> Graph => Schedule.Graph;
}
