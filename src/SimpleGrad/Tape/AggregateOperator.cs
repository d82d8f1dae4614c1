using System.Numerics;

namespace SimpleGrad;

/// <summary>An aggregate with a hand-written propagate rule, as one entry of the tape.</summary>
internal sealed class AggregateOperator<T>(string name, PropagateRule<T> propagate) : Operator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => name;

    internal override bool IsFunction => true;

    internal override bool ShowsGradients => true;

    internal override bool CanBatchPropagate => false; // it may compute on tensors

    internal override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs) => throw Opaque();

    internal override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs) => throw Opaque();

    private InvalidOperationException Opaque() => new(
        $"Aggregate '{name}' has a body of its own that computes on tensors, and cannot be traced. Write it as a "
        + "function of variables.");

    /// <summary>Records the entry of a body that was computed outside the tape.</summary>
    public void Record(Tape<T> tape, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Variable<T>> outputs)
    {
        bool records = tape.Recorder.Records;
        foreach (Variable<T> input in inputs)
        {
            if (input is null)
                throw new ArgumentException($"Aggregate '{name}': an input is null.", nameof(inputs));
            tape.Recorder.Use(input, name, records);
        }
        CheckOutputs(tape, outputs);
        tape.HasNotRecorded |= !records;
        int firstLink = tape.LinkCount, newest = -1;
        foreach (Variable<T> input in inputs)
        {
            tape.AddLink(tape.LinkTo(input));
            newest = Math.Max(newest, input.Index);
        }
        foreach (Variable<T> output in outputs)
        {
            // Rows come in the order of dependence, but an input from before a reset may have got its row just now.
            if (output.Index < newest)
                output.Index = tape.CopyRow(output.Index);
            tape.AddLink(output.Index);
            tape.VariableAt(output.Index).Origin = records
                ? Origin.OfEntry(tape.Count)
                : Origin.NotRecorded(output.Index);
        }
        if (records)
            tape.AddEntry(this, Keeps.None, firstLink, inputs.Length, outputs.Length);
    }

    internal override void Propagate(ref Propagation<T> propagation)
    {
        Variable<T>?[] outputGradients = propagation.OutputGradients.ToArray();
        var known = new HashSet<int>();
        foreach (int link in propagation.Links)
            known.Add(link);
        foreach (Variable<T>? gradient in outputGradients)
            known.Add(gradient?.Index ?? -1);

        Tape<T> tape = propagation.Tape;
        Recorder<T> former = tape.Recorder;
        tape.Recorder = new CaptureRecorder<T>(
            tape, former.Unchecked, new(name, known, tape.VariableCount, tape.Log.TimeOf(propagation.Entry)));
        Variable<T>?[] inputGradients;
        try
        {
            inputGradients = propagate(outputGradients);
        }
        catch (ArgumentNullException exception)
        {
            throw new InvalidOperationException(
                $"The propagate rule of aggregate '{name}' uses a gradient that is null, a known zero: test the output "
                + $"gradients for null before using them. ({exception.Message})", exception);
        }
        finally
        {
            tape.Recorder = former;
        }
        if (inputGradients is null || inputGradients.Length != propagation.InputCount)
            throw new InvalidOperationException(
                $"The propagate rule of aggregate '{name}' must return {propagation.InputCount} gradients, "
                + "one for each input (null for known zero); it returned "
                + $"{inputGradients?.Length.ToString() ?? "null"}.");
        inputGradients.CopyTo(propagation.InputGradients);
    }

    private void CheckOutputs(Tape<T> tape, ReadOnlySpan<Variable<T>> outputs)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            Variable<T> output = outputs[i]
                ?? throw new ArgumentException($"Aggregate '{name}': an output is null.", nameof(outputs));
            if (output.RecordedOn != tape || output.Epoch != tape.Epoch
                || output.Leaf is not { Kind: LeafKind.Temporary })
                throw new ArgumentException(
                    $"Aggregate '{name}': output '{output.Name}' was not made by this tape's Temporary method.",
                    nameof(outputs));
            if (!tape.VariableAt(output.Index).Origin.IsLeaf || outputs[..i].Contains(output))
                throw new ArgumentException(
                    $"Aggregate '{name}': '{output.Name}' is the output of an entry already.", nameof(outputs));
        }
    }
}
