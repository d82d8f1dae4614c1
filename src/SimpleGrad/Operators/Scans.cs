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
    /// Along an axis, the greatest of each element and all before it, and its place. Of equal ones it is the last, as
    /// in PyTorch, which alone gets the gradient; NaN counts as greatest.
    /// </summary>
    /// <inheritdoc cref="CumSum(int)"/>
    public (Variable<T> Values, Tensor<int> Indices) CumMax(int axis) =>
        Running("cummax", axis, static (x, best) => x >= best || T.IsNaN(x));

    /// <summary>
    /// Along an axis, the least of each element and all before it, and its place. Of equal ones it is the last, as in
    /// PyTorch, which alone gets the gradient; NaN counts as least.
    /// </summary>
    /// <inheritdoc cref="CumSum(int)"/>
    public (Variable<T> Values, Tensor<int> Indices) CumMin(int axis) =>
        Running("cummin", axis, static (x, best) => x <= best || T.IsNaN(x));

    private (Variable<T> Values, Tensor<int> Indices) Running(string operation, int axis, Func<T, T, bool> replaces)
    {
        if (Rank == 0 && axis is 0 or -1)
            return (this, Tensor.Scalar(0));
        axis = Shape.Axis(axis, operation);
        return AtPlaces(axis, Shape, value => AlongAxis.Map<T, int>(value, axis, value.Shape[axis], (line, result) =>
        {
            int best = 0;
            for (int i = 0; i < line.Length; i++)
            {
                if (replaces(line[i], line[best]))
                    best = i;
                result[i] = best;
            }
        }));
    }
}

/// <summary>The running sum, from either end; its derivative is the running sum from the other end.</summary>
internal sealed class CumSumOperator<T>(int axis, bool reversed) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "cumsum";

    internal override string Method => nameof(Variable<>.CumSum);

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.cumsum({axis}{(reversed ? ", reversed" : "")})";

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        RunningSum.Compute(x, axis, reversed);

    internal override UnaryOperator<T> ForBatch(Shape batch) => new CumSumOperator<T>(axis + 1, reversed);

    internal override IReadOnlyList<Dependence> DependenceOn(int input, ReadOnlySpan<Shape> inputs, Shape result) =>
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

    internal override string Method => nameof(Variable<>.CumProd);

    public override Keeps Keeps => exclusive ? Keeps.X | Keeps.Result : Keeps.X;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.cumprod({axis}{(reversed ? ", reversed" : "")}{(exclusive ? ", exclusive" : "")})";

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        AlongAxis.Map<T, T>(x, axis, shape[axis], (line, result) =>
        {
            (int at, int step) = reversed ? (line.Length - 1, -1) : (0, 1);
            T product = T.One;
            if (exclusive)
            {
                for (int i = 0; i < line.Length; i++, at += step)
                    (result[at], product) = (product, product * line[at]);
                return;
            }
            for (int i = 0; i < line.Length; i++, at += step)
                result[at] = product *= line[at];
        });

    internal override UnaryOperator<T> ForBatch(Shape batch) => new CumProdOperator<T>(axis + 1, reversed, exclusive);

    internal override IReadOnlyList<Dependence> DependenceOn(int input, ReadOnlySpan<Shape> inputs, Shape result) =>
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
/// derivatives of running products and of other scans are of this form, and so are its own.
/// </summary>
internal sealed class RecurrenceOperator<T>(int axis, bool reversed) : BinaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "recurrence";

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.recurrence({inputs[1]}, {axis}{(reversed ? ", reversed" : "")})";

    protected override Shape InferShape(Shape x, Shape y) => x == y
        ? x
        : throw new ArgumentException($"recurrence: shapes {x} and {y} differ.");

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) =>
        AlongAxis.Map<T>(x, y, axis, reversed ? Backward : Forward);

    internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        new RecurrenceOperator<T>(axis + 1, reversed).ApplyTo(Batches.All(inputs, isBatch));

    internal override IReadOnlyList<Dependence> DependenceOn(int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        Dependence.Along(axis, inputs[input], result);

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        PropagateY(gradient, in at)!.StrongMultiply(Next(at.Result, axis, !reversed));

    /// <summary>The same recurrence from the other end, whose factors lie one place further on.</summary>
    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        new RecurrenceOperator<T>(axis, !reversed).Apply(Next(at.X, axis, reversed), gradient);

    /// <summary>At each place the element of the place before it, or behind it; 0 at the end.</summary>
    public static Variable<T> Next(Variable<T> x, int axis, bool before) => x.Shape[axis] == 0 ? x
        : before ? x.PadAxis(axis, 1, -1) : x.PadAxis(axis, -1, 1);

    private static void Forward(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
    {
        for (int i = 0; i < result.Length; i++)
            result[i] = i == 0 ? y[0] : y[i] + Times(x[i], result[i - 1]);
    }

    /// <summary>As products in propagate rules: 0 where either is.</summary>
    private static T Times(T x, T y) => VectorMath<Simd1<T>, T, T>.StrongMultiply(x, y);

    private static void Backward(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
    {
        for (int i = result.Length - 1; i >= 0; i--)
            result[i] = i == result.Length - 1 ? y[i] : y[i] + Times(x[i], result[i + 1]);
    }
}

/// <summary>The running log(sum(exp(x))).</summary>
internal sealed class LogCumSumExpOperator<T>(int axis) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "logcumsumexp";

    internal override string Method => nameof(Variable<>.LogCumSumExp);

    public override Keeps Keeps => Keeps.X | Keeps.Result;

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]}.logcumsumexp({axis})";

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape) =>
        AlongAxis.Map<T, T>(x, axis, shape[axis], static (line, result) =>
        {
            T sum = T.NegativeInfinity;
            for (int i = 0; i < line.Length; i++)
                result[i] = sum = LogAddExp(sum, line[i]);
        });

    internal override UnaryOperator<T> ForBatch(Shape batch) => new LogCumSumExpOperator<T>(axis + 1);

    internal override IReadOnlyList<Dependence> DependenceOn(int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        Dependence.Along(axis, inputs[0], result);

    /// <summary>
    /// exp(x[j]) times the sum over k from j on of gradient[k] * exp(-result[k]), as a recurrence whose factors, the
    /// quotients of neighbouring sums, do not overflow.
    /// </summary>
    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        // Where all terms so far are log 0, none has a weight.
        Variable<T> result = at.Result.Maximum(double.CreateChecked(T.BitIncrement(T.NegativeInfinity)));
        Variable<T> weights = gradient;
        int length = result.Shape[axis];
        if (length > 1)
        {
            Variable<T> factors = (result.Slice(axis, 0, length - 1) - result.Slice(axis, 1)).Exp();
            weights = new RecurrenceOperator<T>(axis, reversed: true).Apply(factors.PadAxis(axis, 0, 1), gradient);
        }
        return weights.StrongMultiply((at.X - result).Exp());
    }

    private static T LogAddExp(T x, T y)
    {
        // Equal infinities have no difference.
        T greater = T.Max(x, y);
        return T.IsInfinity(greater) ? greater : greater + VectorMath<Simd1<T>, T, T>.Softplus(-T.Abs(x - y));
    }
}
