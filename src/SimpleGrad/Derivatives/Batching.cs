using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Runs a function for a whole batch at once. It runs on one example that has shapes and no numbers; then each entry
/// that depends on the example runs again on the batch.
/// </summary>
/// <remarks>
/// Reverse sweeps inside the function are recorded as well, so derivatives are batched by the same rules. What does not
/// depend on the example is computed once, and may come from outside.
/// </remarks>
internal static class Batching
{
    /// <summary>Maps a function over the first axis of its inputs.</summary>
    /// <param name="user">Who asks, for messages.</param>
    /// <param name="batches">The inputs, each with the examples along its first axis.</param>
    /// <param name="function">A function of one example; a result of null is known to be zero.</param>
    /// <returns>The results, each with the examples along its first axis; null for a known zero.</returns>
    public static Variable<T>?[] Map<T>(
        string user, Variable<T>[] batches, Func<Variable<T>[], Variable<T>?[]> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = Size(user, batches);
        return new MappedFunction<T>(
            batches[0].Tape, Array.ConvertAll(batches, batch => batch.Shape.Without(0)), function).Run(batches, size);
    }

    private static int Size<T>(string user, Variable<T>[] batches) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (Variable<T> batch in batches)
        {
            if (batch.Rank == 0)
                throw new ArgumentException($"{user}: a single number has no axis to map over.");
            if (batch.Shape[0] != batches[0].Shape[0])
                throw new ArgumentException(
                    $"{user}: the first axes, over which the function is mapped, have lengths "
                    + $"{batches[0].Shape[0]} and {batch.Shape[0]}.");
        }
        return batches[0].Shape[0];
    }
}
