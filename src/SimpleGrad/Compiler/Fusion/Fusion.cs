using System.Numerics;

namespace SimpleGrad;

/// <summary>Puts the nodes of a graph into groups that can each be one pass over memory.</summary>
/// <remarks>
/// A node joins the groups of what it reads, where their shape is its own and nothing would have to wait for itself: a
/// node must not join a group that it needs the finished result of (a sum, or something that passed through a matrix
/// product). Groups that read the same values join too, so that these are read once. Time and memory are in proportion
/// to the graph: a node looks at a few groups, and <see cref="UnitOrder"/> bounds what each of them costs.
/// </remarks>
internal sealed class Fusion<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxNodes = 96; // beyond, a kernel's values no longer fit the registers by far
    private const int MaxNodesOfShort = 1024; // beyond, the runtime no longer keeps values in registers
    private const int MaxNodesOfSingle = 1024; // here it has no loop over vectors
    private const int Short = 64; // elements, for which a loop takes less time than the call of another kernel
    private const int MaxReaders = 8; // that a value knows

    private readonly Graph<T> _graph;
    private readonly FusionGroup?[] _groups; // by node
    private readonly UnitOrder _order; // of groups and of nodes outside groups
    private readonly Dictionary<int, List<int>> _readers = []; // of a node: one in each of the last groups to read it

    private Fusion(Graph<T> graph)
    {
        _graph = graph;
        _groups = new FusionGroup?[graph.Nodes.Length];
        _order = new UnitOrder(graph.Nodes.Length);
    }

    public static FusionGroups<T> Run(Graph<T> graph)
    {
        var fusion = new Fusion<T>(graph);
        bool[] isNeeded = graph.Needed();
        for (int i = 0; i < isNeeded.Length; i++)
        {
            if (isNeeded[i] && graph[i].Operator is not null)
                fusion.Add(i);
        }
        foreach (FusionGroup group in fusion._groups.OfType<FusionGroup>().Distinct())
            group.Nodes.Sort();
        return new FusionGroups<T>(graph, fusion._groups);
    }

    /// <summary>What an elementwise operator reads in place of a node: through expansions, what they expand.</summary>
    public static int Source(Graph<T> graph, int node)
    {
        while (graph[node].Operator is { IsExpansion: true })
            node = graph[node].Inputs[0];
        return node;
    }

    /// <summary>The node in whose memory a source lies: an element is read from where it is.</summary>
    public static int Memory(Graph<T> graph, int source) =>
        graph[source].Operator is IElement ? graph[source].Inputs[0] : source;

    /// <summary>The shape of the loop that can compute a node, or null.</summary>
    private static Shape? LoopShape(Graph<T> graph, int node) => graph[node] switch
    {
        { Operator: IElementwise<T> { HasVectors: true } } own => own.Shape,
        { Operator: IPack } => Shape.Scalar,
        { Operator: ISum sum, Inputs: [int x] } when HasLongRows(sum, graph[x].Shape) => graph[x].Shape,
        _ => null,
    };

    /// <summary>
    /// Whether a sum can be part of a loop: over all elements, or so that a row is summed, or added to another, in
    /// rows that are worth a call each. Else what it sums is stored in one pass, and the library sums it up.
    /// </summary>
    private static bool HasLongRows(ISum sum, Shape shape)
    {
        bool[] isSummed = sum.SummedAxes(shape);
        int row = 1;
        bool? isRowSummed = null;
        for (int axis = shape.Rank - 1; axis >= 0; axis--)
        {
            if (shape[axis] == 1)
                continue;
            isRowSummed ??= isSummed[axis];
            if (isSummed[axis] != isRowSummed)
                return row >= FusionGroup.ShortestRow;
            row *= shape[axis];
        }
        return true;
    }

    private void Add(int node)
    {
        Shape? shape = LoopShape(_graph, node);
        bool isSum = _graph[node].Operator is ISum;
        int[] inputs = Array.ConvertAll(
            _graph[node].Inputs, input => shape is null ? input : Source(_graph, input));
        FusionGroup? group = shape is null ? null : Choose(inputs, shape, isSum);
        // A sum by itself is a library's kernel; it joins a loop that computes what it sums.
        if (group is null && shape is not null && !isSum)
            group = new FusionGroup(node, shape);
        if ((group?.Number ?? node) == node)
            _order.Append(node);
        _order.Require(group?.Number ?? node, Needs(inputs, group, null));
        if (group is null)
            return;
        group.Nodes.Add(node);
        _groups[node] = group;
        foreach (int input in inputs)
            AddReader(Memory(_graph, input), node, group);
    }

    private void AddReader(int input, int node, FusionGroup group)
    {
        if (!_readers.TryGetValue(input, out List<int>? readers))
            _readers.Add(input, readers = []);
        readers.RemoveAll(reader => _groups[reader] == group || IsFull(_groups[reader]!));
        if (readers.Count == MaxReaders)
            readers.RemoveAt(0);
        readers.Add(node);
    }

    /// <summary>The group that a node joins; groups that it brings together become one.</summary>
    private FusionGroup? Choose(int[] inputs, Shape shape, bool isSum)
    {
        FusionGroup? chosen = null;
        foreach (FusionGroup other in Candidates(inputs, shape, isSum).Distinct().ToArray())
        {
            if (chosen is null)
            {
                if (!IsFull(other) && _order.TryMove(other.Number, other.Number, Needs(inputs, other, null)))
                    chosen = other;
            }
            else if (chosen.Nodes.Count + other.Nodes.Count < MaxNodesOf(chosen))
            {
                chosen = Merged(chosen, other, inputs) ?? chosen;
            }
        }
        return chosen;
    }

    private static bool IsFull(FusionGroup group) => group.Nodes.Count >= MaxNodesOf(group);

    private static int MaxNodesOf(FusionGroup group) =>
        group.Shape.FlattenedLength is var length && length <= 1 ? MaxNodesOfSingle
            : length <= Short ? MaxNodesOfShort
            : MaxNodes;

    /// <summary>Two groups as one; null if they must stay two.</summary>
    private FusionGroup? Merged(FusionGroup group, FusionGroup other, int[] inputs)
    {
        // The smaller becomes part of the larger, so that no node changes its group often.
        if (group.Nodes.Count < other.Nodes.Count)
            (group, other) = (other, group);
        if (!_order.TryMove(group.Number, other.Number, Needs(inputs, group, other)))
            return null;
        foreach (int node in other.Nodes)
            _groups[node] = group;
        group.Nodes.AddRange(other.Nodes);
        return group;
    }

    /// <summary>Groups that compute what a node reads; then those that read the same.</summary>
    private IEnumerable<FusionGroup> Candidates(int[] inputs, Shape shape, bool isSum)
    {
        foreach (int input in inputs)
        {
            if (IsAtHand(input, shape))
                yield return _groups[input]!;
        }
        foreach (int input in Array.ConvertAll(inputs, input => Memory(_graph, input)))
        {
            if (isSum || _graph[input].Constant is not null || !_readers.TryGetValue(input, out List<int>? readers))
                continue;
            foreach (int reader in readers)
            {
                if (_groups[reader]!.Shape == shape)
                    yield return _groups[reader]!;
            }
        }
    }

    /// <summary>Whether a value is computed element by element in a loop over a shape.</summary>
    private bool IsAtHand(int node, Shape shape) =>
        _groups[node] is { } group && group.Shape == shape && _graph[node].Operator is not ISum;

    /// <summary>The units that a node reads the finished results of, if it is in one of the given groups or in none.
    /// </summary>
    private int[] Needs(int[] inputs, FusionGroup? group, FusionGroup? other)
    {
        var needs = new List<int>(inputs.Length);
        foreach (int input in inputs)
        {
            FusionGroup? own = _groups[input];
            bool isInside = own is not null && (own == group || own == other) && _graph[input].Operator is not ISum;
            if (!isInside && _graph[input].Operator is not null)
                needs.Add(own?.Number ?? input);
        }
        return [.. needs];
    }
}
