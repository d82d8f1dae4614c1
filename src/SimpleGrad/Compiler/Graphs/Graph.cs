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

    public Graph(Node<T>[] nodes, int[] inputs, int[] outputs)
    {
        _nodes = nodes;
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
            values[i] = node switch
            {
                { IsNumber: true } => Variable<T>.FromNumber(node.Constant!.Item()),
                { Constant: { } constant } => tape.Constant(constant),
                _ => op!.ApplyTo(Array.ConvertAll(node.Inputs, input => values[input]!)),
            };
        }
        return values;
    }

    /// <summary>Which values the outputs need.</summary>
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
