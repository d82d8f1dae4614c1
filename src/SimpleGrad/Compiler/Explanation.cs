using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace SimpleGrad;

/// <summary>Writes what became of a function: its code, what it saves, and its kernels.</summary>
internal sealed class Explanation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly StringBuilder _text = new();

    /// <summary>
    /// Explains a compiled function with the patterns of its propagate that were met, or the usual one.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <param name="trace">Its graph before the passes, to show them; or null.</param>
    /// <param name="pattern">The only pattern to explain: for each output of the entry, whether its gradient is
    /// there.</param>
    /// <param name="wanted">With the pattern: for each input, whether its gradient is wanted; null for all.</param>
    /// <param name="order">How many times propagate is differentiated: with 2, its own propagate is explained
    /// too.</param>
    public static string Of(
        CompiledFunction<T> function, string[] inputs, Graph<T>? trace, bool[]? pattern, bool[]? wanted, int order)
    {
        var explanation = new Explanation<T>();
        if (trace is not null)
            explanation.Passes(trace, inputs);
        explanation.Function(function, inputs, Outputs("r", function.Graph.Outputs.Length), pattern, wanted, order);
        return explanation._text.ToString();
    }

    private static string[] Outputs(string name, int count) =>
        count == 1 ? [name] : [.. Enumerable.Range(0, count).Select(i => $"{name}{i}")];

    private void Line(string line = "") => _text.Append(line).Append('\n');

    private void Passes(Graph<T> trace, string[] inputs) => PassPipeline.Run(trace, (pass, graph) =>
    {
        Line($"// after {pass}: {graph.Needed().Count(needed => needed)} values");
        foreach (string line in GraphText.Trace(graph, inputs))
            Line($"//   {string.Join(' ', line.Split('\n', StringSplitOptions.TrimEntries))}");
        Line();
    });

    private void Function(
        CompiledFunction<T> function, string[] inputs, string[] results, bool[]? pattern, bool[]? wantedInputs,
        int order)
    {
        Graph<T> graph = function.Graph;
        string[] there = [.. results.Where((_, i) => graph.Outputs[i] != Graph<T>.Zero)];
        int[] temporaries = order > 0 ? function.EntryOutputs[there.Length..] : [];
        string[] entry = [.. there, .. Outputs("t", temporaries.Length)];
        var whole = new Graph<T>(
            graph.Nodes.ToArray(), graph.Inputs.ToArray(), [.. graph.Outputs, .. temporaries]);
        Method(function.Name, inputs, whole, [.. results, .. entry[there.Length..]]);
        if (order > 0)
            Saved(function, entry);
        Kernels(whole);
        if (order < 1 || there.Length == 0)
            return;
        foreach ((bool[] known, bool[] wanted) in Patterns(
            function, pattern, wantedInputs, entry.Length, there.Length))
        {
            Line();
            string[] gradients = [.. entry.Select(name => $"d{name}")];
            Line($"// propagate where {Which(gradients, known)}"
                + (wanted.Contains(false) ? $", to {Few([.. inputs.Where((_, i) => wanted[i])])}" : ""));
            CompiledFunction<T>.Propagate propagate = function.For(known, wanted, isMet: false);
            string[] all =
            [
                .. inputs, .. function.SavedOutputs.Select(output => entry[output]),
                .. gradients.Where((_, i) => known[i]),
            ];
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
        (bool[] Known, bool[] Wanted)[] met = [.. function.Met];
        if (met.Length > 0 && !isAsked)
            return met;
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

    private void Method(string name, string[] inputs, Graph<T> graph, string[] outputs)
    {
        string shown = string.Concat(
            from part in name.Split('.', ' ')
            where part.Length > 0
            select char.ToUpperInvariant(part[0]) + part[1..]);
        string[] shapes = [.. inputs.Select((input, i) => $"{input} {graph[graph.Inputs[i]].Shape}")];
        Line($"// {(typeof(T) == typeof(float) ? "f32" : "f64")}: {string.Join(", ", shapes)}");
        Line($"{shown}({string.Join(", ", inputs)})");
        Line("{");
        foreach (string line in GraphText.CSharp(graph, inputs, outputs))
            Line($"    {line}");
        Line("}");
    }

    private void Saved(CompiledFunction<T> function, string[] entry)
    {
        long all = SavedValues<T>.Choose(function.Graph, 1).Sum(node => Bytes(function.Graph[node].Shape));
        if (all == 0)
            return;
        long bytes = function.Saved.Sum(node => Bytes(function.Graph[node].Shape));
        string names = Few(Array.ConvertAll(function.SavedOutputs, output => entry[output]));
        string budget = function.MemoryBudget.ToString(CultureInfo.InvariantCulture);
        Line(bytes == 0
            ? $"// keeps nothing of the {Text(all)} that propagate reads"
            : $"// keeps {names} for propagate: {(bytes == all ? "all" : Text(bytes))} "
                + $"of the {Text(all)} that it reads");
        string why = function.MemoryBudget != 0.5 ? "with 0.5 it would be what takes the least time"
            : bytes == all ? "that takes less time to write and read than to compute again"
            : $"{(bytes == 0 ? "that" : "the rest")} takes less time to compute again than to write and read";
        Line($"// (memory budget {budget}: {why})");
    }

    private void Kernels(Graph<T> graph)
    {
        foreach (Step<T> step in Program<T>.Of(graph).Steps)
        {
            switch (step)
            {
                case KernelStep<T> kernel:
                    long bytes = kernel.Operands.Sum(Bytes);
                    Line($"// kernel over {kernel.Shape}: {Count(kernel.Kernel.Operations.Length, "operator")}, reads "
                        + $"{Count(kernel.Kernel.Inputs, "value")}, writes {kernel.Kernel.Outputs.Length}, "
                        + $"moves {Text(bytes)}");
                    break;
                case OperatorStep<T> { Operator: { IsView: false } op }:
                    Line($"// operator {op.Name}, with the library's own kernel");
                    break;
            }
        }

        static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
    }

    private static long Bytes(Shape shape) => (long)shape.FlattenedLength * Unsafe.SizeOf<T>();

    private static string Text(long bytes) => bytes < 10_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes")
        : bytes < 10_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F1} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):F1} MiB");
}
