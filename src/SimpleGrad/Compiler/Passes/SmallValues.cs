using System.Numerics;

namespace SimpleGrad;

/// <summary>Chooses the small values that are worth being replaced by their elements.</summary>
/// <remarks>
/// Operators that compute small values hang together where one reads what another computes, unless that is a single
/// number, which is an element anyway. What hangs together is replaced if the steps that this saves take longer than
/// what vectors would have saved: arithmetic on 64 elements is faster with vectors, but not if every other step is a
/// slice.
/// </remarks>
internal sealed class SmallValues<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxElements = 64; // of a value that is replaced
    private const int Lanes = 8; // of a vector, roughly
    private const double Step = 100; // what a step takes that is no kernel, or parts two kernels, in nanoseconds
    private const double Addition = 0.25; // of two numbers
    private const int FreeNodes = 512; // so many nodes more are no matter for the time of compiling
    private const int MaxGrowth = 16; // else so many for one

    private readonly Graph<T> _graph;
    private readonly int[] _parents; // of a forest, each tree of which hangs together

    private SmallValues(Graph<T> graph)
    {
        _graph = graph;
        _parents = new int[graph.Nodes.Length];
        for (int i = 0; i < _parents.Length; i++)
            _parents[i] = i;
    }

    /// <summary>Which nodes are to be replaced.</summary>
    public static bool[] Choose(Graph<T> graph)
    {
        var values = new SmallValues<T>(graph);
        bool[] isNeeded = graph.Needed(), canBe = new bool[isNeeded.Length];
        for (int i = 0; i < canBe.Length; i++)
        {
            canBe[i] = isNeeded[i] && values.CanBeReplaced(graph[i]);
            if (!canBe[i])
                continue;
            foreach (int input in graph[i].Inputs)
            {
                if (canBe[input] && graph[input].Shape.Rank > 0)
                    values._parents[values.Root(input)] = values.Root(i);
            }
        }
        var gains = new double[canBe.Length];
        int[] nodes = new int[canBe.Length], made = new int[canBe.Length];
        for (int i = 0; i < canBe.Length; i++)
        {
            if (!canBe[i])
                continue;
            int root = values.Root(i);
            (double gain, long makes) = values.Gain(graph[i]);
            gains[root] += gain;
            nodes[root]++;
            made[root] = (int)Math.Min(int.MaxValue / 2, made[root] + makes);
        }
        for (int i = 0; i < canBe.Length; i++)
        {
            int root = values.Root(i);
            canBe[i] &= gains[root] > 0 && made[root] <= FreeNodes + (long)MaxGrowth * nodes[root];
        }
        return canBe;
    }

    private int Root(int node)
    {
        while (_parents[node] != node)
            node = _parents[node] = _parents[_parents[node]];
        return node;
    }

    private bool CanBeReplaced(Node<T> node)
    {
        if (node.Operator is not { } op || node.Shape.FlattenedLength is 0 or > MaxElements)
            return false;
        if (op is IElementwise<T> elementwise)
            return elementwise.HasVectors && node.Shape.Rank > 0;
        Shape[] shapes = Array.ConvertAll(node.Inputs, input => _graph[input].Shape);
        bool areSmall = Array.TrueForAll(shapes, shape => shape.FlattenedLength <= MaxElements);
        return op.Composition switch
        {
            Composition.Moved => shapes.Sum(shape => (long)shape.FlattenedLength) <= ElementMaps<T>.MaxMoved,
            Composition.Summed => areSmall,
            _ => areSmall && op.ElementOperators(shapes, node.Shape) > 0,
        };
    }

    /// <summary>The time that it saves to replace a value, and how many nodes it makes.</summary>
    private (double Gain, long Makes) Gain(Node<T> node)
    {
        Operator<T> op = node.Operator!;
        int length = node.Shape.FlattenedLength;
        Shape[] shapes = Array.ConvertAll(node.Inputs, input => _graph[input].Shape);
        if (op is IElementwise<T> elementwise)
        {
            double more = length - (length + Lanes - 1) / Lanes;
            bool isBroadcast = Array.Exists(shapes, shape => shape.FlattenedLength != 1 && shape != node.Shape);
            return ((isBroadcast ? Step : 0) - more * elementwise.ElementCost * Addition, length);
        }
        if (op.Composition == Composition.Summed)
        {
            int terms = shapes.Sum(shape => shape.FlattenedLength);
            return ((length == 1 ? 0 : Step) - terms * Addition, terms);
        }
        if (op.Composition == Composition.Moved)
            return (op.IsExpansion ? 0 : op.IsView ? Step / 2 : Step, 0);
        long operators = op.ElementOperators(shapes, node.Shape);
        return (Step - operators * Addition, operators);
    }
}
