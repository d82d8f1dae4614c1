using System.Numerics;

namespace SimpleGrad;

/// <summary>An operator of one input and one result.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class UnaryOperator<T> : Operator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The shape of the result; the input's where not said otherwise. Throws where the input does not fit.
    /// </summary>
    protected virtual Shape InferShape(Shape x) => x;

    /// <summary>Computes the result.</summary>
    protected abstract Tensor<T> Forward(Tensor<T> x, Shape shape);

    /// <summary>From the gradient of the result to the gradient of the input; null for known zero.</summary>
    protected abstract Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at);

    /// <summary>Computes and records the operator.</summary>
    public Variable<T> Apply(Variable<T> x, string? name = null)
    {
        Require(x);
        Computed<T> value = x.IsScalar && TryCompute(x.Number, out T number) ? number : Compute(x.Data);
        return x.IsNumber ? Variable<T>.FromNumber(value) : x.Tape.Record(this, [x], value, name);
    }

    /// <summary>Computes the operator on a tensor, outside any tape.</summary>
    public Tensor<T> Compute(Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        Shape shape = InferShape(x.Shape);
        return x.IsSymbolic ? Tensor<T>.Symbolic(shape) : Checked(Forward(x, shape), shape, x);
    }

    /// <summary>
    /// The operator that does to a batch, of the given shape, what this one does to an example: itself, where it works
    /// element by element. Null, if not said otherwise, where there is none.
    /// </summary>
    protected internal virtual UnaryOperator<T>? ForBatch(Shape batch) => null;

    /// <inheritdoc/>
    protected internal override Variable<T>? Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ForBatch(inputs[0].Shape)?.Apply(inputs[0]);

    internal sealed override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs) => Apply(inputs[0]);

    internal sealed override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs) => Compute(inputs[0]);

    /// <summary>Computes single numbers without tensors around them, where the operator can.</summary>
    internal virtual bool TryCompute(T x, out T result)
    {
        result = default;
        return false;
    }

    internal sealed override void Propagate(ref Propagation<T> propagation)
    {
        if (propagation.IsWanted(0) && propagation.OutputGradients[0] is { } gradient)
            propagation.InputGradients[0] = Propagate(gradient, in propagation);
    }
}

/// <summary>
/// An operator of two inputs and one result. Gradients of inputs that were broadcast are summed back.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class BinaryOperator<T> : Operator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The shape of the result. Throws where the inputs do not fit each other.</summary>
    protected abstract Shape InferShape(Shape x, Shape y);

    /// <summary>Computes the result.</summary>
    protected abstract Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape);

    /// <summary>From the gradient of the result to the gradient of the first input; null for known zero.</summary>
    protected abstract Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at);

    /// <summary>From the gradient of the result to the gradient of the second input; null for known zero.</summary>
    protected abstract Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at);

    /// <summary>Computes and records the operator.</summary>
    public Variable<T> Apply(Variable<T> x, Variable<T> y, string? name = null)
    {
        Require(x);
        Require(y);
        Computed<T> value = x.IsScalar && y.IsScalar && TryCompute(x.Number, y.Number, out T number)
            ? number
            : Compute(x.Data, y.Data);
        Tape<T>? tape = x.RecordedOn ?? y.RecordedOn;
        return tape is null ? Variable<T>.FromNumber(value) : tape.Record(this, [x, y], value, name);
    }

    /// <summary>Computes the operator on tensors, outside any tape.</summary>
    public Tensor<T> Compute(Tensor<T> x, Tensor<T> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Shape shape = InferShape(x.Shape, y.Shape);
        return x.IsSymbolic || y.IsSymbolic
            ? Tensor<T>.Symbolic(shape)
            : Checked(Forward(x, y, shape), shape, x, y);
    }

    internal sealed override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs) => Apply(inputs[0], inputs[1]);

    internal sealed override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs) => Compute(inputs[0], inputs[1]);

    /// <summary>Computes single numbers without tensors around them, where the operator can.</summary>
    internal virtual bool TryCompute(T x, T y, out T result)
    {
        result = default;
        return false;
    }

    internal sealed override void Propagate(ref Propagation<T> propagation)
    {
        if (propagation.OutputGradients[0] is not { } gradient)
            return;
        if (propagation.IsWanted(0))
            propagation.InputGradients[0] =
                Broadcasting.Undo(PropagateX(gradient, in propagation), propagation.ShapeOf(0));
        if (propagation.IsWanted(1))
            propagation.InputGradients[1] =
                Broadcasting.Undo(PropagateY(gradient, in propagation), propagation.ShapeOf(1));
    }
}

/// <summary>
/// An operator of three inputs and one result. Gradients of inputs that were broadcast are summed back.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class TernaryOperator<T> : Operator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The shape of the result. Throws where the inputs do not fit each other.</summary>
    protected abstract Shape InferShape(Shape x, Shape y, Shape z);

    /// <summary>Computes the result.</summary>
    protected abstract Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Tensor<T> z, Shape shape);

    /// <summary>From the gradient of the result to the gradient of the first input; null for known zero.</summary>
    protected abstract Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at);

    /// <summary>From the gradient of the result to the gradient of the second input; null for known zero.</summary>
    protected abstract Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at);

    /// <summary>From the gradient of the result to the gradient of the third input; null for known zero.</summary>
    protected abstract Variable<T>? PropagateZ(Variable<T> gradient, in Propagation<T> at);

    /// <summary>Computes and records the operator.</summary>
    public Variable<T> Apply(Variable<T> x, Variable<T> y, Variable<T> z, string? name = null)
    {
        Require(x);
        Require(y);
        Require(z);
        bool areScalars = x.IsScalar && y.IsScalar && z.IsScalar;
        Computed<T> value = areScalars && TryCompute(x.Number, y.Number, z.Number, out T number)
            ? number
            : Compute(x.Data, y.Data, z.Data);
        Tape<T>? tape = x.RecordedOn ?? y.RecordedOn ?? z.RecordedOn;
        return tape is null ? Variable<T>.FromNumber(value) : tape.Record(this, [x, y, z], value, name);
    }

    /// <summary>Computes the operator on tensors, outside any tape.</summary>
    public Tensor<T> Compute(Tensor<T> x, Tensor<T> y, Tensor<T> z)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(z);
        Shape shape = InferShape(x.Shape, y.Shape, z.Shape);
        return x.IsSymbolic || y.IsSymbolic || z.IsSymbolic
            ? Tensor<T>.Symbolic(shape)
            : Checked(Forward(x, y, z, shape), shape, x, y, z);
    }

    internal sealed override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs) =>
        Apply(inputs[0], inputs[1], inputs[2]);

    internal sealed override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs) =>
        Compute(inputs[0], inputs[1], inputs[2]);

    /// <summary>Computes single numbers without tensors around them, where the operator can.</summary>
    internal virtual bool TryCompute(T x, T y, T z, out T result)
    {
        result = default;
        return false;
    }

    internal sealed override void Propagate(ref Propagation<T> propagation)
    {
        if (propagation.OutputGradients[0] is not { } gradient)
            return;
        if (propagation.IsWanted(0))
            propagation.InputGradients[0] =
                Broadcasting.Undo(PropagateX(gradient, in propagation), propagation.ShapeOf(0));
        if (propagation.IsWanted(1))
            propagation.InputGradients[1] =
                Broadcasting.Undo(PropagateY(gradient, in propagation), propagation.ShapeOf(1));
        if (propagation.IsWanted(2))
            propagation.InputGradients[2] =
                Broadcasting.Undo(PropagateZ(gradient, in propagation), propagation.ShapeOf(2));
    }
}
