using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Lets operators compute gradients that are not recorded and that nobody but a reverse sweep sees. Most are used up by
/// the sweep's next step; their memory goes back to the pool then, and not on a reset, so that it stays in the cache.
/// </summary>
/// <param name="tape">The tape.</param>
/// <param name="former">The recorder that this one replaces.</param>
internal sealed class SweepRecorder<T>(Tape<T> tape, Recorder<T> former) : UnrecordedRecorder<T>(tape, former)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Table<Storage<T>> _blocks = new(); // that go back when the step is over, if nothing is in them

    /// <summary>The recorder for user code, which sees what it computes.</summary>
    public UnrecordedRecorder<T> ForUserCode => field ??= new(Tape, Former);

    /// <summary>A gradient is in one more slot of the sweep.</summary>
    public static void AddHolder(Variable<T> gradient)
    {
        if (gradient.Block is { } block)
            block.Holders++;
    }

    /// <summary>
    /// A gradient is in one slot fewer; its memory goes back after this step, unless it is in another.
    /// </summary>
    public void RemoveHolder(Variable<T> gradient)
    {
        if (gradient.Block is not { } block)
            return;
        block.Holders--;
        _blocks.Add(block);
    }

    /// <summary>A gradient that is a number, for a rule that computes on variables.</summary>
    public Variable<T> AsVariable(T number) => Variable<T>.Result(Tape, number, ~Tape.VariableCount);

    /// <summary>The user sees a gradient: its memory goes back on a reset, like that of other results.</summary>
    public void Keep(Variable<T> gradient)
    {
        if (gradient.Block is { } block)
            Tape.Memory.Keep(block);
    }

    /// <summary>Ends a step: memory that no gradient is in any more goes back to the pool.</summary>
    public void EndStep()
    {
        for (int i = 0; i < _blocks.Count; i++)
            _blocks[i].RecycleIfUnused();
        _blocks.Clear();
    }

    protected override void Own(Tensor<T> value)
    {
        if (value.TakeStorage(isSwept: true) is { } storage)
            _blocks.Add(storage);
    }
}
