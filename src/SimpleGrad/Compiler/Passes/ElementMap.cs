namespace SimpleGrad;

/// <summary>An element of one of an operator's inputs, by its number in row-major order.</summary>
internal readonly record struct ElementSource(int Input, int Index);

/// <summary>For each element of a result, in row-major order, the elements of inputs that it is the sum of.</summary>
/// <param name="starts">Where those of each element start, and where the last ones end.</param>
/// <param name="sources">All of them.</param>
internal sealed class ElementMap(int[] starts, ElementSource[] sources)
{
    /// <summary>How many elements the result has.</summary>
    public int Length => starts.Length - 1;

    public ReadOnlySpan<ElementSource> this[int element] =>
        sources.AsSpan(starts[element], starts[element + 1] - starts[element]);
}
