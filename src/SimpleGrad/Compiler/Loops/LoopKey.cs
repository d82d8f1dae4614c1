using System.Numerics;

namespace SimpleGrad;

/// <summary>What tells the body of a loop from others: what it computes.</summary>
internal sealed class LoopKey<T>(string name, Graph<T> graph, int states, int sequences)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly string _name = name;
    private readonly Graph<T> _graph = graph;
    private readonly (int, int) _counts = (states, sequences);

    public override bool Equals(object? obj) => obj is LoopKey<T> other
        && _name == other._name && _counts == other._counts
        && _graph.Inputs.SequenceEqual(other._graph.Inputs) && _graph.Outputs.SequenceEqual(other._graph.Outputs)
        && _graph.Nodes.Length == other._graph.Nodes.Length && AreSame(other._graph);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(_counts);
        foreach (Node<T> node in _graph.Nodes)
        {
            hash.Add(node.Operator?.Identity);
            hash.Add(node.Shape);
            foreach (int input in node.Inputs)
                hash.Add(input);
        }
        return hash.ToHashCode();
    }

    private bool AreSame(Graph<T> other)
    {
        for (int i = 0; i < _graph.Nodes.Length; i++)
        {
            if (!AreSame(_graph[i], other[i]))
                return false;
        }
        return true;
    }

    private static bool AreSame(Node<T> x, Node<T> y)
    {
        if (x.Shape != y.Shape || x.Output != y.Output || !x.Inputs.AsSpan().SequenceEqual(y.Inputs))
            return false;
        if (x.Operator is not null || y.Operator is not null)
            return x.Operator?.Identity.Equals(y.Operator?.Identity) is true;
        return x.IsUniform(out T number)
            ? y.IsUniform(out T other) && Node<T>.BitsOf(number) == Node<T>.BitsOf(other)
            : x.Constant == y.Constant;
    }
}
