using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

// Elementwise operators of users. What the library's own have from vector instructions these have from the algebra.

/// <summary>A function of one number: what <see cref="UnaryElementwiseOperator{T, TFunction}"/> computes.</summary>
public interface IUnaryFunction
{
    /// <summary>Computes the function.</summary>
    /// <typeparam name="TNumber">Single numbers, vectors of them, or variables.</typeparam>
    static abstract TNumber Apply<TNumber>(TNumber x) where TNumber : struct, IAlgebra<TNumber>;
}

/// <summary>A function of two numbers: what <see cref="BinaryElementwiseOperator{T, TFunction}"/> computes.</summary>
public interface IBinaryFunction
{
    /// <inheritdoc cref="IUnaryFunction.Apply"/>
    static abstract TNumber Apply<TNumber>(TNumber x, TNumber y) where TNumber : struct, IAlgebra<TNumber>;
}

/// <summary>
/// A function of three numbers: what <see cref="TernaryElementwiseOperator{T, TFunction}"/> computes.
/// </summary>
public interface ITernaryFunction
{
    /// <inheritdoc cref="IUnaryFunction.Apply"/>
    static abstract TNumber Apply<TNumber>(TNumber x, TNumber y, TNumber z) where TNumber : struct, IAlgebra<TNumber>;
}

/// <summary>
/// An elementwise operator of one input, of which a struct says what it does to an element. It runs on vectors, becomes
/// part of compiled kernels, applies to batches, and is sparse.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TFunction">What it does to an element.</typeparam>
public abstract class UnaryElementwiseOperator<T, TFunction> : UnaryOperator<T>, IElementwise<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : struct, IUnaryFunction
{
    /// <summary>
    /// About what an element costs, in additions. A compiled function weighs that against saving the result.
    /// </summary>
    protected virtual double ElementCost => 20;

    double IElementwise<T>.ElementCost => ElementCost;

    /// <inheritdoc/>
    protected internal sealed override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elementwise(ElementCost, result);

    Type IElementwise<T>.Arithmetic => typeof(Vectors);

    bool IElementwise<T>.HasVectors => true;

    void IElementwise<T>.Apply(in Run<T> run, Span<T> result) => Elementwise.UnaryRun<Vectors, T>(in run, result);

    /// <inheritdoc/>
    protected internal sealed override UnaryOperator<T> ForBatch(Shape batch) => this;

    /// <inheritdoc/>
    protected internal sealed override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) => [];

    /// <inheritdoc/>
    protected sealed override Shape InferShape(Shape x) => x;

    /// <inheritdoc/>
    protected sealed override Tensor<T> Forward(Tensor<T> x, Shape shape) => Elementwise.Unary<Vectors, T>(x);

    internal sealed override bool TryCompute(T x, out T result)
    {
        result = Vectors.Apply<Simd1<T>, T>(x);
        return true;
    }

    private readonly struct Vectors : IUnaryVectorArithmetic<Vectors, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TFunction.Apply(new OnVectors<TSimd, TVector, T>(x)).Value;
    }
}

/// <summary>
/// An elementwise operator of two inputs, broadcast against each other, of which a struct says what it does to a pair
/// of elements. It runs on vectors, becomes part of compiled kernels, applies to batches, and is sparse.
/// </summary>
/// <inheritdoc cref="UnaryElementwiseOperator{T, TFunction}"/>
public abstract class BinaryElementwiseOperator<T, TFunction> : BinaryOperator<T>, IElementwise<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : struct, IBinaryFunction
{
    /// <inheritdoc cref="UnaryElementwiseOperator{T, TFunction}.ElementCost"/>
    protected virtual double ElementCost => 20;

    double IElementwise<T>.ElementCost => ElementCost;

    /// <inheritdoc/>
    protected internal sealed override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elementwise(ElementCost, result);

    Type IElementwise<T>.Arithmetic => typeof(Vectors);

    bool IElementwise<T>.HasVectors => true;

    void IElementwise<T>.Apply(in Run<T> run, Span<T> result) => Elementwise.BinaryRun<Vectors, T>(in run, result);

    /// <inheritdoc/>
    protected internal sealed override Variable<T> Batch(
        ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ApplyTo(Batches.Align(inputs, isBatch));

    /// <inheritdoc/>
    protected internal sealed override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) => Dependence.Broadcast(inputs[input], result);

    /// <inheritdoc/>
    protected sealed override Shape InferShape(Shape x, Shape y) => Broadcasting.Join(Name, x, y);

    /// <inheritdoc/>
    protected sealed override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        Elementwise.Binary<Vectors, T>(x, y, shape);

    internal sealed override bool TryCompute(T x, T y, out T result)
    {
        result = Vectors.Apply<Simd1<T>, T>(x, y);
        return true;
    }

    private readonly struct Vectors : IBinaryVectorArithmetic<Vectors, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct =>
            TFunction.Apply(new OnVectors<TSimd, TVector, T>(x), new OnVectors<TSimd, TVector, T>(y)).Value;
    }
}

/// <summary>
/// An elementwise operator of three inputs, broadcast against each other, of which a struct says what it does to three
/// elements. It runs on vectors, becomes part of compiled kernels, applies to batches, and is sparse.
/// </summary>
/// <inheritdoc cref="UnaryElementwiseOperator{T, TFunction}"/>
public abstract class TernaryElementwiseOperator<T, TFunction> : TernaryOperator<T>, IElementwise<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : struct, ITernaryFunction
{
    /// <inheritdoc cref="UnaryElementwiseOperator{T, TFunction}.ElementCost"/>
    protected virtual double ElementCost => 20;

    double IElementwise<T>.ElementCost => ElementCost;

    /// <inheritdoc/>
    protected internal sealed override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elementwise(ElementCost, result);

    Type IElementwise<T>.Arithmetic => typeof(Vectors);

    bool IElementwise<T>.HasVectors => true;

    void IElementwise<T>.Apply(in Run<T> run, Span<T> result) => Elementwise.TernaryRun<Vectors, T>(in run, result);

    /// <inheritdoc/>
    protected internal sealed override Variable<T> Batch(
        ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ApplyTo(Batches.Align(inputs, isBatch));

    /// <inheritdoc/>
    protected internal sealed override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) => Dependence.Broadcast(inputs[input], result);

    /// <inheritdoc/>
    protected sealed override Shape InferShape(Shape x, Shape y, Shape z) =>
        Broadcasting.Join(Name, Broadcasting.Join(Name, x, y), z);

    /// <inheritdoc/>
    protected sealed override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Tensor<T> z, Shape shape) =>
        Elementwise.Ternary<Vectors, T>(x, y, z, shape);

    internal sealed override bool TryCompute(T x, T y, T z, out T result)
    {
        result = Vectors.Apply<Simd1<T>, T>(x, y, z);
        return true;
    }

    private readonly struct Vectors : ITernaryVectorArithmetic<Vectors, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector y, TVector z)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TFunction.Apply(
                new OnVectors<TSimd, TVector, T>(x), new OnVectors<TSimd, TVector, T>(y),
                new OnVectors<TSimd, TVector, T>(z)).Value;
    }
}
