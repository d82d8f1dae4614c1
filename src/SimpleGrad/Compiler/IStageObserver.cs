using System.Numerics;

namespace SimpleGrad;

/// <summary>Sees what the stages of a <see cref="CompilePipeline"/> give: to print it, or to verify it.</summary>
internal interface IStageObserver
{
    /// <summary>A graph, after the stage of a name.</summary>
    void See<T>(string stage, Graph<T> graph) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>A function and its gradients in one graph.</summary>
    void See<T>(JointGraph<T> joint) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>What is saved for propagate.</summary>
    void See<T>(Partition<T> partition) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>What is computed for a block of lanes.</summary>
    void See<T>(LaneBlock<T> block) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Which nodes become one kernel.</summary>
    void See<T>(FusionGroups<T> groups) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The steps in their order, after the stage of a name.</summary>
    void See<T>(string stage, Schedule<T> schedule) where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Which memory the values of a schedule are in, and when it is given back.</summary>
    void See<T>(Schedule<T> schedule, MemoryPlan plan) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
