using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace SimpleGrad;

/// <summary>Writes a graph as lines: in the notation of traces, or as the C# that a person would write.</summary>
internal static class GraphText
{
    private const int LongestExpression = 60;

    // How tightly an expression holds together.
    private const int Loose = 0, Sum = 1, Product = 2, Sign = 3, Whole = 4;

    // Marks of a kind that no name has stand for operands until they are put in their places.
    private const string Operand = @"\uE000(\d+)\uE001";

    private static readonly Regex _operand = new(Operand, RegexOptions.CultureInvariant);

    private static readonly Regex _infixOrSign = new($"^({Operand} . |-){Operand}$", RegexOptions.CultureInvariant);

    /// <summary>A line for each value, as a trace has them: <c>v0 = a + b</c>.</summary>
    public static string[] Trace<T>(Graph<T> graph, string[] inputs, string[]? outputs = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string[] names = Names(graph, inputs, outputs);
        bool[] isNeeded = graph.Needed();
        var lines = new List<string>();
        for (int i = 0; i < names.Length; i++)
        {
            if (isNeeded[i] && graph[i].Operator is { } op)
                lines.Add($"{names[i]} = {op.Describe(Array.ConvertAll(graph[i].Inputs, input => names[input]))}"
                    + Which(graph[i]));
        }
        string[] results = Array.ConvertAll(
            graph.Outputs.ToArray(), output => output == Graph<T>.Zero ? "None" : names[output]);
        return [.. lines, $"return {string.Join(", ", results)}"];
    }

    /// <summary>The statements of a method; values that are used once stand where they are used.</summary>
    public static string[] CSharp<T>(Graph<T> graph, string[] inputs, string[] outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        string[] names = Names(graph, inputs, outputs), expressions = (string[])names.Clone();
        int[] uses = graph.Uses();
        bool[] isNeeded = graph.Needed(), isOutput = new bool[names.Length];
        foreach (int output in graph.Outputs)
        {
            if (output != Graph<T>.Zero)
                isOutput[output] = true;
        }
        var lines = new List<string>();
        for (int i = 0; i < names.Length; i++)
        {
            if (!isNeeded[i] || graph[i].Operator is not { } op || !IsFirst(i))
                continue;
            string[] marks = [.. Enumerable.Range(0, graph[i].Inputs.Length).Select(k => $"\uE000{k}\uE001")];
            string text = Filled(op.Code(marks), Array.ConvertAll(graph[i].Inputs, input => expressions[input]));
            if (graph[i].HasSiblings)
            {
                lines.Add($"var ({string.Join(", ", Results(i, op))}) = {text};");
                lines.AddRange(BodyOf(op));
                continue;
            }
            if (uses[i] == 1 && !isOutput[i] && text.Length <= LongestExpression && op is not ILoop<T>)
            {
                expressions[i] = text;
                continue;
            }
            lines.Add($"var {names[i]} = {text};");
            lines.AddRange(BodyOf(op));
        }
        string[] results = Array.ConvertAll(
            graph.Outputs.ToArray(), output => output == Graph<T>.Zero ? "null" : names[output]);
        lines.Add($"return {(results.Length == 1 ? results[0] : $"({string.Join(", ", results)})")};");
        return [.. lines];

        // The results of one application are one statement, where the first of them that is needed would be.
        bool IsFirst(int node) => Array.Find(graph.SiblingsOf(node).ToArray(), each => isNeeded[each]) == node;

        string[] Results(int node, Operator<T> op)
        {
            var results = new string[op.ResultCount];
            Array.Fill(results, "_");
            foreach (int sibling in graph.SiblingsOf(node))
                results[graph[sibling].Output] = uses[sibling] > 0 ? names[sibling] : "_";
            return results;
        }
    }

    /// <summary>What a loop does in each step, as a lambda below it.</summary>
    private static IEnumerable<string> BodyOf<T>(Operator<T> op) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        op is ILoop<T> { Body: var (graph, inputs) }
            ?
            [
                $"    // each step: ({string.Join(", ", inputs)}) =>",
                .. CSharp(graph, inputs, [.. Enumerable.Range(0, graph.Outputs.Length).Select(i => $"r{i}")])
                    .Select(line => $"    // {line}"),
            ]
            : [];

    /// <summary>Which of several results a node is, for text.</summary>
    private static string Which<T>(Node<T> node) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        node.HasSiblings ? $"[{node.Output}]" : "";

    /// <summary>The name of each value: of inputs and outputs as given, of the others v0, v1, …</summary>
    public static string[] Names<T>(Graph<T> graph, string[] inputs, string[]? outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var names = new string?[graph.Nodes.Length];
        for (int i = 0; i < inputs.Length; i++)
            names[graph.Inputs[i]] = inputs[i];
        for (int i = 0; outputs is not null && i < outputs.Length; i++)
        {
            if (graph.Outputs[i] is var output and not Graph<T>.Zero && graph[output].Operator is not null)
                names[output] ??= outputs[i];
        }
        bool[] isNeeded = graph.Needed();
        int fresh = 0, constants = 0;
        for (int i = 0; i < names.Length; i++)
        {
            if (!isNeeded[i] || names[i] is not null)
                names[i] ??= "_";
            else if (graph[i].Operator is not null)
                names[i] = $"v{fresh++}";
            else
                names[i] = graph[i].IsUniform(out T number)
                    ? TensorPrinter.FormatNumber(double.CreateChecked(number))
                    : $"c{constants++}";
        }
        return names!;
    }

    /// <summary>Operands for the marks, in parentheses where the operator would tear them apart.</summary>
    private static string Filled(string text, string[] operands)
    {
        int level = _infixOrSign.IsMatch(text) ? Level(text) : Whole;
        return _operand.Replace(text, match =>
        {
            string operand = operands[int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)];
            ReadOnlySpan<char> before = text.AsSpan(0, match.Index), after = text.AsSpan(match.Index + match.Length);
            bool isArgument = before is [.., '(' or '['] or [.., ',', ' '] && after is [',' or ')' or ']', ..];
            int needed = isArgument ? Loose : level is Loose or Whole ? Whole : before.IsEmpty ? level : level + 1;
            return Level(operand) < needed ? $"({operand})" : operand;
        });
    }

    private static int Level(string text)
    {
        int depth = 0, level = text.StartsWith('-') ? Sign : Whole;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] is '(' or '[' ? 1 : text[i] is ')' or ']' ? -1 : 0;
            if (depth != 0 || text[i] != ' ')
                continue;
            int end = text.IndexOf(' ', i + 1);
            if (end < 0)
                return Loose;
            level = Math.Min(level, text[(i + 1)..end] switch
            {
                "+" or "-" => Sum,
                "*" or "/" => Product,
                _ => Loose,
            });
            i = end;
        }
        return level;
    }
}
