using System.Numerics;

namespace SimpleGrad;

// Elements at indices that are found by looking at values, such as the max along an axis. Eagerly the indices are found
// at once, and the operator is a gather at known indices. While a function is traced there are no values yet: the
// operators here look for the indices when the compiled function runs.
public sealed partial class Variable<T>
{
    /// <summary>The elements at the indices that are found along an axis, and these indices.</summary>
    /// <param name="axis">The axis, counted from 0.</param>
    /// <param name="shape">The shape of the indices, and of the result.</param>
    /// <param name="finder">Finds the indices in a value.</param>
    private (Variable<T> Values, Tensor<int> Indices) AtIndices(int axis, Shape shape, IndexFinder<T> finder)
    {
        if (Data.IsSymbolic)
            return (new GatherFoundOperator<T>(axis, shape, finder).Apply(this, this), Tensor<int>.Symbolic(shape));
        Tensor<int> indices = finder.Find(Data);
        return (new GatherOperator<T>(axis, indices).Apply(this), indices);
    }
}

/// <summary>
/// Elements of x at indices along an axis that are found in y; the derivative by x is
/// <see cref="ScatterFoundOperator{T}"/>, and by y there is none.
/// </summary>
internal sealed class GatherFoundOperator<T>(int axis, Shape indices, IndexFinder<T> finder) : BinaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "gather_found";

    internal override object Identity => (typeof(GatherFoundOperator<T>), axis, indices, finder);

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        finder.Cost(inputs[1]) + result.FlattenedLength * Costs.LookedUp;

    public override Keeps Keeps => Keeps.Y;

    protected override Shape InferShape(Shape x, Shape y) => indices;

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        IndexingKernel.Gather(x, axis, finder.Find(y));

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        new ScatterFoundOperator<T>(axis, indices, at.ShapeOf(0), finder).Apply(gradient, at.Y);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;
}

/// <summary>
/// Zeros of a shape with x added at indices along an axis that are found in y; the derivative by x is
/// <see cref="GatherFoundOperator{T}"/>, and by y there is none.
/// </summary>
internal sealed class ScatterFoundOperator<T>(int axis, Shape indices, Shape shape, IndexFinder<T> finder)
    : BinaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "scatter_found";

    internal override object Identity => (typeof(ScatterFoundOperator<T>), axis, indices, shape, finder);

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        finder.Cost(inputs[1]) + Costs.Copy<T>(result) + inputs[0].FlattenedLength * Costs.Scattered;

    public override Keeps Keeps => Keeps.Y;

    protected override Shape InferShape(Shape x, Shape y) => shape;

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        IndexingKernel.Scatter(x, axis, finder.Find(y), shape);

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        new GatherFoundOperator<T>(axis, indices, finder).Apply(gradient, at.Y);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;
}
