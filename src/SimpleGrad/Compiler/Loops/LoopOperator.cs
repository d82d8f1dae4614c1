using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A loop of a known number of steps. Its inputs are the first states, sequences along their first axes, and
/// parameters; its results the last states, and what the steps record, along the first axis.
/// </summary>
/// <remarks>
/// Its propagate is a loop again, and so is the loop for a batch: loops have derivatives of any order in all modes.
/// </remarks>
/// <param name="body">What a step computes.</param>
/// <param name="count">How many steps there are.</param>
/// <param name="isReversed">Whether the last elements of sequences come first.</param>
internal sealed class LoopOperator<T>(LoopBody<T> body, int count, bool isReversed)
    : Operator<T>, IRunsProgram<T>, ILoop<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly EmissionOptions _eager = new();

    public override string Name => body.Name;

    public LoopBody<T> LoopBody => body;

    public int Count => count;

    internal override bool IsFunction => true;

    internal override object Identity => (body, count, isReversed);

    internal override int ResultCount => body.Graph.Outputs.Length;

    internal override bool LooksAtGradients => body.LooksAtGradients;

    internal override bool CanBatchPropagate => body.CanBatchPropagate;

    public override Keeps Keeps => Keeps.Inputs | Keeps.Result;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) => Costs.Call + count * body.Cost;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{Name}({string.Join(", ", inputs.ToArray())}, steps={count}{(isReversed ? ", reversed" : "")})";

    internal override Variable<T> ApplyTo(ReadOnlySpan<Variable<T>> inputs)
    {
        Tape<T>? tape = null;
        foreach (Variable<T> input in inputs)
            tape ??= input.RecordedOn;
        return ApplyAll(tape ?? throw new InvalidOperationException($"'{Name}' has no variable."), inputs)[0];
    }

    internal override Variable<T>[] ApplyAll(Tape<T> tape, ReadOnlySpan<Variable<T>> inputs)
    {
        LoopBody<T> own = tape.Recorder.Records ? body.Recorded : body;
        LoopOperator<T> op = own == body ? this : new LoopOperator<T>(own, count, isReversed);
        Variable<T>[] variables = Array.ConvertAll(
            inputs.ToArray(), input => input.IsNumber ? tape.Constant(input.Data) : input);
        var values = new Tensor<T>?[op.ResultCount];
        op.Compute(Array.ConvertAll(variables, variable => variable.Data), values, AllOf(op));
        var results = new Variable<T>?[values.Length];
        tape.RecordAll(op, variables, values, results);
        return results[..ResultCount]!;
    }

    internal override Operator<T> WithIndices(BoundIndices call) => body.WithIndices(call) is var own && own == body
        ? this
        : new LoopOperator<T>(own, count, isReversed);

    internal override Tensor<T> ComputeOn(ReadOnlySpan<Tensor<T>> inputs)
    {
        var values = new Tensor<T>?[1];
        Compute(inputs, values, [0]);
        return values[0]!;
    }

    public Step<T> StepOf(SingleStep<T> step, EmissionOptions options) =>
        new LoopProgramStep<T>(step, body.ProgramFor(step.Results, options), count, isReversed);

    public string Explain(SingleStep<T> step) =>
        $"loop of {count} steps, {body.ProgramFor(step.Results, _eager).Summary}";

    public (Graph<T> Graph, string[] Inputs) Body => (body.Graph, body.InputNames);

    internal override Variable<T>[] BatchAll(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch)
    {
        int size = inputs[isBatch.IndexOf(true)].Shape[0];
        bool[] isMapped = isBatch.ToArray();
        isMapped.AsSpan(0, body.States).Fill(true);
        Variable<T>[] batches = inputs.ToArray();
        for (int i = 0; i < body.States; i++)
        {
            if (!isBatch[i])
                batches[i] = batches[i].Expand(Batches.Of(size, batches[i].Shape));
        }
        for (int i = body.States; i < body.States + body.Sequences; i++)
        {
            if (isBatch[i])
                batches[i] = batches[i].Transpose(0, 1);
        }
        Tape<T> tape = inputs[isBatch.IndexOf(true)].Tape;
        Variable<T>[] results = new LoopOperator<T>(body.ForBatch(isMapped, size), count, isReversed)
            .ApplyAll(tape, batches);
        for (int i = body.States; i < results.Length; i++)
            results[i] = results[i].Transpose(0, 1);
        return results;
    }

    internal override void Propagate(ref Propagation<T> propagation)
    {
        var known = new bool[propagation.OutputGradients.Length];
        for (int i = 0; i < known.Length; i++)
            known[i] = propagation.OutputGradients[i] is not null;
        var wanted = new bool[propagation.InputCount];
        for (int i = 0; i < wanted.Length; i++)
            wanted[i] = propagation.IsWanted(i);
        body.Reverse(known, wanted).Run(ref propagation, count, isReversed);
    }

    private void Compute(ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>?> values, int[] results)
    {
        bool isSymbolic = false;
        foreach (Tensor<T> input in inputs)
            isSymbolic |= input.IsSymbolic;
        if (!isSymbolic)
        {
            body.ProgramFor(results, _eager).Run(count, isReversed, inputs, values);
            return;
        }
        for (int i = 0; i < results.Length; i++)
        {
            Shape shape = body.OutputShape(results[i]);
            values[i] = Tensor<T>.Symbolic(results[i] < body.States ? shape : Batches.Of(count, shape));
        }
    }

    private static int[] AllOf(LoopOperator<T> op) => [.. Enumerable.Range(0, op.ResultCount)];
}
