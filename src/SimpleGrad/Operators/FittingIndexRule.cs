namespace SimpleGrad;

/// <summary>The user's own indices of an axis, in their shape.</summary>
/// <param name="Operation">The operator, for messages.</param>
/// <param name="Axis">The axis.</param>
/// <param name="Shape">The shape that it is of.</param>
internal sealed record FittingIndexRule(string Operation, int Axis, Shape Shape) : IndexRule
{
    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given)
    {
        Tensor<int> indices = given[0].ToContiguous();
        Indices.RequireInside(Operation, indices.Span, Axis, Shape);
        if (!ReferenceEquals(indices, given[0]))
            indices.Release();
        return given[0];
    }

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => given[0].Shape;
}
