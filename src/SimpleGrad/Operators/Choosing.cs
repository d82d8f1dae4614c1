using System.Numerics;

namespace SimpleGrad;

/// <summary>A reduction to elements of its input; elements equal to the result share the gradient evenly.</summary>
internal abstract class Choosing<T>(int[]? axes, bool keepDims) : Reducing<T>(axes, keepDims)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public sealed override Keeps Keeps => Keeps.X | Keeps.Result;

    protected sealed override Shape InferShape(Shape x)
    {
        Shape shape = base.InferShape(x);
        return x.FlattenedLength > 0 || shape.FlattenedLength == 0 ? shape : throw new ArgumentException(
            $"{Name}: shape {x} has no elements along the reduced axes to choose from.");
    }

    protected sealed override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> isChosen = at.X.EqualTo(Stretch(at.Result, at.X.Shape));
        Variable<T> ties = new SumOperator<T>(AxesOf(at.X.Shape), true).Apply(isChosen);
        // Where an element is NaN none is equal to the result: 0 / 0, NaN.
        return Stretch(gradient, at.X.Shape).StrongMultiply(isChosen / ties);
    }
}
