using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A loop that goes on for as long as a condition on the values of its states holds. Its inputs are the first states
/// and parameters, its results the last states.
/// </summary>
/// <remarks>Its propagate counts the steps, and is that of a loop of so many.</remarks>
internal sealed class WhileOperator<T>(LoopBody<T> body, Func<Tensor<T>[], bool> condition)
    : MultiResultOperator<T>, ILoop<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly EmissionOptions _eager = new();

    public override string Name => body.Name;

    public (Graph<T> Graph, string[] Inputs) Body => (body.Graph, body.InputNames);

    internal override int ResultCount => body.States;

    public override Keeps Keeps => Keeps.Inputs;

    protected override Shape[] InferShapes(Shape[] inputs) => inputs[..body.States];

    internal override Operator<T> WithIndices(BoundIndices call) => body.WithIndices(call) is var own && own == body
        ? this
        : new WhileOperator<T>(own, condition);

    internal override void ComputeAll(ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>?> results) =>
        Program.RunWhile(condition, inputs, results);

    internal override void Propagate(ref Propagation<T> propagation) =>
        OwnTapeOperator<T>.Propagate(ref propagation, Name, Counted);

    private LoopProgram<T> Program => body.ProgramFor([.. Enumerable.Range(0, body.States)], _eager);

    /// <summary>The loop of as many steps as it takes with these values.</summary>
    private Variable<T>[] Counted(Variable<T>[] inputs)
    {
        int steps = Program.RunWhile(
            condition, Array.ConvertAll(inputs, input => input.Data), new Tensor<T>?[body.States]);
        return Loop.Apply(body, steps, inputs[0].Tape, inputs);
    }
}
