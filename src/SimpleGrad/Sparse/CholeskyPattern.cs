using System.Numerics;

namespace SimpleGrad;

/// <summary>What the sparsity pattern alone says of a Cholesky factorisation.</summary>
/// <param name="Order">Which row and column of the matrix comes first, second, ….</param>
/// <param name="UpperPointers">Where each column of the upper triangle begins, in that order.</param>
/// <param name="UpperRows">The rows of the upper triangle, with the diagonal.</param>
/// <param name="Sources">Where each of its elements is among the values of the matrix.</param>
/// <param name="Parents">The elimination tree.</param>
/// <param name="Pointers">Where each column of L begins, without its diagonal of ones.</param>
/// <param name="Rows">The rows of L.</param>
internal sealed record CholeskyPattern(
    int[] Order, int[] UpperPointers, int[] UpperRows, int[] Sources, int[] Parents, int[] Pointers, int[] Rows)
{
    public static CholeskyPattern Of<T>(SparseMatrix<T> matrix) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] order = MinimumDegree.OfSymmetric(matrix);
        (int[] pointers, int[] rows, _) = Upper(matrix, order);
        int[] postorder = EliminationTree.Postorder(EliminationTree.Of(pointers, rows));
        return Of(matrix, Array.ConvertAll(postorder, at => order[at]));
    }

    /// <summary>The pattern with rows and columns in a given order.</summary>
    public static CholeskyPattern Of<T>(SparseMatrix<T> matrix, int[] order)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int[] upperPointers, int[] upperRows, int[] sources) = Upper(matrix, order);
        int[] parents = EliminationTree.Of(upperPointers, upperRows);
        int count = order.Length;
        int[] seenBy = new int[count], lengths = new int[count], reached = new int[count];
        EachRow(row => lengths[row]++);
        var pointers = new int[count + 1];
        long total = 0;
        for (int i = 0; i < count; i++)
        {
            total += lengths[i];
            pointers[i + 1] = SparseFactorization<T>.Counted("cholesky", total);
        }
        var rows = new int[total];
        int[] next = pointers[..count];
        int current = 0;
        EachRow(column => rows[next[column]++] = current);
        return new(order, upperPointers, upperRows, sources, parents, pointers, rows);

        void EachRow(Action<int> isIn)
        {
            Array.Fill(seenBy, -1);
            for (current = 0; current < count; current++)
            {
                int top = count;
                seenBy[current] = current;
                for (int i = upperPointers[current]; i < upperPointers[current + 1]; i++)
                    top = Reach(upperRows[i], current, top, parents, seenBy, reached);
                for (; top < count; top++)
                    isIn(reached[top]);
            }
        }
    }

    /// <summary>
    /// Puts before <paramref name="top"/> the columns that a column leads to up the tree, as far as they are new to the
    /// row.
    /// </summary>
    /// <returns>The new top.</returns>
    public static int Reach(int column, int row, int top, int[] parents, int[] seenBy, int[] reached)
    {
        int length = 0;
        for (; seenBy[column] != row; column = parents[column])
        {
            reached[length++] = column;
            seenBy[column] = row;
        }
        while (length > 0)
            reached[--top] = reached[--length];
        return top;
    }

    /// <summary>The lower triangle of the matrix with rows and columns in an order, transposed.</summary>
    private static (int[] Pointers, int[] Rows, int[] Sources) Upper<T>(SparseMatrix<T> matrix, int[] order)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = order.Length;
        var places = new int[count];
        for (int i = 0; i < count; i++)
            places[order[i]] = i;
        ReadOnlySpan<int> given = matrix.RowPointers.Span, columns = matrix.ColumnIndices.Span;
        var pointers = new int[count + 1];
        for (int row = 0; row < count; row++)
        {
            for (int i = given[row]; i < given[row + 1] && columns[i] <= row; i++)
                pointers[Math.Max(places[row], places[columns[i]]) + 1]++;
        }
        for (int i = 0; i < count; i++)
            pointers[i + 1] += pointers[i];
        int[] next = pointers[..count], rows = new int[pointers[count]], sources = new int[pointers[count]];
        for (int row = 0; row < count; row++)
        {
            for (int i = given[row]; i < given[row + 1] && columns[i] <= row; i++)
            {
                (int one, int other) = (places[row], places[columns[i]]);
                int at = next[Math.Max(one, other)]++;
                (rows[at], sources[at]) = (Math.Min(one, other), i);
            }
        }
        return (pointers, rows, sources);
    }
}
