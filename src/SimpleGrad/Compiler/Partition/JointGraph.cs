using System.Numerics;

namespace SimpleGrad;

/// <summary>A function and the gradients of its results by all its inputs, nothing being saved between them.</summary>
/// <param name="Function">The function.</param>
/// <param name="Graph">Its inputs are those of the function, and then a gradient for each result that is not known
/// zero. Its outputs are a gradient for each input of the function, and then the values of
/// <paramref name="Operators"/>.</param>
/// <param name="Operators">The nodes of the function that operators compute.</param>
internal sealed record JointGraph<T>(Graph<T> Function, Graph<T> Graph, int[] Operators)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The graph with the gradients as its only outputs.</summary>
    public Graph<T> Gradients => new(
        Graph.Nodes.ToArray(), Graph.Inputs.ToArray(), Graph.Outputs[..Function.Inputs.Length].ToArray());

    /// <summary>For each node of the graph the node of the function that has the same value; -1 where there is none.
    /// </summary>
    public int[] NodesOfFunction()
    {
        var nodes = new int[Graph.Nodes.Length];
        nodes.AsSpan().Fill(-1);
        for (int i = Operators.Length - 1; i >= 0; i--)
            nodes[Graph.Outputs[Function.Inputs.Length + i]] = Operators[i];
        return nodes;
    }

    /// <summary>Which nodes of the graph depend on a gradient, so that only propagate can compute them.</summary>
    public bool[] DependOnGradients()
    {
        var depend = new bool[Graph.Nodes.Length];
        foreach (int gradient in Graph.Inputs[Function.Inputs.Length..])
            depend[gradient] = true;
        for (int i = 0; i < depend.Length; i++)
        {
            foreach (int input in Graph[i].Inputs)
                depend[i] |= depend[input];
        }
        return depend;
    }
}
