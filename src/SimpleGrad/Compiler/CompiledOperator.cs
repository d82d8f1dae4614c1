using System.Numerics;

namespace SimpleGrad;

/// <summary>The operator of a compiled function's entry.</summary>
/// <param name="function">The function.</param>
/// <param name="indices">The indices that it took.</param>
internal sealed class CompiledOperator<T>(CompiledFunction<T> function, Tensor<int>[] indices) : Operator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => function.Name;

    internal override bool IsFunction => true;

    public override Keeps Keeps => Keeps.Inputs | Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{Name}({string.Join(", ", [.. inputs, .. indices.Select(Indices.Text)])})";

    internal override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs) =>
        throw new InvalidOperationException($"Compiled function '{Name}' is not an operator of a graph.");

    internal override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs) =>
        throw new InvalidOperationException($"Compiled function '{Name}' is not an operator of a graph.");

    internal override void Propagate(ref Propagation<T> propagation)
    {
        CompiledPropagate<T> propagate = Find(in propagation);
        var fewSources = new Few<Variable<T>>();
        Span<Variable<T>> sources = fewSources.Take(propagate.Sources.Length);
        var fewKnown = new Few<Variable<T>?>();
        ReadOnlySpan<Variable<T>?> known = Known(propagation.OutputGradients, ref fewKnown);
        for (int i = 0; i < sources.Length; i++)
            sources[i] = Source(in propagation, known, propagate.Sources[i]);
        var fewValues = new Few<Tensor<T>>();
        var fewGradients = new Few<Variable<T>?>();
        bool[] wanted = propagate.Wanted;
        Span<Variable<T>?> gradients = fewGradients.Take(propagate.Function.Graph.Outputs.Length);
        propagate.Function.Apply(
            propagation.Tape, sources, CompiledFunction<T>.ValuesOf(sources, ref fewValues), indices, gradients);
        for (int i = 0, at = 0; i < wanted.Length; i++)
        {
            if (wanted[i])
                propagation.InputGradients[i] = gradients[at++];
        }
    }

    /// <summary>The propagate for what is known and wanted: most often the same as the last time.</summary>
    private CompiledPropagate<T> Find(in Propagation<T> propagation)
    {
        ReadOnlySpan<Variable<T>?> gradients = propagation.OutputGradients;
        if (function.LastUsed is { } last && last.Known.Length == gradients.Length)
        {
            bool isSame = true;
            for (int i = 0; isSame && i < gradients.Length; i++)
                isSame = last.Known[i] == gradients[i] is not null;
            for (int i = 0; isSame && i < last.Wanted.Length; i++)
                isSame = last.Wanted[i] == propagation.IsWanted(i);
            if (isSame)
                return last;
        }
        return function.LastUsed = function.For(
            propagation.KnownGradients(), propagation.WantedGradients(), isUse: true);
    }

    /// <summary>The gradients that are there, one after the other.</summary>
    private static ReadOnlySpan<Variable<T>?> Known(
        ReadOnlySpan<Variable<T>?> gradients, ref Few<Variable<T>?> few)
    {
        Span<Variable<T>?> known = few.Take(gradients.Length);
        int count = 0;
        foreach (Variable<T>? gradient in gradients)
        {
            if (gradient is not null)
                known[count++] = gradient;
        }
        return known[..count];
    }

    /// <summary>What propagate reads: an input, a saved value, or a gradient that is there.</summary>
    private Variable<T> Source(in Propagation<T> propagation, ReadOnlySpan<Variable<T>?> known, int source)
    {
        int inputs = propagation.InputCount, saved = function.Partition.SavedOutputs.Length;
        if (source < inputs)
            return propagation.Input(source);
        if (source < inputs + saved)
            return propagation.KeptOutput(function.Partition.SavedOutputs[source - inputs]);
        return known[source - inputs - saved]!;
    }
}
