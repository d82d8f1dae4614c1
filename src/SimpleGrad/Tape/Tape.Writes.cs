namespace SimpleGrad;

/// <summary>
/// What the tape knows of writes over memory: when each entry was recorded, and from which row on variables are newer
/// than the last write on this tape.
/// </summary>
public sealed partial class Tape<T>
{
    private readonly object _identity = new(); // stands for the tape where it must not be held on to
    private Table<(int Entry, long Time)> _times = new(); // where the time of entries changes
    private long _notedTime = -1;
    private long _quietTime; // the time of the first entry, as long as nothing was written on this tape
    private int _writtenRows; // how many rows there were after the last write on this tape
    private int _settled; // variables from this row on can be used as they are
    private Action<Variable<T>, string>? _bringUpToDate; // there is none before the first write on this tape

    private readonly HashSet<int> _unusualRows = []; // views that copied, and others that lie in an input's memory
    private Table<UserPlace> _places = new(); // of the entries, if they are recorded

    /// <summary>
    /// Whether each entry remembers the place in the program that recorded it, so that an error about a saved value
    /// can name it. That takes a walk through the stack for each operator: switch it on to look for a mistake. It holds
    /// from the next entry on.
    /// </summary>
    public bool RecordsPlaces
    {
        get;
        set
        {
            field = value;
            _isWatched = Trace is not null || value;
        }
    }

    /// <summary>Whether anything was written, on any tape, since the first entry of this one.</summary>
    internal bool MayHaveStaleValues => Write.Now != _quietTime;

    /// <summary>How many writes there had been when an entry was recorded.</summary>
    internal long TimeOf(int entry)
    {
        ReadOnlySpan<(int Entry, long Time)> times = _times.Slice(0, _times.Count);
        int at = times.Length;
        for (int low = 0; low < at;)
        {
            int middle = (low + at) / 2;
            if (times[middle].Entry <= entry)
                low = middle + 1;
            else
                at = middle;
        }
        return times[at - 1].Time;
    }

    /// <summary>A value as it was before a write, for entries that keep it.</summary>
    private Variable<T> Saved(Tensor<T> value, int row, Write? write) =>
        new(this, value, row, _epoch, new Leaf(LeafKind.Saved, null, write));

    /// <summary>Notes when the next entry is recorded, where that is another time than the last one's.</summary>
    private void NoteTime()
    {
        if (Write.Now is var now && now != _notedTime)
        {
            _notedTime = now;
            if (_times.Count == 0)
                _quietTime = now;
            _times.Add((_entries.Count, now));
        }
    }

    /// <summary>The variable that an entry keeps, whose value must not have been written over since.</summary>
    internal Variable<T> KeptBy(int entry, int row)
    {
        Variable<T> kept = _variables[row].Kept!;
        if (kept.IsSymbolic)
        {
            // Nothing is written over, but a view would become one of what is there now.
            if (row < _settled && kept.Leaf is not { Kind: LeafKind.Saved })
                _variables[row].Kept = kept = Saved(kept.Data, row, null);
            return kept;
        }
        Write? last = kept.Block?.LastWrite ?? (kept.Leaf is { Kind: LeafKind.Saved } saved ? saved.Write : null);
        if (last is null || TimeOf(entry) is var time && last.Time <= time)
            return kept;
        Write write = last.FirstAfter(time, out int? version);
        throw new InvalidOperationException(
            $"The gradient of '{new TapeEntry<T>(this, entry)}' needs the value that '{NameOf(row)}' had when it was "
            + $"recorded{PlaceOf(entry)}, at version {version?.ToString() ?? "long ago"}; "
            + $"'{write.What}' has written over it since{write.Place}, and it is at version {last.Version}. "
            + "Clone the value before the write, or move the write after the last use of the gradient."
            + (RecordsPlaces ? "" : " (With tape.RecordsPlaces = true, this says where the value was saved.)"));
    }

    /// <summary>Notes where the user's program recorded the last entry.</summary>
    private void NotePlace()
    {
        while (_places.Count < _entries.Count - 1)
            _places.Add(default);
        _places.Add(UserPlace.OfCaller());
    }

    private UserPlace PlaceOf(int entry) => entry < _places.Count ? _places[entry] : default;

    /// <summary>
    /// Makes the memory of a recorded result this tape's, and notes where that is not as it looks: a view has copied,
    /// or another operator gave back memory of an input.
    /// </summary>
    private void OwnRecorded(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Tensor<T> value, Variable<T> result,
        ReadOnlySpan<Tensor<T>?> earlier = default)
    {
        value.MarkOnTape();
        bool isOwn = Own(value);
        if (isOwn ? op.IsView : !op.IsView && LiesIn(value, inputs, earlier))
            _unusualRows.Add(result.Index);
    }

    private static bool LiesIn(Tensor<T> value, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Tensor<T>?> earlier)
    {
        if (value.Block is not { IsSymbolic: false } block)
            return false;
        foreach (Variable<T> input in inputs)
        {
            if (input.Block == block)
                return true;
        }
        foreach (Tensor<T>? other in earlier)
        {
            if (other?.Block == block)
                return true;
        }
        return false;
    }

    private void ForgetWrites()
    {
        _times.Clear();
        _places.Clear();
        _notedTime = -1;
        _unusualRows.Clear();
        _writtenRows = _settled = 0;
        _bringUpToDate = null;
    }

    /// <summary>Says that variables in the rows up to now may be older than a write.</summary>
    /// <param name="bringUpToDate">Gives a variable, for the operator of a name, the row that it has now.</param>
    private void Settle(Action<Variable<T>, string> bringUpToDate)
    {
        _bringUpToDate = bringUpToDate;
        _writtenRows = _variables.Count;
        _quietTime = -1;
        SettleRows();
    }

    private void SettleRows() => _settled =
        _aggregateRun is { HasWrites: true } ? int.MaxValue : _writtenRows;

    private void UseAfterWrite(Variable<T> variable, string user)
    {
        if (_aggregateRun is { HasWrites: true } run && variable.Block?.LastWrite is { } write && write.Time > run.Time
            && run.IsOlder(variable) && variable.Leaf is not { Kind: LeafKind.Saved })
            throw new InvalidOperationException(
                $"The propagate rule of aggregate '{run.Aggregate}' uses the value of a variable over which "
                + $"'{write.What}' has written{write.Place} since the aggregate was recorded. Clone the value before "
                + "the write, or move the write after the last use of the gradients.");
        _bringUpToDate?.Invoke(variable, user);
    }
}
