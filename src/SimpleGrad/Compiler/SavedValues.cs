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
internal sealed class SavedValues<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Graph<T> _graph;
    private readonly Graph<T> _joint;
    private readonly int[] _operators; // of the graph
    private readonly double _saving; // what it costs to write or to read a byte

    private SavedValues(Graph<T> graph, double memoryBudget)
    {
        _graph = graph;
        bool[] isNeeded = graph.Needed();
        _operators = [.. Enumerable.Range(0, isNeeded.Length).Where(i => isNeeded[i] && graph[i].Operator is not null)];
        _joint = PassPipeline.Run(CompiledFunction<T>.Propagate.TraceJoint(graph, _operators));
        // With 0.5 it is what it takes; towards 1 saving is free, and towards 0 nothing is more expensive.
        _saving = memoryBudget == 0 ? 1e9 : Costs.Byte * (1 - memoryBudget) / memoryBudget;
    }

    /// <summary>The nodes of a graph whose values are saved.</summary>
    public static int[] Choose(Graph<T> graph, double memoryBudget) => new SavedValues<T>(graph, memoryBudget).Choose();

    private int[] Choose()
    {
        // The joint graph's outputs are a gradient for each input, and then the operators' values.
        int inputs = _graph.Inputs.Length, gradients = inputs;
        var nodeOf = new int[_joint.Nodes.Length]; // of the graph, by the node of the joint one
        nodeOf.AsSpan().Fill(-1);
        for (int i = _operators.Length - 1; i >= 0; i--)
            nodeOf[_joint.Outputs[gradients + i]] = _operators[i];
        var isResult = new bool[_graph.Nodes.Length];
        foreach (int output in _graph.Outputs)
        {
            if (output != Graph<T>.Zero)
                isResult[output] = true;
        }
        bool[] isBackward = DependsOnGradients(inputs);

        int source = 2 * _joint.Nodes.Length, sink = source + 1;
        var network = new MinimumCut(sink + 1);
        bool[] isNeeded = NeededBy(gradients);
        for (int i = 0; i < _joint.Nodes.Length; i++)
        {
            Node<T> node = _joint[i];
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
            double computing = CostOf(op, node);
            // The result of a fused operator is written for propagate alone; that of another lies in memory anyhow.
            double saving = op is ISum or IElementwise<T> { HasVectors: true } ? 2 * _saving : _saving;
            // Another loop may add in another order: an extremum, say, would no longer be equal to any element.
            bool isStable = op is not ISum || nodeOf[i] < 0;
            network.Connect(source, Again(i), isStable ? computing : double.PositiveInfinity);
            // A result is there anyhow, as an input is, and costs being read.
            network.Connect(
                Again(i), Is(i),
                nodeOf[i] < 0 || op.IsView ? double.PositiveInfinity
                : (isResult[nodeOf[i]] ? Math.Min(saving, Costs.Byte) : saving) * bytes);
        }
        bool[] isBefore = network.Run(source, sink);
        return
        [
            .. from i in Enumerable.Range(0, _joint.Nodes.Length)
               where isNeeded[i] && !isBackward[i] && nodeOf[i] >= 0 && isBefore[Again(i)] && !isBefore[Is(i)]
               select nodeOf[i],
        ];

        static int Again(int node) => 2 * node;
        static int Is(int node) => 2 * node + 1;
    }

    private double CostOf(Operator<T> op, Node<T> node)
    {
        double cost = op.Cost(Array.ConvertAll(node.Inputs, input => _joint[input].Shape), node.Shape);
        return cost >= 0 && double.IsFinite(cost) ? cost : throw new InvalidOperationException(
            $"Operator '{op.Name}' says that it costs {cost}; nanoseconds are from 0 on and finite.");
    }

    /// <summary>Which nodes depend on a gradient, so that only propagate can compute them.</summary>
    private bool[] DependsOnGradients(int inputs)
    {
        var depends = new bool[_joint.Nodes.Length];
        foreach (int gradient in _joint.Inputs[inputs..])
            depends[gradient] = true;
        for (int i = 0; i < depends.Length; i++)
        {
            foreach (int input in _joint[i].Inputs)
                depends[i] |= depends[input];
        }
        return depends;
    }

    /// <summary>Which nodes the gradients need.</summary>
    private bool[] NeededBy(int gradients) =>
        new Graph<T>(_joint.Nodes.ToArray(), _joint.Inputs.ToArray(), _joint.Outputs[..gradients].ToArray()).Needed();
}
