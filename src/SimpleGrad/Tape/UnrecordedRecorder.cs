using System.Numerics;

namespace SimpleGrad;

/// <summary>Lets operators compute without an entry. A result gets a row only when something asks for it.</summary>
/// <param name="tape">The tape.</param>
/// <param name="former">The recorder that this one replaces.</param>
internal class UnrecordedRecorder<T>(Tape<T> tape, Recorder<T> former) : Recorder<T>(tape)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public sealed override bool Records => false;

    protected Recorder<T> Former { get; } = former;

    public sealed override Recorder<T> Recording => Former.Recording;

    public override Recorder<T> NotRecording => this;

    public sealed override Variable<T> Record(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Computed<T> value, string? name)
    {
        Check(op, inputs);
        if (name is not null)
            Tape.Names.Check(name);
        if (value.Tensor is not null)
            Own(value.Tensor);
        if (Tape.Trace is null && name is null)
            return WithoutRow(value); // most are used up at once
        Variable<T> result = WithRow(value, name);
        if (Tape.Trace is not null)
            Print(op, inputs, result, name);
        return result;
    }

    /// <summary>A value that was computed elsewhere.</summary>
    public Variable<T> Add(Tensor<T> value)
    {
        Own(value);
        return WithoutRow(value);
    }

    public sealed override void RecordAll(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Tensor<T>?> values, Span<Variable<T>?> results)
    {
        Check(op, inputs);
        Variable<T>?[]? printed = Tape.Trace is null ? null : new Variable<T>?[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            Variable<T>? output = null;
            if (values[i] is { } value)
            {
                Own(value);
                output = printed is null ? WithoutRow(value) : printed[i] = WithRow(value, null);
            }
            if (i < results.Length)
                results[i] = output;
        }
        if (printed is not null)
            Print(op, inputs, printed);
    }

    /// <summary>Makes the memory of a result the tape's, so that it is used again after a reset.</summary>
    protected virtual void Own(Tensor<T> value) => Tape.Memory.Own(value);

    private Variable<T> WithoutRow(Computed<T> value) => Variable<T>.Result(Tape, value, ~Tape.VariableCount);

    private Variable<T> WithRow(Computed<T> value, string? name)
    {
        Tape.HasNotRecorded = true;
        return Variable<T>.Result(
            Tape, value, Tape.AddRow(value.Shape, name, Origin.NotRecorded(Tape.VariableCount)));
    }

    private void Check(Operator<T> op, ReadOnlySpan<Variable<T>> inputs)
    {
        foreach (Variable<T> input in inputs)
        {
            if (input.RecordedOn != Tape || input.Epoch != Tape.Epoch)
                Use(input, op.Name, needsRow: false);
        }
    }
}
