using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// The least of all elements; NaN where one is. Equal least elements share the gradient evenly.
    /// </summary>
    /// <exception cref="ArgumentException">There is no element.</exception>
    public Variable<T> Amin() => new AminOperator<T>(null, false).Apply(this);

    /// <summary>The least element along one axis. Equal least elements share the gradient evenly.</summary>
    /// <inheritdoc cref="Sum(int, bool)"/>
    public Variable<T> Amin(int axis, bool keepDims = false) => Amin([axis], keepDims);

    /// <summary>The least element along several axes. Equal least elements share the gradient evenly.</summary>
    /// <inheritdoc cref="Sum(int[], bool)"/>
    public Variable<T> Amin(int[] axes, bool keepDims = false) => new AminOperator<T>(axes, keepDims).Apply(this);

    /// <summary>
    /// The greatest element along an axis and its place there. Of equal ones it is the first, which alone gets the
    /// gradient (<see cref="Amax(int, bool)"/> shares it); NaN counts as greatest.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Whether the axis stays, with length 1.</param>
    /// <exception cref="ArgumentException">The axis has no elements.</exception>
    public (Variable<T> Values, Tensor<int> Indices) Max(int axis, bool keepDims = false) =>
        Pick("max", axis, keepDims, FirstGreatest);

    /// <summary>
    /// The least element along an axis and its place there. Of equal ones it is the first, which alone gets the
    /// gradient (<see cref="Amin(int, bool)"/> shares it); NaN counts as least.
    /// </summary>
    /// <inheritdoc cref="Max(int, bool)"/>
    public (Variable<T> Values, Tensor<int> Indices) Min(int axis, bool keepDims = false) =>
        Pick("min", axis, keepDims, FirstLeast);

    /// <summary>
    /// The place of the first greatest element in row-major order; NaN counts as greatest. Places are plain numbers:
    /// no gradient flows through them.
    /// </summary>
    /// <exception cref="ArgumentException">There is no element.</exception>
    public Tensor<int> ArgMax() => Place("argmax", FirstGreatest);

    /// <summary>The places of the first greatest elements along an axis; NaN counts as greatest.</summary>
    /// <inheritdoc cref="Max(int, bool)"/>
    public Tensor<int> ArgMax(int axis, bool keepDims = false) => PlacesAlong("argmax", axis, keepDims, FirstGreatest);

    /// <summary>
    /// The place of the first least element in row-major order; NaN counts as least. Places are plain numbers: no
    /// gradient flows through them.
    /// </summary>
    /// <exception cref="ArgumentException">There is no element.</exception>
    public Tensor<int> ArgMin() => Place("argmin", FirstLeast);

    /// <summary>The places of the first least elements along an axis; NaN counts as least.</summary>
    /// <inheritdoc cref="Max(int, bool)"/>
    public Tensor<int> ArgMin(int axis, bool keepDims = false) => PlacesAlong("argmin", axis, keepDims, FirstLeast);

    /// <summary>
    /// The median of all elements: of an even number the lesser of the two in the middle, as in PyTorch; NaN where one
    /// element is. Elements equal to it share the gradient evenly.
    /// </summary>
    /// <exception cref="ArgumentException">There is no element.</exception>
    public Variable<T> Median() => MedianOperator<T>.Instance.Apply(this);

    /// <summary>
    /// The median along an axis and its place there: of an even number the lesser of the two in the middle; NaN where
    /// one element is. Of equal elements the one at the place gets the gradient.
    /// </summary>
    /// <inheritdoc cref="Max(int, bool)"/>
    public (Variable<T> Values, Tensor<int> Indices) Median(int axis, bool keepDims = false) =>
        Pick("median", axis, keepDims, MedianOperator<T>.PlaceIn);

    /// <summary>
    /// The elements in order along an axis, and the places that they had there. Equal elements keep their order; NaN
    /// counts as greatest. The gradient goes back to where each element was.
    /// </summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="descending">Whether the greatest comes first.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public (Variable<T> Values, Tensor<int> Indices) Sort(int axis = -1, bool descending = false)
    {
        if (Rank == 0 && axis is 0 or -1)
            return (this, Tensor.Scalar(0));
        axis = Shape.Axis(axis, "sort");
        return AtPlaces(axis, Shape, value => AlongAxis.Map<T, int>(
            value, axis, value.Shape[axis], (line, result) => Sorting.Order(line, result, descending)));
    }

    private delegate int Choice(ReadOnlySpan<T> line);

    private static int FirstGreatest(ReadOnlySpan<T> line)
    {
        int best = 0;
        for (int i = 1; i < line.Length && !T.IsNaN(line[best]); i++)
        {
            if (line[i] > line[best] || T.IsNaN(line[i]))
                best = i;
        }
        return best;
    }

    private static int FirstLeast(ReadOnlySpan<T> line)
    {
        int best = 0;
        for (int i = 1; i < line.Length && !T.IsNaN(line[best]); i++)
        {
            if (line[i] < line[best] || T.IsNaN(line[i]))
                best = i;
        }
        return best;
    }

    private Tensor<int> Place(string operation, Choice choice) => Length > 0
        ? Tensor.Scalar(choice(Data.ToContiguous().Span))
        : throw new ArgumentException($"{operation}: shape {Shape} has no elements to choose from.");

    private Tensor<int> PlacesAlong(string operation, int axis, bool keepDims, Choice choice)
    {
        if (Rank == 0 && axis is 0 or -1)
            return Tensor.Scalar(0);
        axis = AxisToChooseFrom(operation, axis);
        Tensor<int> places = PlacesIn(Data, axis, choice);
        return keepDims ? places : places.Reshape(Shape.Without(axis));
    }

    private int AxisToChooseFrom(string operation, int axis)
    {
        axis = Shape.Axis(axis, operation);
        return Shape[axis] > 0 ? axis : throw new ArgumentException(
            $"{operation}: axis {axis} of shape {Shape} has no elements to choose from.");
    }

    private static Tensor<int> PlacesIn(Tensor<T> value, int axis, Choice choice) =>
        AlongAxis.Map<T, int>(value, axis, 1, (line, result) => result[0] = choice(line));

    private (Variable<T> Values, Tensor<int> Indices) Pick(string operation, int axis, bool keepDims, Choice choice)
    {
        if (Rank == 0 && axis is 0 or -1)
            return (this, Tensor.Scalar(0));
        axis = AxisToChooseFrom(operation, axis);
        (Variable<T> values, Tensor<int> places) = AtPlaces(
            axis, Shape.With(axis, 1), value => PlacesIn(value, axis, choice));
        Shape without = Shape.Without(axis);
        return keepDims ? (values, places) : (values.Reshape(without), places.Reshape(without));
    }
}

/// <summary>A reduction to elements of its input; elements equal to the result share the gradient evenly.</summary>
internal abstract class Choosing<T>(int[]? axes, bool keepDims) : Reducing<T>(axes, keepDims)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public sealed override Keeps Keeps => Keeps.X | Keeps.Result;

    protected sealed override Shape InferShape(Shape x)
    {
        Shape shape = base.InferShape(x);
        return x.FlattenedLength > 0 || shape.FlattenedLength == 0 ? shape : throw new ArgumentException(
            $"{Name}: shape {x} has no elements along the reduced axes to choose from.");
    }

    protected sealed override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> isChosen = at.X.EqualTo(Stretch(at.Result, at.X.Shape));
        Variable<T> ties = new SumOperator<T>(AxesOf(at.X.Shape), true).Apply(isChosen);
        // Where an element is NaN none is equal to the result: 0 / 0, NaN.
        return Stretch(gradient, at.X.Shape).StrongMultiply(isChosen / ties);
    }
}

/// <summary>
/// The least element along axes; equal least elements share the gradient evenly. NaN where an element is, and so is
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

        public static T Reduce(ReadOnlySpan<T> run) => VectorRuns.Fold<MinFold, T>(run, T.PositiveInfinity);

        public static void Accumulate(ReadOnlySpan<T> row, Span<T> results) =>
            VectorRuns.Accumulate<MinFold, T>(row, results);
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

    /// <summary>The place of the lower median, or of the first NaN.</summary>
    public static int PlaceIn(ReadOnlySpan<T> line)
    {
        for (int i = 0; i < line.Length; i++)
        {
            if (T.IsNaN(line[i]))
                return i;
        }
        var places = new int[line.Length];
        Sorting.Order(line, places, descending: false);
        return places[(line.Length - 1) / 2];
    }

    protected override Reducing<T>? Along(int[] axes, bool keepDims) => null;

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        ReadOnlySpan<T> all = x.ToContiguous().Span;
        return Tensor.Scalar(all[PlaceIn(all)]);
    }
}
