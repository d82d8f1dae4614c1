namespace SimpleGrad;

/// <summary>
/// The row-major indices, as a vector, of the elements or slices that indices of the first axes name together.
/// </summary>
/// <param name="Operation">The operator, for messages.</param>
/// <param name="Shape">The shape that they are indices of.</param>
/// <param name="Joined">The shape to which the indices broadcast.</param>
internal sealed record JointIndexRule(string Operation, Shape Shape, Shape Joined) : IndexRule
{
    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given)
    {
        Tensor<int> result = Tensor<int>.Uninitialized(ShapeOf(given));
        Span<int> indices = result.NewData;
        indices.Clear();
        for (int axis = 0; axis < given.Length; axis++)
        {
            Tensor<int> along = Indices.Resolve(Operation, given[axis].Expand(Joined), axis, Shape, fromEnd: true);
            ReadOnlySpan<int> numbers = along.Span;
            for (int i = 0; i < indices.Length; i++)
                indices[i] = indices[i] * Shape[axis] + numbers[i];
            along.Release();
        }
        return result;
    }

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => Shape.Create(Joined.FlattenedLength);
}
