using System.Numerics;

namespace SimpleGrad;

/// <summary>L D Lᵀ of a symmetric positive definite matrix, of which the lower triangle is read.</summary>
internal sealed class SparseCholesky<T> : SparseFactorization<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string Op = "cholesky";

    private readonly CholeskyPattern _pattern;
    private readonly T[] _lower;
    private readonly T[] _diagonal;

    private SparseCholesky(SparseMatrix<T> matrix, CholeskyPattern pattern, T[] lower, T[] diagonal) : base(matrix) =>
        (_pattern, _lower, _diagonal) = (pattern, lower, diagonal);

    public override int Count => _lower.Length + Size;

    private protected override string Name => Op;

    public static SparseCholesky<T> Of(SparseMatrix<T> matrix)
    {
        RequireSquare(Op, matrix);
        return Of(matrix, CholeskyPattern.Of(matrix));
    }

    /// <summary>The factorisation, or null if the matrix is not positive definite.</summary>
    public static SparseCholesky<T>? TryOf(SparseMatrix<T> matrix) =>
        TryOf(matrix, CholeskyPattern.Of(matrix), out _, out _);

    /// <summary>
    /// Whether the matrix is its own transpose, but for the rounding of its elements, and its diagonal positive: then
    /// it may be positive definite.
    /// </summary>
    public static bool MayBe(SparseMatrix<T> matrix)
    {
        SparseMatrix<T> transposed = matrix.Transpose();
        if (!matrix.HasPatternOf(transposed))
            return false;
        T[] diagonal = matrix.Diagonal().ToArray();
        if (!Array.TrueForAll(diagonal, value => value > T.Zero))
            return false;
        T[] roots = Array.ConvertAll(diagonal, T.Sqrt);
        T rounding = Rounding(0);
        ReadOnlySpan<T> others = transposed.Values.Span;
        int i = 0;
        foreach ((int row, int column, T value) in matrix.Triplets)
        {
            if (!(T.Abs(value - others[i++]) <= rounding * roots[row] * roots[column]))
                return false;
        }
        return true;
    }

    private protected override SparseFactorization<T> OfSamePattern(SparseMatrix<T> matrix) => Of(matrix, _pattern);

    private protected override T[] Solution(T[] side)
    {
        int[] order = _pattern.Order, pointers = _pattern.Pointers, rows = _pattern.Rows;
        var x = new T[Size];
        for (int i = 0; i < x.Length; i++)
            x[i] = side[order[i]];
        for (int column = 0; column < x.Length; column++)
            SparseColumn.Subtract(_lower, rows, pointers[column], pointers[column + 1], x[column], x);
        for (int column = x.Length - 1; column >= 0; column--)
        {
            T value = x[column] / _diagonal[column];
            for (int i = pointers[column]; i < pointers[column + 1]; i++)
                value -= _lower[i] * x[rows[i]];
            x[column] = value;
        }
        var solution = new T[Size];
        for (int i = 0; i < x.Length; i++)
            solution[order[i]] = x[i];
        return solution;
    }

    private static SparseCholesky<T> Of(SparseMatrix<T> matrix, CholeskyPattern pattern)
    {
        RequireFinite(Op, matrix);
        return TryOf(matrix, pattern, out int row, out T pivot) ?? throw new ArgumentException(
            $"{Op}: the matrix is not positive definite: row {row} has the pivot {pivot}. Lu and Factorize take any "
            + "matrix that is not singular.");
    }

    /// <summary>Row after row of L: each is the solution of a triangular system with the rows above it.</summary>
    private static SparseCholesky<T>? TryOf(
        SparseMatrix<T> matrix, CholeskyPattern pattern, out int failed, out T pivot)
    {
        int count = matrix.Rows;
        T rounding = Rounding(count);
        int[] parents = pattern.Parents, pointers = pattern.Pointers, rows = pattern.Rows;
        ReadOnlySpan<T> values = matrix.Values.Span;
        T[] lower = new T[rows.Length], diagonal = new T[count], y = new T[count];
        int[] filled = new int[count], seenBy = new int[count], reached = new int[count];
        for (int row = 0; row < count; row++)
        {
            int top = count;
            seenBy[row] = row;
            T scale = T.Zero;
            for (int i = pattern.UpperPointers[row]; i < pattern.UpperPointers[row + 1]; i++)
            {
                int at = pattern.UpperRows[i];
                T value = values[pattern.Sources[i]];
                y[at] = value;
                if (at == row)
                    scale = T.Abs(value);
                else
                    top = CholeskyPattern.Reach(at, row, top, parents, seenBy, reached);
            }
            T rest = y[row];
            y[row] = T.Zero;
            for (; top < count; top++)
            {
                int column = reached[top];
                T value = y[column];
                y[column] = T.Zero;
                int first = pointers[column], end = first + filled[column];
                SparseColumn.Subtract(lower, rows, first, end, value, y);
                T element = value / diagonal[column];
                rest -= element * value;
                lower[end] = element;
                filled[column]++;
            }
            if (!(rest > rounding * scale))
            {
                (failed, pivot) = (pattern.Order[row], rest);
                return null;
            }
            diagonal[row] = rest;
        }
        (failed, pivot) = (-1, T.Zero);
        return new(matrix, pattern, lower, diagonal);
    }
}
