namespace SimpleGrad;

/// <summary>
/// Writing in place: an operator is recorded as ever, but its result lies where its first input was, and the variable
/// is from then on the result. Operators know nothing of it; nor does a reverse sweep, to which a program with writes
/// is one without.
/// </summary>
public sealed partial class Tape<T>
{
    private readonly Dictionary<int, (int Row, Write? Write)> _successors = []; // of rows that were written over

    /// <summary>Computes an operator, and writes its result over one of its inputs.</summary>
    /// <param name="target">The input that is written over.</param>
    /// <param name="op">The operator.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="keeps">What it keeps for propagate.</param>
    /// <param name="what">What the method is called in a trace and in messages.</param>
    /// <param name="file">The file of who calls it.</param>
    /// <param name="line">The line in it.</param>
    internal Variable<T> WriteInPlace(
        Variable<T> target, Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Keeps keeps, string what, string file,
        int line)
    {
        ThreadGuard.Owner use = _guard.Enter();
        try
        {
            foreach (Variable<T> input in inputs)
            {
                op.Require(input);
                Use(input, what, IsRecording);
            }
            if (_bringUpToDate is null)
                _successors.Clear(); // what is in it is from before a reset
            if (ActiveSweeps > 0 && (IsOfSweep(target) || (target.HasRow && target.Index < FirstOfStep)))
                throw new InvalidOperationException(
                    $"{what}: a propagate rule writes over '{target.Name}', which it did not make: others may need it. "
                    + "Write to a copy, Clone().");
            ViewPath<T> path = default;
            if (IsRecording)
            {
                path = PathOf(target.Index, target.IsSymbolic);
                RequireWritable(target, path, what);
            }
            else
            {
                RequireMemory(target, what);
            }
            Tensor<T> value = ValueOf(op, target, inputs, what);
            if (value.Length == 0)
                return target; // nothing is written, whatever it would have been a part of
            if (!IsRecording)
            {
                Overwrite(target, value, inputs, what, file, line);
                return target;
            }
            keeps = KeepsAll ? Keeps.Inputs | Keeps.Result : keeps;
            Tensor<T>?[] copies = CopiesOfKept(target, inputs, keeps);
            ReserveRows(inputs.Length);
            Write? write = target.IsSymbolic ? null : Overwrite(target, value, inputs, what, file, line);
            for (int i = 0; i < inputs.Length; i++)
            {
                if (!keeps.Has(i) || !inputs[i].HasRow)
                    continue;
                ref VariableRow<T> row = ref _variables[inputs[i].Index];
                row.Kept = copies[i] is { } copy ? Saved(copy, inputs[i].Index, write) : row.Kept ?? inputs[i];
            }
            Record(target, path, op, inputs, keeps, what, write);
            return target;
        }
        finally
        {
            use.Leave();
        }
    }

    /// <summary>Whether a variable is, or lies in the memory of, a gradient that a sweep lent to a rule.</summary>
    private bool IsOfSweep(Variable<T> target)
    {
        foreach (Variable<T>? gradient in LentGradients)
        {
            if (gradient == target || (gradient?.Block is { } block && block == target.Block))
                return true;
        }
        return false;
    }

    /// <summary>Makes room for what a write records: nothing can fail between the write and that.</summary>
    private void ReserveRows(int inputs)
    {
        _variables.Reserve(2);
        _entries.Reserve(2);
        _links.Reserve(inputs + 4);
        _numbers.Reserve(inputs);
        _times.Reserve(1);
        _places.Reserve(RecordsPlaces ? _entries.Count + 2 - _places.Count : 0);
        _successors.EnsureCapacity(_successors.Count + 1);
    }

    private void Record(
        Variable<T> target, ViewPath<T> path, Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Keeps keeps,
        string what, Write? write)
    {
        int successor, first = _variables.Count;
        string? line = Trace is null ? null : Line(target, inputs, what);
        string? assigned = null; // its name
        if (path.Views.Length > 0 && op is AssignOperator<T>)
        {
            assigned = Trace is null ? null : inputs[1].Name;
            line = null;
            successor = RecordAssign(path, inputs[1]);
        }
        else
        {
            var links = new int[inputs.Length];
            for (int i = 0; i < links.Length; i++)
                links[i] = inputs[i].IsNumber ? ~_numbers.Add(inputs[i]) : inputs[i].Index;
            int row = RecordRow(op, keeps, links, target.Shape);
            if (path.Views.Length == 0)
            {
                Rebind(target, row, write);
                successor = row;
                if ((keeps & Keeps.Result) != 0)
                    _variables[row].Kept = target;
            }
            else
            {
                var result = new Variable<T>(this, target.Data, row, _epoch, null);
                if ((keeps & Keeps.Result) != 0)
                    _variables[row].Kept = result;
                successor = RecordAssign(path, result);
                assigned = Trace is null ? null : NameOf(row);
            }
        }
        _successors[path.Root] = (successor, write);
        write?.RecordedAs(_identity, _epoch, first);
        Settle(BringUpToDate);
        // Last, since a writer may fail.
        if (line is not null)
            Trace!.Assignment(NameOf(first), line);
        if (assigned is not null)
            Trace!.Assignment(
                NameOf(successor),
                new AssignOperator<T>(path.Views).Describe([NameOf(path.Root), assigned])
                    .Replace(".assign(", ".assign_("));
    }

    /// <summary>Records that a variable lies in the place of a view of another.</summary>
    private int RecordAssign(ViewPath<T> path, Variable<T> value)
    {
        var op = new AssignOperator<T>(path.Views);
        int link = value.IsNumber ? ~_numbers.Add(value) : value.Index;
        if (KeepsAll && link >= 0)
            _variables[link].Kept ??= value;
        return RecordRow(op, Keeps.Nothing, [path.Root, link], ShapeOf(path.Root));
    }

    private static string Line(Variable<T> target, ReadOnlySpan<Variable<T>> inputs, string what)
    {
        var others = new List<string>();
        bool isFirst = true;
        foreach (Variable<T> input in inputs)
        {
            if (isFirst && input == target)
                isFirst = false;
            else
                others.Add(input.Name);
        }
        return $"{target.Name}.{what}({string.Join(", ", others)})";
    }

    /// <summary>Records an operator whose result nobody holds yet.</summary>
    private int RecordRow(Operator<T> op, Keeps keeps, ReadOnlySpan<int> inputs, Shape shape)
    {
        int firstLink = _links.Count;
        foreach (int input in inputs)
            _links.Add(input);
        int row = _variables.Add(new VariableRow<T>(shape, null, _freshNames++, Origin.OfEntry(_entries.Count)));
        _links.Add(row);
        NoteTime();
        _entries.Add(new EntryRow<T>(op, keeps, firstLink, inputs.Length, 1));
        if (RecordsPlaces)
            NotePlace();
        return row;
    }

    /// <summary>Gives a variable another row. What entries keep of it stays with the old one.</summary>
    private void Rebind(Variable<T> variable, int row, Write? write)
    {
        ref VariableRow<T> old = ref _variables[variable.Index];
        if (ReferenceEquals(old.Kept, variable))
            old.Kept = Saved(variable.Data, variable.Index, write);
        variable.Index = row;
    }

    /// <summary>
    /// The value of the result, in memory that is not the target's. To assign needs no result of its own where what is
    /// assigned lies elsewhere.
    /// </summary>
    private static Tensor<T> ValueOf(
        Operator<T> op, Variable<T> target, ReadOnlySpan<Variable<T>> inputs, string what)
    {
        var data = new Tensor<T>[inputs.Length];
        bool isSymbolic = false;
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = inputs[i].Data;
            isSymbolic |= data[i].IsSymbolic;
        }
        if (isSymbolic && !target.IsSymbolic)
            throw new InvalidOperationException(
                $"{what}: '{target.Name}' is the same for all examples of a batch, and what would be written is not. "
                + "Write to a variable that depends on the example.");
        Tensor<T> value = op is AssignOperator<T> && data[1].Shape.ExpandsTo(target.Shape)
            && (isSymbolic || !data[1].SharesMemory(data[0]))
            ? data[1].Expand(target.Shape)
            : op.ComputeOn(data);
        return value.Shape == target.Shape ? value : throw new ArgumentException(
            $"{what}: a result of shape {value.Shape} does not fit into '{target.Name}' of shape {target.Shape}; what "
            + "is written in place keeps its shape.");
    }

    /// <summary>Copies of what the entry itself keeps and then writes over.</summary>
    private Tensor<T>?[] CopiesOfKept(Variable<T> target, ReadOnlySpan<Variable<T>> inputs, Keeps keeps)
    {
        var copies = new Tensor<T>?[inputs.Length];
        for (int i = 0; i < copies.Length; i++)
        {
            if (keeps.Has(i) && inputs[i].HasRow && !target.IsSymbolic && inputs[i].Data.SharesMemory(target.Data))
            {
                Tensor<T> data = inputs[i].Data;
                copies[i] = data.Rank == 0 ? new Tensor<T>(data.ScalarValue) : CopyOf(data);
                Own(copies[i]!);
            }
        }
        return copies;

        static Tensor<T> CopyOf(Tensor<T> data)
        {
            Tensor<T> copy = Tensor<T>.Uninitialized(data.Shape);
            data.CopyTo(copy.NewData);
            return copy;
        }
    }

    private static Write Overwrite(
        Variable<T> target, Tensor<T> value, ReadOnlySpan<Variable<T>> inputs, string what, string file, int line)
    {
        Tensor<T> place = target.Data;
        place.MarkOnTape();
        place.NoteWrite(what, file, line);
        StridedCopy.Scatter(value, place);
        if (!LiesIn(value, inputs, []))
            value.Recycle();
        return place.Block!.LastWrite!;
    }
}
