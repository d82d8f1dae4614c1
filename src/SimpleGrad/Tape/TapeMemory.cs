namespace SimpleGrad;

/// <summary>
/// The memory of what operators on a tape computed: it goes back to the pool when the tape is reset, unless the user
/// has seen it.
/// </summary>
internal sealed class TapeMemory<T> where T : unmanaged
{
    private Table<Storage<T>> _results = new();
    private Table<Storage<int>> _indices = new(); // of operators

    /// <summary>Takes the memory of a result.</summary>
    /// <returns>Whether it had no owner before.</returns>
    public bool Own(Tensor<T> value)
    {
        if (value.TakeStorage(isSwept: false) is not { } storage)
            return false;
        _results.Add(storage);
        return true;
    }

    /// <summary>Takes the memory of indices that only operators on the tape have.</summary>
    public void Own(Tensor<int> indices)
    {
        if (indices.TakeStorage(isSwept: false) is { } storage)
            _indices.Add(storage);
    }

    /// <summary>Takes a block from a reverse sweep: the user sees what is in it.</summary>
    public void Keep(Storage<T> block)
    {
        if (block.TryKeep())
            _results.Add(block);
    }

    /// <summary>How much there is, for <see cref="RecycleSince"/>.</summary>
    public (int Results, int Indices) Mark() => (_results.Count, _indices.Count);

    /// <summary>Gives back what came since, which no entry has.</summary>
    public void RecycleSince((int Results, int Indices) mark)
    {
        Recycle(ref _results, mark.Results);
        Recycle(ref _indices, mark.Indices);
    }

    public void Recycle() => RecycleSince((0, 0));

    private static void Recycle<TElement>(ref Table<Storage<TElement>> blocks, int first) where TElement : unmanaged
    {
        try
        {
            for (int i = first; i < blocks.Count; i++)
                blocks[i].Recycle();
        }
        finally
        {
            blocks.Truncate(first); // a block that goes back twice would be two tensors'
        }
    }
}
