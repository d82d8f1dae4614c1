namespace SimpleGrad.Tests.Operators;

/// <summary>Conventions of elementwise operators that the golden files do not show.</summary>
public sealed class FunctionTests
{
    private readonly Tape<double> _tape = new();

    [Fact]
    public void Rounding_is_to_even()
    {
        Variable<double> x = _tape.Variable([0.5, 1.5, 2.5, -0.5, -1.5]);
        Assert.Equal([0, 2, 2, 0, -2], x.Round().Value.ToArray());
        Assert.Null(_tape.Grad(x.Round().Sum(), x));
    }

    /// <summary>1 / 0.1 is rounded up to 10, although 0.1 as a double fits only 9 times into 1.</summary>
    [Fact]
    public void Remainders_have_the_gradient_of_their_quotient()
    {
        double[] x = [3.5, -3.5, 3.5, -3.5, 1], y = [2, 2, -2, -2, 0.1];
        AssertGradient((a, b) => a.Fmod(b), x, y, [1.5, -1.5, 1.5, -1.5, 1 % 0.1], [-1, 1, 1, -1, -10]);
        AssertGradient((a, b) => a.Remainder(b), x, y, [1.5, 0.5, -0.5, -1.5, 1 % 0.1], [-1, 2, 2, -1, -9]);
    }

    /// <summary>What is expanded is one number that stands for many.</summary>
    [Fact]
    public void Norms_of_expanded_values_count_each_element()
    {
        Variable<double> x = _tape.Variable(-3);
        Assert.Equal(15, x.Expand(5).Norm(1).Item(), 1e-14);
        Assert.Equal(6, x.Expand(4).Norm(2).Item(), 1e-14);
        Assert.Equal(3, x.Expand(5).Norm(double.PositiveInfinity).Item(), 1e-14);
        Assert.Equal(-5, _tape.Grad(x.Expand(5).Norm(1), x)!.Item(), 1e-14);
    }

    [Fact]
    public void Fmax_and_Fmin_send_the_gradient_to_the_number()
    {
        double[] x = [1, double.NaN, 2, double.NaN], y = [double.NaN, 1, 2, double.NaN];
        AssertGradient((a, b) => a.Fmax(b), x, y, [1, 1, 2, double.NaN], [0, 1, 0, 0]);
        AssertGradient((a, b) => a.Fmin(b), x, y, [1, 1, 2, double.NaN], [0, 1, 0, 0]);
    }

    [Fact]
    public void Hardtanh_is_flat_at_its_bounds()
    {
        Variable<double> x = _tape.Variable([-2.0, -1, 0.5, 1, double.NaN]);
        Variable<double> y = x.Hardtanh();
        Assert.Equal([-1, -1, 0.5, 1, double.NaN], y.Value.ToArray());
        Assert.Equal([0, 0, 1, 0, 1], _tape.Grad(y.Sum(), x)!.Value.ToArray());
        Assert.Throws<ArgumentException>(() => x.Hardtanh(1, -1));
    }

    /// <summary>The fourth derivative at 1 is that of the Riemann zeta function: 3! times zeta(4).</summary>
    [Fact]
    public void Lgamma_has_derivatives_of_any_order()
    {
        Variable<double> x = _tape.Variable(1.0), y = x.Lgamma();
        for (int order = 0; order < 4; order++)
            y = _tape.Grad(y, x)!;
        Assert.Equal(6 * Math.Pow(Math.PI, 4) / 90, y.Item(), 1e-14);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Polygamma(-1));
    }

    [Fact]
    public void The_inverse_functions_keep_their_digits_near_the_ends()
    {
        double nearOne = 1 - Math.Pow(2, -40), exact = 1 / Math.Sqrt(Math.Pow(2, -40) * (1 + nearOne));
        Variable<double> x = _tape.Variable(nearOne);
        Assert.Equal(exact, _tape.Grad(x.Asin(), x)!.Item(), 1e-15 * exact);
        Assert.Equal(-exact, _tape.Grad(x.Acos(), x)!.Item(), 1e-15 * exact);
        Assert.Equal(exact * exact, _tape.Grad(x.Atanh(), x)!.Item(), 1e-15 * exact * exact);
    }

    [Fact]
    public void Traces_show_the_operators_as_calls()
    {
        var writer = new StringWriter();
        var tape = new Tape<double>(Trace.Notebook(writer));
        Variable<double> x = tape.Variable(0.5, "x");
        _ = tape.Grad(x.Digamma(), x);
        _ = x.Polygamma(2).Atan2(x);
        Assert.Contains("x.polygamma(1.0)", writer.ToString(), StringComparison.Ordinal);
        Assert.Contains(".atan2(x)", writer.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Checks the values, and the gradient by the second operand.</summary>
    private void AssertGradient(
        Func<Variable<double>, Variable<double>, Variable<double>> function, double[] x, double[] y,
        double[] value, double[] gradient)
    {
        Variable<double> a = _tape.Variable(x), b = _tape.Variable(y), result = function(a, b);
        Assert.Equal(value, result.Value.ToArray());
        Assert.Equal(gradient, _tape.Grad(result.Sum(), b)!.Value.ToArray());
    }
}
