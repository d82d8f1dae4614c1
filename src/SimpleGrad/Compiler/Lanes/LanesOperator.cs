using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A part of a program that runs on one block of lanes, elements of the last axis, and then on the next. It is made
/// when a graph is scheduled, and is on no tape.
/// </summary>
/// <param name="lanes">How many lanes there are.</param>
/// <param name="inputs">Which inputs are given a block at a time; the others are whole.</param>
/// <param name="results">The shapes of the results.</param>
/// <param name="areSums">Which results are sums over all lanes, to which each block has a share.</param>
/// <param name="blocks">What is computed for a block; and for the last one, if that is shorter.</param>
internal sealed class LanesOperator<T>(
    int lanes, bool[] inputs, Shape[] results, bool[] areSums, LaneBlock<T>[] blocks)
    : MultiResultOperator<T>, IRunsProgram<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "blocks";

    internal override int ResultCount => results.Length;

    public int Lanes => lanes;

    /// <summary>What is computed for a block; and for the last one, if that is shorter.</summary>
    public LaneBlock<T>[] Blocks => blocks;

    public bool IsInBlocks(int input) => inputs[input];

    public Shape ResultShape(int result) => results[result];

    public bool IsSum(int result) => areSums[result];

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Call + (double)lanes / blocks[0].Length * blocks[0].Graph.Nodes.ToArray().Sum(node =>
            node.Operator?.Cost(
                Array.ConvertAll(node.Inputs, input => blocks[0].Graph[input].Shape), node.Shape) ?? 0);

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{Name}({string.Join(", ", inputs.ToArray())}, {blocks[0].Length} of {lanes})";

    protected override Shape[] InferShapes(Shape[] inputs) => results;

    internal override void ComputeAll(ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>?> results) =>
        new LanesStep<T>(this, [.. Enumerable.Range(0, inputs.Length)], [], [], CompilePipeline.Default)
            .Run(inputs.ToArray(), results, null);

    public Step<T> StepOf(ScheduledOperator<T> step, CompilePipeline pipeline) =>
        new LanesStep<T>(this, step.Inputs, step.Outputs, step.Results, pipeline);

    public string Explain(ScheduledOperator<T> step)
    {
        ScheduleStep<T>[] steps = blocks[0].Schedule.Steps.ToArray();
        int kernels = steps.Sum(each => each.Kernels.Count);
        int operators = steps.Count(each => each is { Kernels.Count: 0, IsView: false });
        return $"{lanes} lanes in blocks of {blocks[0].Length}: {kernels} kernels and {operators} operators, between "
            + $"which values stay in the cache";
    }

    internal override void Propagate(ref Propagation<T> propagation) => throw new InvalidOperationException(
        "Blocks of lanes are made when a graph is scheduled, after all derivatives: nothing can differentiate them.");
}
