using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A loop that goes on for as long as a condition on the values of its states holds. Its inputs are the first states
/// and parameters, its results the last states.
/// </summary>
/// <remarks>Its propagate counts the steps, and is that of a loop of so many.</remarks>
/// <param name="body">What a step computes.</param>
/// <param name="condition">Whether another step is made.</param>
/// <param name="indices">The indices of a call; null where there are none.</param>
internal sealed class WhileOperator<T>(
    LoopBody<T> body, Func<Tensor<T>[], bool> condition, BoundIndices? indices = null)
    : MultiResultOperator<T>, IRunsProgram<T>, ILoop<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => body.Name;

    public (Graph<T> Graph, string[] Inputs) Body => (body.Graph, body.InputNames);

    internal override int ResultCount => body.States;

    public override Keeps Keeps => Keeps.Inputs;

    protected override Shape[] InferShapes(Shape[] inputs) => inputs[..body.States];

    internal override Operator<T> WithIndices(BoundIndices call) => new WhileOperator<T>(body, condition, call);

    internal override void ComputeAll(ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>?> results) =>
        ProgramWith(CompilePipeline.Default).RunWhile(condition, inputs, results, indices);

    public Step<T> StepOf(ScheduledOperator<T> step, CompilePipeline pipeline) =>
        new WhileRunStep<T>(step, ProgramWith(pipeline), condition);

    public string Explain(ScheduledOperator<T> step) =>
        $"loop for as long as its condition holds, {ProgramWith(CompilePipeline.Default).Summary}";

    internal override void Propagate(ref Propagation<T> propagation) =>
        OwnTapeOperator<T>.Propagate(ref propagation, Name, Counted, indices);

    private LoopProgram<T> ProgramWith(CompilePipeline pipeline) =>
        body.ProgramFor([.. Enumerable.Range(0, body.States)], pipeline);

    /// <summary>The loop of as many steps as it takes with these values.</summary>
    private Variable<T>[] Counted(Variable<T>[] inputs, BoundIndices? call)
    {
        int steps = ProgramWith(CompilePipeline.Default).RunWhile(
            condition, Array.ConvertAll(inputs, input => input.Data), new Tensor<T>?[body.States], call);
        return Loop.Apply(call is null ? body : body.WithIndices(call), steps, inputs[0].Tape, inputs);
    }
}
