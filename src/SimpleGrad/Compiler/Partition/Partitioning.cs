using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>Decides which values an entry saves for propagate, and which propagate computes again.</summary>
/// <remarks>
/// Saving a value costs writing and reading it; computing it again costs what its operator estimates for these shapes,
/// and what that reads must be saved or computed again in turn. The cheapest choice is a minimum cut: each value has
/// two vertices, "is computed again" and "is there"; on the sink's side they are true. The edge from the source to the
/// first costs the operator, that from the first to the second costs saving, and edges without a bound say that what is
/// computed again needs its inputs. The inputs of the function are there anyhow, and cost being read.
/// </remarks>
internal static class Partitioning
{
    /// <param name="joint">The function with its gradients.</param>
    /// <param name="memoryBudget">Between recomputing what can be (0) and saving all that propagate reads (1).</param>
    public static Partition<T> Run<T>(JointGraph<T> joint, double memoryBudget)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Graph<T> graph = joint.Graph, function = joint.Function;
        // To write or to read a byte: with 0.5 what it takes; towards 1 saving is free, and towards 0 nothing is more
        // expensive.
        double moving = memoryBudget == 0 ? 1e9 : Costs.Byte * (1 - memoryBudget) / memoryBudget;
        int[] nodeOf = joint.NodesOfFunction();
        bool[] isNeeded = joint.Gradients.Needed(), isBackward = joint.DependOnGradients();
        var isResult = new bool[function.Nodes.Length];
        foreach (int output in function.Outputs)
        {
            if (output != Graph<T>.Zero)
                isResult[output] = true;
        }
        int source = 2 * graph.Nodes.Length, sink = source + 1;
        var network = new MinimumCut(sink + 1);
        var costs = new (double Computing, double Saving)[graph.Nodes.Length];
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            Node<T> node = graph[i];
            if (!isNeeded[i])
                continue;
            foreach (int input in node.Inputs)
            {
                // What is computed again, or can only be computed in propagate, needs its inputs.
                if (!isBackward[input])
                    network.Connect(Is(input), isBackward[i] ? sink : Again(i), double.PositiveInfinity);
            }
            if (isBackward[i])
                continue;
            double bytes = (double)node.Shape.FlattenedLength * Unsafe.SizeOf<T>();
            if (node.Operator is not { } op)
            {
                network.Connect(source, Is(i), node.IsInput ? Costs.Byte * bytes : 0);
                continue;
            }
            double computing = CostOf(op, node, graph);
            // The result of a fused operator is written for propagate alone; that of another lies in memory anyhow.
            double saving = op is ISum or IElementwise<T> { HasVectors: true } ? 2 * moving : moving;
            // Another loop may add in another order: an extremum, say, would no longer be equal to any element.
            bool isStable = op is not ISum || nodeOf[i] < 0;
            costs[i] = (
                isStable ? computing : double.PositiveInfinity,
                // A result is there anyhow, as an input is, and costs being read.
                nodeOf[i] < 0 || op.IsView ? double.PositiveInfinity
                : (isResult[nodeOf[i]] ? Math.Min(saving, Costs.Byte) : saving) * bytes);
            network.Connect(source, Again(i), costs[i].Computing);
            network.Connect(Again(i), Is(i), costs[i].Saving);
        }
        bool[] isBefore = network.Run(source, sink);
        var choices = new List<Partition<T>.Choice>();
        var saved = new List<int>();
        for (int i = 0; i < graph.Nodes.Length; i++)
        {
            if (!isNeeded[i] || isBackward[i] || nodeOf[i] < 0 || graph[i].Operator is null)
                continue;
            Partition<T>.Fate fate = FateOf(i);
            choices.Add(new Partition<T>.Choice(nodeOf[i], fate, costs[i].Computing, costs[i].Saving));
            if (fate == Partition<T>.Fate.Saved)
                saved.Add(nodeOf[i]);
        }
        return new Partition<T>(function, [.. saved], [.. choices]);

        Partition<T>.Fate FateOf(int node) =>
            !isBefore[Again(node)] ? Partition<T>.Fate.Recomputed
            : !isBefore[Is(node)] ? Partition<T>.Fate.Saved
            : Partition<T>.Fate.Unread;

        static int Again(int node) => 2 * node;
        static int Is(int node) => 2 * node + 1;
    }

    private static double CostOf<T>(Operator<T> op, Node<T> node, Graph<T> graph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double cost = op.Cost(Array.ConvertAll(node.Inputs, input => graph[input].Shape), node.Shape);
        return cost >= 0 && double.IsFinite(cost) ? cost : throw new InvalidOperationException(
            $"Operator '{op.Name}' says that it costs {cost}; nanoseconds are from 0 on and finite.");
    }
}
