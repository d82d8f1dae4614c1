namespace SimpleGrad;

/// <summary>
/// A vector of indices in which each is named once, last where it was: those before become the index behind the end.
/// </summary>
/// <param name="Length">The length of the axis.</param>
internal sealed record LastOfEachRule(int Length) : IndexRule
{
    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given)
    {
        int[] indices = given[0].ToArray();
        var isNamed = new HashSet<int>();
        for (int i = indices.Length - 1; i >= 0; i--)
        {
            if (!isNamed.Add(indices[i]))
                indices[i] = Length;
        }
        return Indices.Of(indices);
    }

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => given[0].Shape;
}
