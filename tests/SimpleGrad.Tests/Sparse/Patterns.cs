namespace SimpleGrad.Tests.Sparse;

/// <summary>Sparse matrices of several kinds.</summary>
internal static class Patterns
{
    public static SparseMatrix<double> Random(int rows, int columns, double density, int seed)
    {
        var random = new Random(seed);
        return SparseMatrix.FromTriplets<double>(rows, columns,
        [
            .. from row in Enumerable.Range(0, rows)
               from column in Enumerable.Range(0, columns)
               where random.NextDouble() < density
               select (row, column, 2 * random.NextDouble() - 1),
        ]);
    }

    /// <summary>A random matrix with a number on each place of a random permutation, so that it is regular.</summary>
    public static SparseMatrix<double> Regular(int size, double density, int seed)
    {
        int[] order = [.. Enumerable.Range(0, size)];
        new Random(seed).Shuffle(order);
        return Random(size, size, density, seed)
            + SparseMatrix.FromTriplets<double>(size, size, order.Select((column, row) => (row, column, 4.0)));
    }

    public static SparseMatrix<double> Definite(int size, double density, int seed)
    {
        SparseMatrix<double> half = Random(size, size, density, seed);
        return half.MatMul(half.Transpose()) + 0.1 * SparseMatrix.Eye<double>(size);
    }

    public static SparseMatrix<double> Banded(int size, int width) => SparseMatrix.FromTriplets<double>(size, size,
    [
        .. from row in Enumerable.Range(0, size)
           from column in Enumerable.Range(0, size)
           where Math.Abs(row - column) <= width
           select (row, column, row == column ? 2.5 * width : -1.0 / (1 + Math.Abs(row - column))),
    ]);

    /// <summary>A full first row and column, which fill everything where they are eliminated first.</summary>
    public static SparseMatrix<double> Arrow(int size) => SparseMatrix.FromTriplets<double>(size, size,
    [
        (0, 0, 2.0 * size),
        .. Enumerable.Range(1, size - 1).SelectMany(
            i => new[] { (i, i, 3.0), (0, i, 1.0), (i, 0, 1.0) }),
    ]);

    /// <summary>The five-point Laplacian of a square grid, with 0 at the edge.</summary>
    public static SparseMatrix<double> Laplacian(int side) => SparseMatrix.FromTriplets<double>(
        side * side, side * side,
        from y in Enumerable.Range(0, side)
        from x in Enumerable.Range(0, side)
        from neighbour in new[] { (0, 0), (1, 0), (-1, 0), (0, 1), (0, -1) }
        let at = (X: x + neighbour.Item1, Y: y + neighbour.Item2)
        where at.X >= 0 && at.X < side && at.Y >= 0 && at.Y < side
        select (y * side + x, at.Y * side + at.X, neighbour == (0, 0) ? 4.0 : -1.0));

    public static SparseMatrix<double> Permuted(SparseMatrix<double> matrix, int seed, bool alike)
    {
        int[] rows = [.. Enumerable.Range(0, matrix.Rows)], columns = [.. rows];
        new Random(seed).Shuffle(rows);
        new Random(alike ? seed : seed + 1).Shuffle(columns);
        return SparseMatrix.FromTriplets(
            matrix.Rows, matrix.Columns,
            matrix.Triplets.Select(each => (rows[each.Row], columns[each.Column], each.Value)));
    }

    public static SparseMatrix<float> Single(SparseMatrix<double> matrix) => SparseMatrix.FromTriplets(
        matrix.Rows, matrix.Columns, matrix.Triplets.Select(each => (each.Row, each.Column, (float)each.Value)));
}
