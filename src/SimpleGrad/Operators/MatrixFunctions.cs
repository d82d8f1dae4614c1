using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// The norm of each matrix in the last two axes, as <c>torch.linalg.matrix_norm</c>. The gradient of the Frobenius
    /// norm is 0 where it is 0; equal maximum (or minimum) sums share the gradient.
    /// </summary>
    /// <param name="kind">Which norm.</param>
    /// <param name="keepDims">Whether the two axes stay, with length 1.</param>
    /// <exception cref="ArgumentException">There are no two axes, or no such norm.</exception>
    public Variable<T> MatrixNorm(MatrixNormKind kind = MatrixNormKind.Frobenius, bool keepDims = false)
    {
        Matrices.Require("matrix_norm", Shape);
        switch (kind)
        {
            case MatrixNormKind.Frobenius:
                return Norm(2, [-2, -1], keepDims);
            case MatrixNormKind.One or MatrixNormKind.Infinity:
                return Sums(kind == MatrixNormKind.One).Amax([-2, -1], keepDims);
            case MatrixNormKind.MinusOne or MatrixNormKind.MinusInfinity:
                return -(-Sums(kind == MatrixNormKind.MinusOne)).Amax([-2, -1], keepDims);
            default:
                throw new ArgumentException($"matrix_norm: there is no norm {kind}.", nameof(kind));
        }

        Variable<T> Sums(bool ofColumns) => Abs().Sum(ofColumns ? -2 : -1, keepDims: true);
    }

    /// <summary>
    /// The Kronecker product, as <c>torch.kron</c>: each element of this variable times all of another one. Axes are
    /// matched from the last, and missing ones have length 1.
    /// </summary>
    /// <returns>Each axis as long as those of the two multiplied: from (a, b) and (c, d), (a c, b d).</returns>
    /// <exception cref="OverflowException">The result would have more elements than a tensor can.</exception>
    public Variable<T> Kron(Variable<T> y)
    {
        ArgumentNullException.ThrowIfNull(y);
        int rank = Math.Max(Rank, y.Rank);
        int[] outer = new int[2 * rank], inner = new int[2 * rank];
        var lengths = new long[rank];
        for (int i = 1; i <= rank; i++)
        {
            int length = i <= Rank ? Shape[^i] : 1, lengthY = i <= y.Rank ? y.Shape[^i] : 1;
            (outer[^(2 * i)], outer[^(2 * i - 1)]) = (length, 1);
            (inner[^(2 * i)], inner[^(2 * i - 1)]) = (1, lengthY);
            lengths[^i] = (long)length * lengthY;
        }
        Shape shape = Shape.OfResult("kron", lengths, Shape, y.Shape);
        return (Reshape(Shape.Create(outer)) * y.Reshape(Shape.Create(inner))).Reshape(shape);
    }

    /// <summary>
    /// The cross product of the vectors of three numbers along an axis, as <c>torch.linalg.cross</c>; the other axes
    /// broadcast.
    /// </summary>
    /// <param name="y">The right operand, with as many axes.</param>
    /// <param name="axis">The axis; negative counts from the last.</param>
    /// <exception cref="ArgumentException">The axis has not length 3, or the shapes do not fit.</exception>
    public Variable<T> Cross(Variable<T> y, int axis = -1)
    {
        ArgumentNullException.ThrowIfNull(y);
        axis = Shape.Axis(axis, "cross");
        if (Rank != y.Rank || Shape[axis] != 3 || y.Shape[axis] != 3
            || Shape.TryBroadcast(Shape, y.Shape, "cross") is null)
            throw new ArgumentException(
                $"cross: shapes {Shape} and {y.Shape} do not fit: axis {axis} has length 3 in both, and the other axes "
                + "broadcast.");
        return Next(this, 1) * Next(y, 2) - Next(this, 2) * Next(y, 1);

        Variable<T> Next(Variable<T> x, int distance) =>
            Variable.Concatenate([x.Slice(axis, distance), x.Slice(axis, 0, distance)], axis);
    }

    /// <summary>
    /// The elements of each matrix whose column minus row lies between two bounds, and zeros elsewhere: the diagonal,
    /// or a triangle.
    /// </summary>
    internal Variable<T> Band(int lowest, int highest) => new BandOperator<T>(lowest, highest).Apply(this);
}

/// <summary>A band of each matrix, with zeros around it; it is its own derivative.</summary>
internal sealed class BandOperator<T>(int lowest, int highest) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "band";

    internal override object Identity => (typeof(BandOperator<T>), lowest, highest);

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) => Costs.Copy<T>(result);

    protected internal override string Describe(ReadOnlySpan<string> inputs) =>
        $"{inputs[0]}.band({Bound(lowest)}, {Bound(highest)})";

    protected override Shape InferShape(Shape x) => Matrices.Require(Name, x);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        x.CopyTo(result.NewData);
        int rows = shape[^2], columns = shape[^1];
        for (int at = 0, row = 0; at < result.Length; at += columns, row = (row + 1) % rows)
        {
            // In 64 bits: the bounds may be int.MinValue and int.MaxValue.
            int from = (int)Math.Clamp((long)row + lowest, 0, columns);
            int to = (int)Math.Clamp((long)row + highest + 1, from, columns);
            Span<T> line = result.NewData.Slice(at, columns);
            line[..from].Clear();
            line[to..].Clear();
        }
        return result;
    }

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        [];

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) =>
        gradient.Band(lowest, highest);

    private static string Bound(int bound) => bound switch
    {
        int.MinValue => "-inf",
        int.MaxValue => "inf",
        _ => $"{bound}",
    };
}
