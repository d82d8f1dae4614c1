namespace SimpleGrad;

/// <summary>
/// The memory of gradients that are not recorded. Most are used up by the next step of the reverse sweep; going back to
/// the pool then and not on a reset, it stays in the cache.
/// </summary>
public sealed partial class Tape<T>
{
    /// <summary>
    /// Whether operators compute gradients that nobody but the reverse sweep sees: it looks after their memory.
    /// </summary>
    internal bool IsSweeping { get; set; }

    /// <summary>
    /// Whether reverse sweeps are recorded in any case: what they compute may be needed for limits at zeros of norms.
    /// </summary>
    internal bool RecordsSweeps { get; set; }

    /// <summary>How many rows there were when the step of the sweep began that is under way.</summary>
    internal int FirstOfStep { get; set; }

    /// <summary>Gradients without a row that a rule of the user's sees.</summary>
    internal Variable<T>?[] LentGradients { get; set; } = [];

    /// <summary>A gradient is in one more place of the sweep.</summary>
    internal static void Hold(Variable<T> gradient)
    {
        if (gradient.Block is { } block)
            block.Holders++;
    }

    /// <summary>
    /// A gradient is in one place fewer; its memory goes back after this step, unless it is in another.
    /// </summary>
    internal void LetGo(Variable<T> gradient)
    {
        if (gradient.Block is not { } block)
            return;
        block.Holders--;
        _swept.Add(block);
    }

    /// <summary>The user sees a gradient: its memory goes back on a reset, like that of other results.</summary>
    internal void Keep(Variable<T> gradient)
    {
        if (gradient.Block is { } block && block.TryKeep())
            _storages.Add(block);
    }

    /// <summary>A value that was computed without recording.</summary>
    internal Variable<T> WithoutRow(Tensor<T> value)
    {
        Own(value);
        return Result(value, ~_variables.Count);
    }

    /// <summary>How much memory the tape has, for <see cref="RecycleSince"/>.</summary>
    internal (int Storages, int Indices) MarkMemory() => (_storages.Count, _indices.Count);

    /// <summary>Gives back what memory came since, which no entry has.</summary>
    internal void RecycleSince((int Storages, int Indices) mark)
    {
        RecycleFrom(ref _storages, mark.Storages);
        RecycleFrom(ref _indices, mark.Indices);
    }

    /// <summary>Ends a step of the sweep: memory that no gradient is in any more goes back to the pool.</summary>
    internal void EndStep()
    {
        for (int i = 0; i < _swept.Count; i++)
            _swept[i].RecycleIfUnused();
        _swept.Clear();
    }
}
