using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// Adds elements before and behind axes; negative amounts take elements away. As PyTorch's <c>pad</c>.
    /// </summary>
    /// <param name="amounts">How many elements before and behind each axis, from the last axis on.</param>
    /// <param name="mode">What the new elements are.</param>
    /// <param name="value">The number in <see cref="PadMode.Constant"/>.</param>
    /// <exception cref="ArgumentException">More amounts than axes, an axis that is too short for the amounts, or a
    /// value with a mode that has none.</exception>
    /// <exception cref="OverflowException">The result would have more elements than a tensor can.</exception>
    public Variable<T> Pad((int Before, int After)[] amounts, PadMode mode = PadMode.Constant, double value = 0)
    {
        ArgumentNullException.ThrowIfNull(amounts);
        if (amounts.Length > Rank)
            throw new ArgumentException(
                $"pad: shape {Shape} takes at most {Rank} pairs of amounts, not {amounts.Length}.", nameof(amounts));
        var all = new (int Before, int After)[Rank];
        for (int i = 0; i < amounts.Length; i++)
            all[Rank - 1 - i] = amounts[i];
        if (mode == PadMode.Constant)
            return PadConstant(all, T.CreateChecked(value));
        if (value != 0)
            throw new ArgumentException($"pad: the mode {mode} takes no value.", nameof(value));
        _ = PadOperator<T>.ResultOf(Shape, all);
        Variable<T> result = this;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            if (all[axis] != (0, 0))
                result = result.SelectAt(axis, PaddedIndices(axis, all[axis], mode));
        }
        return result;
    }

    /// <summary>Pads a single axis with zeros, or shortens it; see <see cref="Pad"/>.</summary>
    internal Variable<T> PadAxis(int axis, int before, int after)
    {
        var amounts = new (int, int)[Rank];
        amounts[axis] = (before, after);
        return PadConstant(amounts, T.Zero);
    }

    /// <summary>Pads with a number; there is an amount for each axis, from the first on.</summary>
    private Variable<T> PadConstant((int Before, int After)[] amounts, T value) =>
        Array.TrueForAll(amounts, pair => pair == (0, 0)) ? this : new PadOperator<T>(amounts, value).Apply(this);

    /// <summary>Where on its axis each element of the padded axis comes from.</summary>
    private int[] PaddedIndices(int axis, (int Before, int After) amount, PadMode mode)
    {
        int length = Shape[axis];
        int most = mode switch
        {
            PadMode.Reflect => length - 1,
            PadMode.Circular => length,
            _ => length > 0 ? int.MaxValue : 0,
        };
        if (Math.Max(amount.Before, amount.After) > Math.Max(most, 0))
            throw new ArgumentException(
                $"pad: axis {axis} of shape {Shape} is too short for {amount} in mode {mode}.", nameof(amount));
        var indices = new int[length + amount.Before + amount.After];
        for (int i = 0; i < indices.Length; i++)
        {
            int at = i - amount.Before;
            indices[i] = at >= 0 && at < length ? at : mode switch
            {
                PadMode.Reflect => at < 0 ? -at : 2 * (length - 1) - at,
                PadMode.Circular => at < 0 ? at + length : at - length,
                _ => at < 0 ? 0 : length - 1,
            };
        }
        return indices;
    }
}

/// <summary>
/// x with a number put around it, or with elements taken away where amounts are negative. Its derivative takes away
/// what was put there, and puts zeros where something was taken away.
/// </summary>
internal sealed class PadOperator<T>((int Before, int After)[] amounts, T value) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "pad";

    // By its bits, which tell 0 from -0.
    internal override object Identity => (
        typeof(PadOperator<T>), Sequence.Of(amounts), BitConverter.DoubleToInt64Bits(double.CreateTruncating(value)));

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        amounts[^1] == (0, 0) ? this : null;

    internal override Composition Composition =>
        value == T.Zero ? Composition.Moved : Composition.Computed;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) => Costs.Copy<T>(result);

    /// <summary>The padded shape.</summary>
    /// <exception cref="ArgumentException">More elements are taken away than there are.</exception>
    /// <exception cref="OverflowException">It has more elements than an array can hold.</exception>
    public static Shape ResultOf(Shape x, (int Before, int After)[] amounts)
    {
        var lengths = new long[x.Rank];
        for (int i = 0; i < lengths.Length; i++)
        {
            (long before, long after) = amounts[i];
            if (Math.Max(-before, 0) + Math.Max(-after, 0) > x[i])
                throw new ArgumentException(
                    $"pad: axis {i} of shape {x} has fewer elements than {amounts[i]} takes away.");
            lengths[i] = x[i] + before + after;
        }
        return Shape.OfResult("pad", lengths, x);
    }

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.pad([{string.Join(", ", amounts)}]"
        + (value == T.Zero ? ")" : $", {TensorPrinter.FormatNumber(double.CreateChecked(value))})");

    protected override Shape InferShape(Shape x) => ResultOf(x, amounts);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) => Padded(x, shape, value);

    private Tensor<TElement> Padded<TElement>(Tensor<TElement> x, Shape shape, TElement around)
        where TElement : unmanaged
    {
        Tensor<TElement> result = Tensor<TElement>.Uninitialized(shape), inside = result;
        result.NewData.Fill(around);
        for (int i = 0; i < amounts.Length; i++)
        {
            (int before, int after) = amounts[i];
            int first = Math.Max(-before, 0), last = x.Shape[i] - Math.Max(-after, 0);
            x = x.Slice(i, first, last);
            inside = inside.Slice(i, Math.Max(before, 0), Math.Max(before, 0) + last - first);
        }
        StridedCopy.Scatter(x, inside);
        return result;
    }

    protected internal override UnaryOperator<T> ForBatch(Shape batch) =>
        new PadOperator<T>([(0, 0), .. amounts], value);

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [Dependence.From(Padded(Dependence.Numbers(inputs[0]), result, -1))];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        new PadOperator<T>(Array.ConvertAll(amounts, pair => (-pair.Before, -pair.After)), T.Zero).Apply(gradient);
}
