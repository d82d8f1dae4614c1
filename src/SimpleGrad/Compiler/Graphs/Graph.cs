using System.Diagnostics;
using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A function as data: values, each computed once from earlier ones. Graphs are immutable; a pass makes another graph.
/// </summary>
[DebuggerDisplay("{DebuggerText,nq}")]
internal sealed class Graph<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of an output that is known to be zero.</summary>
    public const int Zero = -1;

    private readonly Node<T>[] _nodes;
    private readonly int[] _inputs;
    private readonly int[] _outputs;
    private readonly Dictionary<Application<T>, int[]> _siblings; // of operators with several results

    public Graph(Node<T>[] nodes, int[] inputs, int[] outputs)
    {
        _nodes = nodes;
        _inputs = inputs;
        _outputs = outputs;
        _siblings = Enumerable.Range(0, nodes.Length).Where(i => nodes[i].HasSiblings)
            .GroupBy(i => Application<T>.Of(nodes[i])).ToDictionary(group => group.Key, group => group.ToArray());
    }

    private Graph(Graph<T> graph, int[] inputs, int[] outputs)
    {
        (_nodes, _siblings) = (graph._nodes, graph._siblings);
        _inputs = inputs;
        _outputs = outputs;
    }

    /// <summary>The graph in a debugger, a value in each part.</summary>
    internal string DebuggerText => string.Join(
        "; ", GraphText.Trace(this, [.. Enumerable.Range(0, _inputs.Length).Select(i => $"x{i}")]));

    /// <summary>The values in an order in which they can be computed.</summary>
    public ReadOnlySpan<Node<T>> Nodes => _nodes;

    /// <summary>The numbers of the values that come from outside.</summary>
    public ReadOnlySpan<int> Inputs => _inputs;

    /// <summary>The numbers of the results; <see cref="Zero"/> for one that is known to be zero.</summary>
    public ReadOnlySpan<int> Outputs => _outputs;

    public Node<T> this[int node] => _nodes[node];

    /// <summary>The same values with other results.</summary>
    public Graph<T> WithOutputs(params int[] outputs) => new(this, _inputs, outputs);

    /// <summary>The same values with other inputs.</summary>
    public Graph<T> WithInputs(int[] inputs) => new(this, inputs, _outputs);

    /// <summary>A node and the other results of its operator, in the order of the graph.</summary>
    public ReadOnlySpan<int> SiblingsOf(int node) =>
        _nodes[node].HasSiblings ? _siblings[Application<T>.Of(_nodes[node])] : new int[] { node };

    /// <summary>Computes the graph on variables, whatever tape they are on.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="indices">The indices in the place of those that the function takes; null where these
    /// stay.</param>
    /// <returns>The variable of each node that is needed.</returns>
    public Variable<T>?[] Replay(Tape<T> tape, ReadOnlySpan<Variable<T>> inputs, BoundIndices? indices = null)
    {
        var values = new Variable<T>?[_nodes.Length];
        for (int i = 0; i < inputs.Length; i++)
            values[_inputs[i]] = inputs[i];
        bool[] isNeeded = Needed();
        for (int i = 0; i < _nodes.Length; i++)
        {
            if (!isNeeded[i] || values[i] is not null)
                continue;
            Node<T> node = _nodes[i];
            Operator<T>? op = indices is null ? node.Operator : node.Operator?.WithIndices(indices);
            if (node.HasSiblings)
            {
                Variable<T>[] results = op!.ApplyAll(
                    tape, Array.ConvertAll(node.Inputs, input => values[input]!));
                foreach (int sibling in SiblingsOf(i))
                    values[sibling] = results[_nodes[sibling].Output];
                continue;
            }
            values[i] = node switch
            {
                { IsNumber: true } => Variable<T>.FromNumber(node.Constant!.Item()),
                { Constant: { } constant } => tape.Constant(constant),
                _ => op!.ApplyTo(Array.ConvertAll(node.Inputs, input => values[input]!)),
            };
        }
        return values;
    }

    /// <summary>
    /// Which values the outputs need. With one result of an operator go the others: propagate may read them.
    /// </summary>
    public bool[] Needed()
    {
        var isNeeded = new bool[_nodes.Length];
        foreach (int output in _outputs)
        {
            if (output != Zero)
                isNeeded[output] = true;
        }
        for (int i = _nodes.Length - 1; i >= 0; i--)
        {
            if (!isNeeded[i])
                continue;
            foreach (int input in _nodes[i].Inputs)
                isNeeded[input] = true;
            if (!_nodes[i].HasSiblings)
                continue;
            foreach (int sibling in SiblingsOf(i))
                isNeeded[sibling] = true;
        }
        return isNeeded;
    }

    /// <summary>How often each value is read by others or as a result.</summary>
    public int[] Uses()
    {
        var uses = new int[_nodes.Length];
        foreach (Node<T> node in _nodes)
        {
            foreach (int input in node.Inputs)
                uses[input]++;
        }
        foreach (int output in _outputs)
        {
            if (output != Zero)
                uses[output]++;
        }
        return uses;
    }
}
