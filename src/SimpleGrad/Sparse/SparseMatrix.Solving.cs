namespace SimpleGrad;

public sealed partial class SparseMatrix<T>
{
    /// <summary>
    /// Solves <c>A x = b</c>: by <see cref="Factorize"/>, which is worth keeping where there are several right sides,
    /// or several matrices with one pattern.
    /// </summary>
    /// <param name="b">A vector, or a matrix with a right side in each column.</param>
    /// <returns>The solution, of the shape of <paramref name="b"/>.</returns>
    /// <exception cref="ArgumentException">The matrix is not square, is singular or has an element that is not finite,
    /// or <paramref name="b"/> has not as many rows.</exception>
    public Tensor<T> Solve(Tensor<T> b)
    {
        ArgumentNullException.ThrowIfNull(b);
        return Factorize().Solve(b);
    }

    /// <summary>
    /// A factorisation that solves: <see cref="Cholesky"/>'s where the matrix is symmetric, but for rounding, and
    /// positive definite; else <see cref="Lu"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The matrix is not square, is singular or has an element that is not
    /// finite.</exception>
    public SparseFactorization<T> Factorize() =>
        Rows == Columns && SparseCholesky<T>.MayBe(this) && SparseCholesky<T>.TryOf(this) is { } cholesky
            ? cholesky : Lu();

    /// <summary>
    /// The Cholesky factorisation, as L D Lᵀ. The lower triangle is read, and the upper one taken to be the same.
    /// </summary>
    /// <exception cref="ArgumentException">The matrix is not square or not positive definite, or an element is not
    /// finite.</exception>
    public SparseFactorization<T> Cholesky() => SparseCholesky<T>.Of(this);

    /// <summary>
    /// The factorisation of any square matrix as L U, with partial pivoting. Where the pattern is symmetric, an element
    /// of the diagonal is the pivot if it is a tenth of the largest one at least.
    /// </summary>
    /// <exception cref="ArgumentException">The matrix is not square or singular, or an element is not
    /// finite.</exception>
    public SparseFactorization<T> Lu() => SparseLu<T>.Of(this);
}
