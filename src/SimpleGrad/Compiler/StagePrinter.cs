using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>Writes what each stage of a pipeline gives, as comments.</summary>
/// <param name="line">Takes a line.</param>
internal sealed class StagePrinter(Action<string> line) : IStageObserver
{
    /// <summary>The names of the inputs of what is compiled.</summary>
    public string[] Inputs { get; set; } = [];

    /// <summary>The names of the gradients of its results.</summary>
    public string[] Gradients { get; set; } = [];

    public void See<T>(string stage, Graph<T> graph) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Print(stage, graph, Inputs);

    public void See<T>(JointGraph<T> joint) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Print("joint differentiation", joint.Gradients, [.. Inputs, .. Gradients]);

    private void Print<T>(string stage, Graph<T> graph, string[] inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Print(
            stage, $"{graph.Needed().Count(needed => needed)} values", GraphText.Trace(graph, inputs));

    public void See<T>(Partition<T> partition) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string[] names = GraphText.Names(partition.Function, Inputs, null);
        Print(
            "partition",
            partition.Saved.Length == 0
                ? "nothing is saved" : $"saves {string.Join(", ", partition.Saved.Select(node => names[node]))}",
            partition.Choices.Select(choice =>
                $"{names[choice.Node]} is {Text(choice.Fate)}: {Cost("to compute", choice.Computing)}, "
                + Cost("to save", choice.Saving)));

        static string Text(Partition<T>.Fate fate) => fate switch
        {
            Partition<T>.Fate.Saved => "saved",
            Partition<T>.Fate.Recomputed => "computed again",
            _ => "not read",
        };

        static string Cost(string what, double cost) => double.IsInfinity(cost)
            ? $"not {what}"
            : string.Create(CultureInfo.InvariantCulture, $"{cost:#,0.#} ns {what}");
    }

    public void See<T>(FusionGroups<T> groups) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string[] names = GraphText.Names(groups.Graph, Inputs, null);
        FusionGroup[] all = [.. groups.All];
        Print(
            "fusion", Count(all.Length, "group"),
            all.Select(group => $"over {group.Shape}: {string.Join(", ", group.Nodes.Select(node => names[node]))}"));
    }

    public void See<T>(LaneBlock<T> block) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string[] inputs = [.. Enumerable.Range(0, block.Graph.Inputs.Length).Select(i => $"b{i}")];
        Print($"lanes, for {block.Length} of them", block.Graph, inputs);
        PrintSteps("schedule", block.Schedule, NamesOf(block.Schedule, inputs));
        PrintPlan(block.Schedule, block.Plan, NamesOf(block.Schedule, inputs));
    }

    public void See<T>(string stage, Schedule<T> schedule) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PrintSteps(stage, schedule, NamesOf(schedule, Inputs));

    private void PrintSteps<T>(string stage, Schedule<T> schedule, string[] names)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Print(
            stage, Count(schedule.Steps.Length, "step"),
            schedule.Steps.ToArray().SelectMany((step, i) => step is ScheduledBlocks<T> blocked
                ? blocked.Parts.Select(Text).Prepend(
                    $"{i}: in blocks of {blocked.BlockLength}, with {Count(blocked.BufferCount, "buffer")} for "
                    + $"{Count(blocked.Locals.Length, "value")}:")
                : [$"{i}: {Text(step)}"]));

        string Text(ScheduleStep<T> step)
        {
            string[] inputs = Array.ConvertAll(step.Inputs, input => names[input]);
            string outputs = string.Join(", ", step.Outputs.Select(output => names[output]));
            return $"{outputs} = " + step switch
            {
                ScheduledKernel<T> fused => $"kernel({string.Join(", ", inputs.Distinct())}) over {fused.Shape}",
                ScheduledOperator<T> single => single.Operator.Describe(inputs),
                _ => "?",
            };
        }
    }

    public void See<T>(Schedule<T> schedule, MemoryPlan plan) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PrintPlan(schedule, plan, NamesOf(schedule, Inputs));

    private void PrintPlan<T>(Schedule<T> schedule, MemoryPlan plan, string[] names)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var lines = new List<string>();
        for (int value = schedule.FirstComputed; value < names.Length; value++)
        {
            if (plan.BufferOf[value] == MemoryPlan.NoBuffer)
            {
                lines.Add($"{names[value]}: a block at a time");
                continue;
            }
            MemoryBuffer buffer = plan.Buffers[plan.BufferOf[value]], first = plan.Buffers[buffer.Group];
            string place = buffer.Owner != value ? $"in the memory of {names[buffer.Owner]}"
                : first.Owner != value ? $"in the memory of {names[first.Owner]}, or a copy"
                : Bytes<T>(buffer.Length);
            string life = buffer.Owner != value ? ""
                : buffer.LastStep is { } last ? $", given back after step {last}"
                : ", kept as a result";
            lines.Add($"{names[value]}: {place}{life}");
        }
        Print("memory plan", $"{Bytes<T>(plan.PeakLength)} at most", lines);
    }

    private static string[] NamesOf<T>(Schedule<T> schedule, string[] inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string[] names = GraphText.Names(schedule.Graph, inputs, null);
        return Array.ConvertAll(schedule.Values.ToArray(), value => names[value.Node]);
    }

    private void Print(string stage, string what, IEnumerable<string> lines)
    {
        line($"// after {stage}: {what}");
        foreach (string each in lines)
            line($"//   {string.Join(' ', each.Split('\n', StringSplitOptions.TrimEntries))}"); // a tensor has several
        line("");
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private static string Bytes<T>(long length) => ByteText.Of(length * Unsafe.SizeOf<T>());
}
