using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>Along an axis, the sum of each element and all before it.</summary>
    /// <param name="axis">The axis; negative counts from the last. A single number has an axis 0 here.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Variable<T> CumSum(int axis) => Rank == 0 && axis is 0 or -1
        ? Reshape(1).CumSum(0).Reshape(Shape.Scalar)
        : new CumSumOperator<T>(Shape.Axis(axis, "cumsum"), reversed: false).Apply(this);

    /// <summary>
    /// Along an axis, the product of each element and all before it. Its derivatives of every order are right where
    /// elements are 0 too.
    /// </summary>
    /// <inheritdoc cref="CumSum(int)"/>
    public Variable<T> CumProd(int axis) => Rank == 0 && axis is 0 or -1
        ? Reshape(1).CumProd(0).Reshape(Shape.Scalar)
        : new CumProdOperator<T>(Shape.Axis(axis, "cumprod"), reversed: false, exclusive: false).Apply(this);

    /// <summary>
    /// Along an axis, log(sum(exp(x))) of each element and all before it, without overflow. The gradient is NaN where
    /// all elements so far are -infinity.
    /// </summary>
    /// <inheritdoc cref="CumSum(int)"/>
    public Variable<T> LogCumSumExp(int axis) => Rank == 0 && axis is 0 or -1
        ? Reshape(1).LogCumSumExp(0).Reshape(Shape.Scalar)
        : new LogCumSumExpOperator<T>(Shape.Axis(axis, "logcumsumexp")).Apply(this);

    /// <summary>
    /// Along an axis, the maximum of each element and all before it, and its index. Of equal ones it is the last, as
    /// in PyTorch, which alone gets the gradient; NaN counts as the maximum.
    /// </summary>
    /// <inheritdoc cref="CumSum(int)"/>
    public (Variable<T> Values, Tensor<int> Indices) CumMax(int axis) =>
        Running("cummax", axis, static (x, best) => x >= best || T.IsNaN(x));

    /// <summary>
    /// Along an axis, the minimum of each element and all before it, and its index. Of equal ones it is the last, as in
    /// PyTorch, which alone gets the gradient; NaN counts as the minimum.
    /// </summary>
    /// <inheritdoc cref="CumSum(int)"/>
    public (Variable<T> Values, Tensor<int> Indices) CumMin(int axis) =>
        Running("cummin", axis, static (x, best) => x <= best || T.IsNaN(x));

    private (Variable<T> Values, Tensor<int> Indices) Running(string operation, int axis, Func<T, T, bool> replaces)
    {
        if (Rank == 0 && axis is 0 or -1)
            return (this, Tensor.Scalar(0));
        axis = Shape.Axis(axis, operation);
        return AtIndices(axis, Shape, new RunningBest(axis, replaces));
    }

    /// <summary>Where the best of each element and all before it is, along an axis.</summary>
    private sealed record RunningBest(int Axis, Func<T, T, bool> Replaces) : IndexFinder<T>
    {
        public override Tensor<int> Find(Tensor<T> x) =>
            AlongAxis.Map<T, int>(x, Axis, x.Shape[Axis], (line, result) =>
            {
                int best = 0;
                for (int i = 0; i < line.Length; i++)
                {
                    if (Replaces(line[i], line[best]))
                        best = i;
                    result[i] = best;
                }
            });

        public override double Cost(Shape x) => Costs.Elements(x.FlattenedLength, Costs.Scanned);
    }
}

/// <summary>The running sum, from either end; its derivative is the running sum from the other end.</summary>
internal sealed class CumSumOperator<T>(int axis, bool reversed) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "cumsum";

    internal override object Identity => (typeof(CumSumOperator<T>), axis, reversed);

    internal override long ElementOperators(ReadOnlySpan<Shape> inputs, Shape result) => result.FlattenedLength;

    internal override int[] WriteElements(
        ElementWriter<T> writer, int[][] inputs, ReadOnlySpan<Shape> shapes, Shape result)
    {
        var sums = (int[])inputs[0].Clone();
        int stride = result.RowMajorStrides[axis], before = reversed ? stride : -stride;
        for (int i = 0; i < sums.Length; i++)
        {
            int at = reversed ? sums.Length - 1 - i : i, index = at / stride % result[axis];
            if (index != (reversed ? result[axis] - 1 : 0))
                sums[at] = writer.Apply(AddOperator<T>.Instance, sums[at + before], sums[at]);
        }
        return sums;
    }

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        axis < result.Rank - 1 ? this : null;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(result.FlattenedLength, Costs.Scanned);

    internal override string Method => nameof(Variable<>.CumSum);

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.cumsum({axis}{(reversed ? ", reversed" : "")})";

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        RunningSum.Compute(x, axis, reversed);

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => new CumSumOperator<T>(axis + 1, reversed);

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        Dependence.Along(axis, inputs[0], result);

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        new CumSumOperator<T>(axis, !reversed).Apply(gradient);
}

/// <summary>
/// The running product, from either end, with the element itself or without. With p the one without it, and s[k] the
/// sum over i of gradient[i] times the product of all elements between k and i, the derivative is s * p: elements that
/// are 0 are nothing special.
/// </summary>
internal sealed class CumProdOperator<T>(int axis, bool reversed, bool exclusive) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "cumprod";

    internal override object Identity => (typeof(CumProdOperator<T>), axis, reversed, exclusive);

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        axis < result.Rank - 1 ? this : null;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(result.FlattenedLength, Costs.Scanned);

    internal override string Method => nameof(Variable<>.CumProd);

    public override Keeps Keeps => exclusive ? Keeps.X | Keeps.Result : Keeps.X;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.cumprod({axis}{(reversed ? ", reversed" : "")}{(exclusive ? ", exclusive" : "")})";

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        AlongAxis.Map<T, T>(x, axis, shape[axis], (line, result) =>
            ScanKernel.Run(line, [], result, reversed, new ProductScan(exclusive)));

    protected internal override UnaryOperator<T> ForBatch(Shape batch) =>
        new CumProdOperator<T>(axis + 1, reversed, exclusive);

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        Dependence.Along(axis, inputs[0], result);

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> without = exclusive ? at.Result : new CumProdOperator<T>(axis, reversed, true).Apply(at.X);
        Variable<T> factors = RecurrenceOperator<T>.Next(at.X, axis, reversed);
        if (exclusive)
            gradient = RecurrenceOperator<T>.Next(gradient, axis, reversed);
        return new RecurrenceOperator<T>(axis, !reversed).Apply(factors, gradient).StrongMultiply(without);
    }
}

/// <summary>
/// The linear recurrence s[i] = y[i] + x[i] * s[i - 1] along an axis, or with s[i + 1] where it is reversed. The
/// derivatives of running products and of other scans are of this form, and so are its own. Factors may be given by
/// their logarithms: those near 1 would lose their digits, and with them a product of many.
/// </summary>
internal sealed class RecurrenceOperator<T>(int axis, bool reversed, bool logarithmic = false) : BinaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "recurrence";

    internal override object Identity => (typeof(RecurrenceOperator<T>), axis, reversed, logarithmic);

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        axis < result.Rank - 1 ? this : null;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(result.FlattenedLength, Costs.Scanned + (logarithmic ? Costs.Exponential : 0));

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.recurrence({inputs[1]}, {axis}{(reversed ? ", reversed" : "")}"
        + $"{(logarithmic ? ", logarithmic" : "")})";

    protected override Shape InferShape(Shape x, Shape y) => x == y
        ? x
        : throw new ArgumentException($"recurrence: shapes {x} and {y} differ.");

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        AlongAxis.Map<T>(x, y, axis, (factors, line, result) =>
            ScanKernel.Run(factors, line, result, reversed, new RecurrenceScan(logarithmic)));

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        new RecurrenceOperator<T>(axis + 1, reversed, logarithmic).ApplyTo(Batches.All(inputs, isBatch));

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        Dependence.Along(axis, inputs[input], result);

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> ofFactors = PropagateY(gradient, in at)!.StrongMultiply(Next(at.Result, axis, !reversed));
        return logarithmic ? ofFactors.StrongMultiply(at.X.Exp()) : ofFactors;
    }

    /// <summary>The same recurrence from the other end, whose factors lie one element further on.</summary>
    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        new RecurrenceOperator<T>(axis, !reversed, logarithmic).Apply(Next(at.X, axis, reversed), gradient);

    /// <summary>At each index the element before it, or behind it; 0 at the end.</summary>
    public static Variable<T> Next(Variable<T> x, int axis, bool before) => x.Shape[axis] == 0 ? x
        : before ? x.PadAxis(axis, 1, -1) : x.PadAxis(axis, -1, 1);
}

/// <summary>The running log(sum(exp(x))).</summary>
internal sealed class LogCumSumExpOperator<T>(int axis) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "logcumsumexp";

    internal override object Identity => (typeof(LogCumSumExpOperator<T>), axis);

    internal override Operator<T>? ForLanes(ReadOnlySpan<Shape> inputs, Shape result, int length) =>
        axis < result.Rank - 1 ? this : null;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(result.FlattenedLength, Costs.Scanned + 4 * Costs.Exponential);

    internal override string Method => nameof(Variable<>.LogCumSumExp);

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]}.logcumsumexp({axis})";

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        AlongAxis.Map<T, T>(x, axis, shape[axis], static (line, result) =>
            ScanKernel.Run(line, [], result, false, new LogSumExpScan()));

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => new LogCumSumExpOperator<T>(axis + 1);

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        Dependence.Along(axis, inputs[0], result);

    /// <summary>
    /// exp(x[j]) times the sum over k from j on of gradient[k] * exp(-result[k]), as a recurrence whose factors, the
    /// quotients of neighbouring sums, do not overflow. As logarithms they keep their digits.
    /// </summary>
    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        // Where all terms so far are log 0, none has a weight.
        Variable<T> result = at.Result.Maximum(double.CreateChecked(T.BitIncrement(T.NegativeInfinity)));
        Variable<T> weights = gradient;
        int length = result.Shape[axis];
        if (length > 1)
        {
            Variable<T> factors = result.Slice(axis, 0, length - 1) - result.Slice(axis, 1);
            weights = new RecurrenceOperator<T>(axis, reversed: true, logarithmic: true)
                .Apply(factors.PadAxis(axis, 0, 1), gradient);
        }
        return weights.StrongMultiply((at.X - result).Exp());
    }
}
