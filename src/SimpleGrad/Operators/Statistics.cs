using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// The product of all elements; 1 where there is none. Its derivatives of every order are right where elements are
    /// 0 too.
    /// </summary>
    public Variable<T> Prod() => new ProdOperator<T>(null, false).Apply(this);

    /// <summary>The product along one axis.</summary>
    /// <inheritdoc cref="Sum(int, bool)"/>
    public Variable<T> Prod(int axis, bool keepDims = false) => Prod([axis], keepDims);

    /// <summary>The product along several axes.</summary>
    /// <inheritdoc cref="Sum(int[], bool)"/>
    public Variable<T> Prod(int[] axes, bool keepDims = false) => new ProdOperator<T>(axes, keepDims).Apply(this);

    /// <summary>The variance along one axis.</summary>
    /// <inheritdoc cref="Var(int[], double, bool)"/>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="correction">What is taken off the number of elements before dividing.</param>
    /// <param name="keepDims">Whether the axis stays, with length 1.</param>
    public Variable<T> Var(int axis, double correction = 1, bool keepDims = false) => Var([axis], correction, keepDims);

    /// <summary>
    /// The variance: the squared distances from the mean, summed and divided by their number less
    /// <paramref name="correction"/>. NaN, and so is its gradient (in PyTorch that is infinite), where that leaves
    /// nothing to divide by or an element is infinite.
    /// </summary>
    /// <param name="axes">The axes; negative ones count from the last. Null for all.</param>
    /// <param name="correction">1 for the unbiased estimate from a sample, 0 for the variance of what is there.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    /// <exception cref="ArgumentException">There is no such axis, or one is named twice.</exception>
    public Variable<T> Var(int[]? axes = null, double correction = 1, bool keepDims = false) =>
        VarMean("var", axes, correction, keepDims).Var;

    /// <summary>The standard deviation along one axis.</summary>
    /// <inheritdoc cref="Var(int, double, bool)"/>
    public Variable<T> Std(int axis, double correction = 1, bool keepDims = false) => Std([axis], correction, keepDims);

    /// <summary>
    /// The standard deviation: the square root of the variance. Where it is 0, so is its gradient, as in PyTorch.
    /// </summary>
    /// <inheritdoc cref="Var(int[], double, bool)"/>
    public Variable<T> Std(int[]? axes = null, double correction = 1, bool keepDims = false)
    {
        // As a norm, it is finite wherever it can be, also where the variance would over- or underflow.
        axes ??= [.. Enumerable.Range(0, Rank)];
        int count = Reducing.Count(Shape, axes, "std");
        Variable<T> centred = this - Sum(axes, keepDims: true) / count;
        return centred.Norm(2, axes, keepDims) / Math.Sqrt(Math.Max(count - correction, 0));
    }

    /// <summary>The variance and the mean.</summary>
    /// <inheritdoc cref="Var(int[], double, bool)"/>
    public (Variable<T> Var, Variable<T> Mean) VarMean(
        int[]? axes = null, double correction = 1, bool keepDims = false) =>
        VarMean("var_mean", axes, correction, keepDims);

    /// <summary>The vector norm along one axis.</summary>
    /// <inheritdoc cref="Norm(double, int[], bool)"/>
    /// <param name="order">Any number, or an infinity.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Whether the axis stays, with length 1.</param>
    public Variable<T> Norm(double order, int axis, bool keepDims = false) => Norm(order, [axis], keepDims);

    /// <summary>
    /// The vector norm: the sum of |x|^order, to the power 1 / order; order 2 is the Euclidean norm. Order infinity is
    /// the maximum of |x|, -infinity the minimum, and 0 the number of elements that are not 0. As PyTorch's
    /// <c>vector_norm</c>.
    /// </summary>
    /// <remarks>
    /// The gradient of the Euclidean norm is 0 where the norm is, and so it is for other positive orders, for
    /// elements that are 0 and for order 0 everywhere. Equal maxima or minima share the gradient evenly.
    /// Second derivatives at a Euclidean norm of 0 are those of the smooth part: of |x|², 2 in each direction; of |x|
    /// itself 0.
    /// </remarks>
    /// <param name="order">Any number, or an infinity.</param>
    /// <param name="axes">The axes; negative ones count from the last. Null for all.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    /// <exception cref="ArgumentException">There is no element, and the order is negative or infinite.</exception>
    public Variable<T> Norm(double order = 2, int[]? axes = null, bool keepDims = false)
    {
        var norm = new NormOperator<T>(order, axes, keepDims);
        if (order != 2 || keepDims)
            return norm.Apply(this);
        // With the axes kept, a norm and its gradient go with the elements that they belong to.
        Variable<T> kept = new NormOperator<T>(order, axes, keepDims: true).Apply(this);
        return Rank == 0 ? kept : kept.Reshape(norm.ShapeOf(Shape));
    }

    /// <summary>The variable divided by its norm along an axis, so that the norm becomes 1.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="order">The order of the norm, see <see cref="Norm(double, int[], bool)"/>.</param>
    /// <param name="epsilon">The minimum to divide by, for norms that are about 0.</param>
    /// <exception cref="ArgumentException">There is no such axis, or it has no element and the order is negative or
    /// infinite.</exception>
    public Variable<T> Normalize(int axis, double order = 2, double epsilon = 1e-12) =>
        this / Norm(order, axis, keepDims: true).Clamp(min: epsilon);

    private (Variable<T> Var, Variable<T> Mean) VarMean(
        string operation, int[]? axes, double correction, bool keepDims)
    {
        axes ??= [.. Enumerable.Range(0, Rank)];
        int count = Reducing.Count(Shape, axes, operation);
        Variable<T> mean = Sum(axes, keepDims: true) / count;
        // Without anything to divide by, the result is NaN, and so is its gradient.
        Variable<T> variance = count > correction
            ? (this - mean).Square().Sum(axes, keepDims) / (count - correction)
            : (this * double.NaN).Sum(axes, keepDims) + double.NaN;
        return (variance, keepDims ? mean : mean.Reshape(variance.Shape));
    }
}

/// <summary>
/// The product along axes; its derivative by an element is the product of the others, also where elements are 0.
/// </summary>
internal sealed class ProdOperator<T>(int[]? axes, bool keepDims) : Reducing<T>(axes, keepDims)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "prod";

    public override Keeps Keeps => Keeps.X;

    protected override Reducing<T> Along(int[] axes, bool keepDims) => new ProdOperator<T>(axes, keepDims);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        Reduction.Over<Arithmetic, T>(x, Reduced(x.Shape), shape);

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        Stretch(gradient, at.X.Shape).StrongMultiply(Others(at.X));

    /// <summary>
    /// The product of the elements before each one times that of those behind it: nothing is divided by an element,
    /// which may be 0.
    /// </summary>
    private Variable<T> Others(Variable<T> x)
    {
        int[] reduced = AxesOf(x.Shape);
        int[] order = [.. Enumerable.Range(0, x.Rank).Except(reduced), .. reduced];
        Variable<T> moved = x.Permute(order);
        int last = x.Rank - reduced.Length;
        int count = Reducing.Count(x.Shape, reduced, Name);
        Variable<T> lines = moved.Reshape([.. moved.Shape.Lengths[..last], count]);
        Variable<T> before = new CumProdOperator<T>(last, reversed: false, exclusive: true).Apply(lines);
        Variable<T> behind = new CumProdOperator<T>(last, reversed: true, exclusive: true).Apply(lines);
        return (before * behind).Reshape(moved.Shape).Permute(Axes.Inverse(order));
    }

    internal readonly struct Arithmetic : IReduction<Arithmetic, T>
    {
        public static T Empty => T.One;

        public static T Reduce(ReadOnlySpan<T> run) => VectorRuns.Fold<ProductFold, T>(run, T.One);

        public static T Repeat(T result, int count) => T.Pow(result, T.CreateChecked(count));

        public static void Accumulate(ReadOnlySpan<T> row, Span<T> results) =>
            TensorPrimitives.Multiply(row, results, results);
    }
}

/// <summary>
/// The vector norm of any order along axes, the sum of |x|^order to the power 1 / order; an infinite order takes the
/// maximum or minimum of |x|, and order 0 counts what is not 0. The gradient of the Euclidean norm is 0 where the norm
/// is, and for other positive orders it is 0 for elements that are 0. Equal maxima or minima share it evenly; that of
/// order 0 is known zero.
/// </summary>
internal sealed class NormOperator<T>(double order, int[]? axes, bool keepDims) : Reducing<T>(axes, keepDims)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Sums of powers between these have all their digits. The root of another order than 2 has a rounded exponent,
    /// which counts the more, the farther a sum is from 1.
    /// </summary>
    private readonly T _minSum = order == 2
        ? T.Epsilon / ((T.BitIncrement(T.One) - T.One) * (T.BitIncrement(T.One) - T.One))
        : T.ScaleB(T.One, -30);

    private readonly T _maxSum = order == 2 ? T.BitDecrement(T.PositiveInfinity) : T.ScaleB(T.One, 30);

    public override string Name => "norm";

    internal override object Identity => (base.Identity, BitConverter.DoubleToInt64Bits(order));

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(inputs[0].FlattenedLength, HasPowers ? Costs.Power : Costs.Read);

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected override string[] Arguments => [TensorPrinter.FormatNumber(order)];

    private bool HasPowers => order is not (0 or 1 or 2) && !double.IsInfinity(order);

    protected override Shape InferShape(Shape x)
    {
        Shape shape = base.InferShape(x);
        return x.FlattenedLength > 0 || shape.FlattenedLength == 0 || (order >= 0 && !double.IsInfinity(order))
            ? shape
            : throw new ArgumentException($"norm: shape {x} has no elements, and a norm of order {order} needs one.");
    }

    protected override Reducing<T> Along(int[] axes, bool keepDims) => new NormOperator<T>(order, axes, keepDims);

    public Shape ShapeOf(Shape x) => InferShape(x);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        bool[] reduced = Reduced(x.Shape);
        if (order == 1)
            return Reduction.Over<Magnitudes, T>(x, reduced, shape);
        if (order == 0)
            return Reduction.Over<SumOperator<T>.Arithmetic, T>(Elementwise.Unary<IsNotZero, T>(x), reduced, shape);
        Tensor<T> sizes = order == 2 ? x : AbsOperator<T>.Instance.Compute(x);
        if (double.IsPositiveInfinity(order))
            return Reduction.Over<AmaxOperator<T>.Arithmetic, T>(sizes, reduced, shape);
        if (double.IsNegativeInfinity(order))
            return Reduction.Over<AminOperator<T>.Arithmetic, T>(sizes, reduced, shape);
        Tensor<T> powers = order == 2
            ? Reduction.Over<Squares, T>(x, reduced, shape)
            : Reduction.Over<SumOperator<T>.Arithmetic, T>(
                PowOperator<T>.Instance.Compute(sizes, Number(order)), reduced, shape);
        Tensor<T> norm = order == 2
            ? SqrtOperator<T>.Instance.Compute(powers)
            : PowOperator<T>.Instance.Compute(powers, Number(1 / order));
        norm = Rescued(x, reduced, powers.ToContiguous().Span, norm);
        powers.Release();
        return norm;
    }

    /// <summary>
    /// Computes the norms whose powers overflow or lose digits from elements divided by the maximum (or the minimum).
    /// </summary>
    private Tensor<T> Rescued(Tensor<T> x, bool[] reduced, ReadOnlySpan<T> powers, Tensor<T> norm)
    {
        Tensor<T>? lines = null;
        T[] norms = [];
        for (int i = 0; i < powers.Length; i++)
        {
            if (powers[i] >= _minSum && powers[i] <= _maxSum)
                continue;
            if (lines is null)
            {
                int[] order = [.. Enumerable.Range(0, x.Rank).OrderBy(axis => reduced[axis])];
                (lines, norms) = (x.Permute(order).ToContiguous(), norm.ToArray());
            }
            int length = lines.Length / powers.Length;
            norms[i] = Scaled(lines.Span.Slice(i * length, length), norms[i]);
        }
        return lines is null ? norm : Tensor.Create<T>(norms, norm.Shape);
    }

    private T Scaled(ReadOnlySpan<T> line, T norm)
    {
        if (line.IsEmpty)
            return norm;
        T scale = order > 0 ? TensorPrimitives.MaxMagnitude(line) : TensorPrimitives.MinMagnitude(line);
        scale = T.Abs(scale);
        if (scale == T.Zero || !T.IsFinite(scale))
            return norm;
        T sum = T.Zero, lost = T.Zero, power = T.CreateChecked(order);
        foreach (T element in line)
        {
            // Kahan's sum: the line may be long.
            T part = T.Abs(element) / scale, term = (order == 2 ? part * part : T.Pow(part, power)) - lost;
            T next = sum + term;
            lost = (next - sum) - term;
            sum = next;
        }
        return scale * (order == 2 ? T.Sqrt(sum) : T.Pow(sum, T.One / power));
    }

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        if (order == 0)
            return null;
        if (order == 2)
            return NormGradientOperator<T>.Instance.Apply(gradient, at.X, at.Result);
        Variable<T> x = at.X, norm = Stretch(at.Result, x.Shape);
        gradient = Stretch(gradient, x.Shape);
        if (order == 1)
            return gradient.StrongMultiply(x.Sign());
        if (double.IsInfinity(order))
        {
            Variable<T> isChosen = Variable.Where(x.EqualTo(x), x.Abs().EqualTo(norm), 1);
            Variable<T> ties = new SumOperator<T>(AxesOf(x.Shape), true).Apply(isChosen);
            return gradient.StrongDivide(ties).StrongMultiply(x.Sign().StrongMultiply(isChosen));
        }
        // The powers of parts of the norm, which are at most 1, do not overflow where those of elements do.
        Variable<T> part = Variable.Where(x.EqualTo(0), 0, x / norm), size = part.Abs();
        Variable<T> slope = order < 1 ? part.Sign() * Variable.Where(part.EqualTo(0), 0, size.Pow(order - 1))
            : order < 2 ? part.Sign() * size.Pow(order - 1)
            : part * size.Pow(order - 2);
        return gradient.StrongMultiply(slope);
    }

    private static Tensor<T> Number(double value) => Tensor.Scalar(T.CreateChecked(value));

    private readonly struct Magnitudes : IReduction<Magnitudes, T>
    {
        public static T Empty => T.Zero;

        public static T Reduce(ReadOnlySpan<T> run) => VectorRuns.Fold<SumOfMagnitudesFold, T>(run, T.Zero);

        public static void Start(ReadOnlySpan<T> row, Span<T> results) => TensorPrimitives.Abs(row, results);

        public static void Accumulate(ReadOnlySpan<T> row, Span<T> results) =>
            VectorRuns.Accumulate<SumOfMagnitudesFold, T>(row, results);

        public static void Merge(ReadOnlySpan<T> others, Span<T> results) =>
            TensorPrimitives.Add(others, results, results);

        public static T Repeat(T result, int count) => result * T.CreateChecked(count);
    }

    private readonly struct Squares : IReduction<Squares, T>
    {
        public static T Empty => T.Zero;

        public static T Reduce(ReadOnlySpan<T> run) => VectorRuns.Fold<SumOfSquaresFold, T>(run, T.Zero);

        public static void Start(ReadOnlySpan<T> row, Span<T> results) => TensorPrimitives.Multiply(row, row, results);

        public static void Accumulate(ReadOnlySpan<T> row, Span<T> results) =>
            TensorPrimitives.MultiplyAdd(row, row, results, results);

        public static void Merge(ReadOnlySpan<T> others, Span<T> results) =>
            TensorPrimitives.Add(others, results, results);

        public static T MergeAll(ReadOnlySpan<T> parts) => VectorRuns.Fold<SumFold, T>(parts, T.Zero);

        public static T Repeat(T result, int count) => result * T.CreateChecked(count);
    }

    private readonly struct IsNotZero : IUnaryVectorArithmetic<IsNotZero, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct =>
            TSimd.AndNot(TSimd.Broadcast(T.One), TSimd.EqualTo(x, TSimd.Broadcast(T.Zero)));
    }
}
