using System.Numerics;

namespace SimpleGrad;

/// <summary>What processors do in one instruction, for numbers and for vectors.</summary>
internal enum Instruction
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
}

/// <summary>How an elementwise operator becomes part of a kernel.</summary>
internal interface IElementwise<T> where T : unmanaged
{
    /// <summary>The struct with the operator's arithmetic.</summary>
    Type Arithmetic { get; }

    /// <summary>Whether the arithmetic is written for vectors.</summary>
    bool HasVectors { get; }

    /// <summary>What an element costs, in additions.</summary>
    double ElementCost { get; }

    /// <summary>The instruction that the arithmetic is, if it is a single one.</summary>
    Instruction? Instruction => null;

    /// <summary>The instruction that gives the same, save where it gives NaN.</summary>
    Instruction? InstructionUnlessNaN => null;

    /// <summary>
    /// The struct with the arithmetic of a slope, if the result is the strong product of the first operand with the
    /// slope at the second one.
    /// </summary>
    Type? Slope => null;

    /// <summary>
    /// Whether NaN in an operand makes the result NaN wherever the result would be another if the operand were 0.
    /// </summary>
    bool PassesNaN(int operand) => Instruction is not null || InstructionUnlessNaN is not null;

    /// <summary>Computes a run of elements.</summary>
    void Apply(in Run<T> run, Span<T> result);
}

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

    internal sealed override UnaryOperator<T> ForBatch(Shape batch) => this;

    internal override IReadOnlyList<Dependence> DependenceOn(int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [];

    protected sealed override Tensor<T> Forward(Tensor<T> x, Shape shape) => Elementwise.Unary<TArithmetic, T>(x);

    internal sealed override bool TryCompute(T x, out T result)
    {
        result = TArithmetic.Apply(x);
        return true;
    }
}

/// <summary>A function that is flat between its steps: no gradient flows through it.</summary>
internal abstract class StepFunction<T, TArithmetic>(string name) : ElementwiseUnary<T, TArithmetic>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TArithmetic : struct, IUnaryArithmetic<TArithmetic, T>
{
    public sealed override string Name => name;

    internal sealed override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        Dependence.None(result);

    protected sealed override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) => null;
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

    /// <summary>Whether NaN in the first operand gives NaN, or else 0 in it the same as NaN.</summary>
    protected virtual bool IsStrongProduct => SlopeArithmetic is not null;

    Type IElementwise<T>.Arithmetic => typeof(TArithmetic);

    bool IElementwise<T>.HasVectors => default(TArithmetic) is IVectorArithmetic;

    Instruction? IElementwise<T>.Instruction => Instruction;

    Instruction? IElementwise<T>.InstructionUnlessNaN => InstructionUnlessNaN;

    Type? IElementwise<T>.Slope => SlopeArithmetic;

    bool IElementwise<T>.PassesNaN(int operand) =>
        Instruction is not null || InstructionUnlessNaN is not null || IsStrongProduct && operand == 0;

    void IElementwise<T>.Apply(in Run<T> run, Span<T> result) => Elementwise.BinaryRun<TArithmetic, T>(in run, result);

    internal sealed override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ApplyTo(Batches.Align(inputs, isBatch));

    internal override IReadOnlyList<Dependence> DependenceOn(int input, ReadOnlySpan<Shape> inputs, Shape result) =>
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

    internal sealed override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ApplyTo(Batches.Align(inputs, isBatch));

    internal sealed override IReadOnlyList<Dependence> DependenceOn(
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
