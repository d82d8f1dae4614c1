using System.Numerics;

namespace SimpleGrad;

/// <summary>Makes a graph value by value, or from another graph by saying what each of its values becomes.</summary>
internal sealed class GraphBuilder<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Node<T>> _nodes = [];
    private readonly List<int> _inputs = [];

    public Node<T> this[int node] => _nodes[node];

    public int Add(Node<T> node)
    {
        _nodes.Add(node);
        return _nodes.Count - 1;
    }

    public int AddInput(Shape shape)
    {
        int node = Add(Node<T>.Input(shape));
        _inputs.Add(node);
        return node;
    }

    public Graph<T> Build(int[] outputs) => new([.. _nodes], [.. _inputs], outputs);

    /// <summary>
    /// Rewrites a graph: <paramref name="rewrite"/> gets each needed operator with its inputs' new numbers and says
    /// which value of the new graph it becomes.
    /// </summary>
    public static Graph<T> Rewrite(Graph<T> graph, Func<GraphBuilder<T>, Node<T>, int> rewrite)
    {
        var builder = new GraphBuilder<T>();
        bool[] isNeeded = graph.Needed();
        var nodes = new int[graph.Nodes.Length];
        foreach (int input in graph.Inputs)
            nodes[input] = builder.AddInput(graph[input].Shape);
        for (int i = 0; i < nodes.Length; i++)
        {
            if (!isNeeded[i] || graph[i].IsInput)
                continue;
            nodes[i] = rewrite(
                builder, graph[i] with { Inputs = Array.ConvertAll(graph[i].Inputs, input => nodes[input]) });
        }
        int[] outputs = new int[graph.Outputs.Length];
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = graph.Outputs[i] is var output and not Graph<T>.Zero ? nodes[output] : Graph<T>.Zero;
        return builder.Build(outputs);
    }
}
