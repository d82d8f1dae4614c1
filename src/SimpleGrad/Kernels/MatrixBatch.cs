namespace SimpleGrad;

/// <summary>
/// Walks the matrices in the last two axes of an operand that is broadcast along the axes before them.
/// </summary>
internal readonly struct MatrixBatch<T> where T : unmanaged
{
    private readonly Tensor<T> _tensor;
    private readonly int[] _offsets;

    public MatrixBatch(Tensor<T> tensor, ReadOnlySpan<int> batch)
    {
        _tensor = tensor;
        Shape shape = Shape.Create(batch);
        _offsets = new int[shape.FlattenedLength];
        var strides = new int[batch.Length];
        for (int i = 1; i <= tensor.Rank - 2; i++)
            strides[^i] = tensor.Shape[tensor.Rank - 2 - i] == 1 ? 0 : tensor.Strides[tensor.Rank - 2 - i];
        var runs = new StridedRuns(shape, strides);
        for (int at = 0; runs.Next();)
        {
            for (int i = 0; i < runs.RunLength; i++)
                _offsets[at++] = runs.Offsets[0] + i * runs.RunStrides[0];
        }
    }

    /// <summary>The number of matrices.</summary>
    public int Count => _offsets.Length;

    public MatrixView<T> this[int index] => new(
        _tensor.Length == 0 ? [] : _tensor.Memory[_offsets[index]..], _tensor.Shape[^2], _tensor.Shape[^1],
        _tensor.Strides[^2], _tensor.Strides[^1]);
}
