using SimpleGrad.Tests.Compiler;

namespace SimpleGrad.Tests.Properties;

/// <summary>
/// Operators on operands without elements: compiled, they give what they give eagerly, shapes and derivatives too, or
/// are refused with the same words.
/// </summary>
public sealed class EmptyOperandTests
{
    private static readonly Shape[][] _shapes =
    [
        [[0]], [[0, 0]], [[2, 0]], [[0, 3]], [[0, 3, 1]], [[3, 0, 4]], [[0, 2, 8]], [[1, 0, 3]], [[2, 1, 0, 5]],
        [[0], [0]], [[0], [1]], [[2, 0], [2, 0]], [[0, 3], [0, 3]], [[2, 0], [0]], [[2, 0], [1, 0]], [[0, 3], [3]],
        [[0, 3], [4, 3]], [[3, 0], [0, 4]], [[0, 3], [3, 4]], [[0, 3], [3, 0]], [[2, 0], []], [[2, 3], [0, 3]],
        [[2, 3], [3, 0]], [[3], [0]], [[0, 2, 3], [3, 2]],
        [[0], [0], [0]], [[2, 0], [2, 0], [0]], [[0, 3], [3], []], [[0, 3], [0, 3], [0, 3]],
    ];

    private const string Coinciding = "eigenvalues coincide";

    private static readonly int[] _choices = [0, 1, 2];

    public static IEnumerable<TheoryDataRow<string>> Operators => CompiledOperatorTests.Operators;

    [Theory, MemberData(nameof(Operators))]
    public void Compiled_equals_eager_without_elements(string name)
    {
        OperatorUse<double> use = OperatorTable<double>.All.Single(use => use.Name == name);
        foreach (Shape[] shapes in _shapes.Where(shapes => shapes.Length == use.Arity))
        {
            Tensor<double>[] inputs = OperatorPropertyTests.Inputs(use, shapes);
            foreach (int choice in _choices)
            {
                string expected = Outcome(x => use.Apply(x, choice), inputs);
                foreach (bool emits in new[] { true, false })
                {
                    string actual = "";
                    Comparison.OnExecutor(emits, () =>
                    {
                        Aggregate<double> compiled = Tested.Compile<double>(
                            (Variable<double>[] x) => [use.Apply(x, choice)]);
                        actual = Outcome(x => compiled.InvokeAll(x)[0], inputs);
                    });
                    // A compiled function does not look for limits where eigenvalues coincide.
                    Assert.True(
                        expected == actual || actual == Coinciding,
                        $"{string.Join(", ", shapes.AsEnumerable())}, choice {choice}: eager {expected}, compiled "
                        + actual);
                }
            }
        }
    }

    /// <summary>The result, the first and the second derivatives, as text; or why it is refused.</summary>
    private static string Outcome(Func<Variable<double>[], Variable<double>> function, Tensor<double>[] inputs)
    {
        var tape = new Tape<double>();
        Variable<double>[] x = [.. inputs.Select(input => tape.Variable(input))];
        try
        {
            Variable<double> result = function(x);
            Variable<double>?[] first = tape.Grad((result * 0.3 + result.Square()).Sum(), x);
            List<string> texts = [Text(result), .. first.Select(Text)];
            if (first.Any(gradient => gradient is not null))
                texts.AddRange(tape.Grad(
                    first.Select(gradient => gradient?.Square().Sum()).Aggregate(Aggregate.AddOptional)!, x)
                    .Select(Text));
            return string.Join("; ", texts);
        }
        catch (ArgumentException error)
        {
            Assert.Matches(OperatorPropertyTests.NamesOperator, error.Message);
            return error.Message;
        }
        catch (CoincidingEigenvaluesException)
        {
            return Coinciding;
        }
    }

    private static string Text(Variable<double>? x) => x is null ? "0" : $"{x.Shape} {x.Value}";
}
