using System.Globalization;
using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A square sparse matrix as a product of triangular ones, with its rows and columns in an order that keeps these
/// sparse. It solves for as many right sides as are asked, and never changes, so threads may share it.
/// </summary>
/// <remarks>
/// <para>Made by <see cref="SparseMatrix{T}.Factorize"/>, <see cref="SparseMatrix{T}.Cholesky"/> and
/// <see cref="SparseMatrix{T}.Lu"/>. Cholesky's is that of T. Davis, Algorithm 849: a concise sparse Cholesky
/// factorization package, ACM Trans. Math. Softw. 31 (2005); the LU one that of J. Gilbert and T. Peierls, Sparse
/// partial pivoting in time proportional to arithmetic operations, SIAM J. Sci. Stat. Comput. 9 (1988), with rows
/// and columns scaled by powers of two.</para>
/// <para>Both order columns by approximate minimum degree: that of the matrix where its pattern is symmetric, and
/// else of AᵀA.</para>
/// </remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract class SparseFactorization<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected SparseFactorization(SparseMatrix<T> matrix) => Matrix = matrix;

    /// <summary>The number of rows, and of columns, of the matrix.</summary>
    public int Size => Matrix.Rows;

    /// <summary>The number of elements that the triangular factors hold, with a diagonal once.</summary>
    public abstract int Count { get; }

    /// <summary>What was factorised.</summary>
    private protected SparseMatrix<T> Matrix { get; }

    private protected abstract string Name { get; }

    /// <summary>
    /// A pivot that is no larger than this times the sizes of what it is the sum of is nothing but rounding; for a
    /// matrix of that many rows.
    /// </summary>
    private protected static T Rounding(int size) =>
        T.CreateChecked(32L + size) * (T.BitIncrement(T.One) - T.One);

    /// <summary>Solves <c>A x = b</c>.</summary>
    /// <param name="b">A vector, or a matrix with a right side in each column.</param>
    /// <returns>The solution, of the shape of <paramref name="b"/>.</returns>
    /// <exception cref="ArgumentException">It has not as many rows as the matrix.</exception>
    public Tensor<T> Solve(Tensor<T> b)
    {
        ArgumentNullException.ThrowIfNull(b);
        if (b.Rank is not (1 or 2) || b.Shape[0] != Size)
            throw new ArgumentException(
                $"solve: a matrix of {Size} rows has no solution for shape {b.Shape}: it takes a vector of {Size} "
                + $"elements or a matrix of {Size} rows.", nameof(b));
        if (b.Rank == 1)
            return Tensor.Create<T>(Solution(b.ToArray()));
        int width = b.Shape[1];
        T[] all = b.ToArray(), side = new T[Size];
        for (int column = 0; column < width; column++)
        {
            for (int row = 0; row < Size; row++)
                side[row] = all[row * width + column];
            T[] solution = Solution(side);
            for (int row = 0; row < Size; row++)
                all[row * width + column] = solution[row];
        }
        return Tensor.Create<T>(all, b.Shape);
    }

    /// <summary>
    /// The same factorisation of a matrix that holds elements at the same places: the order of rows and columns is
    /// that of this one.
    /// </summary>
    /// <exception cref="ArgumentException">The matrix has another pattern, is singular, or for Cholesky's is not
    /// positive definite.</exception>
    public SparseFactorization<T> Refactorize(SparseMatrix<T> matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (!matrix.HasPatternOf(Matrix))
            throw new ArgumentException(
                $"{Name}: the matrix ({matrix}) does not hold elements at the same places as the one that was "
                + $"factorised ({Matrix}): factorise it from the beginning.", nameof(matrix));
        return OfSamePattern(matrix);
    }

    /// <summary>The kind, the size, and how many elements the factors hold.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name} of {Size} x {Size}, {Count} elements");

    private protected abstract SparseFactorization<T> OfSamePattern(SparseMatrix<T> matrix);

    private protected abstract T[] Solution(T[] side);

    private protected static void RequireSquare(string name, SparseMatrix<T> matrix)
    {
        if (matrix.Rows != matrix.Columns)
            throw new ArgumentException(
                $"{name}: the matrix has {matrix.Rows} rows and {matrix.Columns} columns, and a square one is needed.");
    }

    private protected static void RequireFinite(string name, SparseMatrix<T> matrix)
    {
        foreach ((int row, int column, T value) in matrix.Triplets)
        {
            if (!T.IsFinite(value))
                throw new ArgumentException($"{name}: element ({row}, {column}) is {value}.");
        }
    }

    internal static int Counted(string name, long count) => count <= Array.MaxLength
        ? (int)count
        : throw new OverflowException(
            $"{name}: a factor would hold {count} elements, more than an array can have. A solver that iterates, such "
            + "as conjugate gradients, needs none.");
}
