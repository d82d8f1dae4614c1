namespace SimpleGrad.Tests.Operators;

/// <summary>What the losses and activations promise beyond the numbers of the golden files.</summary>
public sealed class LossTests
{
    private readonly Tape<double> _tape = new();

    [Fact]
    public void A_target_of_another_shape_is_refused()
    {
        Variable<double> prediction = _tape.Variable([1.0, 2, 3]), column = prediction.Reshape(3, 1);
        Func<Variable<double>>[] calls =
        [
            () => prediction.MseLoss(column),
            () => prediction.L1Loss(column),
            () => prediction.HuberLoss(column),
            () => prediction.SmoothL1Loss(column),
            () => prediction.BceWithLogits(column),
            () => prediction.KlDiv(column),
            () => prediction.CrossEntropy(column),
        ];
        Assert.All(calls, call =>
            Assert.Contains("(3, 1)", Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal));
    }

    /// <summary>Formulas with |x| or max(x, 0) lose the second derivative at 0, where untrained models start.</summary>
    [Fact]
    public void The_logistic_losses_are_smooth_at_0()
    {
        Assert.Equal([0.5, -0.25], Derivatives(x => x.LogSigmoid(), 0));
        Assert.Equal([-0.5, 0.25], Derivatives(x => x.BceWithLogits(_tape.Constant(1.0)), 0));
    }

    [Fact]
    public void Far_differences_have_the_slope_of_the_loss()
    {
        Assert.Equal([2, 0], Derivatives(x => x.HuberLoss(_tape.Constant(0.0), delta: 2), double.PositiveInfinity));
        Assert.Equal([-1, 0], Derivatives(x => x.SmoothL1Loss(_tape.Constant(0.0)), double.NegativeInfinity));
    }

    [Fact]
    public void Smooth_l1_without_a_smooth_part_is_l1()
    {
        Variable<double> x = _tape.Variable([-1.0, 2]), y = _tape.Constant([0.5, 0]);
        Assert.Equal(
            x.L1Loss(y, LossReduction.None).Value.ToArray(),
            x.SmoothL1Loss(y, LossReduction.None, beta: 0).Value.ToArray());
    }

    [Fact]
    public void Softmax_of_great_numbers_keeps_its_digits()
    {
        double[] near = _tape.Variable([0.0, 0.1, 0.3]).Softmax(0).Value.ToArray();
        double[] far = _tape.Variable([1048576.0, 1048576.1, 1048576.3]).Softmax(0).Value.ToArray();
        // The tenths themselves are rounded to 1e-10 here.
        Assert.All(near.Zip(far), pair => Assert.Equal(pair.First, pair.Second, 2e-10));
        Assert.Equal(1, far.Sum(), 1e-15);
    }

    private double[] Derivatives(Func<Variable<double>, Variable<double>> function, double at)
    {
        Variable<double> x = _tape.Variable(at);
        Variable<double> first = _tape.Grad(function(x), x)!;
        return [first.Item(), _tape.Grad(first, [x], zeros: true)[0]!.Item()];
    }
}
