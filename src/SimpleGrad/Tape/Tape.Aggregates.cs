using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// The propagate rule of an aggregate: from the gradients of the outputs, in the order in which they were declared,
/// to the gradients of the inputs. Null is a known zero, on both sides. The rule computes on variables, so it can be
/// differentiated itself.
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="outputGradients">The gradient of each output, or null.</param>
/// <returns>The gradient of each input, or null.</returns>
public delegate Variable<T>?[] PropagateRule<T>(Variable<T>?[] outputGradients)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

public sealed partial class Tape<T>
{
    private AggregateOperator<T>.Run? _aggregateRun;

    /// <summary>
    /// Whether the use of an undeclared temporary is an error, as it should be. Turn it off only to watch how such a
    /// mistake loses gradients of higher order without a word.
    /// </summary>
    public bool ChecksCaptures { get; set; } = true;

    /// <summary>
    /// Records one entry for a body that was computed outside the tape, on tensors.
    /// </summary>
    /// <remarks>
    /// Every temporary that <paramref name="propagate"/> reads must be among the <paramref name="outputs"/>: its uses
    /// in propagate have gradients of their own, which then arrive beside the result's. One that is not declared is
    /// an error when propagate first uses it in a recorded computation.
    /// </remarks>
    /// <param name="name">The name of the aggregate, for messages.</param>
    /// <param name="inputs">The variables whose values the body read.</param>
    /// <param name="outputs">The results and the captured temporaries, each made by <see cref="Temporary"/>.</param>
    /// <param name="propagate">From output gradients to input gradients.</param>
    /// <exception cref="ArgumentException">An output was not made by <see cref="Temporary"/>, or has an entry
    /// already.</exception>
    public void RecordAggregate(
        string name, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Variable<T>> outputs, PropagateRule<T> propagate)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(propagate);
        ThreadGuard.Owner use = _guard.Enter();
        try
        {
            foreach (Variable<T> input in inputs)
            {
                if (input is null)
                    throw new ArgumentException($"Aggregate '{name}': an input is null.", nameof(inputs));
                Use(input, name, IsRecording);
            }
            CheckOutputs(name, outputs);
            HasNotRecorded |= !IsRecording;
            int firstLink = _links.Count, newest = -1;
            foreach (Variable<T> input in inputs)
            {
                AddLink(input);
                newest = Math.Max(newest, input.Index);
            }
            foreach (Variable<T> output in outputs)
            {
                // Rows come in the order of dependence, but an input from before a reset may have got its row just now.
                if (output.Index < newest)
                    output.Index = _variables.Add(_variables[output.Index]);
                _links.Add(output.Index);
                _variables[output.Index].Origin = IsRecording
                    ? Origin.OfEntry(_entries.Count)
                    : Origin.NotRecorded(output.Index);
            }
            if (!IsRecording)
                return;
            NoteTime();
            _entries.Add(new EntryRow<T>(
                new AggregateOperator<T>(name, propagate), Keeps.Nothing, firstLink, inputs.Length, outputs.Length));
            if (RecordsPlaces)
                NotePlace();
        }
        finally
        {
            use.Leave();
        }
    }

    /// <summary>
    /// Records one operator with several outputs, and prints its trace line. One that is known to be zero is null, and
    /// no output of the entry.
    /// </summary>
    /// <param name="op">The operator.</param>
    /// <param name="inputs">What it read.</param>
    /// <param name="values">Its outputs: the results, and then what else its propagate reads.</param>
    /// <param name="results">Gets the results.</param>
    internal void RecordAll(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<Tensor<T>?> values,
        Span<Variable<T>?> results)
    {
        ThreadGuard.Owner use = _guard.Enter();
        try
        {
            foreach (Variable<T> input in inputs)
            {
                if (!IsOrdinary(input))
                    Use(input, op.Name, IsRecording);
            }
            int firstLink = _links.Count, outputs = 0;
            if (IsRecording)
            {
                foreach (Variable<T> input in inputs)
                {
                    AddLink(input);
                    if (input.HasRow)
                        _variables[input.Index].Kept ??= input;
                }
            }
            Variable<T>?[]? traced = Trace is null ? null : new Variable<T>?[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                Variable<T>? output = null;
                if (values[i] is { } value)
                {
                    outputs++;
                    output = RecordOutput(op, inputs, value, values[..i]);
                }
                if (i < results.Length)
                    results[i] = output;
                if (traced is not null)
                    traced[i] = output;
            }
            if (IsRecording)
            {
                NoteTime();
                _entries.Add(new EntryRow<T>(op, op.Keeps, firstLink, inputs.Length, outputs));
                if (RecordsPlaces)
                    NotePlace();
            }
            if (traced is not null)
                PrintLine(op, inputs, traced);
        }
        finally
        {
            use.Leave();
        }
    }

    private Variable<T> RecordOutput(
        Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Tensor<T> value, ReadOnlySpan<Tensor<T>?> earlier)
    {
        if (!IsRecording)
        {
            Own(value);
            if (Trace is null)
                return Result(value, ~_variables.Count);
            HasNotRecorded = true;
            return AddVariable(value, null, Origin.NotRecorded(_variables.Count), null);
        }
        Variable<T> output = AddVariable(value, null, Origin.OfEntry(_entries.Count), null);
        OwnRecorded(op, inputs, value, output, earlier);
        _links.Add(output.Index);
        _variables[output.Index].Kept = output;
        return output;
    }

    private void PrintLine(Operator<T> op, ReadOnlySpan<Variable<T>> inputs, Variable<T>?[] results)
    {
        var names = new string[inputs.Length];
        for (int i = 0; i < names.Length; i++)
            names[i] = inputs[i].Name;
        Trace!.Assignment(
            string.Join(", ", from result in results where result is not null select result.Name), op.Describe(names));
    }

    /// <summary>
    /// Makes the variables that a propagate rule may use known to the capture check, and the former ones again.
    /// </summary>
    internal AggregateOperator<T>.Run? ExchangeAggregateRun(AggregateOperator<T>.Run? run)
    {
        AggregateOperator<T>.Run? former = _aggregateRun;
        _aggregateRun = run;
        SettleRows();
        return former;
    }

    internal int VariableCount => _variables.Count;

    private void CheckOutputs(string aggregate, ReadOnlySpan<Variable<T>> outputs)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            Variable<T> output = outputs[i]
                ?? throw new ArgumentException($"Aggregate '{aggregate}': an output is null.", nameof(outputs));
            if (output.RecordedOn != this || output.Epoch != _epoch || output.Leaf is not { Kind: LeafKind.Temporary })
                throw new ArgumentException(
                    $"Aggregate '{aggregate}': output '{output.Name}' was not made by this tape's Temporary method.",
                    nameof(outputs));
            if (!_variables[output.Index].Origin.IsLeaf || outputs[..i].Contains(output))
                throw new ArgumentException(
                    $"Aggregate '{aggregate}': '{output.Name}' is the output of an entry already.", nameof(outputs));
        }
    }

    /// <summary>
    /// Checks the use of a variable that no operator computed: a temporary must be an output of its aggregate, and a
    /// propagate rule may use no other leaf than its entry's and those that it makes itself.
    /// </summary>
    private void CheckCapture(Variable<T> variable, Leaf leaf, string user)
    {
        if (!ChecksCaptures || !IsRecording || leaf.Kind == LeafKind.Constant
            || !_variables[variable.Index].Origin.IsLeaf)
            return;
        if (_aggregateRun is { } run)
        {
            if (!run.MayUse(variable))
                throw new InvalidOperationException(
                    $"The propagate rule of aggregate '{run.Aggregate}' captures '{variable.Name}', which the "
                    + $"aggregate does not declare: gradients of higher order through '{variable.Name}' would be lost. "
                    + "Declare it where the aggregate is recorded: among its outputs if the body computed it (its "
                    + "gradient then arrives beside the result's), among its inputs if the body read it; or make it "
                    + "with tape.Constant if it depends on nothing.");
        }
        else if (leaf.Kind == LeafKind.Temporary)
        {
            throw new InvalidOperationException(
                $"'{user}' uses the temporary '{variable.Name}', which is not an output of any aggregate: its "
                + "gradient would be lost. Call tape.RecordAggregate with it among the outputs first.");
        }
    }
}
