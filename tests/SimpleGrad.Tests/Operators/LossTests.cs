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
            () => prediction.BinaryCrossEntropyWithLogits(column),
            () => prediction.KlDiv(column),
            () => prediction.CrossEntropy(column),
        ];
        Assert.All(calls, call =>
            Assert.Contains("(3, 1)", Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Classes_may_be_weighted_and_ignored()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [3, 2]));
        Variable<double> weight = _tape.Variable([1.0, 3]);
        Tensor<int> target = Tensor.Create([1, 7, 0]);
        Assert.Equal(
            [-0.6, 0, -0.5], x.NllLoss(target, LossReduction.None, weight, ignoreIndex: 7).Value.ToArray(), Close);
        Assert.Equal(-1.1, x.NllLoss(target, LossReduction.Sum, weight, 7).Item(), 1e-15);
        Assert.Equal(-1.1 / 4, x.NllLoss(target, weight: weight, ignoreIndex: 7).Item(), 1e-15);
        Assert.Equal(-0.35, x.NllLoss(target, ignoreIndex: 7).Item(), 1e-15);
        // (w0 x4 + w1 x1) / (w0 + w1) by each weight
        Variable<double> loss = x.NllLoss(target, weight: weight, ignoreIndex: 7);
        Assert.Equal([-0.9 / 16, 0.3 / 16], _tape.Grad(loss, weight)!.Value.ToArray(), Close);
    }

    [Fact]
    public void An_ignored_class_does_not_count_even_where_it_is_impossible()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([double.NegativeInfinity, 0, 1, 2], [2, 2]));
        Variable<double> loss = x.NllLoss(Tensor.Create([0, 1]), ignoreIndex: 0);
        Assert.Equal(-2, loss.Item());
        Assert.Equal([0, 0, 0, -1], _tape.Grad(loss, x)!.Value.ToArray());
        Assert.Equal(double.NaN, x.NllLoss(Tensor.Create([0, 0]), ignoreIndex: 0).Item());
        Assert.Equal(0, x.NllLoss(Tensor.Create([0, 0]), LossReduction.Sum, ignoreIndex: 0).Item());
    }

    /// <summary>With labels that leave no doubt, the loss for probabilities is that for classes.</summary>
    [Fact]
    public void Classes_are_probabilities_of_1()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([0.1, -0.2, 0.3, 1.4, 0.5, 0.6], [2, 3]));
        Variable<double> sure = _tape.Constant(Tensor.Create<double>([0, 0, 1, 1, 0, 0], [2, 3]));
        Variable<double> weight = _tape.Constant([0.5, 1, 2]);
        Tensor<int> classes = Tensor.Create([2, 0]);
        Assert.Equal(
            x.CrossEntropy(sure, LossReduction.None, weight, 0.3).Value.ToArray(),
            x.CrossEntropy(classes, LossReduction.None, weight, labelSmoothing: 0.3).Value.ToArray(), Close);
    }

    [Fact]
    public void Targets_that_are_no_classes_are_refused()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], [3, 2]));
        Variable<double> three = _tape.Variable([1.0, 2, 3]);
        Tensor<int> target = Tensor.Create([1, 0, 1]);
        (Func<Variable<double>> Call, string Message)[] calls =
        [
            (() => x.NllLoss(Tensor.Create([1, 0])), "nll_loss: the target has shape (2,), and a prediction"),
            (() => x.CrossEntropy(Tensor.Create([1, 0, 2])), "cross_entropy: the target 2 is none of the 2 classes"),
            (() => x.CrossEntropy(Tensor.Create([1, -1, 0])), "cross_entropy: the target -1 is none of the 2 classes"),
            (() => x.NllLoss(target, weight: three), "nll_loss: the weight has shape (3,), and the 2 classes"),
            (() => x.CrossEntropy(target, weight: x), "cross_entropy: the weight has shape (3, 2), and the 2 classes"),
            (() => x.CrossEntropy(x, weight: three), "cross_entropy: the weight has shape (3,), and the 2 classes"),
            (() => x.Sum().NllLoss(target), "nll_loss: a single number has no axis of classes."),
        ];
        Assert.All(calls, call =>
            Assert.StartsWith(call.Message, Assert.ThrowsAny<ArgumentException>(call.Call).Message));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.CrossEntropy(target, labelSmoothing: 1.5));
    }

    private static bool Close(double x, double y) => Math.Abs(x - y) < 1e-14;

    /// <summary>Formulas with |x| or max(x, 0) lose the second derivative at 0, where untrained models start.</summary>
    [Fact]
    public void The_logistic_losses_are_smooth_at_0()
    {
        Assert.Equal([0.5, -0.25], Derivatives(x => x.LogSigmoid(), 0));
        Assert.Equal([-0.5, 0.25], Derivatives(x => x.BinaryCrossEntropyWithLogits(_tape.Constant(1.0)), 0));
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
