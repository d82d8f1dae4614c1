using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// A = Q R of each matrix in the last two axes, where QᵀQ = 1 and R is upper triangular, as <c>torch.linalg.qr</c>.
    /// The gradient is finite where the columns of A are independent; of a matrix with more columns than rows, the
    /// first ones, as many as there are rows.
    /// </summary>
    /// <returns>Q, of shape (…, m, k), and R, of shape (…, k, n), for A of shape (…, m, n), where k is the lesser of m
    /// and n.</returns>
    /// <exception cref="ArgumentException">There are no two axes.</exception>
    public (Variable<T> Q, Variable<T> R) Qr()
    {
        int rows = Matrices.Require("qr", Shape)[^2], columns = Shape[^1];
        if (columns > rows)
        {
            // The reflections of the first columns are all there are.
            (Variable<T> square, Variable<T> first) = Slice(-1, 0, rows).Qr();
            return (square, Variable.Concatenate([first, square.Transpose(-2, -1).MatMul(Slice(-1, rows))], -1));
        }
        Variable<T> both = QrOperator<T>.Instance.Apply(this);
        return (both.Slice(-2, 0, rows), both.Slice(-2, rows));
    }

    /// <summary>
    /// The first columns of a product of Householder's reflections 1 - τ v vᵀ, as
    /// <c>torch.linalg.householder_product</c>. The i-th vector v is 1 at i, the i-th column of this matrix below, and
    /// 0 above.
    /// </summary>
    /// <param name="tau">The factors τ, of shape (…, k), where k is at most n.</param>
    /// <returns>Of the shape of this variable, (…, m, n), where n is at most m.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public Variable<T> HouseholderProduct(Variable<T> tau)
    {
        ArgumentNullException.ThrowIfNull(tau);
        int rows = Matrices.Require("householder_product", Shape)[^2], columns = Shape[^1];
        if (columns > rows || tau.Rank != Rank - 1 || tau.Shape[^1] > columns
            || !tau.Shape.Lengths[..^1].SequenceEqual(Shape.Lengths[..^2]))
            throw new ArgumentException(
                $"householder_product: factors of shape {tau.Shape} do not fit vectors of shape {Shape}: these have at "
                + "least as many rows as columns, the factors are no more than the columns, and the axes before are "
                + "the same.");
        Variable<T> product = Beside(Tensor.Eye<T>(rows)).Slice(-1, 0, columns).Expand(Shape);
        Variable<T> vectors = Tril(-1) + product;
        for (int i = tau.Shape[^1] - 1; i >= 0; i--)
        {
            Variable<T> vector = vectors.Slice(-1, i, i + 1);
            product -= tau.Slice(-1, i, i + 1).Unsqueeze(-1)
                * vector.MatMul(vector.Transpose(-2, -1).MatMul(product));
        }
        return product;
    }

    /// <summary>
    /// The X for which A X - B is shortest, for matrices A of independent columns in the last two axes, by
    /// <see cref="Qr"/>.
    /// </summary>
    /// <param name="b">Matrices of right sides, with as many rows as A; stacks are broadcast.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or A has more columns than rows.</exception>
    public Variable<T> Lstsq(Variable<T> b)
    {
        ArgumentNullException.ThrowIfNull(b);
        if (Matrices.Require("lstsq", Shape)[^1] > Shape[^2])
            throw new ArgumentException($"lstsq: the matrices of shape {Shape} have more columns than rows.");
        if (b.Rank < 2 || b.Shape[^2] != Shape[^2])
            throw new ArgumentException(
                $"lstsq: right sides of shape {b.Shape} do not fit matrices of shape {Shape}: they need as many rows.");
        (Variable<T> q, Variable<T> r) = Qr();
        return r.SolveTriangular(q.Transpose(-2, -1).MatMul(b), upper: true);
    }

    /// <summary>
    /// The pseudoinverse of each matrix in the last two axes, whose columns, or if these are more, rows are
    /// independent; by <see cref="Qr"/>.
    /// </summary>
    /// <exception cref="ArgumentException">There are no two axes.</exception>
    public Variable<T> Pinv()
    {
        Matrices.Require("pinv", Shape);
        if (Shape[^1] > Shape[^2])
            return Transpose(-2, -1).Pinv().Transpose(-2, -1);
        (Variable<T> q, Variable<T> r) = Qr();
        return r.SolveTriangular(q.Transpose(-2, -1), upper: true);
    }
}

/// <summary>
/// Q and below it R, where A = Q R, QᵀQ = 1, and R is upper triangular; the diagonal of R has the signs that
/// Householder's reflections give it. The derivative is that of matrices with independent columns.
/// </summary>
internal sealed class QrOperator<T> : UnaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static QrOperator<T> Instance { get; } = new();

    public override string Name => "qr";

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Cubic(inputs[0], Costs.Qr);

    public override Keeps Keeps => Keeps.Result;

    protected override Shape InferShape(Shape x) => Matrices.Require(Name, x)[^2] >= x[^1]
        ? Shape.Create([.. x.Lengths[..^2], x[^2] + x[^1], x[^1]])
        : throw new ArgumentException($"{Name}: the matrices of shape {x} have more columns than rows.");

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        int rows = x.Shape[^2], n = x.Shape[^1], length = rows * n;
        T[] a = x.ToArray();
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        for (int i = 0; i * length < a.Length; i++)
        {
            Span<T> both = result.NewData.Slice(i * (length + n * n), length + n * n);
            OrthogonalFactorization.Qr(a.AsSpan(i * length, length), rows, n, both[..length], n, both[length..]);
        }
        return result;
    }

    protected internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    /// <summary>(Ḡq + Q S) R⁻ᵀ, where S is R Ḡrᵀ - Ḡqᵀ Q below the diagonal, and symmetric.</summary>
    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        int rows = at.ShapeOf(0)[^2];
        Variable<T> q = at.Result.Slice(-2, 0, rows), r = at.Result.Slice(-2, rows);
        Variable<T> ofQ = gradient.Slice(-2, 0, rows), ofR = gradient.Slice(-2, rows);
        Variable<T> whole = r.MatMul(ofR.Transpose(-2, -1)) - ofQ.Transpose(-2, -1).MatMul(q);
        Variable<T> symmetric = whole.Band(int.MinValue, 0) + whole.Band(int.MinValue, -1).Transpose(-2, -1);
        return r.Transpose(-2, -1).SolveTriangular(ofQ + q.MatMul(symmetric), upper: false, left: false);
    }
}
