using System.Numerics;
using System.Numerics.Tensors;

namespace SimpleGrad;

/// <summary>
/// The elements of a matrix divided by the gaps of eigenvalues, wⱼ - wᵢ, and 0 on the diagonal, from the matrix and w
/// as a row. The quotients of pairs whose limits are known otherwise are 0; where none are known, equal eigenvalues are
/// an error.
/// </summary>
/// <param name="known">The pairs; null where the eigenvalues are not known before.</param>
internal sealed class GapQuotientOperator<T>(EigenvaluePair[]? known) : BinaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static GapQuotientOperator<T> WithoutLimits { get; } = new(null);

    public override string Name => "gap_quotient";

    internal override object Identity => (typeof(GapQuotientOperator<T>), Sequence.Of(known));

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(result.FlattenedLength, Costs.Compared);

    public override Keeps Keeps => Keeps.Y | Keeps.Result;

    protected override Shape InferShape(Shape x, Shape y) =>
        Broadcasting.Join(Name, x, y.With(y.Rank - 2, y[^1]));

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape)
    {
        int n = y.Shape[^1], count = n == 0 ? 0 : y.Length / n;
        T[] values = y.ToArray(), gaps = new T[count * n * n];
        for (int at = 0; at < gaps.Length; at++)
        {
            int column = at % n, row = at / n % n, start = at / (n * n) * n;
            gaps[at] = row == column ? T.PositiveInfinity : values[start + column] - values[start + row];
        }
        // A batch of matrices has a batch of eigenvalues, or the same eigenvalues for all.
        if (known is null && EigenvalueGaps.Find(y, Math.Sqrt(EigenvalueGaps.Epsilon<T>())) is [var pair, ..])
            throw new CoincidingEigenvaluesException(
                $"Eigenvalues {pair.Low} and {pair.High} of {LinearSystemKernel.Place(shape, pair.Matrix)} coincide, "
                + "and a derivative by eigenvectors is asked for in a function that is compiled or mapped. Its limit "
                + "is found where the function runs operator by operator: do not compile or map it there.");
        foreach ((int matrix, int low, int high, _) in known ?? [])
        {
            gaps[matrix * n * n + low * n + high] = T.PositiveInfinity;
            gaps[matrix * n * n + high * n + low] = T.PositiveInfinity;
        }
        return x / Tensor.Create<T>(gaps, y.Shape.With(y.Rank - 2, n));
    }

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ApplyTo(Batches.Align(inputs, isBatch));

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => Apply(gradient, at.Y);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at)
    {
        Variable<T> slope = Apply(gradient * at.Result, at.Y);
        return slope.Sum(-1, keepDims: true).Transpose(-2, -1) - slope.Sum(-2, keepDims: true);
    }
}

/// <summary>
/// For each pair of coinciding eigenvalues, whether its quotient is the limit: 1, or 0 where what should be zero for
/// that is not. There, the function depends on the choice of eigenvectors, which is an error where there is one. From
/// what should be zero, and the largest of the numbers that it came from.
/// </summary>
internal sealed class LimitChoiceOperator<T>(string user, EigenvaluePair[] pairs) : BinaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "limit_choice";

    internal override object Identity => (typeof(LimitChoiceOperator<T>), user, Sequence.Of(pairs));

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(result.FlattenedLength, Costs.Compared);

    protected override Shape InferShape(Shape x, Shape y) => Broadcasting.Join(Name, x, y);

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape)
    {
        T[] errors = x.ToArray(), bounds = (y * Math.Sqrt(EigenvalueGaps.Epsilon<T>())).Expand(shape).ToArray();
        for (int i = 0; i < errors.Length; i++)
        {
            bool isLimit = !(errors[i] > bounds[i]);
            if (!isLimit && pairs[i % pairs.Length] is { IsEqual: true } pair)
                throw new CoincidingEigenvaluesException(
                    $"{user}: the derivative depends on which eigenvectors of the equal eigenvalues {pair.Low} and "
                    + $"{pair.High} were chosen, so there is none. Functions have one there that treat these alike.");
            errors[i] = isLimit ? T.One : T.Zero;
        }
        return Tensor.Create<T>(errors, shape);
    }

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ApplyTo(Batches.Align(inputs, isBatch));

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) => null;

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;
}

/// <summary>
/// x, where y, a gradient of eigenvalues z, is equal for those that are equal; else an error, for the derivative then
/// depends on the choice of eigenvectors.
/// </summary>
/// <param name="isSvd">Whether the eigenvalues are singular values.</param>
internal sealed class SameWhereEqualOperator<T>(bool isSvd) : TernaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "same_where_equal";

    internal override object Identity => (typeof(SameWhereEqualOperator<T>), isSvd);

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(result.FlattenedLength, Costs.Compared);

    public override Keeps Keeps => Keeps.Y | Keeps.Z;

    protected override Shape InferShape(Shape x, Shape y, Shape z) =>
        Broadcasting.Join(Name, Broadcasting.Join(Name, x, y), z);

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Tensor<T> z, Shape shape)
    {
        List<EigenvaluePair> pairs = EigenvalueGaps.Find(z, 0);
        if (pairs.Count > 0)
        {
            // The eigenvalues of a batch lie in the last rows of the gradients; gradients may be more.
            T[] gradients = y.Expand(Shape.Broadcast(y.Shape, z.Shape)).ToArray();
            int n = z.Shape[^1];
            double epsilon = EigenvalueGaps.Epsilon<T>();
            for (int start = 0; start < gradients.Length; start += z.Length)
            {
                foreach ((int matrix, int low, int high, _) in pairs)
                {
                    ReadOnlySpan<T> line = gradients.AsSpan(start + matrix * n, n);
                    double first = double.CreateChecked(line[low]), second = double.CreateChecked(line[high]);
                    double max = Math.Max(Math.Abs(first), Math.Abs(second));
                    double rounding = 100 * n * epsilon
                        * Math.Abs(double.CreateChecked(TensorPrimitives.MaxMagnitude(line)));
                    if (Math.Abs(first - second) > Math.Max(Math.Sqrt(epsilon) * max, rounding))
                        throw new CoincidingEigenvaluesException(isSvd
                            ? "svd: a derivative by singular values is asked for where one is zero, and has a kink; or "
                            + "where some are equal, and the derivative depends on which singular vectors were chosen. "
                            + "So there is none."
                            : $"eigh: the derivatives by the equal eigenvalues {low} and {high} are {first} and "
                            + $"{second}, so they depend on which eigenvectors were chosen, and there are none. "
                            + "Functions that treat equal eigenvalues alike have them.");
                }
            }
        }
        return x.Expand(shape);
    }

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch) =>
        ApplyTo(Batches.Align(inputs, isBatch));

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        Apply(gradient, at.Y, at.Z);

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) => null;

    protected override Variable<T>? PropagateZ(Variable<T> gradient, in Propagation<T> at) => null;
}
