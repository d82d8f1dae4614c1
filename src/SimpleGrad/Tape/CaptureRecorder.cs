using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// While the propagate rule of an aggregate runs: it may use no other leaves than those of its entry and those that it
/// makes itself, and no value over which something was written since the entry was recorded.
/// </summary>
/// <param name="tape">The tape.</param>
/// <param name="inner">What happens to operators that pass.</param>
/// <param name="rule">The rule that runs.</param>
internal sealed class CaptureRecorder<T>(Tape<T> tape, Recorder<T> inner, CaptureRecorder<T>.Rule rule)
    : Recorder<T>(tape)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <param name="Aggregate">The aggregate's name.</param>
    /// <param name="Known">The rows of the entry's inputs and outputs and of the gradients that came in.</param>
    /// <param name="FirstOwn">The first row that the rule itself makes.</param>
    /// <param name="Time">When the entry was recorded.</param>
    internal sealed record Rule(string Aggregate, HashSet<int> Known, int FirstOwn, long Time);

    public override bool Records => inner.Records;

    public override bool RecordsAll => inner.RecordsAll;

    public override Recorder<T> Recording => Records ? this : new CaptureRecorder<T>(Tape, inner.Recording, rule);

    public override Recorder<T> NotRecording =>
        Records ? new CaptureRecorder<T>(Tape, inner.NotRecording, rule) : this;

    public override Recorder<T> Unchecked => inner;

    public override Variable<T> Record(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Computed<T> value, string? name)
    {
        Check(inputs);
        return inner.Record(op, inputs, value, name);
    }

    public override void Use(Variable<T> variable, string user, bool needsRow)
    {
        Check([variable]);
        inner.Use(variable, user, needsRow);
    }

    public override Keeps KeepsOf(Keeps keeps) => inner.KeepsOf(keeps);

    public override void RecordAll(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Tensor<T>?> values, Span<Variable<T>?> results)
    {
        Check(inputs);
        inner.RecordAll(op, inputs, values, results);
    }

    private void Check(ReadOnlySpan<Variable<T>> inputs)
    {
        foreach (Variable<T> input in inputs)
        {
            if (input.RecordedOn != Tape || input.Epoch != Tape.Epoch)
                continue;
            CheckWrites(input);
            if (Records && Tape.ChecksCaptures)
                CheckCapture(input);
        }
    }

    private void CheckWrites(Variable<T> variable)
    {
        bool isOlder = (variable.HasRow ? variable.Index : ~variable.Index) < rule.FirstOwn;
        if (isOlder && variable.Block?.LastWrite is { } write && write.Time > rule.Time
            && variable.Leaf is not { Kind: LeafKind.Kept })
            throw new InvalidOperationException(
                $"The propagate rule of aggregate '{rule.Aggregate}' uses the value of a variable over which "
                + $"'{write.What}' has written{write.Place} since the aggregate was recorded. Clone the value before "
                + "the write, or move the write after the last use of the gradients.");
    }

    private void CheckCapture(Variable<T> variable)
    {
        if (variable.Leaf is null or { Kind: LeafKind.Constant } || !variable.HasRow
            || variable.Index >= rule.FirstOwn || rule.Known.Contains(variable.Index)
            || !Tape.VariableAt(variable.Index).Origin.IsLeaf)
            return;
        throw new InvalidOperationException(
            $"The propagate rule of aggregate '{rule.Aggregate}' captures '{variable.Name}', which the "
            + $"aggregate does not declare: gradients of higher order through '{variable.Name}' would be lost. "
            + "Declare it where the aggregate is recorded: among its outputs if the body computed it (its "
            + "gradient then arrives beside the result's), among its inputs if the body read it; or make it "
            + "with tape.Constant if it depends on nothing.");
    }
}
