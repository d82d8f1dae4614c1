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
    : MultiResultOperator<T>, IRunsProgram<T>, ILoop<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => body.Name;

    internal override object Identity => (body, count, isReversed);

    internal override int ResultCount => body.Graph.Outputs.Length;

    internal override bool LooksAtGradients => body.LooksAtGradients;

    internal override bool CanBatchPropagate => body.CanBatchPropagate;

    public override Keeps Keeps => Keeps.Inputs | Keeps.Result;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) => Costs.Call + count * body.Cost;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{Name}({string.Join(", ", inputs.ToArray())}, steps={count}{(isReversed ? ", reversed" : "")})";

    protected override MultiResultOperator<T> Recorded => body.Recorded is var own && own == body
        ? this
        : new LoopOperator<T>(own, count, isReversed);

    protected override Shape[] InferShapes(Shape[] inputs)
    {
        var shapes = new Shape[ResultCount];
        for (int i = 0; i < shapes.Length; i++)
            shapes[i] = i < body.States ? body.OutputShape(i) : Batches.Of(count, body.OutputShape(i));
        return shapes;
    }

    internal override Operator<T> WithIndices(BoundIndices call) => body.WithIndices(call) is var own && own == body
        ? this
        : new LoopOperator<T>(own, count, isReversed);

    internal override void ComputeAll(ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>?> results) =>
        body.ProgramFor([.. Enumerable.Range(0, results.Length)], CompilePipeline.Default)
            .Run(count, isReversed, inputs, results);

    public Step<T> StepOf(ScheduledOperator<T> step, CompilePipeline pipeline) =>
        new LoopRunStep<T>(step, body.ProgramFor(step.Results, pipeline), count, isReversed);

    public string Explain(ScheduledOperator<T> step) =>
        $"loop of {count} steps, {body.ProgramFor(step.Results, CompilePipeline.Default).Summary}";

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

    internal override void Propagate(ref Propagation<T> propagation) =>
        body.Reverse(propagation.KnownGradients(), propagation.WantedGradients())
            .Run(ref propagation, count, isReversed);
}
