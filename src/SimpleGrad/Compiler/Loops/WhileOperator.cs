using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A loop that goes on for as long as a condition on the values of its states holds. Its inputs are the first states
/// and parameters, its results the last states.
/// </summary>
/// <remarks>Its propagate counts the steps, and is that of a loop of so many.</remarks>
internal sealed class WhileOperator<T>(LoopBody<T> body, Func<Tensor<T>[], bool> condition) : Operator<T>, ILoop<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly EmissionOptions _eager = new();

    public override string Name => body.Name;

    public (Graph<T> Graph, string[] Inputs) Body => (body.Graph, body.InputNames);

    internal override bool IsFunction => true;

    internal override int ResultCount => body.States;

    public override Keeps Keeps => Keeps.Inputs;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{Name}({string.Join(", ", inputs.ToArray())})";

    internal override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs)
    {
        Tape<T>? tape = null;
        foreach (Variable<T> input in inputs)
            tape ??= input.RecordedOn;
        return ApplyAll(tape ?? throw new InvalidOperationException($"'{Name}' has no variable."), inputs)[0];
    }

    internal override Variable<T>[] ApplyAll(Tape<T> tape, ReadOnlySpan<Variable<T>> inputs)
    {
        Variable<T>[] variables = Array.ConvertAll(
            inputs.ToArray(), input => input.IsNumber ? tape.Constant(input.Data) : input);
        Tensor<T>[] values = Array.ConvertAll(variables, variable => variable.Data);
        var computed = new Tensor<T>?[body.States];
        if (Array.Exists(values, value => value.IsSymbolic))
            computed = Array.ConvertAll(values[..body.States], value => (Tensor<T>?)Tensor<T>.Symbolic(value.Shape));
        else
            ComputeAll(values, computed);
        var results = new Variable<T>?[body.States];
        tape.RecordAll(this, variables, computed, results);
        return results!;
    }

    internal override Operator<T> WithIndices(BoundIndices call) => body.WithIndices(call) is var own && own == body
        ? this
        : new WhileOperator<T>(own, condition);

    internal override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs)
    {
        var results = new Tensor<T>?[1];
        ComputeAll(inputs, results);
        return results[0]!;
    }

    internal override void ComputeAll(ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>?> results) =>
        Program.RunWhile(condition, inputs, results);

    internal override void Propagate(ref Propagation<T> propagation)
    {
        int count = propagation.InputCount;
        var inputs = new List<Variable<T>>();
        int[] wanted = new int[count], known = new int[body.States];
        int wantedCount = 0, knownCount = 0;
        for (int i = 0; i < count; i++)
        {
            inputs.Add(propagation.Input(i));
            if (propagation.IsWanted(i))
                wanted[wantedCount++] = i;
        }
        for (int i = 0; i < known.Length; i++)
        {
            if (propagation.OutputGradients[i] is not { } gradient)
                continue;
            inputs.Add(gradient);
            known[knownCount++] = i;
        }
        Variable<T>[] gradients = OwnTapeOperator<T>
            .Reverse(Name, Counted, count, known[..knownCount], wanted[..wantedCount])
            .ApplyAll(propagation.Tape, [.. inputs]);
        for (int i = 0; i < gradients.Length; i++)
            propagation.InputGradients[wanted[i]] = gradients[i];
    }

    private LoopProgram<T> Program => body.ProgramFor([.. Enumerable.Range(0, body.States)], _eager);

    /// <summary>The loop of as many steps as it takes with these values.</summary>
    private Variable<T>[] Counted(Variable<T>[] inputs)
    {
        int steps = Program.RunWhile(
            condition, Array.ConvertAll(inputs, input => input.Data), new Tensor<T>?[body.States]);
        return Loop.Apply(body, steps, inputs[0].Tape, inputs);
    }
}
