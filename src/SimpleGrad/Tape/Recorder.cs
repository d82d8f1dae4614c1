using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// What happens when an operator is applied on a tape. A mode is a recorder: eager, unrecorded, of a reverse sweep,
/// tracing, mapping, checking captures.
/// </summary>
internal abstract class Recorder<T>(Tape<T> tape) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Whether operators append entries.</summary>
    public abstract bool Records { get; }

    /// <summary>
    /// Whether all is recorded, whatever a program says, and operator by operator: a function is traced or mapped.
    /// </summary>
    public virtual bool RecordsAll => false;

    /// <summary>The recorder that does the same and appends entries.</summary>
    public virtual Recorder<T> Recording => this;

    /// <summary>The recorder that does the same and appends no entries.</summary>
    public virtual Recorder<T> NotRecording => new UnrecordedRecorder<T>(Tape, this);

    /// <summary>The recorder that does the same and lets operators use any variable of the tape.</summary>
    public virtual Recorder<T> Unchecked => this;

    protected Tape<T> Tape => tape;

    /// <summary>Records an operator with a single result, and prints its trace line.</summary>
    public abstract Variable<T> Record(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Computed<T> value, string? name);

    /// <summary>
    /// Records an operator with several outputs, and prints its trace line. One that is known to be zero is null, and
    /// no output of the entry.
    /// </summary>
    /// <param name="op">The operator.</param>
    /// <param name="inputs">What it read.</param>
    /// <param name="values">Its outputs: the results, and then what else its propagate reads.</param>
    /// <param name="results">Gets the results.</param>
    public abstract void RecordAll(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Tensor<T>?> values,
        Span<Variable<T>?> results);

    /// <summary>Which values an entry keeps of those that its operator's propagate reads.</summary>
    public virtual Keeps KeepsOf(Keeps keeps) => keeps;

    /// <summary>
    /// Checks that an operator may use a variable, and sees to it that the variable has a row if it needs one.
    /// </summary>
    public virtual void Use(Variable<T> variable, string user, bool needsRow)
    {
        if (variable.RecordedOn != tape)
        {
            if (variable.IsNumber)
                return;
            throw new InvalidOperationException(
                $"'{user}' mixes variables of two tapes: '{variable.Name}' was recorded on another tape. "
                + (tape.Hint ?? "Bring its value over with tape.Variable(x.Value) or tape.Constant(x.Value)."));
        }
        if (variable.Epoch != tape.Epoch)
        {
            tape.Root.Renew(variable, user);
        }
        else
        {
            if (Records && tape.FirstSettled > 0 && variable.Index < tape.FirstSettled)
                tape.Writes!.BringUpToDate(variable, user);
            if (needsRow && !variable.HasRow)
                AddRow(variable);
        }
        if (Records && tape.ChecksCaptures && variable.Leaf is { Kind: LeafKind.Temporary }
            && tape.VariableAt(variable.Index).Origin.IsLeaf)
            throw new InvalidOperationException(
                $"'{user}' uses the temporary '{variable.Name}', which is not an output of any aggregate: its "
                + "gradient would be lost. Call tape.RecordAggregate with it among the outputs first.");
    }

    /// <summary>Prints the line of an operator with a single result.</summary>
    protected void Print(Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Variable<T> result, string? given)
    {
        string[] names = NamesInTrace(inputs);
        Print(result, () => op.Describe(names), given);
    }

    /// <summary>Prints the line of an operator with several outputs.</summary>
    protected void Print(Operator<T> op, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Variable<T>?> outputs)
    {
        var names = new List<string>();
        foreach (Variable<T>? output in outputs)
        {
            if (output is not null)
                names.Add(NameInTrace(output));
        }
        tape.Trace!.Assignment(string.Join(", ", names), op.Describe(NamesInTrace(inputs)));
    }

    /// <summary>
    /// Prints a line; where that fails, the given name is free again, because the variable is never returned.
    /// </summary>
    protected void Print(Variable<T> variable, Func<string> value, string? given)
    {
        try
        {
            tape.Trace!.Assignment(variable.Name, value());
        }
        catch when (given is not null)
        {
            tape.Names.Release(given);
            throw;
        }
    }

    /// <summary>Names for a trace line; a variable that was computed without recording gets its name now.</summary>
    private string[] NamesInTrace(ReadOnlySpan<Variable<T>> variables)
    {
        var names = new string[variables.Length];
        for (int i = 0; i < names.Length; i++)
            names[i] = NameInTrace(variables[i]);
        return names;
    }

    private string NameInTrace(Variable<T> variable)
    {
        if (variable.RecordedOn == tape && variable.Epoch == tape.Epoch && !variable.HasRow)
            AddRow(variable);
        return variable.Name;
    }

    /// <summary>A row for a variable that was computed without recording and is now asked for.</summary>
    private void AddRow(Variable<T> variable)
    {
        tape.HasNotRecorded = true;
        variable.Index = tape.AddRow(variable.Shape, null, Origin.NotRecorded(~variable.Index));
    }
}
