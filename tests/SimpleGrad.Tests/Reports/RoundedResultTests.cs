namespace SimpleGrad.Tests.Reports;

/// <summary>
/// Derivatives that formulas of a rounded result, or of squares, lose. Expected: mpmath with 200 digits.
/// </summary>
public sealed class RoundedResultTests
{
    /// <summary>
    /// tenstorrent/tt-metal#55723 (expm1), #55724 (sigmoid), tensorflow/tensorflow#124833 (elu), #126635 (softplus).
    /// </summary>
    [Fact]
    public void Derivatives_where_the_result_has_rounded()
    {
        Near(4.248354255291589E-18, x => x.Sigmoid(), 40, 1);
        Near(2.061153613941849E-09, x => x.Sigmoid(), 20, 1);
        Near(1.6993417021166355E-17, x => x.Tanh(), 20, 1);
        Near(4.5014059756372915E-07, x => x.Tanh(), 8, 1);
        Near(4.248354255291589E-18, x => x.Expm1(), -40, 1);
        Near(4.248354255291589E-18, x => x.Elu(), -40, 1);
        Near(7.469028815914292E-18, x => x.Selu(), -40, 1);
        Near(4.248354255291589E-18, x => x.Celu(2), -80, 1);
        Near(-4.7147845041068414E-20, x => x.GeluTanh(), -8, 1, 1e-13);
        Near(-7.709973930953696E-10, x => x.GeluTanh(), -6, 1, 1e-14);
        Near(5.551115123125775E-17, x => x.Softplus(1, 1e9), 37.42994775023705, 2);
        Near(4.248354255291589E-18, x => x.LogAddExp(x.Tape.Constant(0.0)), 40, 2);
        Near(4.248354255291589E-18, x => x.LogAddExp(x.Tape.Constant(0.0)), -40, 2);
        Near(4.248354255291589E-18, x => x.BinaryCrossEntropyWithLogits(x.Tape.Constant(1.0)), 40, 2);
        Near(2.862518580549394E-20, x => x.BinaryCrossEntropyWithLogits(x.Tape.Constant(1.0)), 45, 2);
    }

    /// <summary>The probability of all other classes is 2.6e-22.</summary>
    [Fact]
    public void Log_softmax_of_a_class_that_has_all_the_probability()
    {
        Variable<double> Function(Variable<double> x) =>
            Variable.Stack([x, x.Tape.Constant(0.0), x.Tape.Constant(-1.0)]).LogSoftmax(0)[0];
        Near(-2.6382972641923883E-22, Function, 50, 0);
        Near(2.6382972641923883E-22, Function, 50, 1);
        Near(-2.6382972641923883E-22, Function, 50, 2);
        Near(4.248354255291589E-18, x => Variable.Stack([x, x.Tape.Constant(-40.0)]).LogSumExp(), 0, 0);
    }

    /// <summary>pytorch/pytorch#192407, #192408: ln 2 · 2^1024 and its next are finite.</summary>
    [Fact]
    public void Powers_of_two_that_overflow()
    {
        Near(1.2460659279417838E+308, x => x.Exp2(), 1024, 1);
        Near(8.637070847446594E+307, x => x.Exp2(), 1024, 2);
    }

    /// <summary>tenstorrent/tt-metal#55725, pytorch/pytorch#98276.</summary>
    [Fact]
    public void Squares_that_over_or_underflow()
    {
        Near(1e-200, x => x.Asinh(), 1e200, 1);
        Near(1e-200, x => x.Acosh(), 1e200, 1);
        Near(5e169, y => y.Atan2(y.Tape.Constant(1e-170)), 1e-170, 1);
        Near(5e-201, y => y.Atan2(y.Tape.Constant(1e200)), 1e200, 1);
        Near(5e-201, y => -y.Tape.Constant(1e200).Atan2(y), 1e200, 1);
    }

    private static void Near(
        double expected, Func<Variable<double>, Variable<double>> function, double x, int order,
        double tolerance = 2e-15)
    {
        foreach (bool isCompiled in new[] { false, true })
        {
            var tape = new Tape<double>();
            Variable<double> v = tape.Variable(x);
            Variable<double> y = isCompiled ? Aggregate.Compile<double>(function).Invoke(v) : function(v);
            for (int i = 0; i < order; i++)
                y = tape.Grad(y, v)!;
            Assert.Equal(expected, y.Item(), tolerance * Math.Abs(expected));
        }
    }
}
