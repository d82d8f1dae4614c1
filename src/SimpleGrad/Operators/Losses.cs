namespace SimpleGrad;

// Losses are functions of a prediction and a target of equal shapes; one of shape (3) and one of shape (3, 1) would
// broadcast, and that is hardly ever meant. A single number fits any shape.
public sealed partial class Variable<T>
{
    /// <summary>The squared difference from a target.</summary>
    /// <param name="target">What the variable should be; a single number, or of the same shape.</param>
    /// <param name="reduction">What is made of the elements' losses.</param>
    /// <exception cref="ArgumentException">The target has another shape.</exception>
    public Variable<T> MseLoss(Variable<T> target, LossReduction reduction = LossReduction.Mean) =>
        Reduce(Difference(target, "mse_loss").Square(), reduction);

    /// <summary>The absolute difference from a target; its derivative at 0 is 0.</summary>
    /// <inheritdoc cref="MseLoss"/>
    public Variable<T> L1Loss(Variable<T> target, LossReduction reduction = LossReduction.Mean) =>
        Reduce(Difference(target, "l1_loss").Abs(), reduction);

    /// <summary>
    /// Half the squared difference d from a target where |d| is at most <paramref name="delta"/>, and delta (|d| -
    /// delta / 2) beyond (Huber, "Robust Estimation of a Location Parameter").
    /// </summary>
    /// <param name="target">What the variable should be; a single number, or of the same shape.</param>
    /// <param name="reduction">What is made of the elements' losses.</param>
    /// <param name="delta">Where the square ends; above 0.</param>
    /// <exception cref="ArgumentException">The target has another shape.</exception>
    public Variable<T> HuberLoss(
        Variable<T> target, LossReduction reduction = LossReduction.Mean, double delta = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(delta);
        return Reduce(Huber(Difference(target, "huber_loss"), delta), reduction);
    }

    /// <summary>
    /// The Huber loss divided by <paramref name="beta"/>, so that its slope far out is 1; for 0, the absolute
    /// difference.
    /// </summary>
    /// <param name="target">What the variable should be; a single number, or of the same shape.</param>
    /// <param name="reduction">What is made of the elements' losses.</param>
    /// <param name="beta">Where the square ends; not negative.</param>
    /// <exception cref="ArgumentException">The target has another shape.</exception>
    public Variable<T> SmoothL1Loss(
        Variable<T> target, LossReduction reduction = LossReduction.Mean, double beta = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(beta);
        Variable<T> difference = Difference(target, "smooth_l1_loss");
        return Reduce(beta == 0 ? difference.Abs() : Huber(difference, beta) / beta, reduction);
    }

    /// <summary>
    /// The cross entropy of target probabilities of an event with those whose logits the variable holds:
    /// -t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x)), without overflow.
    /// </summary>
    /// <param name="target">What the variable should be; a single number, or of the same shape.</param>
    /// <param name="reduction">What is made of the elements' losses.</param>
    /// <param name="weight">A factor for each element's loss, which broadcasts to it; null for 1.</param>
    /// <param name="posWeight">A factor for the part with t, which broadcasts to it; null for 1.</param>
    /// <exception cref="ArgumentException">The target has another shape, or a weight does not broadcast.</exception>
    public Variable<T> BinaryCrossEntropyWithLogits(
        Variable<T> target, LossReduction reduction = LossReduction.Mean, Variable<T>? weight = null,
        Variable<T>? posWeight = null)
    {
        RequireTarget(target, "binary_cross_entropy_with_logits");
        Variable<T> positive = Weighted(target * LogSigmoid(), posWeight, "binary_cross_entropy_with_logits");
        Variable<T> loss = -positive - (1 - target) * (-this).LogSigmoid();
        return Reduce(Weighted(loss, weight, "binary_cross_entropy_with_logits"), reduction);
    }

    /// <summary>
    /// The cross entropy of target probabilities of an event with the probabilities that the variable holds:
    /// -t log(x) - (1 - t) log(1 - x), where logarithms are at least -100.
    /// </summary>
    /// <remarks>Where a logarithm is cut off, at 0 or 1, its derivative is 0; PyTorch's is cut off at 1e12.</remarks>
    /// <param name="target">What the variable should be; a single number, or of the same shape.</param>
    /// <param name="reduction">What is made of the elements' losses.</param>
    /// <param name="weight">A factor for each element's loss, which broadcasts to it; null for 1.</param>
    /// <exception cref="ArgumentException">The target has another shape, or the weight does not broadcast.</exception>
    public Variable<T> BinaryCrossEntropy(
        Variable<T> target, LossReduction reduction = LossReduction.Mean, Variable<T>? weight = null)
    {
        RequireTarget(target, "binary_cross_entropy");
        // A logarithm that is not taken must not be infinite: 0 times its derivative would be NaN.
        Variable<T> isZero = EqualTo(0), isOne = EqualTo(1);
        Variable<T> happened = Variable.Where(isZero, -100, Variable.Where(isZero, 1, this).Log().Maximum(-100));
        Variable<T> other = Variable.Where(isOne, -100, Variable.Where(isOne, 0, -this).Log1p().Maximum(-100));
        Variable<T> loss = -(target * happened) - (1 - target) * other;
        return Reduce(Weighted(loss, weight, "binary_cross_entropy"), reduction);
    }

    /// <summary>
    /// The divergence t (log(t) - x) of Kullback and Leibler, where x, the variable, holds the logarithms of
    /// probabilities. A mean is one over elements, as with the other losses; <see cref="LossReduction.BatchMean"/> is
    /// what the formula means for samples along the first axis.
    /// </summary>
    /// <remarks>As in PyTorch, the gradient by a target that is 0 is NaN.</remarks>
    /// <param name="target">What the variable should be; a single number, or of the same shape.</param>
    /// <param name="reduction">What is made of the elements' losses.</param>
    /// <param name="logTarget">Whether the target holds logarithms too.</param>
    /// <exception cref="ArgumentException">The target has another shape.</exception>
    public Variable<T> KlDiv(
        Variable<T> target, LossReduction reduction = LossReduction.Mean, bool logTarget = false)
    {
        RequireTarget(target, "kl_div");
        if (logTarget)
            return Reduce(target.Exp() * (target - this), reduction);
        Variable<T> entropy = Variable.Where(target.EqualTo(0), 0, target * target.Log());
        return Reduce(entropy - target * this, reduction);
    }

    /// <summary>
    /// The cross entropy of target probabilities of classes with those whose logits the variable holds. Classes lie
    /// along the second axis; along the first, of a vector. Each sample has one loss, which is the sum over classes.
    /// </summary>
    /// <param name="target">The probabilities, of the same shape.</param>
    /// <param name="reduction">What is made of the samples' losses.</param>
    /// <param name="weight">A factor for each class; null for 1. The mean is over samples, not over weights.</param>
    /// <param name="labelSmoothing">The share of each target that is taken away and given to all classes
    /// alike.</param>
    /// <exception cref="ArgumentException">The target has another shape, or there is not one weight for each
    /// class.</exception>
    public Variable<T> CrossEntropy(
        Variable<T> target, LossReduction reduction = LossReduction.Mean, Variable<T>? weight = null,
        double labelSmoothing = 0)
    {
        RequireShare(labelSmoothing);
        RequireTarget(target, "cross_entropy");
        int axis = Rank == 1 ? 0 : 1;
        Variable<T> logarithms = LogSoftmax(axis);
        if (weight is not null)
            logarithms *= ForClasses(weight, "cross_entropy");
        Variable<T> smooth = labelSmoothing == 0
            ? target
            : target * (1 - labelSmoothing) + labelSmoothing / Shape[axis];
        return Reduce(-(smooth * logarithms).Sum(axis), reduction);
    }

    /// <summary>
    /// With c the difference d moved into the range from -delta to delta, both branches are c (d - c / 2), and neither
    /// spoils the gradient of the other where d is infinite.
    /// </summary>
    private static Variable<T> Huber(Variable<T> difference, double delta)
    {
        Variable<T> clamped = difference.Clamp(-delta, delta);
        return clamped * (difference - clamped / 2);
    }

    private static Variable<T> Reduce(Variable<T> loss, LossReduction reduction) => reduction switch
    {
        LossReduction.None => loss,
        LossReduction.Mean => loss.Mean(),
        LossReduction.Sum => loss.Sum(),
        LossReduction.BatchMean => loss.Sum() / (loss.Rank == 0 ? 1 : loss.Shape[0]),
        _ => throw new ArgumentOutOfRangeException(nameof(reduction), reduction, "There is no such reduction."),
    };

    private static Variable<T> Weighted(Variable<T> loss, Variable<T>? weight, string operation) =>
        weight is null ? loss
            : weight.Shape.ExpandsTo(loss.Shape) ? loss * weight
            : throw new ArgumentException(
                $"{operation}: a weight of shape {weight.Shape} does not broadcast to {loss.Shape}.", nameof(weight));

    private Variable<T> Difference(Variable<T> target, string loss)
    {
        RequireTarget(target, loss);
        return this - target;
    }

    private void RequireTarget(Variable<T> target, string loss)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.Rank > 0 && target.Shape != Shape)
            throw new ArgumentException($"{loss}: the target has shape {target.Shape}, and the prediction {Shape}.");
    }
}
