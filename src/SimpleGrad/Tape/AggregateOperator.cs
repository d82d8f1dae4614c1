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

    internal override void Propagate(ref Propagation<T> propagation)
    {
        Variable<T>?[] outputGradients = propagation.OutputGradients.ToArray();
        var known = new HashSet<int>();
        foreach (int link in propagation.Links)
            known.Add(link);
        foreach (Variable<T>? gradient in outputGradients)
            known.Add(gradient?.Index ?? -1);

        Tape<T> tape = propagation.Tape;
        Run? former = tape.ExchangeAggregateRun(
            new Run(name, known, tape.VariableCount, tape.TimeOf(propagation.Entry)));
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
            tape.ExchangeAggregateRun(former);
        }
        if (inputGradients is null || inputGradients.Length != propagation.InputCount)
            throw new InvalidOperationException(
                $"The propagate rule of aggregate '{name}' must return {propagation.InputCount} gradients, "
                + "one for each input (null for known zero); it returned "
                + $"{inputGradients?.Length.ToString() ?? "null"}.");
        inputGradients.CopyTo(propagation.InputGradients);
    }

    /// <summary>One run of a propagate rule: which leaves it may use.</summary>
    /// <param name="Aggregate">The aggregate's name.</param>
    /// <param name="Known">The rows of the entry's inputs and outputs and of the gradients that came in.</param>
    /// <param name="FirstOwn">The first row that the run itself makes.</param>
    /// <param name="Time">When the entry was recorded.</param>
    internal sealed record Run(string Aggregate, HashSet<int> Known, int FirstOwn, long Time)
    {
        /// <summary>Whether something was written since the entry was recorded.</summary>
        public bool HasWrites { get; } = Write.Now != Time;

        /// <summary>Whether a variable was there before the run.</summary>
        public bool IsOlder(Variable<T> variable) =>
            (variable.HasRow ? variable.Index : ~variable.Index) < FirstOwn;

        public bool MayUse(Variable<T> leaf) => leaf.Index >= FirstOwn || Known.Contains(leaf.Index);
    }
}
