namespace SimpleGrad;

/// <summary>The memory that results of functions of tensors are in: given by who calls, or of their own.</summary>
internal static class ResultMemory
{
    /// <summary>Refuses memory that cannot be written, or that is used already.</summary>
    public static void Check<T>(string name, Tensor<T>?[] results, ReadOnlySpan<Tensor<T>> inputs) where T : unmanaged
    {
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i] is not { Rank: > 0 } result)
                continue;
            if (!result.IsContiguous)
                throw new InvalidOperationException(
                    $"'{name}' cannot write into a tensor of shape {result.Shape} whose memory has gaps. Give it the "
                    + "results of an earlier call, or null.");
            result.PrepareWrite();
            if (IsOf(result, inputs) || IsOf(result, results.AsSpan(0, i)))
                throw new InvalidOperationException(
                    $"'{name}' cannot write into memory that it reads or writes already: that of a result of shape "
                    + $"{result.Shape} is also an input's, or another result's.");
        }
    }

    /// <summary>Refuses memory that results do not fit into, before anything is written.</summary>
    public static void CheckFit<T>(string name, Tensor<T>?[] results, Shape[] shapes) where T : unmanaged
    {
        if (results.Length != shapes.Length)
            throw new ArgumentException(
                $"'{name}' has {shapes.Length} results, not {results.Length}.", nameof(results));
        for (int i = 0; i < shapes.Length; i++)
        {
            if (results[i] is { Rank: > 0 } result && !ReferenceEquals(result.Shape, shapes[i])
                && result.Shape != shapes[i])
                throw new ArgumentException(
                    $"'{name}': result {i} has shape {shapes[i]}, not {result.Shape}.", nameof(results));
        }
    }

    /// <summary>A value in memory that nothing else has, in one piece, so that it can be written.</summary>
    public static Tensor<T> OfItsOwn<T>(
        Tensor<T> value, ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<T>?> results) where T : unmanaged =>
        !value.IsContiguous || value.IsFrozen || IsOf(value, inputs) || IsOf(value, results)
            ? value.ToNew()
            : value;

    /// <summary>Whether a tensor lies in the memory of one of others.</summary>
    public static bool IsOf<T>(Tensor<T> tensor, ReadOnlySpan<Tensor<T>?> others) where T : unmanaged
    {
        foreach (Tensor<T>? other in others)
        {
            if (other is not null && other.SharesMemory(tensor))
                return true;
        }
        return false;
    }
}
