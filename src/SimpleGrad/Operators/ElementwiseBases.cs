using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// An elementwise operator of one input; <typeparamref name="TArithmetic"/> says what it does to an element.
/// </summary>
internal abstract class ElementwiseUnary<T, TArithmetic> : UnaryOperator<T>, IElementwise<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TArithmetic : struct, IUnaryArithmetic<TArithmetic, T>
{
    /// <inheritdoc cref="IElementwise{T}.ElementCost"/>
    protected virtual double ElementCost => 20;

    double IElementwise<T>.ElementCost => ElementCost;

    protected internal sealed override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elementwise(ElementCost, result);

    /// <inheritdoc cref="IElementwise{T}.Instruction"/>
    protected virtual Instruction? Instruction => null;

    Type IElementwise<T>.Arithmetic => typeof(TArithmetic);

    bool IElementwise<T>.HasVectors => default(TArithmetic) is IVectorArithmetic;

    Instruction? IElementwise<T>.Instruction => Instruction;

    void IElementwise<T>.Apply(in Run<T> run, Span<T> result) => Elementwise.UnaryRun<TArithmetic, T>(in run, result);

    internal sealed override Operator<T> ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) => this;

    protected internal sealed override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [];

    protected sealed override Tensor<T> Forward(Tensor<T> x, Shape shape) => Elementwise.Unary<TArithmetic, T>(x);

    internal sealed override bool TryCompute(T x, out T result)
    {
        result = TArithmetic.Apply(x);
        return true;
    }
}

/// <summary>An elementwise operator of two inputs, broadcast against each other.</summary>
internal abstract class ElementwiseBinary<T, TArithmetic> : BinaryOperator<T>, IElementwise<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TArithmetic : struct, IBinaryArithmetic<TArithmetic, T>
{
    /// <inheritdoc cref="IElementwise{T}.ElementCost"/>
    protected virtual double ElementCost => 1;

    double IElementwise<T>.ElementCost => ElementCost;

    protected internal sealed override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elementwise(ElementCost, result);

    /// <inheritdoc cref="IElementwise{T}.Instruction"/>
    protected virtual Instruction? Instruction => null;

    /// <inheritdoc cref="IElementwise{T}.InstructionUnlessNaN"/>
    protected virtual Instruction? InstructionUnlessNaN => null;

    /// <inheritdoc cref="IElementwise{T}.Slope"/>
    protected virtual Type? SlopeArithmetic => null;

    /// <inheritdoc cref="IElementwise{T}.PassesNaN"/>
    protected virtual bool PassesNaN(int operand) => Instruction is not null || InstructionUnlessNaN is not null;

    Type IElementwise<T>.Arithmetic => typeof(TArithmetic);

    bool IElementwise<T>.HasVectors => default(TArithmetic) is IVectorArithmetic;

    Instruction? IElementwise<T>.Instruction => Instruction;

    Instruction? IElementwise<T>.InstructionUnlessNaN => InstructionUnlessNaN;

    Type? IElementwise<T>.Slope => SlopeArithmetic;

    bool IElementwise<T>.PassesNaN(int operand) => PassesNaN(operand);

    void IElementwise<T>.Apply(in Run<T> run, Span<T> result) => Elementwise.BinaryRun<TArithmetic, T>(in run, result);

    internal sealed override Operator<T> ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) => this;

    protected internal sealed override Variable<T> Batch(
        ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ApplyTo(Batches.Align(inputs, isBatch));

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        Dependence.Broadcast(inputs[input], result);

    protected sealed override Shape InferShape(Shape x, Shape y) => Broadcasting.Join(Name, x, y);

    protected sealed override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        Elementwise.Binary<TArithmetic, T>(x, y, shape);

    internal sealed override bool TryCompute(T x, T y, out T result)
    {
        result = TArithmetic.Apply(x, y);
        return true;
    }
}

/// <summary>An elementwise operator of three inputs, broadcast against each other.</summary>
internal abstract class ElementwiseTernary<T, TArithmetic> : TernaryOperator<T>, IElementwise<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TArithmetic : struct, ITernaryArithmetic<TArithmetic, T>
{
    /// <inheritdoc cref="IElementwise{T}.ElementCost"/>
    protected virtual double ElementCost => 1;

    double IElementwise<T>.ElementCost => ElementCost;

    protected internal sealed override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elementwise(ElementCost, result);

    /// <inheritdoc cref="IElementwise{T}.PassesNaN"/>
    protected virtual bool PassesNaN(int operand) => false;

    Type IElementwise<T>.Arithmetic => typeof(TArithmetic);

    bool IElementwise<T>.HasVectors => default(TArithmetic) is IVectorArithmetic;

    bool IElementwise<T>.PassesNaN(int operand) => PassesNaN(operand);

    void IElementwise<T>.Apply(in Run<T> run, Span<T> result) => Elementwise.TernaryRun<TArithmetic, T>(in run, result);

    internal sealed override Operator<T> ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) => this;

    protected internal sealed override Variable<T> Batch(
        ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ApplyTo(Batches.Align(inputs, isBatch));

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        Dependence.Broadcast(inputs[input], result);

    protected sealed override Shape InferShape(Shape x, Shape y, Shape z) =>
        Broadcasting.Join(Name, Broadcasting.Join(Name, x, y), z);

    protected sealed override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Tensor<T> z, Shape shape) =>
        Elementwise.Ternary<TArithmetic, T>(x, y, z, shape);

    internal sealed override bool TryCompute(T x, T y, T z, out T result)
    {
        result = TArithmetic.Apply(x, y, z);
        return true;
    }
}
