using System.Numerics;

namespace SimpleGrad;

/// <summary>The propagate of a compiled function for one pattern of known zeros.</summary>
/// <param name="known">Which gradients of the entry's outputs are there.</param>
/// <param name="wanted">Which gradients of the function's inputs are wanted.</param>
/// <param name="sources">What it reads.</param>
/// <param name="function">What computes the gradients of the wanted inputs.</param>
internal sealed class CompiledPropagate<T>(
    bool[] known, bool[] wanted, int[] sources, CompiledFunction<T> function)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>As which of the function's patterns this was first used; 0 for not yet.</summary>
    public int FirstUse { get; set; }

    public bool[] Known => known;

    public bool[] Wanted => wanted;

    /// <summary>From inputs, saved values and gradients to gradients of the wanted inputs.</summary>
    public CompiledFunction<T> Function => function;

    /// <summary>
    /// What the function reads, counted through the entry's inputs, the saved values, and the gradients that are there.
    /// </summary>
    public int[] Sources => sources;

    /// <summary>Which inputs a graph needs.</summary>
    public static int[] SourcesOf(Graph<T> graph)
    {
        bool[] isNeeded = graph.Needed();
        return [.. Enumerable.Range(0, graph.Inputs.Length).Where(i => isNeeded[graph.Inputs[i]])];
    }
}
