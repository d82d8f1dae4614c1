using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// The minimum of all elements; NaN where one is. Equal minima share the gradient evenly.
    /// </summary>
    /// <exception cref="ArgumentException">There is no element.</exception>
    public Variable<T> Amin() => new AminOperator<T>(null, false).Apply(this);

    /// <summary>The minimum along one axis. Equal minima share the gradient evenly.</summary>
    /// <inheritdoc cref="Sum(int, bool)"/>
    public Variable<T> Amin(int axis, bool keepDims = false) => Amin([axis], keepDims);

    /// <summary>The minimum along several axes. Equal minima share the gradient evenly.</summary>
    /// <inheritdoc cref="Sum(int[], bool)"/>
    public Variable<T> Amin(int[] axes, bool keepDims = false) => new AminOperator<T>(axes, keepDims).Apply(this);

    /// <summary>
    /// The maximum along an axis and its index there. Of equal ones it is the first, which alone gets the
    /// gradient (<see cref="Amax(int, bool)"/> shares it); NaN counts as the maximum.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Whether the axis stays, with length 1.</param>
    /// <exception cref="ArgumentException">The axis has no elements.</exception>
    public (Variable<T> Values, Tensor<int> Indices) Max(int axis, bool keepDims = false) =>
        Pick("max", axis, keepDims, FirstMax);

    /// <summary>
    /// The minimum along an axis and its index there. Of equal ones it is the first, which alone gets the
    /// gradient (<see cref="Amin(int, bool)"/> shares it); NaN counts as the minimum.
    /// </summary>
    /// <inheritdoc cref="Max(int, bool)"/>
    public (Variable<T> Values, Tensor<int> Indices) Min(int axis, bool keepDims = false) =>
        Pick("min", axis, keepDims, FirstMin);

    /// <summary>
    /// The index of the first maximum in row-major order; NaN counts as the maximum. Indices are plain numbers:
    /// no gradient flows through them.
    /// </summary>
    /// <exception cref="ArgumentException">There is no element.</exception>
    public Tensor<int> ArgMax() => IndexOf("argmax", FirstMax);

    /// <summary>The indices of the first maxima along an axis; NaN counts as the maximum.</summary>
    /// <inheritdoc cref="Max(int, bool)"/>
    public Tensor<int> ArgMax(int axis, bool keepDims = false) => IndicesAlong("argmax", axis, keepDims, FirstMax);

    /// <summary>
    /// The index of the first minimum in row-major order; NaN counts as the minimum. Indices are plain numbers: no
    /// gradient flows through them.
    /// </summary>
    /// <exception cref="ArgumentException">There is no element.</exception>
    public Tensor<int> ArgMin() => IndexOf("argmin", FirstMin);

    /// <summary>The indices of the first minima along an axis; NaN counts as the minimum.</summary>
    /// <inheritdoc cref="Max(int, bool)"/>
    public Tensor<int> ArgMin(int axis, bool keepDims = false) => IndicesAlong("argmin", axis, keepDims, FirstMin);

    /// <summary>
    /// The median of all elements: of an even number the lesser of the two in the middle, as in PyTorch; NaN where one
    /// element is. Elements equal to it share the gradient evenly.
    /// </summary>
    /// <exception cref="ArgumentException">There is no element.</exception>
    public Variable<T> Median() => MedianOperator<T>.Instance.Apply(this);

    /// <summary>
    /// The median along an axis and its index there: of an even number the lesser of the two in the middle; NaN where
    /// one element is. Of equal elements the one at the index gets the gradient.
    /// </summary>
    /// <inheritdoc cref="Max(int, bool)"/>
    public (Variable<T> Values, Tensor<int> Indices) Median(int axis, bool keepDims = false) =>
        Pick("median", axis, keepDims, MedianOperator<T>.IndexIn);

    /// <summary>
    /// The elements in order along an axis, and the indices that they had there. Equal elements keep their order; NaN
    /// counts as the maximum. The gradient goes back to where each element was.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="descending">Whether the maximum comes first.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public (Variable<T> Values, Tensor<int> Indices) Sort(int axis = -1, bool descending = false)
    {
        if (Rank == 0 && axis is 0 or -1)
            return (this, Tensor.Scalar(0));
        axis = Shape.Axis(axis, "sort");
        return AtIndices(axis, Shape, new SortedOrder(axis, descending));
    }

    private delegate int Choice(ReadOnlySpan<T> line);

    /// <summary>Where the elements of each line along an axis are that come first, second and so on.</summary>
    private sealed record SortedOrder(int Axis, bool Descending) : IndexFinder<T>
    {
        public override Tensor<int> Find(Tensor<T> x) => AlongAxis.Map<T, int>(
            x, Axis, x.Shape[Axis], (line, result) => Sorting.Order(line, result, Descending));

        public override double Cost(Shape x) => Costs.Sort(x, x[Axis]);
    }

    /// <summary>The element of each line along an axis that a method chooses.</summary>
    private sealed record Chosen(int Axis, Choice Choice) : IndexFinder<T>
    {
        public override Tensor<int> Find(Tensor<T> x) => IndicesIn(x, Axis, Choice);

        public override double Cost(Shape x) => Choice.Equals((Choice)MedianOperator<T>.IndexIn)
            ? Costs.Sort(x, x[Axis])
            : Costs.Elements(x.FlattenedLength, Costs.Compared);
    }

    private static int FirstMax(ReadOnlySpan<T> line)
    {
        int best = 0;
        for (int i = 1; i < line.Length && !T.IsNaN(line[best]); i++)
        {
            if (line[i] > line[best] || T.IsNaN(line[i]))
                best = i;
        }
        return best;
    }

    private static int FirstMin(ReadOnlySpan<T> line)
    {
        int best = 0;
        for (int i = 1; i < line.Length && !T.IsNaN(line[best]); i++)
        {
            if (line[i] < line[best] || T.IsNaN(line[i]))
                best = i;
        }
        return best;
    }

    private Tensor<int> IndexOf(string operation, Choice choice) => Length > 0
        ? Tensor.Scalar(choice(Data.ToContiguous().Span))
        : throw new ArgumentException($"{operation}: shape {Shape} has no elements to choose from.");

    private Tensor<int> IndicesAlong(string operation, int axis, bool keepDims, Choice choice)
    {
        if (Rank == 0 && axis is 0 or -1)
            return Tensor.Scalar(0);
        axis = AxisToChooseFrom(operation, axis);
        Tensor<int> indices = IndicesIn(Data, axis, choice);
        return keepDims ? indices : indices.Reshape(Shape.Without(axis));
    }

    private int AxisToChooseFrom(string operation, int axis)
    {
        axis = Shape.Axis(axis, operation);
        return Shape[axis] > 0 ? axis : throw new ArgumentException(
            $"{operation}: axis {axis} of shape {Shape} has no elements to choose from.");
    }

    private static Tensor<int> IndicesIn(Tensor<T> value, int axis, Choice choice) =>
        AlongAxis.Map<T, int>(value, axis, 1, (line, result) => result[0] = choice(line));

    private (Variable<T> Values, Tensor<int> Indices) Pick(string operation, int axis, bool keepDims, Choice choice)
    {
        if (Rank == 0 && axis is 0 or -1)
            return (this, Tensor.Scalar(0));
        axis = AxisToChooseFrom(operation, axis);
        (Variable<T> values, Tensor<int> indices) = AtIndices(
            axis, Shape.With(axis, 1), new Chosen(axis, choice));
        Shape without = Shape.Without(axis);
        return keepDims ? (values, indices) : (values.Reshape(without), indices.Reshape(without));
    }
}

/// <summary>
/// The minimum along axes; equal minima share the gradient evenly. NaN where an element is, and so is
/// the gradient then.
/// </summary>
internal sealed class AminOperator<T>(int[]? axes, bool keepDims) : Choosing<T>(axes, keepDims)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "amin";

    protected override Reducing<T> Along(int[] axes, bool keepDims) => new AminOperator<T>(axes, keepDims);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        Reduction.Over<Arithmetic, T>(x, Reduced(x.Shape), shape);

    internal readonly struct Arithmetic : IReduction<Arithmetic, T>
    {
        public static T Empty => T.PositiveInfinity;

        public static T Reduce(ReadOnlySpan<T> run) =>
            VectorRuns.Fold<ExtremumFold<MinPick>, T>(run, T.PositiveInfinity);

        public static void Accumulate(ReadOnlySpan<T> row, Span<T> results) =>
            VectorRuns.Accumulate<ExtremumFold<MinPick>, T>(row, results);
    }
}

/// <summary>
/// The median of all elements, of an even number the lesser of the two in the middle; elements equal to it share the
/// gradient evenly. NaN where an element is, and so is the gradient then.
/// </summary>
internal sealed class MedianOperator<T>() : Choosing<T>(null, false)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static MedianOperator<T> Instance { get; } = new();

    public override string Name => "median";

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Sort(inputs[0], inputs[0].FlattenedLength);

    /// <summary>The index of the lower median, or of the first NaN.</summary>
    public static int IndexIn(ReadOnlySpan<T> line)
    {
        for (int i = 0; i < line.Length; i++)
        {
            if (T.IsNaN(line[i]))
                return i;
        }
        var indices = new int[line.Length];
        Sorting.Order(line, indices, descending: false);
        return indices[(line.Length - 1) / 2];
    }

    protected override Reducing<T>? Along(int[] axes, bool keepDims) => null;

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        ReadOnlySpan<T> all = x.ToContiguous().Span;
        return Tensor.Scalar(all[IndexIn(all)]);
    }
}
