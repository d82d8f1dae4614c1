using System.Numerics;

namespace SimpleGrad;

/// <summary>The order in which the columns of a matrix are eliminated.</summary>
/// <param name="Columns">Which column comes first, second, ….</param>
/// <param name="PrefersDiagonal">Whether an element of the diagonal that is not much smaller than the largest one is
/// the pivot: it fills what the order is made for.</param>
internal sealed record LuOrder(int[] Columns, bool PrefersDiagonal)
{
    /// <summary>
    /// That of A where its pattern is symmetric and no element of the diagonal is zero, as in most problems on grids
    /// and networks; else that of AᵀA, which bounds the fill whatever the pivots are.
    /// </summary>
    public static LuOrder Of<T>(SparseMatrix<T> matrix) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int[] pointers, int[] rows, _) = matrix.TransposedPattern();
        bool isSymmetric = matrix.RowPointers.Span.SequenceEqual(pointers)
            && matrix.ColumnIndices.Span.SequenceEqual(rows)
            && Array.TrueForAll(matrix.Diagonal().ToArray(), value => value != T.Zero);
        return new(
            isSymmetric
                ? MinimumDegree.OfSymmetric(matrix)
                : MinimumDegree.OfColumns(
                    matrix.RowPointers.ToArray(), matrix.ColumnIndices.ToArray(), pointers, rows),
            isSymmetric);
    }
}
