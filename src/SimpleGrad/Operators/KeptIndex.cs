namespace SimpleGrad;

/// <summary>
/// The indices of an operator. Derivatives read them again, so they must be the same then; the tensor is the user's.
/// </summary>
internal readonly struct KeptIndex
{
    private readonly Tensor<int> _index;
    private readonly Write? _before;

    public KeptIndex(Tensor<int> index)
    {
        index.MarkOnTape(); // so that writes are noted
        _index = index;
        _before = index.Block?.LastWrite;
    }

    /// <summary>The indices for the derivative of an operator.</summary>
    /// <exception cref="InvalidOperationException">They were written over.</exception>
    public Tensor<int> ForDerivativeOf(string operation) => _index.Block?.LastWrite is var last && last == _before
        ? _index
        : throw new InvalidOperationException(
            $"The gradient of '{operation}' needs the indices that it was recorded with; '{last?.What}' has written "
            + $"over them since{last?.Place}. Give the operator a copy, Tensor.Create(index.ToArray(), index.Shape), "
            + "or move the write after the last use of the gradient.");
}
