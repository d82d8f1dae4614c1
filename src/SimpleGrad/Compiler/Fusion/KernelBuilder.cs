using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Makes a step of a group of nodes: its kernel, and which values of the graph it reads and computes.
/// </summary>
internal static class KernelBuilder
{
    public static KernelStep<T> Build<T>(Graph<T> graph, FusionGroup group, bool[] leaves)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var inputs = new List<int>();
        var numbers = new List<T>();
        var numberPlaces = new Dictionary<long, int>();
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
                    if (numberPlaces.TryAdd(Node<T>.BitsOf(number), numbers.Count))
                        numbers.Add(number);
                }
                else if (!inputs.Contains(source))
                {
                    inputs.Add(source);
                }
            }
        }
        var places = new Dictionary<int, int>();
        var operations = new List<Kernel<T>.Operation>();
        foreach (int node in group.Nodes)
        {
            if (graph[node].Operator is not IElementwise<T> op)
                continue;
            int[] operands = Array.ConvertAll(graph[node].Inputs, Place);
            places[node] = inputs.Count + numbers.Count + operations.Count;
            operations.Add(new Kernel<T>.Operation(op, operands));
        }
        var outputs = new List<Kernel<T>.Output>();
        var stored = new List<int>();
        var summed = new List<bool[]?>();
        foreach (int node in group.Nodes)
        {
            if (graph[node].Operator is ISum sum)
            {
                outputs.Add(new Kernel<T>.Output(Place(graph[node].Inputs[0]), true));
                stored.Add(node);
                summed.Add(sum.SummedAxes(group.Shape));
            }
            else if (leaves[node])
            {
                outputs.Add(new Kernel<T>.Output(places[node], false));
                stored.Add(node);
                summed.Add(null);
            }
        }
        var kernel = new Kernel<T>(inputs.Count, [.. numbers], [.. operations], [.. outputs]);
        return new KernelStep<T>(
            kernel, group.Shape, [.. inputs], ShapesOf(inputs), [.. stored], ShapesOf(stored), [.. summed]);

        Shape[] ShapesOf(List<int> nodes)
        {
            var shapes = new Shape[nodes.Count];
            for (int i = 0; i < shapes.Length; i++)
                shapes[i] = graph[nodes[i]].Shape;
            return shapes;
        }

        bool IsInside(int node) => members.Contains(node) && graph[node].Operator is not ISum
            && graph[node].Shape == group.Shape;

        int Place(int input)
        {
            int source = Fusion<T>.Source(graph, input);
            return IsInside(source) ? places[source]
                : graph[source].IsUniform(out T number) ? inputs.Count + numberPlaces[Node<T>.BitsOf(number)]
                : inputs.IndexOf(source);
        }
    }
}
