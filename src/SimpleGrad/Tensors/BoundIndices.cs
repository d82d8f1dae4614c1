namespace SimpleGrad;

/// <summary>
/// The indices that a function gets in one call, and what is computed from them: each once, however many operators read
/// it.
/// </summary>
/// <param name="inputs">The indices, each in one piece.</param>
internal sealed class BoundIndices(params Tensor<int>[] inputs)
{
    private readonly List<(IndexSource Source, Tensor<int> Value)> _values = [];

    /// <summary>The indices that a tensor stands for; one that has numbers stands for itself.</summary>
    public Tensor<int> this[Tensor<int> index] => index.Source is { } source ? index.Over(ValueOf(source)) : index;

    public Tensor<int> Input(int number) => inputs[number];

    /// <summary>Gives back the memory of what was computed, when nobody reads it any more.</summary>
    public void Release()
    {
        foreach ((_, Tensor<int> value) in _values)
            value.Recycle();
    }

    private Tensor<int> ValueOf(IndexSource source)
    {
        foreach ((IndexSource known, Tensor<int> its) in _values)
        {
            if (ReferenceEquals(known, source) || known.Equals(source))
                return its;
        }
        Tensor<int> value = source.In(this);
        if (Array.IndexOf(inputs, value) < 0) // those are the caller's
            _values.Add((source, value));
        return value;
    }
}
