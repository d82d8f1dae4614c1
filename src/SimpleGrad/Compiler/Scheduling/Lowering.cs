using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Makes a step of a group of nodes: its kernel, and which nodes of the graph it reads and computes.
/// </summary>
internal static class Lowering
{
    /// <param name="graph">The graph.</param>
    /// <param name="group">The group.</param>
    /// <param name="leaves">Which nodes must be in memory, so that the kernel stores them.</param>
    public static ScheduledKernel<T> Run<T>(Graph<T> graph, FusionGroup group, bool[] leaves)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var sources = new List<KernelSource>();
        var operandOf = new Dictionary<KernelSource, int>();
        var inputs = new List<Place>();
        var indexOfInput = new Dictionary<int, int>();
        var numbers = new List<T>();
        var indexOfNumber = new Dictionary<long, int>();
        var members = new HashSet<int>(group.Nodes);
        // First what comes from outside, since it is counted first.
        foreach (int node in group.Nodes)
        {
            foreach (int input in graph[node].Inputs)
            {
                int source = Fusion<T>.Source(graph, input);
                if (IsInside(source))
                    continue;
                if (graph[source].IsUniform(out T number))
                {
                    if (indexOfNumber.TryAdd(Node<T>.BitsOf(number), numbers.Count))
                        numbers.Add(number);
                }
                else if (indexOfInput.TryAdd(source, inputs.Count))
                {
                    inputs.Add(PlaceOf(source));
                }
            }
        }
        var valueOf = new Dictionary<int, int>();
        var operations = new List<Kernel<T>.Operation>();
        foreach (int node in group.Nodes)
        {
            if (graph[node].Operator is not IElementwise<T> op)
                continue;
            int[] operands = Array.ConvertAll(graph[node].Inputs, ValueOf);
            valueOf[node] = inputs.Count + numbers.Count + operations.Count;
            operations.Add(new Kernel<T>.Operation(op, operands));
        }
        var outputs = new List<Kernel<T>.Output>();
        var stored = new List<int>();
        var summed = new List<bool[]?>();
        foreach (int node in group.Nodes)
        {
            if (graph[node].Operator is IPack)
            {
                for (int i = 0; i < graph[node].Inputs.Length; i++)
                    outputs.Add(new Kernel<T>.Output(
                        ValueOf(graph[node].Inputs[i]), false, new Place(stored.Count, i)));
                stored.Add(node);
                summed.Add(null);
            }
            else if (graph[node].Operator is ISum sum)
            {
                outputs.Add(new Kernel<T>.Output(ValueOf(graph[node].Inputs[0]), true, new Place(stored.Count)));
                stored.Add(node);
                summed.Add(sum.SummedAxes(group.Shape));
            }
            else if (leaves[node])
            {
                outputs.Add(new Kernel<T>.Output(valueOf[node], false, new Place(stored.Count)));
                stored.Add(node);
                summed.Add(null);
            }
        }
        var kernel = new Kernel<T>([.. inputs], [.. numbers], [.. operations], [.. outputs]);
        return new ScheduledKernel<T>(kernel, group.Shape, [.. sources], [.. stored], [.. summed]);

        Place PlaceOf(int node)
        {
            var source = new KernelSource(Fusion<T>.Memory(graph, node), graph[node].Operator is IElement);
            if (!operandOf.TryGetValue(source, out int operand))
            {
                operandOf.Add(source, operand = sources.Count);
                sources.Add(source);
            }
            return new Place(operand, graph[node].Operator is IElement element ? element.Index : 0);
        }

        bool IsInside(int node) => members.Contains(node) && graph[node].Operator is not ISum
            && graph[node].Shape == group.Shape;

        int ValueOf(int input)
        {
            int source = Fusion<T>.Source(graph, input);
            return IsInside(source) ? valueOf[source]
                : graph[source].IsUniform(out T number) ? inputs.Count + indexOfNumber[Node<T>.BitsOf(number)]
                : indexOfInput[source];
        }
    }
}
