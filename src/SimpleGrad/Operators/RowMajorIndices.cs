namespace SimpleGrad;

/// <summary>The same indices in one piece.</summary>
internal sealed record RowMajorIndices : IndexRule
{
    private RowMajorIndices()
    {
    }

    public static RowMajorIndices Instance { get; } = new();

    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given) => given[0].ToContiguous();

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => given[0].Shape;
}
