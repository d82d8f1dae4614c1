using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace SimpleGrad;

/// <summary>Writes what became of a function: its code, what it saves, and its kernels.</summary>
internal sealed class Explanation<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly StringBuilder _text = new();

    /// <summary>Explains a compiled function with the patterns of its propagate that were met, or the usual one.</summary>
    /// <param name="function">The function.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <param name="trace">Its graph before the passes, to show them; or null.</param>
    /// <param name="pattern">The only pattern to explain: for each output of the entry, whether its gradient is
    /// there.</param>
    /// <param name="order">How many times propagate is differentiated: with 2, its own propagate is explained too.</param>
    public static string Of(
        CompiledFunction<T> function, string[] inputs, Graph<T>? trace, bool[]? pattern, int order)
    {
        var explanation = new Explanation<T>();
        if (trace is not null)
            explanation.Passes(trace, inputs);
        explanation.Function(function, inputs, Outputs("r", function.Graph.Outputs.Length), pattern, order);
        return explanation._text.ToString();
    }

    private static string[] Outputs(string name, int count) =>
        count == 1 ? [name] : [.. Enumerable.Range(0, count).Select(i => $"{name}{i}")];

    private void Line(string line = "") => _text.Append(line).Append('\n');

    private void Passes(Graph<T> trace, string[] inputs) => PassPipeline.Run(trace, (pass, graph) =>
    {
        Line($"// after {pass}: {graph.Needed().Count(needed => needed)} values");
        foreach (string line in GraphText.Trace(graph, inputs))
            Line($"//   {line}");
        Line();
    });

    private void Function(
        CompiledFunction<T> function, string[] inputs, string[] results, bool[]? pattern, int order)
    {
        Graph<T> graph = function.Graph;
        int[] saved = order > 0 ? function.Saved : [];
        string[] names = GraphText.Names(graph, inputs, results);
        string[] temporaries = saved.Length == 1 && names[saved[0]][0] == 'v'
            ? ["t"]
            : [.. saved.Select((node, i) => names[node][0] == 'v' ? $"t{i}" : names[node])];
        var whole = new Graph<T>(
            graph.Nodes.ToArray(), graph.Inputs.ToArray(), [.. graph.Outputs, .. saved]);
        Method(function.Name, inputs, whole, [.. results, .. temporaries]);
        Saved(function, inputs, saved, temporaries);
        Kernels(whole, [.. results, .. temporaries], inputs);
        string[] given = [.. results.Where((_, i) => graph.Outputs[i] != Graph<T>.Zero)];
        if (order < 1 || given.Length == 0)
            return;
        string[] entry = [.. given, .. temporaries];
        foreach ((bool[] known, bool[] wanted) in Patterns(function, pattern, entry.Length, given.Length))
        {
            Line();
            string[] gradients = [.. entry.Select(name => $"d{name}")];
            Line($"// propagate where {Which(gradients, known)}");
            CompiledFunction<T>.Propagate propagate = function.For(known, wanted);
            string[] all = [.. inputs, .. temporaries, .. gradients.Where((_, i) => known[i])];
            Function(
                propagate.Function, Array.ConvertAll(propagate.Sources, source => all[source]),
                [.. inputs.Where((_, i) => wanted[i]).Select(name => $"d{name}")], null, order - 1);
        }
    }

    private static (bool[] Known, bool[] Wanted)[] Patterns(
        CompiledFunction<T> function, bool[]? pattern, int outputs, int results)
    {
        var wanted = new bool[function.Graph.Inputs.Length];
        wanted.AsSpan().Fill(true);
        if (pattern is not null)
        {
            return pattern.Length == outputs ? [(pattern, wanted)] : throw new ArgumentException(
                $"The entry of '{function.Name}' has {outputs} outputs, of which {outputs - results} are saved values: a "
                + $"pattern has a digit for each, not {pattern.Length}.", nameof(pattern));
        }
        var met = function.Met.ToArray();
        if (met.Length > 0)
            return met;
        var known = new bool[outputs];
        known.AsSpan(0, results).Fill(true);
        return [(known, wanted)];
    }

    private static string Which(string[] gradients, bool[] known)
    {
        string there = string.Join(", ", gradients.Where((_, i) => known[i]));
        string zero = string.Join(", ", gradients.Where((_, i) => !known[i]));
        return $"{there} {Are(known.Count(isThere => isThere))} there"
            + (zero.Length == 0 ? "" : $" and {zero} {Are(known.Count(isThere => !isThere))} known zero");

        static string Are(int count) => count == 1 ? "is" : "are";
    }

    private void Method(string name, string[] inputs, Graph<T> graph, string[] outputs)
    {
        string shown = string.Concat(name.Split('.').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
        string[] shapes = [.. inputs.Select((input, i) => $"{input} {graph[graph.Inputs[i]].Shape}")];
        Line($"// {(typeof(T) == typeof(float) ? "f32" : "f64")}: {string.Join(", ", shapes)}");
        Line($"{shown}({string.Join(", ", inputs)})");
        Line("{");
        foreach (string line in GraphText.CSharp(graph, inputs, outputs))
            Line($"    {line}");
        Line("}");
    }

    private void Saved(CompiledFunction<T> function, string[] inputs, int[] saved, string[] temporaries)
    {
        if (saved.Length > 0)
        {
            long bytes = 0;
            for (int i = 0; i < saved.Length; i++)
                bytes += Bytes(function.Graph[saved[i]].Shape);
            long all = SavedValues<T>.Choose(function.Graph, 1).Sum(node => Bytes(function.Graph[node].Shape));
            Line($"// saves {string.Join(", ", temporaries)} for propagate, {Text(bytes)} of {Text(all)} that it reads: what");
            Line("// is saved takes less time to write and read than to compute again");
        }
        else if (inputs.Length > 0)
        {
            long all = SavedValues<T>.Choose(function.Graph, 1).Sum(node => Bytes(function.Graph[node].Shape));
            if (all > 0)
            {
                Line($"// saves nothing of {Text(all)} that propagate reads: that takes less time to compute again from the");
                Line("// inputs than to write and read");
            }
        }
    }

    private void Kernels(Graph<T> graph, string[] outputs, string[] inputs)
    {
        string[] names = GraphText.Names(graph, inputs, outputs);
        foreach (Step<T> step in Program<T>.Of(graph).Steps)
        {
            switch (step)
            {
                case KernelStep<T> kernel:
                    double bytes = kernel.Operands.Sum(shape => (double)Bytes(shape));
                    Line($"// kernel over {kernel.Shape}: {kernel.Kernel.Operations.Length} operators on "
                        + $"{kernel.Kernel.Inputs} values leave {kernel.Kernel.Outputs.Length}; moves {Text((long)bytes)}");
                    break;
                case OperatorStep<T> call:
                    if (!call.Operator.IsView)
                        Line($"// operator {call.Operator.Name}, with the library's own kernel");
                    break;
            }
        }
    }

    private static long Bytes(Shape shape) => (long)shape.FlattenedLength * Unsafe.SizeOf<T>();

    private static string Text(long bytes) => bytes < 10_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes")
        : bytes < 10_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F1} KiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):F1} MiB");
}
