using System.Numerics;

namespace SimpleGrad;

// Elements at places that are found by looking at values, such as the greatest along an axis. Eagerly the places are
// found at once, and the operator is a gather at known places. While a function is traced there are no values yet: the
// operators here look for the places when the compiled function runs.
public sealed partial class Variable<T>
{
    /// <summary>
    /// The elements at the places that <paramref name="find"/> finds along an axis, and these places.
    /// </summary>
    /// <param name="axis">The axis, counted from 0.</param>
    /// <param name="shape">The shape of the places, and of the result.</param>
    /// <param name="find">Finds the places in a value.</param>
    private (Variable<T> Values, Tensor<int> Indices) AtPlaces(
        int axis, Shape shape, Func<Tensor<T>, Tensor<int>> find)
    {
        if (Data.IsSymbolic)
            return (new GatherFoundOperator<T>(axis, shape, find).Apply(this, this), Tensor<int>.Symbolic(shape));
        Tensor<int> places = find(Data);
        return (new GatherOperator<T>(axis, places).Apply(this), places);
    }
}

/// <summary>
/// Elements of x at places along an axis that are found in y; the derivative by x is
/// <see cref="ScatterFoundOperator{T}"/>, and by y there is none.
/// </summary>
internal sealed class GatherFoundOperator<T>(int axis, Shape places, Func<Tensor<T>, Tensor<int>> find)
    : BinaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "gather_found";

    public override Keeps Keeps => Keeps.Y;

    protected override Shape InferShape(Shape x, Shape y) => places;

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        Indexing.Gather(x, axis, find(y));

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        new ScatterFoundOperator<T>(axis, places, at.ShapeOf(0), find).Apply(gradient, at.Y);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;
}

/// <summary>
/// Zeros of a shape with x added at places along an axis that are found in y; the derivative by x is
/// <see cref="GatherFoundOperator{T}"/>, and by y there is none.
/// </summary>
internal sealed class ScatterFoundOperator<T>(int axis, Shape places, Shape shape, Func<Tensor<T>, Tensor<int>> find)
    : BinaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "scatter_found";

    public override Keeps Keeps => Keeps.Y;

    protected override Shape InferShape(Shape x, Shape y) => shape;

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        Indexing.Scatter(x, axis, find(y), shape);

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        new GatherFoundOperator<T>(axis, places, find).Apply(gradient, at.Y);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;
}
