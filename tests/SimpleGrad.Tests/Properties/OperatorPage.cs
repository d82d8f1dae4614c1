using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using SimpleGrad.Tests.Architecture;

namespace SimpleGrad.Tests.Properties;

/// <summary>
/// The page docs/operators.md: what each operator's class says in its summary, and the formulas that its propagate rule
/// records when it runs on variables that are called x, y, z, r and g.
/// </summary>
internal static class OperatorPage
{
    private const string Head = """
        # Operators

        <!-- Written by a test: see "Files that tests compare with" in CONTRIBUTING.md. -->

        All operators, in the notation of the trace. `x`, `y` and `z` are the inputs (the matrices A and B where the
        text speaks of those), `r` is the result, and `g` is the gradient of the result, from which the operator's rule
        computes the gradients of the inputs. The formulas are what the rules record when they run. So they consist of
        operators of this table, which can be differentiated again, to any order.

        A gradient of 0 is a known zero, `null`, and nothing is computed for it. The gradient of an input that was
        broadcast is summed back to the input's shape, which the formulas do not show. Only values that an operator
        keeps stay in memory for its rule.

        In the products and quotients of these formulas a factor of 0 is stronger than infinity and NaN: see
        [singular points](singular-points.md).

        Where an operator has parameters, the row shows one use of it, with the shapes of the inputs. What `Variable<T>`
        has beyond this table is composed of these operators: that is the second table.

        | operator | computes | gradient | keeps |
        |---|---|---|---|

        """;

    private const string Compositions = """

        ## Compositions

        Functions that have no operator of their own: their derivatives are those of the operators that one call
        records, which the last column has. Inputs are matrices where the function takes them.

        | call | computes | records |
        |---|---|---|

        """;

    public static string Text()
    {
        var uses = OperatorTable<double>.All.SelectMany(Recorded)
            .GroupBy(use => use.Operator.GetType().GetGenericTypeDefinition())
            .ToDictionary(same => same.Key, same => same.MinBy(use => (use.Numbers, use.Distance))!);
        var rows = LibraryOperators.All
            .OrderBy(type => uses[type].Operator.Name, StringComparer.Ordinal)
            .ThenBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => Row(uses[type], Summary(type, uses)));
        return Head + string.Concat(rows.Select(row => row + "\n")) + Compositions + CompositionTable.Text();
    }

    /// <summary>What a use and its gradients record. Matrices of one shape are best to look at.</summary>
    private static IEnumerable<RecordedUse> Recorded(OperatorUse<double> use)
    {
        Shape[] shapes = OperatorPropertyTests.ShapesFor(use)
            .MinBy(each => each.Sum(shape => Math.Abs(shape.Rank - 2)) + each.Distinct().Count())!;
        var tape = new Tape<double>();
        var random = new Random(1);
        Variable<double>[] inputs =
        [
            .. shapes.Zip(use.Domains, (shape, domain) => tape.Variable(Tensor.Create<double>(
                [.. Enumerable.Range(0, shape.FlattenedLength).Select(_ => (double)domain.Draw(random))], shape))),
        ];
        Variable<double> result = use.Apply(inputs, 1);
        int count = tape.Count;
        tape.Grad(result.Sum(), inputs);
        return Enumerable.Range(0, tape.Count).Select(i => RecordedUse.Of(tape, i, inputs.Length, i >= count));
    }

    private static string Row(RecordedUse use, string summary)
    {
        Operator<double> op = use.Operator;
        var tape = new Tape<double>();
        Variable<double>[] inputs =
            [.. use.Inputs.Zip("xyz", (input, name) => input.Number ?? tape.Variable(input.Value, $"{name}"))];
        Variable<double> result = tape.Record(op, inputs, use.Result.Value, "r");
        Variable<double>?[] gradients = tape.Entries.Single().Propagate(
            tape.Variable(Tensor.Ones<double>(result.Shape), "g"));
        var variables = inputs.Zip(gradients, (input, gradient) => (Input: input, Gradient: gradient))
            .Where(pair => !pair.Input.IsNumber).ToList();

        var formulas = new Formulas(tape, firstEntry: 1, [.. variables.Select(pair => pair.Gradient)]);
        var equal = variables.GroupBy(pair => formulas.Of(pair.Gradient), pair => pair.Input.Name).ToList();
        string gradient = string.Join("<br>",
        [
            .. formulas.Shared.Select(line => $"{line.Name} = `{line.Text}`"),
            .. equal.Select(same =>
                (equal.Count == 1 ? "" : $"{string.Join(", ", same)}: ") + (same.Key == "0" ? "0" : $"`{same.Key}`")),
        ]);
        string call = Formulas.Write(op, [.. inputs.Select(input => input.Name)]);
        string name = call.Contains(op.Name, StringComparison.Ordinal) ? "" : $" ({op.Name})";
        string shapes = Formulas.HasShapes($"{call} {string.Join(' ', equal.Select(same => same.Key).Except(["0"]))}")
            ? $"<br>{string.Join(", ", variables.Select(pair => $"{pair.Input.Name} {pair.Input.Shape}"))}"
            : "";
        string keeps = string.Join(", ",
        [
            .. inputs.Where((input, i) => op.Keeps.Has(i) && !input.IsNumber).Select(input => input.Name),
            .. op.Keeps.HasFlag(Keeps.Result) ? ["r"] : Array.Empty<string>(),
        ]);
        return $"| `{call}`{name}{shapes} | {summary} | {gradient} | {(keeps == "" ? "nothing" : keeps)} |";
    }

    private static string Summary(Type type, Dictionary<Type, RecordedUse> uses)
    {
        ISymbol symbol = LibrarySource.Compilation.GetTypeByMetadataName(type.FullName!)!;
        XElement summary = XElement.Parse(symbol.GetDocumentationCommentXml()!).Element("summary")!;
        foreach (XElement reference in summary.Elements("see").ToList())
        {
            Type other = uses.Keys.Single(key => $"T:{key.FullName}" == reference.Attribute("cref")!.Value);
            reference.ReplaceWith($"`{uses[other].Operator.Name}`");
        }
        return string.Join(' ', summary.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Replace("|", "\\|").Replace("*", "\\*");
    }

    /// <summary>An operator in use, with what its rule may read of inputs and result; the rest is left zero.</summary>
    /// <param name="Operator">The operator.</param>
    /// <param name="Inputs">Its inputs.</param>
    /// <param name="Result">Its result.</param>
    /// <param name="Distance">0 where the inputs are the use's, 1 for what it is made of, 2 in a gradient.</param>
    private sealed record RecordedUse(Operator<double> Operator, Operand[] Inputs, Operand Result, int Distance)
    {
        /// <summary>How many inputs are plain numbers, for which there is no gradient to show.</summary>
        public int Numbers => Inputs.Count(input => input.Number is not null);

        public static RecordedUse Of(Tape<double> tape, int index, int leaves, bool isOfGradient)
        {
            Operator<double> op = tape.EntryAt(index).Operator;
            int[] links = tape.LinksOf(tape.EntryAt(index)).ToArray();
            Operand[] operands =
            [
                .. links.Select(link => link < 0
                    ? new Operand(tape.NumberOf(link).Value, tape.NumberOf(link))
                    : new Operand(
                        tape.VariableAt(link).Kept?.Value ?? Tensor.Zeros<double>(tape.ShapeOf(link)), null)),
            ];
            bool isUseItself = links[..^1].All(link => link < leaves);
            return new RecordedUse(op, operands[..^1], operands[^1], isOfGradient ? 2 : isUseItself ? 0 : 1);
        }
    }

    private sealed record Operand(Tensor<double> Value, Variable<double>? Number);
}
