using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A graph as steps in the order in which they run. Values are counted through: inputs, then constants, then what the
/// steps compute, one after the other.
/// </summary>
internal sealed class Schedule<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ScheduleStep<T>[] _steps;
    private readonly ScheduledValue<T>[] _values;
    private readonly int[] _outputs;

    public Schedule(
        Graph<T> graph, ScheduledValue<T>[] values, int inputs, int[] outputs, ScheduleStep<T>[] steps)
    {
        Graph = graph;
        _values = values;
        _outputs = outputs;
        _steps = steps;
        InputCount = inputs;
        FirstComputed = inputs;
        while (FirstComputed < values.Length && values[FirstComputed].Constant is not null)
            FirstComputed++;
    }

    /// <summary>What the steps compute.</summary>
    public Graph<T> Graph { get; }

    public ReadOnlySpan<ScheduleStep<T>> Steps => _steps;

    public ReadOnlySpan<ScheduledValue<T>> Values => _values;

    /// <summary>The results; <see cref="Graph{T}.Zero"/> for one that is known to be zero.</summary>
    public ReadOnlySpan<int> Outputs => _outputs;

    public int InputCount { get; }

    /// <summary>The first value that a step computes.</summary>
    public int FirstComputed { get; }

    /// <summary>The same results by other steps over the values, which are counted anew.</summary>
    public Schedule<T> WithSteps(IReadOnlyList<ScheduleStep<T>> steps)
    {
        int[] order =
        [
            .. Enumerable.Range(0, FirstComputed),
            .. steps.SelectMany(step => step.Outputs.Concat(step.LocalValues)),
        ];
        var valueOf = new int[_values.Length];
        for (int i = 0; i < order.Length; i++)
            valueOf[order[i]] = i;
        return new Schedule<T>(
            Graph, Array.ConvertAll(order, value => _values[value]), InputCount,
            Array.ConvertAll(_outputs, output => output == Graph<T>.Zero ? output : valueOf[output]),
            [.. steps.Select(step => step.Renumbered(value => valueOf[value]))]);
    }
}

/// <summary>A value of a schedule.</summary>
/// <param name="Node">The node of the graph that it is.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Constant">Its value if it is a constant.</param>
internal sealed record ScheduledValue<T>(int Node, Shape Shape, Tensor<T>? Constant)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
