namespace SimpleGrad;

/// <summary>The same indices in one piece.</summary>
internal sealed record RowMajorIndexRule : IndexRule
{
    private RowMajorIndexRule()
    {
    }

    public static RowMajorIndexRule Instance { get; } = new();

    public override Tensor<int> Run(params ReadOnlySpan<Tensor<int>> given) => given[0].ToContiguous();

    protected override Shape ShapeOf(ReadOnlySpan<Tensor<int>> given) => given[0].Shape;
}
