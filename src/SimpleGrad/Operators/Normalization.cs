namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// (x - mean) / sqrt(variance + epsilon) over the last axes, times a weight, plus a bias (Ba, Kiros and Hinton,
    /// "Layer Normalization"). The variance is divided by the number of elements. As PyTorch's <c>layer_norm</c>.
    /// </summary>
    /// <param name="normalizedShape">The lengths of the last axes, over which mean and variance are taken.</param>
    /// <param name="weight">A factor for each of their places, of that shape; null for 1.</param>
    /// <param name="bias">A summand for each of their places, of that shape; null for 0.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <returns>Of the shape of the variable.</returns>
    /// <exception cref="ArgumentException">The last axes, the weight or the bias have other lengths.</exception>
    public Variable<T> LayerNorm(
        int[] normalizedShape, Variable<T>? weight = null, Variable<T>? bias = null, double epsilon = 1e-5)
    {
        int[] axes = LastAxes("layer_norm", normalizedShape, weight, bias);
        return Affine(Standardize(this, axes, epsilon), weight, bias);
    }

    /// <summary>
    /// x / sqrt(mean of x² + epsilon) over the last axes, times a weight (Zhang and Sennrich, "Root Mean Square Layer
    /// Normalization"). As PyTorch's <c>rms_norm</c>.
    /// </summary>
    /// <param name="normalizedShape">The lengths of the last axes, over which the mean is taken.</param>
    /// <param name="weight">A factor for each of their places, of that shape; null for 1.</param>
    /// <param name="epsilon">What is added to the mean; null for the distance from 1 to the next number.</param>
    /// <returns>Of the shape of the variable.</returns>
    /// <exception cref="ArgumentException">The last axes or the weight have other lengths.</exception>
    public Variable<T> RmsNorm(int[] normalizedShape, Variable<T>? weight = null, double? epsilon = null)
    {
        int[] axes = LastAxes("rms_norm", normalizedShape, weight, null);
        double least = epsilon ?? double.CreateChecked(T.BitIncrement(T.One) - T.One);
        return Affine(this * (Square().Mean(axes, keepDims: true) + least).Rsqrt(), weight, null);
    }

    /// <summary>
    /// <see cref="LayerNorm"/> of groups of channels (Wu and He, "Group Normalization"): mean and variance are those of
    /// a sample's channels in one group, at all places. Each channel has a weight and a bias. As PyTorch's
    /// <c>group_norm</c>; with as many groups as channels it is <c>instance_norm</c>.
    /// </summary>
    /// <param name="groups">How many groups the channels are divided into.</param>
    /// <param name="weight">A factor for each channel; null for 1.</param>
    /// <param name="bias">A summand for each channel; null for 0.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <returns>Of the shape of the variable, which is (samples, channels, …).</returns>
    /// <exception cref="ArgumentException">There is no axis of channels, they are not divided by the groups, or there
    /// is not one weight or bias for each.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are less than 1 groups.</exception>
    public Variable<T> GroupNorm(
        int groups, Variable<T>? weight = null, Variable<T>? bias = null, double epsilon = 1e-5)
    {
        WindowAxes.RequireAtLeast(1, groups, "group_norm", nameof(groups));
        RequireChannels("group_norm", weight, bias);
        if (Shape[1] % groups != 0)
            throw new ArgumentException(
                $"group_norm: the {Shape[1]} channels of shape {Shape} are not divided into {groups} groups.");
        if (Length == 0)
            return Affine(this, ForChannels(weight), ForChannels(bias));
        Variable<T> grouped = Standardize(Reshape(Shape[0], groups, -1), [2], epsilon);
        return Affine(grouped.Reshape(Shape), ForChannels(weight), ForChannels(bias));
    }

    /// <summary>
    /// (x - mean) / sqrt(variance + epsilon) of each channel, times a weight, plus a bias (Ioffe and Szegedy, "Batch
    /// Normalization"). Mean and variance are over samples and places, the variance divided by the number of elements,
    /// as in PyTorch's <c>batch_norm</c> in training, without running averages: those of <see cref="VarMean(int[],
    /// double, bool)"/> are what to average. Or they are given, as outside training.
    /// </summary>
    /// <param name="weight">A factor for each channel; null for 1.</param>
    /// <param name="bias">A summand for each channel; null for 0.</param>
    /// <param name="mean">The mean of each channel; null for that of this variable.</param>
    /// <param name="variance">The variance of each channel, given where the mean is.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <returns>Of the shape of the variable, which is (samples, channels, …).</returns>
    /// <exception cref="ArgumentException">There is no axis of channels, there is not one number for each, or a mean is
    /// given without a variance or the other way round.</exception>
    public Variable<T> BatchNorm(
        Variable<T>? weight = null, Variable<T>? bias = null, Variable<T>? mean = null, Variable<T>? variance = null,
        double epsilon = 1e-5)
    {
        RequireChannels("batch_norm", mean, variance, weight, bias);
        if (mean is null != variance is null)
            throw new ArgumentException(
                $"batch_norm: of mean and variance of the {Shape[1]} channels of shape {Shape}, one is given without "
                + "the other.");
        Variable<T> standard = mean is not null && variance is not null
            ? (this - ForChannels(mean)) * (ForChannels(variance) + epsilon).Rsqrt()
            : Standardize(this, [0, .. Enumerable.Range(2, Rank - 2)], epsilon);
        return Affine(standard, ForChannels(weight), ForChannels(bias));
    }

    /// <summary>
    /// The cosine of the angle between vectors along an axis: x·y / (max(‖x‖, epsilon) max(‖y‖, epsilon)), with
    /// broadcasting. That of a vector of zeros is 0. As PyTorch's <c>cosine_similarity</c>.
    /// </summary>
    /// <param name="y">The other vectors.</param>
    /// <param name="axis">The axis of the broadcast shape, which goes away; negative counts from the last.</param>
    /// <param name="epsilon">The least norm to divide by.</param>
    /// <exception cref="ArgumentException">The shapes do not broadcast, or there is no such axis.</exception>
    public Variable<T> CosineSimilarity(Variable<T> y, int axis, double epsilon = 1e-8)
    {
        ArgumentNullException.ThrowIfNull(y);
        Shape shape = Broadcasting.Join("cosine_similarity", Shape, y.Shape);
        axis = shape.Axis(axis, "cosine_similarity");
        return (Expand(shape).Normalize(axis, epsilon: epsilon) * y.Expand(shape).Normalize(axis, epsilon: epsilon))
            .Sum(axis);
    }

    private static Variable<T> Standardize(Variable<T> x, int[] axes, double epsilon)
    {
        Variable<T> centred = x - x.Mean(axes, keepDims: true);
        return centred * (centred.Square().Mean(axes, keepDims: true) + epsilon).Rsqrt();
    }

    private static Variable<T> Affine(Variable<T> x, Variable<T>? weight, Variable<T>? bias)
    {
        x = weight is null ? x : x * weight;
        return bias is null ? x : x + bias;
    }

    /// <summary>The axes that a normalized shape names, counted from the last.</summary>
    private int[] LastAxes(string operation, int[] normalizedShape, params Variable<T>?[] parameters)
    {
        ArgumentNullException.ThrowIfNull(normalizedShape);
        int count = normalizedShape.Length;
        if (count == 0 || count > Rank || !Shape.Lengths[^count..].SequenceEqual(normalizedShape))
            throw new ArgumentException(
                $"{operation}: the last axes of shape {Shape} are not ({string.Join(", ", normalizedShape)}).",
                nameof(normalizedShape));
        foreach (Variable<T>? parameter in parameters)
        {
            if (parameter is not null && !parameter.Shape.Lengths.SequenceEqual(normalizedShape))
                throw new ArgumentException(
                    $"{operation}: a weight and a bias have the shape ({string.Join(", ", normalizedShape)}), not "
                    + $"{parameter.Shape}.");
        }
        return [.. Enumerable.Range(-count, count)];
    }

    private void RequireChannels(string operation, params Variable<T>?[] parameters)
    {
        if (Rank < 2)
            throw new ArgumentException(
                $"{operation}: shape {Shape} has no axis of channels, which is the second one.");
        foreach (Variable<T>? parameter in parameters)
        {
            if (parameter is not null && (parameter.Rank != 1 || parameter.Length != Shape[1]))
                throw new ArgumentException(
                    $"{operation}: the {Shape[1]} channels of shape {Shape} take vectors of one number each, not of "
                    + $"shape {parameter.Shape}.");
        }
    }

    /// <summary>A number for each channel, such that it goes with the second axis.</summary>
    private Variable<T>? ForChannels(Variable<T>? parameter)
    {
        if (parameter is null)
            return null;
        var lengths = new int[Rank - 1];
        lengths.AsSpan().Fill(1);
        lengths[0] = parameter.Length;
        return parameter.Reshape(lengths);
    }
}
