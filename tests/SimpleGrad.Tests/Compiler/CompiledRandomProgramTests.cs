using CsCheck;
using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Compiler;

/// <summary>Random programs give the same compiled as eagerly. A failure prints program and seed.</summary>
public sealed class CompiledRandomProgramTests
{
    private const int Orders = 3;
    private static readonly double[] _budgets = [0, 0.3, 0.5, 1];

    /// <summary>Programs that do not look at values.</summary>
    private static readonly Gen<RandomProgram> _program = RandomProgram.Any.Where(
        program => program.Operators.All(use => !CompiledOperatorTests.ReadsValues.Contains(use.Name)));

    [Theory, InlineData(true, 400), InlineData(false, 800)]
    public void Compiled_equals_eager(bool emits, int programs) =>
        _program.Select(Gen.Bool).Sample(
            (program, isLinear) => RandomProgram.WhereDefined(() =>
            {
                double[]?[] expected =
                    Comparison.Chain<double>(x => [program.Loss(x)], program.Inputs, Orders, isLinear);
                if (AreOutOfHand(expected))
                    return;
                double[]?[] moved = Comparison.Chain<double>(
                    x => [program.Loss(x)], Comparison.Moved(program.Inputs), Orders, isLinear);
                Comparison.OnExecutor(emits, () =>
                {
                    Aggregate<double> compiled = Tested.Compile<double>((Variable<double>[] x) => [program.Loss(x)]);
                    Comparison.AssertSame(
                        expected,
                        Comparison.Chain<double>(x => compiled.InvokeAll(x), program.Inputs, Orders, isLinear),
                        1e-8, moved);
                });
            }),
            iter: Iterations(programs));

    [Theory, InlineData(true, 50), InlineData(false, 150)]
    public void Every_memory_budget_gives_the_same_numbers(bool emits, int programs) =>
        _program.Sample(
            program => RandomProgram.WhereDefined(() =>
            {
                double[]?[] expected =
                    Comparison.Chain<double>(x => [program.Loss(x)], program.Inputs, 2);
                if (AreOutOfHand(expected))
                    return;
                double[]?[] moved = Comparison.Chain<double>(
                    x => [program.Loss(x)], Comparison.Moved(program.Inputs), 2);
                Comparison.OnExecutor(emits, () =>
                {
                    Aggregate<double> compiled = Tested.Compile<double>((Variable<double>[] x) => [program.Loss(x)]);
                    foreach (double budget in _budgets)
                    {
                        Aggregate<double> other = compiled.WithMemoryBudget(budget);
                        Comparison.AssertSame(
                            expected, Comparison.Chain<double>(x => other.InvokeAll(x), program.Inputs, 2), 1e-8,
                            moved);
                    }
                });
            }),
            iter: Iterations(programs));

    /// <summary>A program's pieces as aggregates of their own, one inside the other, and on a tape.</summary>
    [Theory, InlineData(true, 50), InlineData(false, 150)]
    public void Nested_aggregates_give_the_same_numbers(bool emits, int programs) =>
        _program.Sample(
            program => RandomProgram.WhereDefined(() =>
            {
                Func<Variable<double>[], Variable<double>[]> direct = x => [program.Loss(x), (x[0] * x[0]).Sum()];
                double[]?[] expected = Comparison.Chain(direct, program.Inputs, 2, isLinear: true);
                if (AreOutOfHand(expected))
                    return;
                double[]?[] moved = Comparison.Chain(direct, Comparison.Moved(program.Inputs), 2, isLinear: true);
                Comparison.OnExecutor(emits, () =>
                {
                    Aggregate<double> inner = Tested.Compile<double>((Variable<double>[] x) => [program.Loss(x)]);
                    Aggregate<double> outer = Tested.Compile<double>(
                        (Variable<double>[] x) => [inner.InvokeAll(x)[0], (x[0] * x[0]).Sum()]);
                    Comparison.AssertSame(
                        expected, Comparison.Chain<double>(x => outer.InvokeAll(x), program.Inputs, 2, true), 1e-8,
                        moved);
                });
            }),
            iter: Iterations(programs));

    /// <summary>Whether some numbers have become so great that what is left of a difference says nothing.</summary>
    private static bool AreOutOfHand(double[]?[] results) =>
        results.Any(each => each is not null && Array.Exists(each, number => Math.Abs(number) > 1e7));

    /// <summary>More programs, for a longer search.</summary>
    private static int Iterations(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("SIMPLEGRAD_PROGRAMS"), out int times) ? usual * times : usual;
}
