using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Traces the reverse sweep: it runs on symbolic variables as it does on any others, and what the tape records then is
/// the graph of the gradients.
/// </summary>
internal static class Differentiation
{
    /// <summary>A function and its gradients in one graph, nothing being saved.</summary>
    public static JointGraph<T> Joint<T>(Graph<T> graph) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool[] isNeeded = graph.Needed();
        int[] operators =
            [.. Enumerable.Range(0, isNeeded.Length).Where(i => isNeeded[i] && graph[i].Operator is not null)];
        int[] results = [.. graph.Outputs.ToArray().Where(output => output != Graph<T>.Zero)];
        var known = new bool[results.Length];
        var wanted = new bool[graph.Inputs.Length];
        known.AsSpan().Fill(true);
        wanted.AsSpan().Fill(true);
        return new JointGraph<T>(graph, Trace(graph, [], results, known, wanted, operators), operators);
    }

    /// <summary>
    /// The gradients for one pattern of known zeros. The sweep's reads of a value that was saved become reads of an
    /// input; what else it reads is computed again.
    /// </summary>
    /// <returns>A graph whose inputs are the function's, the saved values, and the gradients that are there.</returns>
    public static Graph<T> Propagate<T>(Partition<T> partition, bool[] known, bool[] wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Trace(partition.Function, partition.Saved, partition.EntryOutputs, known, wanted, shown: []);

    /// <summary>The gradients of a function for one pattern of known zeros, nothing being saved.</summary>
    /// <returns>A graph whose inputs are the function's, and the gradients that are there.</returns>
    public static Graph<T> Gradients<T>(Graph<T> graph, bool[] known, bool[] wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Trace(graph, [], graph.Outputs.ToArray(), known, wanted, shown: []);

    /// <param name="graph">The function.</param>
    /// <param name="saved">The nodes whose values are inputs.</param>
    /// <param name="outputs">The nodes whose gradients may come in.</param>
    /// <param name="known">Which of these are there.</param>
    /// <param name="wanted">By which inputs to differentiate.</param>
    /// <param name="shown">Nodes of the function that are outputs after the gradients.</param>
    private static Graph<T> Trace<T>(
        Graph<T> graph, int[] saved, int[] outputs, bool[] known, bool[] wanted, int[] shown)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = graph.Inputs.Length;
        int[] given = [.. Enumerable.Range(0, outputs.Length).Where(i => known[i])];
        Shape[] shapes =
        [
            .. graph.Inputs.ToArray().Select(input => graph[input].Shape),
            .. saved.Select(node => graph[node].Shape), .. given.Select(i => graph[outputs[i]].Shape),
        ];
        return Tracing.Run<T>(shapes, (tape, variables) =>
        {
            Variable<T>[] inputs = variables[..count];
            Variable<T>?[] values = graph.Replay(tape, inputs);
            var losses = new List<Variable<T>>();
            var seeds = new List<Variable<T>?>();
            for (int i = 0; i < given.Length; i++)
            {
                if (values[outputs[given[i]]] is { IsNumber: false } output)
                {
                    losses.Add(output);
                    seeds.Add(variables[count + saved.Length + i]);
                }
            }
            Variable<T>[] desired = [.. inputs.Where((_, i) => wanted[i])];
            Variable<T>?[] gradients = losses.Count == 0
                ? new Variable<T>?[desired.Length]
                : ReverseSweep.Run(tape, [.. losses], [.. seeds], desired, new RadialLimits<T>(tape));
            for (int i = 0; i < saved.Length; i++)
                TracingRecorder<T>.Of(tape).Substitutes.Add(values[saved[i]]!.Index, variables[count + i].Index);
            return [.. gradients, .. shown.Select(node => values[node])];
        });
    }
}
