using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// The matrix product of the last two axes, as <c>torch.matmul</c>. Two vectors give their dot product, a matrix
    /// and a vector a vector, two matrices a matrix. Further axes in front are stacks of matrices, and are broadcast:
    /// shapes (2, 1, 3, 4) and (5, 4, 6) give (2, 5, 3, 6).
    /// </summary>
    /// <exception cref="ArgumentException">The inner lengths differ, the stacks do not broadcast, or an operand is a
    /// single number.</exception>
    public Variable<T> MatMul(Variable<T> y) => MatMulOperator<T>.Instance.Product(this, y);

    /// <summary>
    /// The matrix product of propagate rules, in which 0 absorbs infinity and NaN, as in
    /// <see cref="StrongMultiply(Variable{T})"/>.
    /// </summary>
    internal Variable<T> StrongMatMul(Variable<T> y) => MatMulOperator<T>.Strong.Product(this, y);

    /// <summary>The sum of the products of the elements of two vectors of one length.</summary>
    /// <exception cref="ArgumentException">An operand is no vector, or the lengths differ.</exception>
    public Variable<T> Dot(Variable<T> y)
    {
        ArgumentNullException.ThrowIfNull(y);
        return Rank == 1 && y.Rank == 1 && Length == y.Length
            ? MatMul(y)
            : throw new ArgumentException($"dot: shapes {Shape} and {y.Shape} are not two vectors of one length.");
    }

    /// <summary>The products of each element of this vector, down, and each element of another, across.</summary>
    /// <exception cref="ArgumentException">An operand is no vector.</exception>
    /// <exception cref="OverflowException">The result would have more elements than a tensor can.</exception>
    public Variable<T> Outer(Variable<T> y)
    {
        ArgumentNullException.ThrowIfNull(y);
        if (Rank != 1 || y.Rank != 1)
            throw new ArgumentException($"outer: shapes {Shape} and {y.Shape} are not two vectors.");
        _ = Shape.OfResult("outer", [Length, y.Length], Shape, y.Shape);
        return Reshape(Length, 1) * y;
    }

    /// <summary>
    /// x Wᵀ + b, as <c>torch.nn.functional.linear</c>: from (…, inputs) to (…, outputs).
    /// </summary>
    /// <param name="weight">Of shape (outputs, inputs).</param>
    /// <param name="bias">Of shape (outputs); null for none.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Variable<T> Linear(Variable<T> weight, Variable<T>? bias = null)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (weight.Rank != 2 || Rank == 0 || Shape[^1] != weight.Shape[1])
            throw new ArgumentException(
                $"linear: a weight of shape {weight.Shape} does not fit shape {Shape}: it is (outputs, inputs), and "
                + "the last axis is as long as there are inputs.");
        _ = Shape.OfResult("linear", [.. Shape.Lengths[..^1], weight.Shape[0]], Shape, weight.Shape);
        Variable<T> product = MatMul(weight.Transpose());
        return bias is null ? product : product + bias;
    }
}

/// <summary>The products of the matrices in the last two axes; the axes before them broadcast.</summary>
internal sealed class MatMulOperator<T> : BinaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly bool _isStrong;

    private MatMulOperator(bool isStrong) => _isStrong = isStrong;

    public static MatMulOperator<T> Instance { get; } = new(isStrong: false);

    /// <summary>The product of propagate rules, in which 0 absorbs infinity and NaN.</summary>
    public static MatMulOperator<T> Strong { get; } = new(isStrong: true);

    public override string Name => "matmul";

    internal override object Identity => (typeof(MatMulOperator<T>), _isStrong);

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Products<T>(result, inputs[0][^1], Costs.ProductFlop);

    internal override long ElementOperators(ReadOnlySpan<Shape> inputs, Shape result) =>
        (2L * inputs[0][^1] - 1) * result.FlattenedLength;

    internal override int[] WriteElements(
        ElementWriter<T> writer, int[][] inputs, ReadOnlySpan<Shape> shapes, Shape result)
    {
        Operator<T> multiply = _isStrong ? StrongMultiplyOperator<T>.Instance : MultiplyOperator<T>.Instance;
        int rows = result[^2], columns = result[^1], inner = shapes[0][^1];
        var elements = new int[result.FlattenedLength];
        for (int i = 0; i < elements.Length; i++)
        {
            int matrix = i / (rows * columns), row = i / columns % rows, column = i % columns;
            int x = (MatrixIn(shapes[0], matrix, result) * rows + row) * inner;
            int y = MatrixIn(shapes[1], matrix, result) * inner * columns + column;
            int sum = ElementWriter<T>.Zero;
            for (int k = 0; k < inner; k++)
            {
                int product = writer.Apply(multiply, inputs[0][x + k], inputs[1][y + k * columns]);
                sum = k == 0 ? product : writer.Apply(AddOperator<T>.Instance, sum, product);
            }
            elements[i] = sum;
        }
        return elements;
    }

    /// <summary>The number, in a stack that is broadcast, of the matrix that one of the result comes from.</summary>
    private static int MatrixIn(Shape stack, int matrix, Shape result)
    {
        int number = 0, stride = 1;
        for (int axis = 3; axis <= stack.Rank; axis++)
        {
            number += stack[^axis] == 1 ? 0 : matrix % result[^axis] * stride;
            stride *= stack[^axis];
            matrix /= result[^axis];
        }
        return number;
    }

    public override Keeps Keeps => Keeps.X | Keeps.Y;

    public static ArgumentException Mismatch(Shape x, Shape y) => new(
        $"matmul: shapes {x} and {y} do not fit: vectors, matrices and stacks of matrices are multiplied; the last "
        + "axis of the left operand must be as long as the last but one (or only) axis of the right one, and the axes "
        + "before the last two must broadcast.");

    /// <summary>The product of vectors, matrices and stacks of matrices, as <see cref="Variable{T}.MatMul"/>.</summary>
    public Variable<T> Product(Variable<T> x, Variable<T> y)
    {
        ArgumentNullException.ThrowIfNull(y);
        if (x.Rank == 0 || y.Rank == 0)
            throw Mismatch(x.Shape, y.Shape);
        Variable<T> left = x.Rank == 1 ? x.Reshape(1, x.Length) : x;
        Variable<T> right = y.Rank == 1 ? y.Reshape(y.Length, 1) : y;
        if (left.Shape[^1] != right.Shape[^2])
            throw Mismatch(x.Shape, y.Shape);
        // A stack of matrices times one matrix is one product of a matrix that is as high as the stack.
        bool isOneProduct = left.Rank > 2 && right.Rank == 2 && left.Length > 0;
        if (isOneProduct)
            _ = Shape.OfResult("matmul", [.. left.Shape.Lengths[..^1], right.Shape[^1]], x.Shape, y.Shape);
        Variable<T> product = Apply(isOneProduct ? left.Reshape(-1, left.Shape[^1]) : left, right);
        if (!isOneProduct && x.Rank > 1 && y.Rank > 1)
            return product;
        ReadOnlySpan<int> batch = (isOneProduct ? left : product).Shape.Lengths[..^2];
        return (x.Rank, y.Rank) switch
        {
            (1, _) when y.Rank > 1 => product.Reshape(Shape.Create([.. batch, right.Shape[^1]])),
            (1, _) => product.Reshape(Shape.Scalar),
            (_, 1) => product.Reshape(Shape.Create([.. batch, left.Shape[^2]])),
            _ => product.Reshape(Shape.Create([.. batch, left.Shape[^2], right.Shape[^1]])),
        };
    }

    /// <summary>
    /// The shape of the products of two stacks of matrices, or null where the stacks do not broadcast.
    /// </summary>
    /// <exception cref="OverflowException">It has more elements than an array can hold.</exception>
    public static Shape? ResultOf(string operation, Shape x, Shape y)
    {
        int rank = Math.Max(x.Rank, y.Rank);
        Span<long> lengths = rank <= 16 ? stackalloc long[rank] : new long[rank];
        if (!Shape.TryBroadcast(x.Lengths[..^2], y.Lengths[..^2], lengths[..^2]))
            return null;
        (lengths[^2], lengths[^1]) = (x[^2], y[^1]);
        return Shape.OfResult(operation, lengths, x, y);
    }

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]} @ {inputs[1]}";

    protected internal override string Code(ReadOnlySpan<string> inputs) => $"{inputs[0]}.MatMul({inputs[1]})";

    protected override Shape InferShape(Shape x, Shape y)
    {
        if (x.Rank < 2 || y.Rank < 2 || x[^1] != y[^2])
            throw Mismatch(x, y);
        return ResultOf(Name, x, y) ?? throw Mismatch(x, y);
    }

    protected override Tensor<T> Forward(Tensor<T> x, Tensor<T> y, Shape shape) => _isStrong
        ? StrongZero.Bilinear(x, y, (x, y) => MatrixProduct.Multiply(x, y, shape))
        : MatrixProduct.Multiply(x, y, shape);

    protected internal override Variable<T> Batch(ReadOnlySpan<Variable<T>> inputs, ReadOnlySpan<bool> isBatch)
    {
        (Variable<T> x, Variable<T> y) = (inputs[0], inputs[1]);
        // A matrix times a batch of vectors is one product.
        if (!isBatch[0] && x.Rank == 2 && y.Rank == 3 && y.Shape[^1] == 1)
            return Product(y.Reshape(y.Shape.Without(2)), x.Transpose()).Unsqueeze(2);
        Variable<T>[] aligned = Batches.Align(inputs, isBatch);
        return Product(aligned[0], aligned[1]);
    }

    /// <summary>An element depends on a row of x and on a column of y.</summary>
    protected internal override IReadOnlyList<Dependence> DependenceOn(
        int input, ReadOnlySpan<Shape> inputs, Shape result) =>
        Dependence.Along(inputs[input].Rank - (input == 0 ? 1 : 2), inputs[input], result);

    protected override Variable<T>? PropagateX(Variable<T> gradient, in Propagation<T> at) =>
        gradient.StrongMatMul(at.Y.Transpose(-2, -1));

    protected override Variable<T>? PropagateY(Variable<T> gradient, in Propagation<T> at) =>
        at.X.Transpose(-2, -1).StrongMatMul(gradient);
}
