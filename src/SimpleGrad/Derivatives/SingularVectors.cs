using System.Numerics;

namespace SimpleGrad;

public sealed partial class Variable<T>
{
    /// <summary>
    /// A = U diag(s) Vᵀ of each matrix in the last two axes, where UᵀU = 1, VᵀV = 1, and s ≥ 0 descends. As
    /// <c>torch.linalg.svd</c>.
    /// </summary>
    /// <remarks>
    /// The derivatives are those of the eigenvalues and eigenvectors of the symmetric matrix (0 A; Aᵀ 0), see
    /// <see cref="Eigh"/>: they are right up to the third order, also where singular values are equal, for functions
    /// that do not depend on which singular vectors of equal singular values are chosen, and on the sign of pairs of
    /// them. Where a singular value is zero, it has a kink: the sum of their squares has a derivative, their sum has
    /// none. What has none is an error.
    /// </remarks>
    /// <param name="fullMatrices">
    /// Whether U and V are square; else, they have as many columns as there are singular values. The further columns
    /// can be chosen freely, so that functions must not depend on that choice.
    /// </param>
    /// <returns>
    /// For A of shape (…, m, n), with k the lesser of m and n: U of shape (…, m, m) or (…, m, k); the singular values,
    /// of shape (…, k); and Vᵀ of shape (…, n, n) or (…, k, n).
    /// </returns>
    /// <exception cref="ArgumentException">There are no two axes.</exception>
    public (Variable<T> U, Variable<T> S, Variable<T> Vh) Svd(bool fullMatrices = true)
    {
        (Variable<T> values, Variable<T> vectors) = Augmented();
        int rows = Shape[^2], columns = Shape[^1], count = Math.Min(rows, columns), all = rows + columns;
        Variable<T> pairs = vectors.Slice(-1, all - count).Flip(-1) * Math.Sqrt(2);
        Variable<T> left = pairs.Slice(-2, 0, rows), right = pairs.Slice(-2, rows);
        if (fullMatrices && rows != columns)
        {
            Variable<T> others = vectors.Slice(-1, count, all - count);
            if (rows > columns)
                left = Variable.Concatenate([left, others.Slice(-2, 0, rows)], -1);
            else
                right = Variable.Concatenate([right, others.Slice(-2, rows)], -1);
        }
        return (left, values.Slice(-1, all - count).Flip(-1), right.Transpose(-2, -1));
    }

    /// <summary>
    /// The singular values of each matrix in the last two axes, descending, as <c>torch.linalg.svdvals</c>; see
    /// <see cref="Svd"/>.
    /// </summary>
    /// <returns>Of shape (…, k), where k is the lesser of the matrices' lengths.</returns>
    /// <exception cref="ArgumentException">There are no two axes.</exception>
    public Variable<T> Svdvals()
    {
        (Variable<T> values, _) = Augmented();
        return values.Slice(-1, Math.Max(Shape[^2], Shape[^1])).Flip(-1);
    }

    /// <summary>The eigenvalues and eigenvectors of (0 A; Aᵀ 0).</summary>
    private (Variable<T> Values, Variable<T> Vectors) Augmented()
    {
        int rows = Matrices.Require("svd", Shape)[^2], columns = Shape[^1];
        Variable<T> above = PadAxis(Rank - 1, rows, 0);
        Variable<T> below = Transpose(-2, -1).PadAxis(Rank - 1, 0, columns);
        return new SvdOperator<T>(rows).Decompose(Variable.Concatenate([above, below], -2));
    }
}

/// <summary>
/// The eigenvectors of (0 A; Aᵀ 0), which are (u, v) and (u, -v) divided by the root of 2 for singular vectors u and v
/// of A, and its eigenvalues, s and -s, below them. Between these are zeros, as many as A is longer than it is wide,
/// with vectors that complete the others.
/// </summary>
/// <param name="rows">How many rows A has.</param>
internal sealed class SvdOperator<T>(int rows) : EigenOperator<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Name => "svd";

    internal override object Identity => (typeof(SvdOperator<T>), rows);

    protected override bool AreSingular => true;

    protected internal override double Cost(ReadOnlySpan<Shape> inputs, Shape result) =>
        Costs.Cubic(inputs[0], Costs.SingularVectors);

    protected internal override string Describe(ReadOnlySpan<string> inputs) => $"{inputs[0]}.svd(rows={rows})";

    /// <summary>Rotations of (u, v) and (u, -v) make other vectors of them.</summary>
    protected override bool AreAlike => false;

    protected override void Move(Span<T> moves, int index, T by)
    {
        int n = moves.Length, count = Math.Min(rows, n - rows), mirrored = n - 1 - index;
        if (Math.Min(index, mirrored) >= count)
            return; // one of the zeros
        moves[index] += by;
        moves[mirrored] -= by;
    }

    protected override void Factor(Span<T> a, int n, Span<T> vectors, Span<T> values)
    {
        int columns = n - rows, most = Math.Max(rows, columns), count = n - most;
        bool isWide = columns > rows;
        var matrix = new T[rows * columns];
        MatrixView<T> block = new MatrixView<T>(a, n, n).Part(0, rows, rows, columns);
        (isWide ? block.Transposed : block).CopyTo(matrix);
        T[] left = new T[most * most], right = new T[count * count], singular = new T[count];
        SingularValues.Decompose<T>(matrix, most, count, left, singular, right);
        vectors.Clear();
        values.Clear();
        T root = T.One / T.Sqrt(T.CreateChecked(2));
        for (int i = 0; i < most; i++)
        {
            bool isPair = i < count;
            int high = isPair ? n - 1 - i : i;
            if (isPair)
                (values[i], values[high]) = (-singular[i], singular[i]);
            for (int j = 0; j < most; j++)
            {
                int at = (isWide ? rows + j : j) * n;
                vectors[at + i] = vectors[at + high] = isPair ? root * left[i * most + j] : left[i * most + j];
            }
            for (int j = 0; j < count && isPair; j++)
            {
                int at = (isWide ? j : rows + j) * n;
                (vectors[at + i], vectors[at + high]) = (-root * right[i * count + j], root * right[i * count + j]);
            }
        }
    }
}
