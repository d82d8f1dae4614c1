using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Finds what no graph may have, so that a mistake of a stage shows at the stage and not in a number.
/// </summary>
internal static class GraphVerifier
{
    /// <exception cref="InvalidOperationException">The graph is not as graphs must be; the message says
    /// where.</exception>
    public static void Verify<T>(Graph<T> graph, string stage) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            Verify(graph);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"After '{stage}': {e.Message}", e);
        }
    }

    /// <inheritdoc cref="Verify{T}(Graph{T}, string)"/>
    public static void Verify<T>(Graph<T> graph) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = graph.Nodes.Length;
        for (int i = 0; i < count; i++)
            VerifyNode(graph[i], i);
        var inputs = new HashSet<int>();
        foreach (int input in graph.Inputs)
        {
            Require(input >= 0 && input < count, $"input {input} is none of {count} values");
            Require(graph[input].IsInput, $"input {input} is computed");
            Require(inputs.Add(input), $"value {input} is two inputs");
        }
        foreach (int output in graph.Outputs)
            Require(output >= Graph<T>.Zero && output < count, $"output {output} is none of {count} values");
        bool[] isNeeded = graph.Needed();
        for (int i = 0; i < count; i++)
        {
            Require(!isNeeded[i] || !graph[i].IsInput || inputs.Contains(i), $"value {i} is computed by nothing");
            // The example of a function that was mapped is there, but nothing is computed from it.
            Require(!isNeeded[i] || graph[i].Constant is not { IsSymbolic: true }, $"constant {i} has no value");
        }
        VerifyShapes(graph);
    }

    private static void VerifyNode<T>(Node<T> node, int index) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (int input in node.Inputs)
            Require(input >= 0 && input < index, $"value {index} reads value {input}, which does not come before it");
        Require(node.Operator is null || node.Constant is null, $"value {index} is a constant and is computed");
        Require(
            node.Operator is not null || node.Inputs.Length == 0, $"value {index} reads values without an operator");
        if (node.Constant is not { } constant)
        {
            Require(!node.IsNumber, $"number {index} has no value");
            return;
        }
        Require(constant.Shape == node.Shape, $"constant {index} has shape {constant.Shape}, not {node.Shape}");
        Require(!node.IsNumber || node.Shape.Rank == 0, $"number {index} has shape {node.Shape}");
    }

    /// <summary>Every operator must infer again, from its inputs' shapes, the shape that its value has.</summary>
    private static void VerifyShapes<T>(Graph<T> graph) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = TracingRecorder<T>.NewTape();
        var inputs = new Variable<T>[graph.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
            inputs[i] = tape.Variable(Tensor<T>.Symbolic(graph[graph.Inputs[i]].Shape));
        Variable<T>?[] values = graph.Replay(tape, inputs);
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
                Require(
                    value.Shape == graph[i].Shape,
                    $"value {i} has shape {graph[i].Shape}, and its operator infers {value.Shape}");
        }
    }

    private static void Require(bool holds, string mistake)
    {
        if (!holds)
            throw new InvalidOperationException($"A graph is wrong: {mistake}.");
    }
}
