using System.Numerics;

namespace SimpleGrad;

/// <summary>A recorder that appends an entry for each operator: here is how that is done.</summary>
internal abstract class AppendingRecorder<T>(Tape<T> tape) : Recorder<T>(tape)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public sealed override bool Records => true;

    public override Variable<T> Record(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Computed<T> value, string? name) =>
        Append(op, inputs, value, name, KeepsOf(op.Keeps));

    protected Variable<T> Append(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Computed<T> value, string? name, Keeps keeps)
    {
        Tape<T> tape = Tape;
        foreach (Variable<T> input in inputs)
        {
            if (!IsOrdinary(input))
                Use(input, op.Name, needsRow: true);
        }
        if (name is not null)
            tape.Names.Check(name);
        int firstLink = tape.LinkCount;
        for (int i = 0; i < inputs.Length; i++)
        {
            tape.AddLink(tape.LinkTo(inputs[i]));
            if (keeps.Has(i) && inputs[i].HasRow)
                tape.VariableAt(inputs[i].Index).Kept ??= inputs[i];
        }
        int row = tape.AddRow(value.Shape, name, Origin.OfEntry(tape.Count));
        Variable<T> result = Variable<T>.Result(tape, value, row);
        if (value.Tensor is not null)
            Own(op, inputs, value.Tensor, row, []);
        tape.AddLink(row);
        if ((keeps & Keeps.Result) != 0)
            tape.VariableAt(row).Kept = result;
        tape.AddEntry(op, keeps, firstLink, inputs.Length, 1);
        if (tape.Trace is not null)
            Print(op, inputs, result, name);
        return result;
    }

    public override void RecordAll(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Tensor<T>?> values, Span<Variable<T>?> results)
    {
        Tape<T> tape = Tape;
        foreach (Variable<T> input in inputs)
        {
            if (!IsOrdinary(input))
                Use(input, op.Name, needsRow: true);
        }
        int firstLink = tape.LinkCount, count = 0;
        foreach (Variable<T> input in inputs)
        {
            tape.AddLink(tape.LinkTo(input));
            if (input.HasRow)
                tape.VariableAt(input.Index).Kept ??= input;
        }
        Variable<T>?[]? printed = tape.Trace is null ? null : new Variable<T>?[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            Variable<T>? output = null;
            if (values[i] is { } value)
            {
                count++;
                int row = tape.AddRow(value.Shape, null, Origin.OfEntry(tape.Count));
                output = Variable<T>.Result(tape, value, row);
                Own(op, inputs, value, row, values[..i]);
                tape.AddLink(row);
                tape.VariableAt(row).Kept = output;
            }
            if (i < results.Length)
                results[i] = output;
            if (printed is not null)
                printed[i] = output;
        }
        tape.AddEntry(op, op.Keeps, firstLink, inputs.Length, count);
        if (printed is not null)
            Print(op, inputs, printed);
    }

    /// <summary>Whether an operator may use a variable without further ado: most are results of this tape.</summary>
    private bool IsOrdinary(Variable<T> variable) =>
        variable.RecordedOn == Tape && variable.Epoch == Tape.Epoch
        && variable.Index >= Tape.FirstSettled // which says that it has a row
        && variable.Leaf is not { Kind: LeafKind.Temporary };

    /// <summary>
    /// Makes the memory of a result the tape's, and notes where that is not as it looks: a view has copied, or another
    /// operator gave back memory of an input.
    /// </summary>
    private void Own(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Tensor<T> value, int row, ReadOnlySpan<Tensor<T>?> earlier)
    {
        value.MarkOnTape();
        bool isOwn = Tape.Memory.Own(value);
        if (isOwn ? op.IsView : !op.IsView && LiesIn(value, inputs, earlier))
            Tape.Log.UnusualRows.Add(row);
    }

    /// <summary>Whether a value lies in the memory of an input, or of an earlier result.</summary>
    public static bool LiesIn(
        Tensor<T> value, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Tensor<T>?> earlier)
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
}
