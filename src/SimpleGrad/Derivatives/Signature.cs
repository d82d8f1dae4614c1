namespace SimpleGrad;

/// <summary>How many inputs and tensors of indices a function takes; null for any number.</summary>
/// <param name="name">What the function is called.</param>
/// <param name="inputs">How many inputs: at least one in any case.</param>
/// <param name="indices">How many tensors of indices.</param>
/// <param name="kind">What kind of function it is, with a blank after it, where messages say so.</param>
internal sealed class Signature(string name, int? inputs, int? indices, string kind = "")
{
    private readonly string _function = $"{kind}'{name}'";

    public string Name => name;

    public int? Inputs => inputs;

    public int? Indices => indices;

    /// <exception cref="ArgumentException">Not as many.</exception>
    public void CheckCount(int inputCount, int indexCount, string parameter = "inputs")
    {
        if (inputCount > 0 && inputCount == (inputs ?? inputCount) && indexCount == (indices ?? indexCount))
            return;
        string of = $"{char.ToUpperInvariant(_function[0])}{_function[1..]}";
        string expected = inputs switch { null => "at least one input", 1 => "1 input", var n => $"{n} inputs" };
        throw new ArgumentException(
            indices == 0 && indexCount == 0 ? $"{of} takes {expected}, not {inputCount}."
            : $"{of} takes {expected} and {ExpectedIndices()}, not {inputCount} and {indexCount}.", parameter);

        string ExpectedIndices() => indices switch
        {
            null => "tensors of indices",
            0 => "no indices",
            1 => "1 tensor of indices",
            var n => $"{n} tensors of indices",
        };
    }

    /// <exception cref="ArgumentNullException">One is null.</exception>
    public void CheckNull<T>(ReadOnlySpan<T> all, string what, string parameter) where T : class?
    {
        foreach (T each in all)
        {
            if (each is null)
                throw new ArgumentNullException(parameter, $"{what} of {_function} is null.");
        }
    }

    /// <summary>Refuses inputs and indices that are null or not as many as there should be.</summary>
    public void Check<T>(ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<int>> indices) where T : unmanaged
    {
        CheckCount(inputs.Length, indices.Length);
        CheckNull(inputs, "An input", nameof(inputs));
        CheckNull(indices, "A tensor of indices", nameof(indices));
    }
}
