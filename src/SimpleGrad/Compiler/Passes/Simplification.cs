using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Leaves out operators that give back an input (x * 1), and computes once and for all what depends on nothing but
/// numbers that are the same throughout. Only identities that hold bit by bit in floating point are used.
/// </summary>
internal static class Simplification
{
    public static Graph<T> Run<T>(Graph<T> graph) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        GraphBuilder<T>.Rewrite(graph, static (builder, node) =>
        {
            if (node.Operator is not { } op)
                return builder.Add(node);
            var numbers = new T?[node.Inputs.Length];
            bool areUniform = true;
            for (int i = 0; i < numbers.Length; i++)
            {
                bool isUniform = builder[node.Inputs[i]].IsUniform(out T number);
                numbers[i] = isUniform ? number : null;
                areUniform &= isUniform;
            }
            if (op.EqualInput(numbers) is { } input && builder[node.Inputs[input]].Shape == node.Shape)
                return node.Inputs[input];
            if (areUniform && (op is IElementwise<T> || op.IsView))
                return builder.Add(Fold(op, numbers, node.Shape));
            if (areUniform && op.Composition == Composition.Moved
                && Array.TrueForAll(node.Inputs, each => builder[each].IsNumber))
                return builder.Add(Node<T>.Of(op.ComputeOn(
                    Array.ConvertAll(node.Inputs, each => builder[each].Constant!))));
            return builder.Add(node);
        });

    private static Node<T> Fold<T>(Operator<T> op, T?[] numbers, Shape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Views give back their only number.
        T number = op is IElementwise<T>
            ? op.ComputeOn(Array.ConvertAll(numbers, number => new Tensor<T>(number!.Value))).Item()
            : numbers[0]!.Value;
        return shape.Rank == 0 ? Node<T>.Number(number) : Node<T>.Of(new Tensor<T>(number).Expand(shape));
    }
}
