using System.Numerics;
using SimpleGrad.Tests.Compiler;

namespace SimpleGrad.Tests.Properties;

/// <summary>
/// In a sweep that is not recorded, gradients of single numbers are numbers. They are those of a recorded sweep, whose
/// rules run on variables, bit by bit.
/// </summary>
public sealed class NumberSweepTests
{
    private static readonly double[] _special =
    [
        0, -0.0, 0.5, -0.5, 1, -1, 2.25, 30, -30, 1e-300, 1e300, double.PositiveInfinity, double.NegativeInfinity,
        double.NaN,
    ];

    public static IEnumerable<TheoryDataRow<string>> Operators => CompiledOperatorTests.Operators;

    [Theory, MemberData(nameof(Operators))]
    public void Numbers_are_those_of_variables_in_double(string name) => AssertSame<double>(name);

    [Theory, MemberData(nameof(Operators))]
    public void Numbers_are_those_of_variables_in_float(string name) => AssertSame<float>(name);

    [Fact]
    public void Numbers_and_variables_meet_in_one_sweep()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(0.75), vector = tape.Variable([1.0, -2, 3]);
        Variable<double> square = x * x, sum = (vector * square).Sum(), loss = sum * x + square.Sin() * sum + vector[1];
        Variable<double>[] wanted = [x, vector, square, sum, loss, tape.Variable(1.0)];
        Variable<double>?[] expected = tape.Grad(loss, wanted), found = tape.Grad(loss, wanted, createGraph: false);
        Assert.Null(found[^1]);
        for (int i = 0; i < wanted.Length - 1; i++)
            Assert.Equal(expected[i]!.Value.ToArray(), found[i]!.Value.ToArray());
        // d/dx of (x^2 s) x + sin(x^2) x^2 s + v1, where s is the sum of the vector.
        double at = 0.75, s = 2, squared = at * at;
        Assert.Equal(
            3 * squared * s + s * (2 * at * Math.Cos(squared) * squared + 2 * at * Math.Sin(squared)),
            found[0]!.Item(), 1e-14);
    }

    [Fact]
    public void A_sweep_of_numbers_allocates_nothing_for_an_entry()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(0.9), y = x;
        for (int i = 0; i < 10_000; i++)
            y = (y * x).Sin() + x;
        Allocations.AtMost(4096, () => tape.Grad(y, x, createGraph: false));
    }

    [Fact]
    public void What_was_not_recorded_is_refused_where_gradients_are_numbers()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(0.9);
        Variable<double> slope = tape.Grad(x * x * x, x, createGraph: false)!;
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(
            () => tape.Grad(slope * x * x, x, createGraph: false));
        Assert.Contains("createGraph: true", e.Message, StringComparison.Ordinal);
    }

    private static void AssertSame<T>(string name) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OperatorUse<T> use = OperatorTable<T>.All.Single(use => use.Name == name);
        if (!use.IsElementwise)
            return;
        foreach (T[] at in Points<T>(use.Arity))
        {
            var tape = new Tape<T>();
            Variable<T>[] x = [.. at.Select(value => tape.Variable(value))];
            Variable<T> result = use.Apply(x, 0);
            foreach (double seed in new[] { 1, 0.3, 0.0, -2, double.NaN })
            {
                Variable<T> loss = result * seed;
                Variable<T>?[] expected = tape.Grad(loss, x), found = tape.Grad(loss, x, createGraph: false);
                for (int i = 0; i < x.Length; i++)
                {
                    Assert.Equal(expected[i] is null, found[i] is null);
                    if (expected[i] is { } gradient)
                        Assert.True(
                            gradient.Item().Equals(found[i]!.Item()),
                            $"by {i} at ({string.Join(", ", at)}): {found[i]!.Item()}, not {gradient.Item()}");
                }
            }
        }
    }

    private static IEnumerable<T[]> Points<T>(int arity) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] numbers = [.. _special.Select(T.CreateSaturating)];
        for (int i = 0; i < numbers.Length * (arity == 1 ? 1 : numbers.Length); i++)
            yield return new[]
            {
                numbers[i % numbers.Length], numbers[i / numbers.Length], numbers[(i * 5 + 3) % numbers.Length],
            }[..arity];
    }
}
