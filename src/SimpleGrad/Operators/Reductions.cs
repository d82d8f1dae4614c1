using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>The sum of all elements, a single number.</summary>
    /// <param name="name">The name of the result; null for a fresh one.</param>
    public Variable<T> Sum(string? name = null) => new SumOperator<T>(null, false).Apply(this, name);

    /// <summary>Sums along one axis.</summary>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <param name="keepDims">Whether the axis stays, with length 1.</param>
    /// <exception cref="ArgumentException">There is no such axis, or the operator needs an element and has
    /// none.</exception>
    public Variable<T> Sum(int axis, bool keepDims = false) => Sum([axis], keepDims);

    /// <summary>Sums along several axes.</summary>
    /// <param name="axes">The axes; negative ones count from the last. None: the variable itself.</param>
    /// <param name="keepDims">Whether the axes stay, with length 1.</param>
    /// <exception cref="ArgumentException">There is no such axis, one is named twice, or the operator needs an element
    /// and has none.</exception>
    public Variable<T> Sum(int[] axes, bool keepDims = false)
    {
        ArgumentNullException.ThrowIfNull(axes);
        return axes.Length == 0 ? this : new SumOperator<T>(axes, keepDims).Apply(this);
    }

    /// <summary>The mean of all elements, a single number; NaN where there is none.</summary>
    public Variable<T> Mean() => Sum() / Length;

    /// <summary>The mean along one axis.</summary>
    /// <inheritdoc cref="Sum(int, bool)"/>
    public Variable<T> Mean(int axis, bool keepDims = false) => Mean([axis], keepDims);

    /// <summary>The mean along several axes.</summary>
    /// <inheritdoc cref="Sum(int[], bool)"/>
    public Variable<T> Mean(int[] axes, bool keepDims = false)
    {
        Variable<T> sum = Sum(axes, keepDims);
        return sum / Reducing.Count(Shape, axes);
    }

    /// <summary>log(sum(exp(x))) of all elements, without overflow; -infinity where there is none.</summary>
    public Variable<T> LogSumExp() => new LogSumExpOperator<T>(null, false).Apply(this);

    /// <summary>log(sum(exp(x))) along one axis, without overflow.</summary>
    /// <inheritdoc cref="Sum(int, bool)"/>
    public Variable<T> LogSumExp(int axis, bool keepDims = false) => LogSumExp([axis], keepDims);

    /// <summary>log(sum(exp(x))) along several axes, without overflow.</summary>
    /// <inheritdoc cref="Sum(int[], bool)"/>
    public Variable<T> LogSumExp(int[] axes, bool keepDims = false) =>
        new LogSumExpOperator<T>(axes, keepDims).Apply(this);

    /// <summary>
    /// The maximum of all elements. Equal maxima share the gradient evenly. NaN where one is, and then so
    /// is the gradient, as for PyTorch's <c>amax</c>; its <c>max</c> would share it among the NaN.
    /// </summary>
    /// <exception cref="ArgumentException">There is no element.</exception>
    public Variable<T> Amax() => new AmaxOperator<T>(null, false).Apply(this);

    /// <summary>The maximum along one axis. Equal maxima share the gradient evenly.</summary>
    /// <inheritdoc cref="Sum(int, bool)"/>
    public Variable<T> Amax(int axis, bool keepDims = false) => Amax([axis], keepDims);

    /// <summary>The maximum along several axes. Equal maxima share the gradient evenly.</summary>
    /// <inheritdoc cref="Sum(int[], bool)"/>
    public Variable<T> Amax(int[] axes, bool keepDims = false) => new AmaxOperator<T>(axes, keepDims).Apply(this);

    /// <summary>The number of elements.</summary>
    public int Length => Shape.FlattenedLength;
}

/// <summary>The sum along axes, 0 where there is no element; its derivative is expanding.</summary>
internal sealed class SumOperator<T>(int[]? axes, bool keepDims) : Reducing<T>(axes, keepDims), ISum
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "sum";

    internal override Operator<T> ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) => this;

    internal override Composition Composition => Composition.Summed;

    protected override Operator<T> Repeated => AddOperator<T>.Instance;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elementwise(1, inputs[0]);

    bool[] ISum.SummedAxes(Shape x) => Reduced(x);

    protected override Reducing<T> Along(int[] axes, bool keepDims) => new SumOperator<T>(axes, keepDims);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        Reduction.Over<Arithmetic, T>(x, Reduced(x.Shape), shape);

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        Stretch(gradient, at.ShapeOf(0));

    internal readonly struct Arithmetic : IReduction<Arithmetic, T>
    {
        public static T Empty => T.Zero;

        public static T Reduce(ReadOnlySpan<T> run) => VectorRuns.Fold<SumFold, T>(run, T.Zero);

        public static T Repeat(T result, int count) => result * T.CreateChecked(count);

        public static void Accumulate(ReadOnlySpan<T> row, Span<T> results) =>
            TensorPrimitives.Add(row, results, results);
    }
}

/// <summary>
/// The maximum along axes; equal maxima share the gradient evenly. NaN where an element is, and
/// so is the gradient then; that of PyTorch's max without an axis is shared among the elements that are NaN.
/// </summary>
internal sealed class AmaxOperator<T>(int[]? axes, bool keepDims) : Choosing<T>(axes, keepDims)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "amax";

    protected override Reducing<T> Along(int[] axes, bool keepDims) => new AmaxOperator<T>(axes, keepDims);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        Reduction.Over<Arithmetic, T>(x, Reduced(x.Shape), shape);

    internal readonly struct Arithmetic : IReduction<Arithmetic, T>
    {
        public static T Empty => T.NegativeInfinity;

        public static T Reduce(ReadOnlySpan<T> run) =>
            VectorRuns.Fold<ExtremumFold<MaxPick>, T>(run, T.NegativeInfinity);

        public static void Accumulate(ReadOnlySpan<T> row, Span<T> results) =>
            VectorRuns.Accumulate<ExtremumFold<MaxPick>, T>(row, results);
    }
}

/// <summary>
/// log(sum(exp(x))) along axes, computed relative to the maximum so that nothing overflows; -infinity where
/// there is no element.
/// </summary>
internal sealed class LogSumExpOperator<T>(int[]? axes, bool keepDims) : Reducing<T>(axes, keepDims)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "logsumexp";

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(inputs[0].FlattenedLength, Costs.Exponential);

    internal override string Method => nameof(Variable<>.LogSumExp);

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected override Reducing<T> Along(int[] axes, bool keepDims) => new LogSumExpOperator<T>(axes, keepDims);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        bool[] reduced = Reduced(x.Shape);
        return Axes.MemoryOrder(x) is { } order
            ? Kept(x.Permute(order), Array.ConvertAll(order, axis => reduced[axis])).Permute(Axes.Inverse(order))
                .Reshape(shape)
            : Kept(x, reduced).Reshape(shape);
    }

    /// <summary>With the reduced axes kept.</summary>
    private static Tensor<T> Kept(Tensor<T> x, bool[] reduced)
    {
        Shape kept = x.Shape.Reduce(reduced, keepDims: true);
        int row = x.Length / Math.Max(1, kept.FlattenedLength);
        bool hasRows = x is { IsContiguous: true, Rank: > 0 } && reduced.AsSpan().TrimEnd(true).IndexOf(true) < 0;
        if (hasRows && row is > 0 and <= LogSumExpKernel.MaxRow)
        {
            Tensor<T> result = Tensor<T>.Uninitialized(kept);
            LogSumExpKernel.Rows(x.Span, row, result.NewData);
            return result;
        }
        Tensor<T> max = Reduction.Over<AmaxOperator<T>.Arithmetic, T>(x, reduced, kept);
        Tensor<T> powers = Elementwise.Binary<PowersBelow, T>(x, max, x.Shape);
        Tensor<T> sum = Reduction.Over<SumOperator<T>.Arithmetic, T>(powers, reduced, kept);
        // Where one element dominates, what the others add to its 1 has digits of its own.
        Tensor<T> others = sum;
        if (sum.ToContiguous().Span.IndexOfAnyInRange(T.One, Dominated) >= 0)
        {
            Tensor<T> otherPowers = Elementwise.Unary<Others, T>(powers);
            others = Reduction.Over<SumOperator<T>.Arithmetic, T>(otherPowers, reduced, kept);
            otherPowers.Release();
        }
        powers.Release();
        return Elementwise.Ternary<Total, T>(sum, others, max, kept);
    }

    /// <summary>Up to it, a sum of powers has one that is 1.</summary>
    private static T Dominated => T.CreateTruncating(1.25);

    /// <summary>By the softmax of x, in which the rounding of the result does not count.</summary>
    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        // Where all terms are log 0, none has a weight.
        gradient = Variable.Where(at.Result.EqualTo(double.NegativeInfinity), 0, gradient);
        return Stretch(gradient, at.X.Shape).StrongMultiply(Softmax(at.X));
    }

    /// <summary>Over all the axes together.</summary>
    private Variable<T> Softmax(Variable<T> x)
    {
        int[] reduced = AxesOf(x.Shape);
        if (x.Rank <= 1 || reduced.Length == 1)
            return x.Softmax(reduced is [var axis] ? axis : 0);
        int[] order = [.. Enumerable.Range(0, x.Rank).Except(reduced), .. reduced];
        Variable<T> moved = x.Permute(order);
        int last = x.Rank - reduced.Length;
        return moved.Reshape([.. moved.Shape.Lengths[..last], Reducing.Count(x.Shape, reduced, Name)]).Softmax(last)
            .Reshape(moved.Shape).Permute(Axes.Inverse(order));
    }

    /// <summary>exp(x - max), which cannot overflow.</summary>
    private readonly struct PowersBelow : IBinaryVectorArithmetic<PowersBelow, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector max)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => VectorMath<TSimd, TVector, T>.Exp(TSimd.Subtract(x, max));
    }

    /// <summary>Such powers, but 0 where x is the maximum.</summary>
    private readonly struct Others : IUnaryVectorArithmetic<Others, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector power)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => TSimd.AndNot(power, TSimd.EqualTo(power, TSimd.Broadcast(T.One)));
    }

    /// <summary>The logarithm of the sum of such powers; the maximum itself where it is infinite.</summary>
    private readonly struct Total : ITernaryArithmetic<Total, T>
    {
        public static T Apply(T sum, T others, T max) => T.IsInfinity(max) ? max
            : (sum <= Dominated ? VectorMath<Simd1<T>, T, T>.Log1p(others) : T.Log(sum)) + max;
    }
}
