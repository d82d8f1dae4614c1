namespace SimpleGrad;

// Losses whose target is a class for each sample. Classes lie along the second axis; along the first, of a vector.
public sealed partial class Variable<T>
{
    /// <summary>
    /// The negative logarithm of the probability of each sample's class, where the variable holds logarithms of
    /// probabilities, for example those of <see cref="LogSoftmax(int)"/>. As PyTorch's <c>nll_loss</c>.
    /// </summary>
    /// <param name="target">The class of each sample, of the variable's shape without the axis of classes.</param>
    /// <param name="reduction">What is made of the samples' losses. The mean divides by the sum of the weights of the
    /// samples' classes, and is NaN where all samples are ignored.</param>
    /// <param name="weight">A factor for each class; null for 1.</param>
    /// <param name="ignoreIndex">Samples of this class, which need not be one, do not count: their loss is 0.</param>
    /// <exception cref="ArgumentException">The target has another shape, or there is not one weight for each
    /// class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is no class.</exception>
    public Variable<T> NllLoss(
        Tensor<int> target, LossReduction reduction = LossReduction.Mean, Variable<T>? weight = null,
        int ignoreIndex = -100)
    {
        var samples = new ClassTargets("nll_loss", Shape, target, ignoreIndex);
        return ReduceWeighted(LossOf(this, samples, weight), samples, reduction, weight);
    }

    /// <summary>
    /// The cross entropy of each sample's class with the probabilities whose logits the variable holds: the negative
    /// logarithm of the class's probability. As PyTorch's <c>cross_entropy</c>.
    /// </summary>
    /// <param name="target">The class of each sample, of the variable's shape without the axis of classes.</param>
    /// <param name="reduction">What is made of the samples' losses. The mean divides by the sum of the weights of the
    /// samples' classes, and is NaN where all samples are ignored.</param>
    /// <param name="weight">A factor for each class; null for 1.</param>
    /// <param name="ignoreIndex">Samples of this class, which need not be one, do not count: their loss is 0.</param>
    /// <param name="labelSmoothing">The share of each sample's class that is taken away and given to all classes
    /// alike.</param>
    /// <exception cref="ArgumentException">The target has another shape, or there is not one weight for each
    /// class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is no class, or the share lies outside 0 to
    /// 1.</exception>
    public Variable<T> CrossEntropy(
        Tensor<int> target, LossReduction reduction = LossReduction.Mean, Variable<T>? weight = null,
        int ignoreIndex = -100, double labelSmoothing = 0)
    {
        RequireShare(labelSmoothing);
        var samples = new ClassTargets("cross_entropy", Shape, target, ignoreIndex);
        Variable<T> logarithms = LogSoftmax(samples.Axis);
        Variable<T> loss = LossOf(logarithms, samples, weight);
        if (labelSmoothing > 0)
        {
            Variable<T> weighted = weight is null ? logarithms : logarithms * ForClasses(weight, samples.Operation);
            Variable<T> ofAll = -weighted.Sum(samples.Axis);
            loss = (1 - labelSmoothing) * loss + labelSmoothing / samples.Classes * WithoutIgnored(ofAll, samples);
        }
        return ReduceWeighted(loss, samples, reduction, weight);
    }

    private static void RequireShare(double labelSmoothing)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(labelSmoothing);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(labelSmoothing, 1);
    }

    /// <summary>The weights of classes, such that they go with the axis of classes.</summary>
    private Variable<T> ForClasses(Variable<T> weight, string loss)
    {
        int axis = Rank == 1 ? 0 : 1;
        if (weight.Rank != 1 || weight.Length != Shape[axis])
            throw new ArgumentException(
                $"{loss}: the weight has shape {weight.Shape}, and the {Shape[axis]} classes of shape {Shape} take one "
                + $"of ({Shape[axis]},).", nameof(weight));
        var lengths = new int[Rank - axis];
        lengths.AsSpan().Fill(1);
        lengths[0] = weight.Length;
        return weight.Reshape(lengths);
    }

    private Variable<T> LossOf(Variable<T> logarithms, ClassTargets samples, Variable<T>? weight)
    {
        Tensor<int> index = samples.Indices.Reshape(Shape.With(samples.Axis, 1));
        Variable<T> loss = -new GatherOperator<T>(samples.Axis, index).Apply(logarithms).Reshape(samples.Indices.Shape);
        if (weight is not null)
        {
            _ = ForClasses(weight, samples.Operation);
            loss *= WeightOf(samples, weight);
        }
        return WithoutIgnored(loss, samples);
    }

    private static Variable<T> WeightOf(ClassTargets samples, Variable<T> weight) =>
        weight.SelectAt(0, samples.Indices.Reshape(-1)).Reshape(samples.Indices.Shape);

    /// <summary>Chosen, not multiplied: the logarithm of an ignored sample may be infinite.</summary>
    private static Variable<T> WithoutIgnored(Variable<T> loss, ClassTargets samples) =>
        samples.MaskFor(loss) is { } isKept ? Variable.Where(isKept, loss, 0) : loss;

    private static Variable<T> ReduceWeighted(
        Variable<T> loss, ClassTargets samples, LossReduction reduction, Variable<T>? weight) =>
        reduction != LossReduction.Mean ? Reduce(loss, reduction)
            : weight is null ? loss.Sum() / samples.CountFor(loss)
            : loss.Sum() / WithoutIgnored(WeightOf(samples, weight), samples).Sum();
}
