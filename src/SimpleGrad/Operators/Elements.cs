using System.Numerics;

namespace SimpleGrad;

/// <summary>One element of a value, which a kernel reads where it lies.</summary>
internal interface IElement
{
    /// <summary>Its number in row-major order.</summary>
    int Index { get; }
}

/// <summary>A value made of single numbers, which kernels store where it lies.</summary>
internal interface IPack;

/// <summary>
/// One element of x, by its number in row-major order, as a single number; its derivative has the gradient there and
/// zeros elsewhere. Only the compiler applies it: a kernel reads the element where it lies.
/// </summary>
internal sealed class ElementOperator<T>(int index) : UnaryOperator<T>, IElement
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "element";

    public int Index => index;

    internal override object Identity => (typeof(ElementOperator<T>), index);

    internal override Composition Composition => Composition.Moved;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) => 0;

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]}.element({index})";

    protected override Shape InferShape(Shape x) => index < x.FlattenedLength
        ? Shape.Scalar
        : throw new ArgumentException($"element: shape {x} has no element {index}.");

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        int offset = 0;
        for (int axis = x.Rank - 1, left = index; axis >= 0; left /= x.Shape[axis--])
            offset += left % x.Shape[axis] * x.Strides[axis];
        return new Tensor<T>(x.Memory[offset]);
    }

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        Shape shape = at.ShapeOf(0);
        return gradient.Reshape(1).PadAxis(0, index, shape.FlattenedLength - 1 - index).Reshape(shape);
    }
}

/// <summary>
/// Single numbers as the elements of a value, in row-major order; each takes its element of the gradient. Only the
/// compiler applies it: a kernel stores the numbers where the value lies.
/// </summary>
internal sealed class PackOperator<T>(Shape shape) : Operator<T>, IPack
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "pack";

    internal override object Identity => (typeof(PackOperator<T>), shape);

    internal override Composition Composition => Composition.Moved;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) => Costs.Copy<T>(result);

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"pack([{string.Join(", ", inputs.ToArray())}], {shape})";

    internal override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs)
    {
        var tensors = new Tensor<T>[inputs.Length];
        Tape<T>? tape = null;
        for (int i = 0; i < tensors.Length; i++)
        {
            tensors[i] = inputs[i].Data;
            tape ??= inputs[i].RecordedOn;
        }
        return tape!.Record(this, inputs, ComputeOn(tensors), null);
    }

    internal override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs)
    {
        bool isSymbolic = false, fits = inputs.Length == shape.FlattenedLength;
        foreach (Tensor<T> input in inputs)
        {
            isSymbolic |= input.IsSymbolic;
            fits &= input.Rank == 0;
        }
        if (!fits)
            throw new ArgumentException($"pack: shape {shape} is made of {shape.FlattenedLength} single numbers.");
        if (isSymbolic)
            return Tensor<T>.Symbolic(shape);
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        for (int i = 0; i < inputs.Length; i++)
            result.NewData[i] = inputs[i].Memory[0];
        return result;
    }

    internal override void Propagate(ref Propagation<T> propagation)
    {
        if (propagation.OutputGradients[0] is not { } gradient)
            return;
        for (int i = 0; i < propagation.InputCount; i++)
        {
            if (propagation.IsWanted(i))
                propagation.InputGradients[i] = new ElementOperator<T>(i).Apply(gradient);
        }
    }
}
