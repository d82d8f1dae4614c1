using System.Numerics;

namespace SimpleGrad.Tests.Compiler;

/// <summary>Verifies what each stage of a pipeline gives.</summary>
internal sealed class StageVerifier : IStageObserver
{
    public void See<T>(string stage, Graph<T> graph) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        GraphVerifier.Verify(graph, stage);

    public void See<T>(JointGraph<T> joint) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        GraphVerifier.Verify(joint.Graph, "joint differentiation");

    public void See<T>(Partition<T> partition) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        GraphVerifier.Verify(partition.Forward, "partition");

    public void See<T>(LaneBlock<T> block) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        GraphVerifier.Verify(block.Graph, "lanes");
        ScheduleVerifier.Verify(block.Schedule);
        ScheduleVerifier.Verify(block.Schedule, block.Plan);
    }

    public void See<T>(FusionGroups<T> groups) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Assert.All(groups.All, group => Assert.All(group.Nodes, node => Assert.Same(group, groups[node])));

    public void See<T>(string stage, Schedule<T> schedule) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ScheduleVerifier.Verify(schedule);

    public void See<T>(Schedule<T> schedule, MemoryPlan plan)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ScheduleVerifier.Verify(schedule, plan);
}
