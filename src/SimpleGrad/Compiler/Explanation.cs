using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace SimpleGrad;

/// <summary>Writes what became of a function: its code, what it saves, and its kernels.</summary>
internal sealed class Explanation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly StringBuilder _text = new();
    private readonly StagePrinter? _printer; // null where the stages are not shown
    private readonly CompilePipeline _pipeline;

    private Explanation(bool showsStages)
    {
        _printer = showsStages ? new StagePrinter(Line) : null;
        _pipeline = new CompilePipeline(_printer);
    }

    /// <summary>
    /// Explains a compiled function with the patterns of its propagate that were used, or the usual one.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <param name="trace">Traces it again, to show the stages; or null.</param>
    /// <param name="pattern">The only pattern to explain: for each output of the entry, whether its gradient is
    /// there.</param>
    /// <param name="wanted">With the pattern: for each input, whether its gradient is wanted; null for all.</param>
    /// <param name="order">How many times propagate is differentiated: with 2, its own propagate is explained
    /// too.</param>
    public static string Of(
        CompiledFunction<T> function, string[] inputs, Func<CompilePipeline, Graph<T>>? trace, bool[]? pattern,
        bool[]? wanted, int order)
    {
        var explanation = new Explanation<T>(trace is not null);
        explanation.ShowGraph(inputs, trace);
        explanation.Function(function, inputs, Outputs("r", function.Graph.Outputs.Length), pattern, wanted, order);
        return explanation._text.ToString();
    }

    private static string[] Outputs(string name, int count) =>
        count == 1 ? [name] : [.. Enumerable.Range(0, count).Select(i => $"{name}{i}")];

    private void Line(string line = "") => _text.Append(line).Append('\n');

    /// <summary>Shows the stages that make a graph.</summary>
    private void ShowGraph(string[] inputs, Func<CompilePipeline, Graph<T>>? compile)
    {
        if (_printer is null || compile is null)
            return;
        _printer.Inputs = inputs;
        compile(_pipeline);
    }

    /// <summary>Shows the stages from a graph to what is saved.</summary>
    private void ShowPartition(CompiledFunction<T> function, string[] inputs, string[] results)
    {
        if (_printer is null)
            return;
        _printer.Inputs = inputs;
        _printer.Gradients = [.. results.Select(name => $"d{name}")];
        _pipeline.PartitionOf(function.Graph, function.MemoryBudget);
    }

    /// <summary>Shows the stages from the graph of a loop's step to its schedule.</summary>
    private void ShowBody(Operator<T> op)
    {
        if (_printer is null || op is not ILoop<T> { Body: (Graph<T> graph, string[] inputs) })
            return;
        Line($"// a step of {op.Name}");
        _printer.Inputs = inputs;
        _pipeline.ScheduleOf(graph);
    }

    private void Function(
        CompiledFunction<T> function, string[] inputs, string[] results, bool[]? pattern, bool[]? wantedInputs,
        int order)
    {
        Graph<T> graph = function.Graph;
        string[] there = [.. results.Where((_, i) => graph.Outputs[i] != Graph<T>.Zero)];
        int[] temporaries = order > 0 ? function.Partition.EntryOutputs[there.Length..] : [];
        string[] entry = [.. there, .. Outputs("t", temporaries.Length)];
        Graph<T> whole = graph.WithOutputs([.. graph.Outputs, .. temporaries]);
        if (order > 0)
            ShowPartition(function, inputs, there);
        if (_printer is not null)
            _printer.Inputs = inputs;
        Schedule<T> schedule = _pipeline.ScheduleOf(whole).Schedule;
        Method(function, inputs, whole, [.. results, .. entry[there.Length..]]);
        if (order > 0)
            Saved(function, entry);
        Kernels(schedule);
        if (order < 1 || there.Length == 0)
            return;
        foreach ((bool[] known, bool[] wanted) in Patterns(
            function, pattern, wantedInputs, entry.Length, there.Length))
        {
            Line();
            string[] gradients = [.. entry.Select(name => $"d{name}")];
            Line($"// propagate where {Which(gradients, known)}"
                + (wanted.Contains(false) ? $", to {Few([.. inputs.Where((_, i) => wanted[i])])}" : ""));
            CompiledPropagate<T> propagate = function.For(known, wanted, isUse: false);
            string[] all =
            [
                .. inputs, .. function.Partition.SavedOutputs.Select(output => entry[output]),
                .. gradients.Where((_, i) => known[i]),
            ];
            ShowGraph(all, pipeline => pipeline.PropagateOf(function.Partition, known, wanted));
            Function(
                propagate.Function, Array.ConvertAll(propagate.Sources, source => all[source]),
                [.. inputs.Where((_, i) => wanted[i]).Select(name => $"d{name}")], null, null, order - 1);
        }
    }

    private static (bool[] Known, bool[] Wanted)[] Patterns(
        CompiledFunction<T> function, bool[]? pattern, bool[]? wanted, int outputs, int results)
    {
        bool isAsked = pattern is not null || wanted is not null;
        if (wanted is null)
        {
            wanted = new bool[function.Graph.Inputs.Length];
            wanted.AsSpan().Fill(true);
        }
        if (pattern is not null)
        {
            return pattern.Length == outputs ? [(pattern, wanted)] : throw new ArgumentException(
                $"The entry of '{function.Name}' has {outputs} outputs, of which {outputs - results} are saved "
                + $"values: a pattern has a digit for each, not {pattern.Length}.", nameof(pattern));
        }
        (bool[] Known, bool[] Wanted)[] used = [.. function.Used];
        if (used.Length > 0 && !isAsked)
            return used;
        var known = new bool[outputs];
        known.AsSpan(0, results).Fill(true);
        return [(known, wanted)];
    }

    private static string Which(string[] gradients, bool[] known)
    {
        string[] there = [.. gradients.Where((_, i) => known[i])], zero = [.. gradients.Where((_, i) => !known[i])];
        return $"{Few(there)} {Are(there)} there"
            + (zero.Length == 0 ? "" : $" and {Few(zero)} {Are(zero)} known zero");

        static string Are(string[] names) => names.Length == 1 ? "is" : "are";
    }

    /// <summary>Names in a row; the middle of a long one is left out.</summary>
    private static string Few(string[] names) => names.Length <= 6
        ? string.Join(", ", names)
        : $"{names[0]}, {names[1]} … {names[^1]} ({names.Length} values)";

    private void Method(CompiledFunction<T> function, string[] inputs, Graph<T> graph, string[] outputs)
    {
        string shown = string.Concat(
            from part in function.Name.Split('.', ' ')
            where part.Length > 0
            select char.ToUpperInvariant(part[0]) + part[1..]);
        string[] shapes =
        [
            .. inputs.Select((input, i) => $"{input} {graph[graph.Inputs[i]].Shape}"),
            .. function.Indices.Select(index => $"{Indices.Text(index)} {index.Shape} of indices"),
        ];
        Line($"// {(typeof(T) == typeof(float) ? "f32" : "f64")}: {string.Join(", ", shapes)}");
        Line($"{shown}({string.Join(", ", [.. inputs, .. function.Indices.Select(Indices.Text)])})");
        Line("{");
        foreach (string line in GraphText.CSharp(graph, inputs, outputs))
            Line($"    {line}");
        Line("}");
    }

    private void Saved(CompiledFunction<T> function, string[] entry)
    {
        int[] read = CompilePipeline.Default.PartitionOf(function.Graph, memoryBudget: 1).Saved;
        long all = read.Sum(node => Bytes(function.Graph[node].Shape));
        if (all == 0)
            return;
        long bytes = function.Partition.Saved.Sum(node => Bytes(function.Graph[node].Shape));
        string names = Few(Array.ConvertAll(function.Partition.SavedOutputs, output => entry[output]));
        string budget = function.MemoryBudget.ToString(CultureInfo.InvariantCulture);
        Line(bytes == 0
            ? $"// keeps nothing of the {ByteText.Of(all)} that propagate reads"
            : $"// keeps {names} for propagate: {(bytes == all ? "all" : ByteText.Of(bytes))} "
                + $"of the {ByteText.Of(all)} that it reads");
        string why = function.MemoryBudget != 0.5 ? "with 0.5 it would be what takes the least time"
            : bytes == all ? "that takes less time to write and read than to compute again"
            : $"{(bytes == 0 ? "that" : "the rest")} takes less time to compute again than to write and read";
        Line($"// (memory budget {budget}: {why})");
    }

    private void Kernels(Schedule<T> schedule)
    {
        foreach (ScheduleStep<T> step in schedule.Steps)
        {
            switch (step)
            {
                case ScheduledKernel<T> kernel:
                    Line(Described(kernel) + $", moves {ByteText.Of(Moved(kernel))}");
                    break;
                case ScheduledBlocks<T> blocked:
                    Line($"// {Count(blocked.Parts.Length, "kernel")} in blocks of {blocked.BlockLength}: "
                        + $"{Count(blocked.Locals.Length, "value")} between them stay in the cache, moves "
                        + ByteText.Of(Moved(blocked)));
                    foreach (ScheduledKernel<T> kernel in blocked.Parts)
                        Line(Described(kernel));
                    break;
                case ScheduledOperator<T> { Operator: IRunsProgram<T> program } single:
                    ShowBody(single.Operator);
                    Line($"// {program.Explain(single)}");
                    break;
                case ScheduledOperator<T> { Operator: { IsView: false } op }:
                    Line($"// operator {op.Name}, with the library's own kernel");
                    break;
            }
        }

        long Moved(ScheduleStep<T> step) =>
            step.Inputs.Distinct().Concat(step.Outputs).Sum(value => Bytes(schedule.Values[value].Shape));

        static string Described(ScheduledKernel<T> kernel) =>
            $"// kernel over {kernel.Shape}: {Count(kernel.Kernel.Operations.Length, "operator")}, reads "
            + $"{Count(kernel.Inputs.Distinct().Count(), "value")}, writes {kernel.Outputs.Length}";

        static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
    }

    private static long Bytes(Shape shape) => (long)shape.FlattenedLength * Unsafe.SizeOf<T>();
}
