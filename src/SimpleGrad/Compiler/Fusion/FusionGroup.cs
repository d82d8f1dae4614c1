using System.Numerics;

namespace SimpleGrad;

/// <summary>Nodes that become one kernel: elementwise operators of one shape, and sums of what they compute.</summary>
internal sealed class FusionGroup(Shape shape)
{
    /// <summary>The shape that the kernel loops over.</summary>
    public Shape Shape => shape;

    /// <summary>The nodes, in the order of the graph.</summary>
    public List<int> Nodes { get; } = [];

    /// <summary>The groups, and the nodes that are not in groups, that must be done before.</summary>
    public HashSet<object> Before { get; } = [];
}

/// <summary>Puts the nodes of a graph into groups that can each be one pass over memory.</summary>
/// <remarks>
/// A node joins the groups of what it reads, where their shape is its own and nothing would have to wait for itself: a
/// node must not join a group that it needs the finished result of (a sum, or something that passed through a matrix
/// product). Groups that read the same values join too, so that these are read once.
/// </remarks>
internal sealed class Fusion<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxNodes = 96; // beyond, a kernel's values no longer fit the registers by far

    private readonly Graph<T> _graph;
    private readonly FusionGroup?[] _groups;
    private readonly HashSet<object>[] _before; // for nodes outside groups: all that must be done before
    private readonly Dictionary<int, List<FusionGroup>> _readers = [];
    private readonly List<FusionGroup> _all = [];

    private Fusion(Graph<T> graph)
    {
        _graph = graph;
        _groups = new FusionGroup?[graph.Nodes.Length];
        _before = new HashSet<object>[graph.Nodes.Length];
    }

    /// <summary>The group of each node, or null.</summary>
    public static FusionGroup?[] Run(Graph<T> graph)
    {
        var fusion = new Fusion<T>(graph);
        bool[] isNeeded = graph.Needed();
        for (int i = 0; i < isNeeded.Length; i++)
        {
            if (isNeeded[i] && graph[i].Operator is not null)
                fusion.Place(i);
        }
        return fusion._groups;
    }

    /// <summary>What an elementwise operator reads in place of a node: through expansions, what they expand.</summary>
    public static int Source(Graph<T> graph, int node)
    {
        while (graph[node].Operator is ExpandOperator<T>)
            node = graph[node].Inputs[0];
        return node;
    }

    /// <summary>The shape of the loop that can compute a node, or null.</summary>
    public static Shape? LoopShape(Graph<T> graph, int node) => graph[node] switch
    {
        { Operator: IElementwise<T> { HasVectors: true } } own => own.Shape,
        { Operator: ISum } sum => graph[sum.Inputs[0]].Shape,
        _ => null,
    };

    private void Place(int node)
    {
        Shape? shape = LoopShape(_graph, node);
        // A sum by itself is a library's kernel; it joins a loop that computes what it sums.
        bool isSum = _graph[node].Operator is ISum;
        int[] inputs = [.. _graph[node].Inputs.Select(input => shape is null ? input : Source(_graph, input))];
        if (shape is null || (isSum && GroupOf(inputs[0], shape) is null))
        {
            _before[node] = Needs(inputs, null);
            return;
        }
        FusionGroup? joined = null;
        foreach (FusionGroup candidate in Candidates(inputs, shape, isSum))
        {
            if (joined == candidate)
                continue;
            if (joined is null)
            {
                if (candidate.Nodes.Count < MaxNodes && !Needs(inputs, candidate).Contains(candidate))
                    joined = candidate;
            }
            else if (joined.Nodes.Count + candidate.Nodes.Count < MaxNodes
                && !joined.Before.Contains(candidate) && !candidate.Before.Contains(joined)
                && !Needs(inputs, joined, candidate).Overlaps([joined, candidate]))
            {
                Merge(joined, candidate);
            }
        }
        if (joined is null)
        {
            if (isSum)
            {
                _before[node] = Needs(inputs, null);
                return;
            }
            _all.Add(joined = new FusionGroup(shape));
        }
        HashSet<object> needs = Needs(inputs, joined);
        joined.Nodes.Add(node);
        _groups[node] = joined;
        AddBefore(joined, needs);
        foreach (int input in inputs)
        {
            if (!_readers.TryGetValue(input, out List<FusionGroup>? readers))
                _readers.Add(input, readers = []);
            readers.Add(joined);
        }
    }

    /// <summary>Groups that compute what a node reads; then those that read the same.</summary>
    private IEnumerable<FusionGroup> Candidates(int[] inputs, Shape shape, bool isSum)
    {
        foreach (int input in inputs)
        {
            if (GroupOf(input, shape) is { } group)
                yield return group;
        }
        if (isSum)
            yield break;
        foreach (int input in inputs)
        {
            if (_graph[input].Constant is null && _readers.TryGetValue(input, out List<FusionGroup>? readers))
            {
                foreach (FusionGroup group in readers.ToArray())
                {
                    if (_all.Contains(group) && group.Shape == shape)
                        yield return group;
                }
            }
        }
    }

    /// <summary>The group in whose loop a value is at hand.</summary>
    private FusionGroup? GroupOf(int node, Shape shape) =>
        _groups[node] is { } group && group.Shape == shape && _graph[node].Operator is not ISum ? group : null;

    /// <summary>All that must be done before a node, if it is in the given groups or in none.</summary>
    private HashSet<object> Needs(int[] inputs, params ReadOnlySpan<FusionGroup?> groups)
    {
        var needs = new HashSet<object>();
        foreach (int input in inputs)
        {
            if (_groups[input] is { } group)
            {
                needs.UnionWith(group.Before);
                if (!groups.Contains(group) || _graph[input].Operator is ISum)
                    needs.Add(group);
            }
            else if (_graph[input].Operator is not null)
            {
                needs.UnionWith(_before[input]);
                needs.Add(input);
            }
        }
        return needs;
    }

    private void AddBefore(FusionGroup group, HashSet<object> needs)
    {
        if (needs.IsSubsetOf(group.Before))
            return;
        group.Before.UnionWith(needs);
        foreach (FusionGroup other in _all)
        {
            if (other.Before.Contains(group))
                other.Before.UnionWith(needs);
        }
        foreach (HashSet<object>? before in _before)
        {
            if (before is not null && before.Contains(group))
                before.UnionWith(needs);
        }
    }

    private void Merge(FusionGroup group, FusionGroup other)
    {
        foreach (int node in other.Nodes)
            _groups[node] = group;
        group.Nodes.AddRange(other.Nodes);
        group.Nodes.Sort();
        _all.Remove(other);
        foreach (List<FusionGroup> readers in _readers.Values)
        {
            for (int i = 0; i < readers.Count; i++)
                readers[i] = readers[i] == other ? group : readers[i];
        }
        foreach (HashSet<object> before in _all.Select(each => each.Before).Concat(_before.Where(set => set is not null)))
        {
            if (before.Remove(other))
                before.Add(group);
        }
        AddBefore(group, other.Before);
    }
}
