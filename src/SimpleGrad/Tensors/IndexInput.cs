namespace SimpleGrad;

/// <summary>Indices that the function gets at each call.</summary>
/// <param name="Number">Which of the function's tensors of indices.</param>
/// <param name="Name">What it is called where the function is explained.</param>
internal sealed record IndexInput(int Number, string Name) : IndexSource
{
    public override Tensor<int> In(BoundIndices call) => call.Input(Number);

    public override string ToString() => Name;

    /// <summary>Tensors that stand for what a function gets.</summary>
    public static Tensor<int>[] Tensors(ReadOnlySpan<Shape> shapes, string[]? names = null)
    {
        var tensors = new Tensor<int>[shapes.Length];
        for (int i = 0; i < tensors.Length; i++)
            tensors[i] = Tensor<int>.Symbolic(shapes[i], new IndexInput(i, names?[i] ?? $"i{i}"));
        return tensors;
    }
}
