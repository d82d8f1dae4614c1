using System.Numerics;

namespace SimpleGrad;

/// <summary>A graph whose nodes are in groups that can each be one pass over memory.</summary>
internal sealed class FusionGroups<T>(Graph<T> graph, FusionGroup?[] groups)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Graph<T> Graph => graph;

    /// <summary>The group of a node; null for one that is computed by itself.</summary>
    public FusionGroup? this[int node] => groups[node];

    /// <summary>The groups, in the order of their first nodes.</summary>
    public IEnumerable<FusionGroup> All => groups.OfType<FusionGroup>().Distinct();
}
