namespace SimpleGrad;

/// <summary>Indices of an axis as a vector, in memory that nobody else has.</summary>
/// <param name="Operation">The operator, for messages.</param>
/// <param name="Axis">The axis.</param>
/// <param name="Shape">The shape that it is of.</param>
/// <param name="FromEnd">Whether negative indices count from the end.</param>
internal sealed record AxisIndexRule(string Operation, int Axis, Shape Shape, bool FromEnd) : IndexRule
{
    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given)
    {
        Tensor<int> indices = Tensor<int>.Uninitialized(ShapeOf(given));
        Span<int> numbers = indices.NewData;
        given[0].CopyTo(numbers);
        int length = Shape[Axis];
        Indices.RequireInside(Operation, numbers, Axis, Shape, FromEnd ? -length : 0);
        for (int i = 0; FromEnd && i < numbers.Length; i++)
            numbers[i] += numbers[i] < 0 ? length : 0;
        return indices;
    }

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => Shape.Create(given[0].Length);
}
