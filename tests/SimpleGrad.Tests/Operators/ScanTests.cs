namespace SimpleGrad.Tests.Operators;

/// <summary>Products, sums and norms at the points where formulas break.</summary>
public sealed class ScanTests
{
    private readonly Tape<double> _tape = new();

    /// <summary>For the product of x, y and z, d²/dx dy is z; PyTorch gives NaN where two are 0.</summary>
    [Theory]
    [InlineData(2, 3, 5)]
    [InlineData(0, 3, 5)]
    [InlineData(0, 0, 5)]
    [InlineData(0, 0, 0)]
    public void Prod_has_the_right_Hessian_where_elements_are_zero(double x, double y, double z)
    {
        Variable<double> v = _tape.Variable([x, y, z]);
        Variable<double> gradient = _tape.Grad(v.Prod(), v)!;
        Assert.Equal([y * z, x * z, x * y], gradient.Value.ToArray());
        double[][] hessian = [[0, z, y], [z, 0, x], [y, x, 0]];
        for (int i = 0; i < 3; i++)
            Assert.Equal(hessian[i], _tape.Grad(gradient[i], v, zeros: true)!.Value.ToArray());
    }

    [Fact]
    public void Third_derivative_of_a_running_product_through_zeros_is_one()
    {
        Variable<double> v = _tape.Variable([0, 0, 0]);
        Variable<double> first = _tape.Grad(v.CumProd(0)[^1], v)!;
        Variable<double> second = _tape.Grad(first[0], v)!;
        Assert.Equal([0, 0, 1], _tape.Grad(second[1], v)!.Value.ToArray());
    }

    [Fact]
    public void Log_of_running_sums_does_not_overflow()
    {
        Variable<double> x = _tape.Variable([-1000, 1000, 1000, -1000]);
        Variable<double> y = x.LogCumSumExp(0);
        double log2 = Math.Log(2);
        Assert.Equal([-1000, 1000, 1000 + log2, 1000 + log2], y.Value.ToArray());
        double[] gradient = _tape.Grad(y.Sum(), x)!.Value.ToArray();
        Assert.Equal([1, 2, 1, 0], gradient.Select(value => Math.Round(value, 12)));
    }

    [Fact]
    public void Running_log_of_leading_zeros_is_minus_infinity()
    {
        double none = double.NegativeInfinity;
        Assert.Equal([none, none, 0], _tape.Variable([none, none, 0]).LogCumSumExp(0).Value.ToArray());
    }

    [Fact]
    public void Std_of_equal_numbers_has_no_gradient_beside_one_that_has()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([2, 2, 1, 3], [2, 2]));
        double slope = Math.Sqrt(0.5);
        double[] gradient = _tape.Grad(x.Std(1).Sum(), x)!.Value.ToArray();
        Assert.Equal([0, 0], gradient[..2]);
        Assert.Equal(-slope, gradient[2], 1e-15);
        Assert.Equal(slope, gradient[3], 1e-15);
    }

    [Fact]
    public void Variance_of_nothing_to_divide_by_is_NaN()
    {
        Assert.Equal(double.NaN, _tape.Variable([3]).Var().Item());
        Assert.Equal(double.NaN, _tape.Variable(Tensor.Zeros<double>([0])).Std(correction: 0).Item());
    }
}
