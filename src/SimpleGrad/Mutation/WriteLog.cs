using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// The writes over memory that a tape recorded: which row holds the value of a variable since. Variables that are older
/// than a write, views among them, get their new rows when they are next used; and a value that an entry has saved must
/// not have been written over when it is read.
/// </summary>
internal sealed class WriteLog<T> : TapeWrites<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tape<T> _tape;
    private readonly Dictionary<int, (int Row, Write? Write)> _successors = []; // of rows that were written over

    private WriteLog(Tape<T> tape) => _tape = tape;

    /// <summary>The log of a tape.</summary>
    public static WriteLog<T> Of(Tape<T> tape)
    {
        if (tape.Writes is not WriteLog<T> log)
            tape.Writes = log = new WriteLog<T>(tape);
        return log;
    }

    /// <summary>Brings results of a function up to date, for those who ask for their rows and not for their values.
    /// </summary>
    public static void Refresh(Tape<T> tape, ReadOnlySpan<Variable<T>?> results)
    {
        foreach (Variable<T>? result in results)
        {
            if (result?.RecordedOn == tape && result.Epoch == tape.Epoch && result.HasRow
                && result.Index < tape.FirstSettled)
                tape.Writes!.BringUpToDate(result, "return");
        }
    }

    public override void Clear() => _successors.Clear();

    /// <summary>Makes room for a write, so that noting it cannot fail.</summary>
    public void Reserve() => _successors.EnsureCapacity(_successors.Count + 1);

    /// <summary>Notes a write, which was recorded in all rows from <paramref name="first"/> on.</summary>
    /// <param name="written">The row of the variable, which is no view, that was written over.</param>
    /// <param name="successor">The row that holds its value now.</param>
    /// <param name="first">The first row of the write.</param>
    /// <param name="write">The write; null where the value has no numbers.</param>
    public void Note(int written, int successor, int first, Write? write)
    {
        _successors[written] = (successor, write);
        write?.RecordedAs(_tape.Id, _tape.Epoch, first);
        _tape.FirstSettled = _tape.VariableCount;
        _tape.Log.NoteWrite();
    }

    /// <summary>Gives a variable another row. What entries keep of it stays with the old one.</summary>
    public void Rebind(Variable<T> variable, int row, Write? write)
    {
        ref VariableRow<T> old = ref _tape.VariableAt(variable.Index);
        if (ReferenceEquals(old.Kept, variable))
            old.Kept = AsKept(variable.Data, variable.Index, write);
        variable.Index = row;
    }

    /// <summary>A value as it was before a write, for entries that keep it.</summary>
    public Variable<T> AsKept(Tensor<T> value, int row, Write? write) =>
        new(_tape, value, row, _tape.Epoch, new Leaf(LeafKind.Kept, null, write));

    /// <summary>Records an operator whose result nobody holds yet.</summary>
    public int RecordRow(Operator<T> op, Keeps keeps, ReadOnlySpan<int> inputs, Shape shape)
    {
        int firstLink = _tape.LinkCount;
        foreach (int input in inputs)
            _tape.AddLink(input);
        int row = _tape.AddRow(shape, null, Origin.OfEntry(_tape.Count));
        _tape.AddLink(row);
        _tape.AddEntry(op, keeps, firstLink, inputs.Length, 1);
        return row;
    }

    public override void BringUpToDate(Variable<T> variable, string user)
    {
        // Memory is shared, so the numbers are right in any case.
        if (!_tape.Recorder.Records || variable.Leaf is { Kind: LeafKind.Kept })
            return;
        if (!variable.HasRow)
        {
            RequireUnwritten(variable, ~variable.Index, user);
            return;
        }
        ViewPath<T> path = ViewPath<T>.Of(_tape, variable.Index, variable.IsSymbolic);
        if (!_successors.TryGetValue(path.Root, out (int Row, Write? Write) successor))
        {
            if (path.Views.Length == 0 && !_tape.VariableAt(variable.Index).Origin.IsLeaf)
                RequireUnwritten(variable, variable.Index, user);
            return;
        }
        if (path.IsAmbiguous)
            throw ViewPath<T>.Ambiguous(_tape.NameOf(variable.Index), user);
        int row = successor.Row;
        while (_successors.TryGetValue(row, out (int Row, Write? Write) next))
            row = next.Row;
        for (int i = 0; i < path.Views.Length; i++)
        {
            int of = row;
            row = RecordRow(path.Views[i], Keeps.None, [of], _tape.ShapeOf(path.Rows[i]));
            _tape.Trace?.Assignment(_tape.NameOf(row), path.Views[i].Describe([_tape.NameOf(of)]));
        }
        Rebind(variable, row, successor.Write);
    }

    public override Variable<T> KeptBy(int entry, int row)
    {
        Variable<T> kept = _tape.VariableAt(row).Kept!;
        if (kept.IsSymbolic)
        {
            // Nothing is written over, but a view would become one of what is there now.
            if (row < _tape.FirstSettled && kept.Leaf is not { Kind: LeafKind.Kept })
                _tape.VariableAt(row).Kept = kept = AsKept(kept.Data, row, null);
            return kept;
        }
        Write? last = kept.Block?.LastWrite ?? (kept.Leaf is { Kind: LeafKind.Kept } leaf ? leaf.Write : null);
        if (last is null || _tape.Log.TimeOf(entry) is var time && last.Time <= time)
            return kept;
        Write write = last.FirstAfter(time, out int? version);
        throw new InvalidOperationException(
            $"The gradient of '{new TapeEntry<T>(_tape, entry)}' needs the value that '{_tape.NameOf(row)}' had when "
            + $"it was recorded{_tape.Log.PlaceOf(entry)}, at version {version?.ToString() ?? "long ago"}; "
            + $"'{write.What}' has written over it since{write.Place}, and it is at version {last.Version}. "
            + "Clone the value before the write, or move the write after the last use of the gradient."
            + (_tape.RecordsPlaces ? "" : " (With tape.RecordsPlaces = true, this says where the value was saved.)"));
    }

    /// <summary>Refuses a value that lies, other than as a view, in memory that was written since.</summary>
    private void RequireUnwritten(Variable<T> variable, int since, string user)
    {
        if (variable.Block?.LastWrite is { } write && write.IsRecordedAfter(since, _tape.Id, _tape.Epoch))
            throw new InvalidOperationException(
                $"'{user}' uses a variable that lies in the memory of another one, which '{write.What}' has written "
                + $"over since{write.Place}: it was computed without recording, or is an input that an operator gave "
                + "back. Clone it before the write.");
    }
}
