using System.Numerics;

namespace SimpleGrad;

/// <summary>Batches: inputs of operators that have an axis of examples in front.</summary>
internal static class Batches
{
    /// <summary>The shape of a batch of examples.</summary>
    /// <exception cref="OverflowException">It has more elements than an array can hold.</exception>
    public static Shape Of(int size, Shape example) =>
        Shape.OfResult($"batch of {size}", [size, .. example.Lengths], example);

    /// <summary>A batch with axes of length 1 before those of an example, which then has a given rank.</summary>
    public static Variable<T> WithRank<T>(Variable<T> batch, int rank)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int missing = rank - (batch.Rank - 1);
        if (missing <= 0)
            return batch;
        var lengths = new int[rank + 1];
        Array.Fill(lengths, 1);
        lengths[0] = batch.Shape[0];
        batch.Shape.Lengths[1..].CopyTo(lengths.AsSpan(1 + missing));
        return batch.Reshape(Shape.Create(lengths));
    }

    /// <summary>Inputs that broadcast as those of an example do.</summary>
    public static Variable<T>[] Align<T>(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rank = 0;
        for (int i = 0; i < inputs.Length; i++)
            rank = Math.Max(rank, inputs[i].Rank - (isBatch[i] ? 1 : 0));
        Variable<T>[] aligned = inputs.ToArray();
        for (int i = 0; i < aligned.Length; i++)
            aligned[i] = isBatch[i] ? WithRank(aligned[i], rank) : aligned[i];
        return aligned;
    }

    /// <summary>Inputs all of which are batches: what is the same for all examples is repeated.</summary>
    public static Variable<T>[] All<T>(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = inputs[isBatch.IndexOf(true)].Shape[0];
        Variable<T>[] all = inputs.ToArray();
        for (int i = 0; i < all.Length; i++)
            all[i] = isBatch[i] ? all[i] : all[i].Expand(Of(size, all[i].Shape));
        return all;
    }
}
