using System.Numerics;

namespace SimpleGrad;

public static partial class Variable
{
    /// <summary>Joins variables along an axis; their other axes are equal.</summary>
    /// <param name="parts">At least one.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <exception cref="ArgumentException">No variable, or shapes that differ in another axis.</exception>
    /// <exception cref="OverflowException">The result would have more elements than a tensor can.</exception>
    public static Variable<T> Concatenate<T>(IReadOnlyList<Variable<T>> parts, int axis = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
            throw new ArgumentException("concatenate: there is nothing to join.", nameof(parts));
        ConcatenateOperator<T>.RequireAll(parts);
        return new ConcatenateOperator<T>(parts[0].Shape.Axis(axis, "concatenate")).Apply([.. parts]);
    }

    /// <summary>Joins variables of equal shapes along a new axis.</summary>
    /// <param name="parts">At least one.</param>
    /// <param name="axis">The place of the new axis in the result; negative counts from the last.</param>
    /// <exception cref="ArgumentException">No variable, or different shapes.</exception>
    /// <exception cref="OverflowException">The result would have more elements than a tensor can.</exception>
    public static Variable<T> Stack<T>(IReadOnlyList<Variable<T>> parts, int axis = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
            throw new ArgumentException("stack: there is nothing to join.", nameof(parts));
        ConcatenateOperator<T>.RequireAll(parts);
        Shape shape = parts[0].Shape;
        int rank = shape.Rank + 1;
        if (axis < -rank || axis >= rank)
            throw new ArgumentOutOfRangeException(
                nameof(axis), axis, $"stack: a stack of shapes {shape} has axes from {-rank} to {rank - 1}.");
        axis = axis < 0 ? axis + rank : axis;
        foreach (Variable<T> variable in parts)
        {
            if (variable.Shape != shape)
                throw new ArgumentException(
                    $"stack: shapes {shape} and {variable.Shape} differ.", nameof(parts));
        }
        _ = Shape.OfResult("stack", [.. shape.Lengths[..axis], parts.Count, .. shape.Lengths[axis..]], shape);
        var layers = new Variable<T>[parts.Count];
        for (int i = 0; i < layers.Length; i++)
            layers[i] = parts[i].Unsqueeze(axis);
        return Concatenate(layers, axis);
    }
}

/// <summary>Several inputs joined along an axis; each takes its slice of the gradient.</summary>
internal sealed class ConcatenateOperator<T>(int axis) : Operator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "concatenate";

    internal override object Identity => (typeof(ConcatenateOperator<T>), axis);

    internal override Parts? AlongLast(
        ElementWriter<T> writer, Parts[] inputs, ReadOnlySpan<Shape> shapes, Shape result)
    {
        if (Array.Exists(inputs, input => input.IsWhole))
            return null;
        if (axis == result.Rank - 1)
            return Parts.Along([.. inputs.SelectMany(input => input.Nodes)]);
        var nodes = new int[result[^1]];
        var parts = new int[inputs.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            for (int j = 0; j < parts.Length; j++)
                parts[j] = writer.Solid(inputs[j].Nodes[i], shapes[j].WithoutLast());
            nodes[i] = writer.Apply(this, parts);
        }
        return Parts.Along(nodes);
    }

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        axis < result.Rank - 1 ? this : null;

    internal override Composition Composition => Composition.Moved;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) => Costs.Copy<T>(result);

    public static void RequireAll(IReadOnlyList<Variable<T>> inputs)
    {
        var op = new ConcatenateOperator<T>(0);
        foreach (Variable<T> input in inputs)
            op.Require(input);
    }

    public Variable<T> Apply(ReadOnlySpan<Variable<T>> inputs)
    {
        var tensors = new Tensor<T>[inputs.Length];
        Tape<T>? tape = null;
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = inputs[i].Data;
            tape ??= inputs[i].RecordedOn;
        }
        Tensor<T> value = ComputeOn(tensors);
        return tape is null ? Variable<T>.OfTensor(value) : tape.Record(this, inputs, value);
    }

    internal override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs) => Apply(inputs);

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        new ConcatenateOperator<T>(axis + 1).Apply(Batches.All(inputs, isBatch));

    internal override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs)
    {
        Shape first = inputs[0].Shape;
        long total = 0;
        bool isSymbolic = false;
        foreach (Tensor<T> input in inputs)
        {
            isSymbolic |= input.IsSymbolic;
            if (!FitsBeside(input.Shape, first))
                throw new ArgumentException(
                    $"concatenate: shapes {first} and {input.Shape} differ in another axis than {axis}.",
                    nameof(inputs));
            total += input.Shape[axis];
        }
        Shape shape = first.With(axis, total, Name);
        if (isSymbolic)
            return Tensor<T>.Symbolic(shape);
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        int at = 0;
        foreach (Tensor<T> input in inputs)
        {
            int length = input.Shape[axis];
            StridedCopy.Scatter(input, result.Slice(axis, at, at + length));
            at += length;
        }
        return result;
    }

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result)
    {
        int at = 0;
        foreach (Shape before in inputs[..input])
            at += before[axis];
        Tensor<int> indices = Tensor<int>.Uninitialized(result);
        indices.NewData.Fill(-1);
        StridedCopy.Scatter(Dependence.Numbers(inputs[input]), indices.Slice(axis, at, at + inputs[input][axis]));
        return [Dependence.From(indices)];
    }

    private bool FitsBeside(Shape x, Shape y)
    {
        bool fits = x.Rank == y.Rank;
        for (int i = 0; fits && i < x.Rank; i++)
            fits = i == axis || x[i] == y[i];
        return fits;
    }

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"concatenate([{string.Join(", ", inputs.ToArray())}], {axis})";

    protected internal override string Code(ReadOnlySpan<string> inputs) =>
        $"Variable.Concatenate([{string.Join(", ", inputs)}], {axis})";

    internal override void Propagate(ref Propagation<T> propagation)
    {
        if (propagation.OutputGradients[0] is not { } gradient)
            return;
        int at = 0;
        for (int i = 0; i < propagation.InputCount; i++)
        {
            int length = propagation.ShapeOf(i)[axis];
            if (propagation.IsWanted(i))
                propagation.InputGradients[i] = gradient.Slice(axis, at, at + length);
            at += length;
        }
    }
}
