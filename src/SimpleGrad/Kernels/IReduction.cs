namespace SimpleGrad;

/// <summary>How a reduction combines elements. What it does to one element alone is done before combining.</summary>
internal interface IReduction<TSelf, T>
    where TSelf : struct, IReduction<TSelf, T>
    where T : unmanaged
{
    /// <summary>The result for no element at all.</summary>
    static abstract T Empty { get; }

    /// <summary>All elements of a run, which is not empty, as one.</summary>
    static abstract T Reduce(ReadOnlySpan<T> run);

    /// <summary>Combines a row into the results, element by element.</summary>
    static abstract void Accumulate(ReadOnlySpan<T> row, Span<T> results);

    /// <summary>The results for a single row.</summary>
    static virtual void Start(ReadOnlySpan<T> row, Span<T> results) => row.CopyTo(results);

    /// <summary>Combines results for some elements with those for others.</summary>
    static virtual void Merge(ReadOnlySpan<T> others, Span<T> results) => TSelf.Accumulate(others, results);

    /// <summary>The result for elements of which there are results for parts.</summary>
    static virtual T MergeAll(ReadOnlySpan<T> parts) => TSelf.Reduce(parts);

    /// <summary>The result where all elements stand there <paramref name="count"/> times.</summary>
    static virtual T Repeat(T result, int count) => result;
}
