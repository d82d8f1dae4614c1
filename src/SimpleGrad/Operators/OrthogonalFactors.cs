using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// A = Q R of each matrix in the last two axes, where QᵀQ = 1 and R is upper triangular, as <c>torch.linalg.qr</c>.
    /// The gradient is finite where the columns of A are independent.
    /// </summary>
    /// <returns>Q, of the shape of A, and R, with as many rows and columns as A has columns.</returns>
    /// <exception cref="ArgumentException">There are no two axes, or more columns than rows.</exception>
    public (Variable<T> Q, Variable<T> R) Qr()
    {
        Variable<T> both = QrOperator<T>.Instance.Apply(this);
        return (both.Slice(-2, 0, Shape[^2]), both.Slice(-2, Shape[^2]));
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
        (Variable<T> q, Variable<T> r) = Qr();
        if (b.Rank < 2 || b.Shape[^2] != Shape[^2])
            throw new ArgumentException(
                $"lstsq: right sides of shape {b.Shape} do not fit matrices of shape {Shape}: they need as many rows.");
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

    /// <summary>
    /// The exponential of each square matrix in the last two axes, the sum of Aᵏ / k!, as <c>torch.matrix_exp</c>.
    /// </summary>
    /// <exception cref="ArgumentException">A matrix is not square.</exception>
    public Variable<T> MatrixExp() => MatrixExpOperator<T>.Instance.Apply(this);
}

/// <summary>
/// Q and below it R, where A = Q R, QᵀQ = 1, and R is upper triangular; the diagonal of R has the signs that
/// Householder's reflections give it. The derivative is that of matrices with independent columns.
/// </summary>
internal sealed class QrOperator<T> : UnaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static QrOperator<T> Instance { get; } = new();

    public override string Name => "qr";

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
            OrthogonalFactorization.Qr(a.AsSpan(i * length, length), rows, n, both[..length], both[length..]);
        }
        return result;
    }

    internal override UnaryOperator<T> ForBatch(Shape batch) => this;

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

/// <summary>
/// The exponential of each matrix, by Padé's approximation of order 13 after halving it until its norm is at most 5.37,
/// and squaring (Higham, "The Scaling and Squaring Method for the Matrix Exponential Revisited"). Its derivative is a
/// block of the exponential of a matrix of twice the size.
/// </summary>
internal sealed class MatrixExpOperator<T> : UnaryOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double GreatestNorm = 5.371920351148152;

    /// <summary>The numerator's coefficients, from the lowest power up.</summary>
    private static readonly double[] _pade =
    [
        64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
        670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
    ];

    public static MatrixExpOperator<T> Instance { get; } = new();

    public override string Name => "matrix_exp";

    public override Keeps Keeps => Keeps.X;

    protected override Shape InferShape(Shape x) => Matrices.RequireSquare(Name, x);

    protected override Tensor<T> Forward(Tensor<T> x, Shape shape)
    {
        if (x.Length == 0)
            return x;
        double norm = double.CreateChecked(x.Abs().Sum([-2], false).Amax().Item());
        if (!double.IsFinite(norm))
            return Tensor.Full(shape, T.NaN);
        int halvings = Math.Max(0, (int)Math.Ceiling(Math.Log2(norm / GreatestNorm)));
        Tensor<T> a = x * Math.ScaleB(1, -halvings), one = Matrices.Identity<T>(shape[^1]);
        Tensor<T> a2 = a.MatMul(a), a4 = a2.MatMul(a2), a6 = a4.MatMul(a2);
        Tensor<T> odd = a.MatMul(a6.MatMul(Sum(13, 11, 9)) + Sum(7, 5, 3) + one * _pade[1]);
        Tensor<T> even = a6.MatMul(Sum(12, 10, 8)) + Sum(6, 4, 2) + one * _pade[0];
        Tensor<T> result = LinearSystems.Solve(Name, even - odd, even + odd, shape);
        for (int i = 0; i < halvings; i++)
            result = result.MatMul(result);
        return result;

        Tensor<T> Sum(int sixth, int fourth, int second) =>
            a6 * _pade[sixth] + a4 * _pade[fourth] + a2 * _pade[second];
    }

    internal override UnaryOperator<T> ForBatch(Shape batch) => this;

    /// <summary>With E in the corner, exp of (A E; 0 A) has the derivative along E in its own.</summary>
    protected override Variable<T>? Propagate(Variable<T> gradient, in Propagation<T> at)
    {
        int n = at.ShapeOf(0)[^1];
        Variable<T> transposed = at.X.Transpose(-2, -1);
        Variable<T> above = Variable.Concatenate([transposed, gradient], -1);
        Variable<T> below = transposed.PadAxis(transposed.Rank - 1, n, 0);
        return Apply(Variable.Concatenate([above, below], -2)).Slice(-2, 0, n).Slice(-1, n);
    }
}
