using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Writing in place: an operator is recorded as ever, but its result lies where its first input was, and the variable
/// is from then on the result. Operators know nothing of it; nor does a reverse sweep, to which a program with writes
/// is one without.
/// </summary>
/// <param name="tape">The tape.</param>
/// <param name="target">The input that is written over.</param>
/// <param name="what">What the method is called in a trace and in messages.</param>
internal readonly struct InPlaceWrite<T>(Tape<T> tape, Variable<T> target, string what)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly WriteLog<T> _log = WriteLog<T>.Of(tape);

    /// <summary>Computes an operator, and writes its result over one of its inputs.</summary>
    /// <param name="op">The operator.</param>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="keeps">What it keeps for propagate.</param>
    /// <param name="file">The file of the caller.</param>
    /// <param name="line">The line in it.</param>
    /// <returns>What was written over.</returns>
    public Variable<T> Run(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Keeps keeps, string file, int line)
    {
        using ThreadGuard.Use use = tape.Enter();
        bool records = tape.Recorder.Records;
        foreach (Variable<T> input in inputs)
        {
            op.Require(input);
            tape.Recorder.Use(input, what, records);
        }
        RequireOwn();
        ViewPath<T> path = default;
        if (records)
        {
            path = ViewPath<T>.Of(tape, target.Index, target.IsSymbolic);
            if (tape.Step is { } step && path.Root < step.FirstRow) // a new view of what is older
                throw NotOfTheRule();
            path.RequireWritable(tape, target, what);
        }
        else
        {
            ViewPath<T>.RequireMemory(target, what);
        }
        Tensor<T> value = ValueOf(op, inputs);
        if (value.Length == 0)
            return target; // nothing is written, whatever it would have been a part of
        if (!records)
        {
            Overwrite(value, inputs, file, line);
            return target;
        }
        keeps = tape.Recorder.KeepsOf(keeps);
        Tensor<T>?[] copies = CopiesOfKept(inputs, keeps);
        // Nothing can fail between the write and what it records.
        tape.Reserve(variables: 2, entries: 2, links: inputs.Length + 4, numbers: inputs.Length);
        _log.Reserve();
        Write? write = target.IsSymbolic ? null : Overwrite(value, inputs, file, line);
        for (int i = 0; i < inputs.Length; i++)
        {
            if (!keeps.Has(i) || !inputs[i].HasRow)
                continue;
            ref VariableRow<T> row = ref tape.VariableAt(inputs[i].Index);
            row.Kept = copies[i] is { } copy ? _log.AsKept(copy, inputs[i].Index, write) : row.Kept ?? inputs[i];
        }
        Record(path, op, inputs, keeps, write);
        return target;
    }

    /// <summary>Refuses what a propagate rule did not make itself.</summary>
    private void RequireOwn()
    {
        if (tape.Step is not { } step)
            return;
        if (target.HasRow && target.Index < step.FirstRow)
            throw NotOfTheRule();
        foreach (Variable<T>? gradient in step.Lent)
        {
            if (gradient == target || (gradient?.Block is { } block && block == target.Block))
                throw NotOfTheRule();
        }
    }

    private InvalidOperationException NotOfTheRule() => new(
        $"{what}: a propagate rule writes over {(target.HasRow ? $"'{target.Name}'" : "a gradient")}, which it did not "
        + "make: others may need it. Write to a copy, Clone().");

    private void Record(
        ViewPath<T> path, Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Keeps keeps, Write? write)
    {
        int successor, first = tape.VariableCount;
        string? line = tape.Trace is null ? null : Line(inputs);
        string? assigned = null; // its name
        if (path.Views.Length > 0 && op is AssignOperator<T>)
        {
            assigned = tape.Trace is null ? null : inputs[1].Name;
            line = null;
            successor = RecordAssign(path, inputs[1]);
        }
        else
        {
            var links = new int[inputs.Length];
            for (int i = 0; i < links.Length; i++)
                links[i] = tape.LinkTo(inputs[i]);
            int row = _log.RecordRow(op, keeps, links, target.Shape);
            if (path.Views.Length == 0)
            {
                _log.Rebind(target, row, write);
                successor = row;
                if ((keeps & Keeps.Result) != 0)
                    tape.VariableAt(row).Kept = target;
            }
            else
            {
                Variable<T> result = Variable<T>.Result(tape, target.Data, row);
                if ((keeps & Keeps.Result) != 0)
                    tape.VariableAt(row).Kept = result;
                successor = RecordAssign(path, result);
                assigned = tape.Trace is null ? null : tape.NameOf(row);
            }
        }
        _log.Note(path.Root, successor, first, write);
        // Last, since a writer may fail.
        if (line is not null)
            tape.Trace!.Assignment(tape.NameOf(first), line);
        if (assigned is not null)
            tape.Trace!.Assignment(
                tape.NameOf(successor),
                new AssignOperator<T>(path.Views).Describe([tape.NameOf(path.Root), assigned])
                    .Replace(".assign(", ".assign_("));
    }

    /// <summary>Records that a variable lies in the place of a view of another.</summary>
    private int RecordAssign(ViewPath<T> path, Variable<T> value)
    {
        var op = new AssignOperator<T>(path.Views);
        int link = tape.LinkTo(value);
        if (link >= 0 && tape.Recorder.KeepsOf(Keeps.None).Has(1))
            tape.VariableAt(link).Kept ??= value;
        return _log.RecordRow(op, Keeps.None, [path.Root, link], tape.ShapeOf(path.Root));
    }

    private string Line(ReadOnlySpan<Variable<T>> inputs)
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

    /// <summary>
    /// The value of the result, in memory that is not the target's. To assign needs no result of its own where what is
    /// assigned lies elsewhere.
    /// </summary>
    private Tensor<T> ValueOf(Operator<T> op, ReadOnlySpan<Variable<T>> inputs)
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
    private Tensor<T>?[] CopiesOfKept(ReadOnlySpan<Variable<T>> inputs, Keeps keeps)
    {
        var copies = new Tensor<T>?[inputs.Length];
        for (int i = 0; i < copies.Length; i++)
        {
            if (keeps.Has(i) && inputs[i].HasRow && !target.IsSymbolic && inputs[i].Data.SharesMemory(target.Data))
            {
                Tensor<T> data = inputs[i].Data;
                copies[i] = data.Rank == 0 ? new Tensor<T>(data.ScalarValue) : data.ToNew();
                tape.Memory.Own(copies[i]!);
            }
        }
        return copies;
    }

    private Write Overwrite(Tensor<T> value, ReadOnlySpan<Variable<T>> inputs, string file, int line)
    {
        Tensor<T> memory = target.Data;
        memory.MarkOnTape();
        memory.NoteWrite(what, file, line);
        StridedCopy.Scatter(value, memory);
        if (!AppendingRecorder<T>.LiesIn(value, inputs, []))
            value.Recycle();
        return memory.Block!.LastWrite!;
    }
}
