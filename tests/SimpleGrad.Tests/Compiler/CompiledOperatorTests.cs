using System.Numerics;
using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Compiler;

/// <summary>Compiled equals eager for every operator of the library, at orders 0 to 3.</summary>
public sealed class CompiledOperatorTests
{
    private const int Orders = 3;
    private static readonly int[] _choices = [0, 1];

    /// <summary>What looks at values to find the shape of its result.</summary>
    internal static string[] ReadsValues { get; } = ["x.MaskedSelect(x > 0.1)"];

    public static IEnumerable<TheoryDataRow<string>> Operators =>
        from use in OperatorTable<double>.All
        where !ReadsValues.Contains(use.Name)
        select new TheoryDataRow<string>(use.Name) { Label = use.Name };

    [Fact]
    public void Functions_that_read_values_are_refused_with_the_place()
    {
        foreach (string name in ReadsValues)
        {
            OperatorUse<double> use = OperatorTable<double>.All.Single(use => use.Name == name);
            Tensor<double>[] inputs = OperatorPropertyTests.Inputs(use, OperatorPropertyTests.ShapesFor(use)[^1]);
            Aggregate<double> compiled = Tested.Compile<double>((Variable<double>[] x) => [use.Apply(x, 0)]);
            var tape = new Tape<double>();
            Assert.Matches(
                @"read at OperatorTable\.\w+\.cs:\d+ while its function is traced",
                Assert.Throws<InvalidOperationException>(
                    () => compiled.InvokeAll([.. inputs.Select(input => tape.Variable(input))])).Message);
        }
    }

    [Theory, MemberData(nameof(Operators))]
    public void Compiled_equals_eager(string name) => Check<double>(name, Orders, 1e-11);

    [Theory, MemberData(nameof(Operators))]
    public void Compiled_equals_eager_in_single_precision(string name) => Check<float>(name, 1, 1e-4);

    private static void Check<T>(string name, int orders, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OperatorUse<T> use = OperatorTable<T>.All.Single(use => use.Name == name);
        foreach (Shape[] shapes in OperatorPropertyTests.ShapesFor(use).Where(s => s.Max(x => x.FlattenedLength) < 100))
        {
            foreach (int choice in _choices)
            {
                Tensor<T>[] inputs = OperatorPropertyTests.Inputs(use, shapes);
                double[]?[] expected = Comparison.Chain<T>(x => [use.Apply(x, choice)], inputs, orders);
                Comparison.OnBothExecutors(() =>
                {
                    Aggregate<T> compiled = Tested.Compile<T>(
                        (Variable<T>[] x) => [use.Apply(x, choice)], name: "f");
                    Comparison.AssertSame(
                        expected, Comparison.Chain<T>(x => compiled.InvokeAll(x), inputs, orders), tolerance);
                });
            }
        }
    }
}
