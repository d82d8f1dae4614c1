using System.Numerics;

namespace SimpleGrad.Tests.Operators;

/// <summary>Gradients that are operators of their own, against their formulas of other operators.</summary>
public sealed class GradientOperatorTests
{
    /// <summary>A number of elements that fills no vector at the end.</summary>
    private const int Count = 4099;

    public static TheoryData<string> Names => ["gelu", "silu", "sigmoid", "relu"];

    [Theory, MemberData(nameof(Names))]
    public void Doubles_are_those_of_the_formula(string name) => Check<double>(name, 1e-15);

    [Theory, MemberData(nameof(Names))]
    public void Floats_are_those_of_the_formula(string name) => Check<float>(name, 8e-7);

    [Theory, MemberData(nameof(Names))]
    public void Second_and_third_derivatives_are_those_of_the_formula(string name)
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(Tensor.Create<double>(Grid<double>()));
        Variable<double> own = tape.Grad(Function(name, x).Sum(), x)!, formula = Formula(name, x);
        for (int order = 2; order <= 3; order++)
        {
            own = tape.Grad((own * own).Sum(), [x], zeros: true)[0]!;
            formula = tape.Grad((formula * formula).Sum(), [x], zeros: true)[0]!;
            AssertClose(formula.Value.ToArray(), own.Value.ToArray(), 1e-13);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Strided_inputs_and_gradients_give_the_same(string name)
    {
        var tape = new Tape<double>();
        double[] numbers = Grid<double>()[..4089];
        Variable<double> x = tape.Variable(Tensor.Create<double>(numbers, [87, 47]));
        Variable<double> weights = tape.Constant(Tensor.Create<double>([.. numbers.Reverse()], [47, 87])).Transpose();
        Variable<double> strided = tape.Grad((Function(name, x.Transpose()).Transpose() * weights).Sum(), x)!;
        AssertClose((weights * Formula(name, x)).Value.ToArray(), strided.Value.ToArray(), 1e-14);
    }

    [Fact]
    public void Gelu_is_flat_or_straight_at_the_ends()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable([double.NegativeInfinity, -1e300, -50, 50, 1e300, double.PositiveInfinity]);
        Assert.Equal([0, 0, 0, 1, 1, 1], tape.Grad(x.Gelu().Sum(), x)!.Value.ToArray());
    }

    [Fact]
    public void Gradients_at_nan_are_nan()
    {
        var tape = new Tape<float>();
        Variable<float> x = tape.Variable([float.NaN, 0]);
        foreach (string name in (string[])["gelu", "silu", "sigmoid"])
            Assert.Equal(float.NaN, tape.Grad(Function(name, x).Sum(), x)!.Value.ToArray()[0]);
    }

    private static void Check<T>(string name, double tolerance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] grid = Grid<T>();
        var tape = new Tape<T>();
        Variable<T> x = tape.Variable(Tensor.Create<T>(grid));
        foreach (bool createGraph in (bool[])[true, false])
        {
            T[] gradient = tape.Grad(Function(name, x).Sum(), [x], createGraph: createGraph)[0]!.Value.ToArray();
            var exact = new Tape<double>();
            Variable<double> formula = Formula(name, exact.Variable(
                Tensor.Create<double>([.. grid.Select(double.CreateChecked)])));
            AssertClose(formula.Value.ToArray(), [.. gradient.Select(double.CreateChecked)], tolerance);
        }
    }

    private static T[] Grid<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, Count).Select(i => T.CreateChecked((i - Count / 2) / 200.0))];

    private static Variable<T> Function<T>(string name, Variable<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => name switch
        {
            "gelu" => x.Gelu(),
            "silu" => x.Silu(),
            "sigmoid" => x.Sigmoid(),
            _ => x.Relu(),
        };

    private static Variable<double> Formula(string name, Variable<double> x)
    {
        Variable<double> sigmoid = x.Sigmoid(), complement = (-x).Sigmoid(); // 1 - sigmoid would lose digits
        return name switch
        {
            "gelu" => 0.5 * (-x / Math.Sqrt(2)).Erfc() + x * (-0.5 * x.Square()).Exp() / Math.Sqrt(2 * Math.PI),
            "silu" => sigmoid + x * (sigmoid * complement),
            "sigmoid" => sigmoid * complement,
            _ => Variable.Where(x > 0, 0 * x + 1, 0),
        };
    }

    /// <summary>Where the numbers are less than 1, of 1.</summary>
    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"{i}: {actual[i]:R}, not {expected[i]:R}.");
    }
}
