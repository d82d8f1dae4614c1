using System.Numerics;

namespace SimpleGrad;

/// <summary>An operator with several results: how it is applied on a tape.</summary>
internal abstract class MultiResultOperator<T> : Operator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal sealed override bool IsFunction => true;

    /// <summary>The operator that a tape records: with further results where its propagate reads them.</summary>
    protected virtual MultiResultOperator<T> Recorded => this;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{Name}({string.Join(", ", inputs.ToArray())})";

    /// <summary>The shapes of the results.</summary>
    protected abstract Shape[] InferShapes(Shape[] inputs);

    internal sealed override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs)
    {
        Tape<T>? tape = null;
        foreach (Variable<T> input in inputs)
            tape ??= input.RecordedOn;
        return ApplyAll(tape ?? throw new InvalidOperationException($"'{Name}' has no variable."), inputs)[0];
    }

    internal sealed override Variable<T>[] ApplyAll(Tape<T> tape, ReadOnlySpan<Variable<T>> inputs)
    {
        MultiResultOperator<T> op = tape.Recorder.Records ? Recorded : this;
        Variable<T>[] variables = Array.ConvertAll(
            inputs.ToArray(), input => input.IsNumber ? tape.Constant(input.Data) : input);
        Tensor<T>?[] values = op.Values(Array.ConvertAll(variables, variable => variable.Data), op.ResultCount);
        var results = new Variable<T>?[values.Length];
        tape.RecordAll(op, variables, values, results);
        return results[..ResultCount]!;
    }

    internal sealed override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs) => Values(inputs.ToArray(), 1)[0]!;

    /// <summary>Computes the first results.</summary>
    internal abstract override void ComputeAll(ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>?> results);

    private Tensor<T>?[] Values(Tensor<T>[] inputs, int count)
    {
        if (Array.Exists(inputs, input => input.IsSymbolic))
        {
            Shape[] shapes = InferShapes(Array.ConvertAll(inputs, input => input.Shape));
            return Array.ConvertAll(shapes[..count], shape => (Tensor<T>?)Tensor<T>.Symbolic(shape));
        }
        var values = new Tensor<T>?[count];
        ComputeAll(inputs, values);
        return values;
    }
}
