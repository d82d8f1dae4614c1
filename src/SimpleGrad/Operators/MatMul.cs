using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// The matrix product. Two vectors give their dot product, a matrix and a vector a vector, two matrices a matrix.
    /// </summary>
    /// <exception cref="ArgumentException">The inner lengths differ, or an operand is neither a vector nor a
    /// matrix.</exception>
    public Variable<T> MatMul(Variable<T> y)
    {
        ArgumentNullException.ThrowIfNull(y);
        Variable<T> left = Rank == 1 ? Reshape(1, Length) : this;
        Variable<T> right = y.Rank == 1 ? y.Reshape(y.Length, 1) : y;
        if (left.Rank != 2 || right.Rank != 2 || left.Shape[1] != right.Shape[0])
            throw MatMulOperator<T>.Mismatch(Shape, y.Shape);
        Variable<T> product = MatMulOperator<T>.Instance.Apply(left, right);
        return (Rank, y.Rank) switch
        {
            (1, 1) => product.Reshape(Shape.Scalar),
            (1, _) => product.Reshape(product.Shape[1]),
            (_, 1) => product.Reshape(product.Shape[0]),
            _ => product,
        };
    }
}

public static partial class TensorArithmetic
{
    /// <summary>The product of two matrices.</summary>
    /// <exception cref="ArgumentException">The inner lengths differ, or an operand is no matrix.</exception>
    public static Tensor<T> MatMul<T>(this Tensor<T> x, Tensor<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MatMulOperator<T>.Instance.Compute(x, y);
}

/// <summary>The product of two matrices.</summary>
internal sealed class MatMulOperator<T> : BinaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static MatMulOperator<T> Instance { get; } = new();

    public override string Name => "matmul";

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    public static ArgumentException Mismatch(Shape x, Shape y) => new(
        $"matmul: shapes {x} and {y} do not fit: vectors and matrices are multiplied, and the last axis of "
        + "the left operand "
        + "must be as long as the first of the right one.");

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]} @ {inputs[1]}";

    protected override Shape InferShape(Shape x, Shape y) => x.Rank == 2 && y.Rank == 2 && x[1] == y[0]
        ? Shape.Create(x[0], y[1])
        : throw Mismatch(x, y);

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) => MatrixProduct.Multiply(x, y, shape);

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        gradient.MatMul(at.Y.Transpose());

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        at.X.Transpose().MatMul(gradient);
}
