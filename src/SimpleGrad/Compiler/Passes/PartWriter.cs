using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Adds operators on parts of values to a graph. What is done to known zeros adds none where it gives a known zero, or
/// an operand.
/// </summary>
internal sealed class PartWriter<T>(GraphBuilder<T> builder) : ElementWriter<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private int? _zero;

    public override int Apply(Operator<T> op, params ReadOnlySpan<int> operands)
    {
        var isZero = new bool[operands.Length];
        var inputs = new int[operands.Length];
        for (int i = 0; i < inputs.Length; i++)
            isZero[i] = operands[i] == Zero;
        int known = KnownZeros.Of(op, isZero);
        if (known != KnownZeros.Computed)
            return known == KnownZeros.Zero ? Zero : operands[known];
        if (op.Composition != Composition.Computed && !isZero.Contains(false))
            return Zero;
        bool areNumbers = op is IElementwise<T>;
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = Number(operands[i]);
            areNumbers &= builder[inputs[i]].Shape.Rank == 0;
        }
        Shape shape = areNumbers ? Shape.Scalar : op.ComputeOn(
            Array.ConvertAll(inputs, input => Tensor<T>.Symbolic(builder[input].Shape))).Shape;
        return builder.Add(new Node<T>(shape, op, inputs));
    }

    /// <summary>The node of a part, also of one that is known to be zero.</summary>
    public int Number(int part) => part != Zero ? part : _zero ??= builder.Add(Node<T>.Number(T.Zero));

    public override int Reshaped(int part, Shape shape) =>
        part == Zero || builder[part].Shape == shape ? part : Apply(new ReshapeOperator<T>(shape), part);

    public override int Expanded(int part, Shape shape) => part == Zero ? part : Solid(part, shape);

    public override int Solid(int part, Shape shape) => Number(part) is var solid && builder[solid].Shape == shape
        ? solid : Apply(new ExpandOperator<T>(shape), solid);
}
