namespace SimpleGrad;

/// <summary>
/// The row-major indices, as a vector, of the elements that an index along an axis names, which fits it.
/// </summary>
/// <param name="Axis">The axis.</param>
/// <param name="Shape">The shape that it is of.</param>
internal sealed record FlatIndexRule(int Axis, Shape Shape) : IndexRule
{
    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given)
    {
        int[] indices = new int[given[0].Length], along = given[0].ToArray();
        for (int i = 0; i < indices.Length; i++)
        {
            int at = 0, left = i;
            for (int k = Shape.Rank - 1, step = 1; k >= 0; step *= Shape[k], k--)
            {
                at += step * (k == Axis ? along[i] : left % given[0].Shape[k]);
                left /= given[0].Shape[k];
            }
            indices[i] = at;
        }
        return Indices.Of(indices);
    }

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => Shape.Create(given[0].Length);
}
