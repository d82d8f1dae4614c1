using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// The exponential of each square matrix in the last two axes, the sum of Aᵏ / k!, as <c>torch.matrix_exp</c>.
    /// </summary>
    /// <exception cref="ArgumentException">A matrix is not square.</exception>
    public Variable<T> MatrixExp() => MatrixExpOperator<T>.Instance.Apply(this);
}

/// <summary>
/// The exponential of each matrix, by Padé's approximation of order 13, scaling and squaring (Al-Mohy and Higham, "A
/// New Scaling and Squaring Algorithm for the Matrix Exponential", 2009). The derivative along E is the corner of the
/// exponential of the block (A E; 0 A), computed with the scaling that A needs, as in their "Computing the Fréchet
/// Derivative of the Matrix Exponential"; it is linear in E, whatever the size of E.
/// </summary>
/// <param name="doublings">How many times such blocks were made of blocks: so often the scaling is that of a
/// half.</param>
internal sealed class MatrixExpOperator<T>(int doublings) : UnaryOperator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static MatrixExpOperator<T> Instance { get; } = new(0);

    public override string Name => "matrix_exp";

    internal override object Identity => (typeof(MatrixExpOperator<T>), doublings);

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Cubic(inputs[0], Costs.MatrixExponential);

    public override Keeps Keeps => Keeps.X;

    protected override Shape InferShape(Shape x) => Matrices.RequireSquare(Name, x);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        int n = shape[^1], length = n * n;
        if (x.Length == 0)
            return x;
        T[] all = x.ToArray();
        for (int at = 0; at < all.Length; at += length)
        {
            var matrix = Tensor.Create<T>(all.AsSpan(at, length), Shape.Create(n, n));
            ScalingAndSquaring.Exponential(matrix, n >> doublings).CopyTo(all.AsSpan(at, length));
        }
        return Tensor.Create<T>(all, shape);
    }

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        int n = at.ShapeOf(0)[^1];
        if (n == 0)
            return gradient;
        // A gradient of any size becomes one of the size of 1, by a power of two.
        Variable<T> scale = PowerOfTwoOperator<T>.Instance.Apply(gradient);
        Variable<T> transposed = at.X.Transpose(-2, -1);
        Variable<T> above = Variable.Concatenate([transposed, gradient / scale], -1);
        Variable<T> below = transposed.PadAxis(transposed.Rank - 1, n, 0);
        Variable<T> block = Variable.Concatenate([above, below], -2);
        return new MatrixExpOperator<T>(doublings + 1).Apply(block).Slice(-2, 0, n).Slice(-1, n) * scale;
    }
}

/// <summary>
/// For each matrix the power of two next to its largest element, 1 where all are zero or one is not finite; as a
/// matrix of one element. The gradient is known zero.
/// </summary>
internal sealed class PowerOfTwoOperator<T> : UnaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static PowerOfTwoOperator<T> Instance { get; } = new();

    public override string Name => "power_of_two";

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Elements(inputs[0].FlattenedLength, Costs.Read);

    protected override Shape InferShape(Shape x) => x.With(x.Rank - 2, 1).With(x.Rank - 1, 1);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        T[] numbers = x.Abs().Amax([-2, -1], true).ToArray();
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = numbers[i] == T.Zero || !T.IsFinite(numbers[i])
                ? T.One
                : T.ScaleB(T.One, Math.Max(T.ILogB(numbers[i]), T.ILogB(T.Epsilon) / 4 * 3));
        }
        return Tensor.Create<T>(numbers, shape);
    }

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at) => null;
}
