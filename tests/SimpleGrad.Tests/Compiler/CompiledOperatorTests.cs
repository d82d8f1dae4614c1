using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Compiler;

/// <summary>Compiled equals eager for every operator of the library, at orders 0 to 3.</summary>
public sealed class CompiledOperatorTests
{
    private const int Orders = 3;
    private static readonly int[] _choices = [0, 1];

    /// <summary>What looks at values to find the shape of its result.</summary>
    private static readonly string[] _reads = ["x.MaskedSelect(x > 0.1)"];

    public static IEnumerable<TheoryDataRow<string>> Operators =>
        from use in OperatorTable<double>.All
        where !_reads.Contains(use.Name)
        select new TheoryDataRow<string>(use.Name) { Label = use.Name };

    [Fact]
    public void Functions_that_read_values_are_refused_with_the_place()
    {
        foreach (string name in _reads)
        {
            OperatorUse<double> use = OperatorTable<double>.All.Single(use => use.Name == name);
            Tensor<double>[] inputs = OperatorPropertyTests.Inputs(use, OperatorPropertyTests.ShapesFor(use)[^1]);
            Aggregate<double> compiled = Aggregate.Compile<double>((Variable<double>[] x) => [use.Apply(x, 0)]);
            var tape = new Tape<double>();
            Assert.Matches(
                @"read at OperatorTable\.\w+\.cs:\d+ while its function is traced",
                Assert.Throws<InvalidOperationException>(
                    () => compiled.InvokeAll([.. inputs.Select(input => tape.Variable(input))])).Message);
        }
    }

    [Theory, MemberData(nameof(Operators))]
    public void Compiled_equals_eager(string name)
    {
        OperatorUse<double> use = OperatorTable<double>.All.Single(use => use.Name == name);
        foreach (Shape[] shapes in OperatorPropertyTests.ShapesFor(use).Where(s => s.Max(x => x.FlattenedLength) < 100))
        {
            foreach (int choice in _choices)
            {
                Tensor<double>[] inputs = OperatorPropertyTests.Inputs(use, shapes);
                double[]?[] expected = Chain(x => use.Apply(x, choice), inputs);
                foreach (bool emits in new[] { true, false })
                {
                    DynamicCode.IsUsed = emits;
                    Aggregate<double> compiled = Aggregate.Compile<double>(
                        (Variable<double>[] x) => [use.Apply(x, choice)], name: "f");
                    AssertSame(expected, Chain(x => compiled.InvokeAll(x)[0], inputs));
                }
            }
        }
    }

    private static void AssertSame(double[]?[] expected, double[]?[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                (expected[i] is null) == (actual[i] is null),
                $"{i}: eager is {(expected[i] is null ? "known zero" : "not")}, compiled is not the same");
            OperatorPropertyTests.AssertClose(expected[i] ?? [], actual[i] ?? [], 1e-11);
        }
    }

    /// <summary>
    /// The result, and the gradients of each loss in turn: first a sum of the result's squares, then of the squares of
    /// the last loss's gradients.
    /// </summary>
    private static double[]?[] Chain(Func<Variable<double>[], Variable<double>> function, Tensor<double>[] inputs)
    {
        var tape = new Tape<double>();
        Variable<double>[] x = [.. inputs.Select(input => tape.Variable(input))];
        Variable<double> result = function(x);
        var all = new List<double[]?> { result.Value.ToArray() };
        Variable<double>? loss = (result * result).Sum();
        for (int order = 1; order <= Orders && loss is not null; order++)
        {
            Variable<double>?[] gradients = tape.Grad(loss, x);
            all.AddRange(gradients.Select(gradient => gradient?.Value.ToArray()));
            loss = null;
            foreach (Variable<double>? gradient in gradients)
                loss = Aggregate.AddOptional(loss, gradient is null ? null : (gradient * gradient).Sum());
        }
        return [.. all];
    }
}
