using System.Numerics;
using System.Numerics.Tensors;

namespace SimpleGrad;

/// <summary>
/// Factorizations of one square matrix, in place and row-major. Large matrices are worked through in blocks, so that
/// most of the work is products of matrices.
/// </summary>
internal static class Factorization
{
    private const int BlockLength = 64;

    /// <summary>
    /// Gaussian elimination with partial pivoting: P A = L U, with L below the diagonal (its ones are not stored) and
    /// U above. Row <c>i</c> of P A is row <c>order[i]</c> of A.
    /// </summary>
    /// <returns>The first place on the diagonal that is exactly zero, or -1; there, the matrix is singular.</returns>
    public static int Lu<T>(Span<T> a, int n, Span<int> order, out bool isOdd)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int zero = -1;
        isOdd = false;
        Span<T> column = stackalloc T[BlockLength];
        for (int i = 0; i < n; i++)
            order[i] = i;
        for (int start = 0; start < n; start += BlockLength)
        {
            int end = Math.Min(start + BlockLength, n);
            for (int k = start; k < end; k++)
            {
                EliminateColumn(a, n, start, k, column);
                int pivot = k;
                for (int i = k + 1; i < n; i++)
                {
                    if (T.Abs(a[i * n + k]) > T.Abs(a[pivot * n + k]))
                        pivot = i;
                }
                if (pivot != k)
                {
                    Swap(a.Slice(k * n, n), a.Slice(pivot * n, n));
                    (order[k], order[pivot]) = (order[pivot], order[k]);
                    isOdd = !isOdd;
                }
                if (a[k * n + k] == T.Zero)
                    zero = zero < 0 ? k : zero;
                for (int i = k + 1; i < n && a[k * n + k] != T.Zero; i++)
                    a[i * n + k] /= a[k * n + k];
            }
            if (end == n)
                break;
            for (int k = start; k < end; k++)
            {
                for (int i = k + 1; i < end; i++)
                    SubtractMultiple(Row(a, n, k, end, n), a[i * n + k], Row(a, n, i, end, n));
            }
            var whole = new MatrixView<T>(a, n, n);
            SubtractProduct(
                whole.Part(end, start, n - end, end - start), whole.Part(start, end, end - start, n - end),
                a[(end * n + end)..], n);
        }
        return zero;
    }

    /// <summary>
    /// Subtracts from a column what the columns before it, within the block, contribute. The contributions are summed
    /// before they are subtracted, so that a matrix of small integers that is singular ends in an exact zero more often
    /// than if they were subtracted one by one.
    /// </summary>
    private static void EliminateColumn<T>(Span<T> a, int n, int start, int k, Span<T> column)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = start; i < n; i++)
        {
            int done = Math.Min(i, k) - start;
            T rest = a[i * n + k] -= Dot(Row(a, n, i, start, start + done), column[..done]);
            if (i < k)
                column[done] = rest;
        }
    }

    /// <summary>
    /// A = L Lᵀ, from the lower triangle of A; the upper one becomes zero.
    /// </summary>
    /// <returns>The order of the first leading minor that is not positive, or 0 where all are.</returns>
    public static int Cholesky<T>(Span<T> a, int n) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int start = 0; start < n; start += BlockLength)
        {
            int end = Math.Min(start + BlockLength, n);
            for (int i = start; i < n; i++)
            {
                Span<T> row = Row(a, n, i, start, end);
                for (int j = start; j < Math.Min(i, end); j++)
                {
                    int done = j - start;
                    T rest = row[done] - Dot(row[..done], Row(a, n, j, start, j));
                    row[done] = rest / a[j * n + j];
                }
                if (i >= end)
                    continue;
                T square = a[i * n + i] - Dot(row[..(i - start)], row[..(i - start)]);
                if (!(square > T.Zero))
                    return i + 1;
                a[i * n + i] = T.Sqrt(square);
            }
            if (end == n)
                break;
            MatrixView<T> below = new MatrixView<T>(a, n, n).Part(end, start, n - end, end - start);
            SubtractProduct(below, below.Transposed, a[(end * n + end)..], n);
        }
        for (int i = 0; i < n; i++)
            Row(a, n, i, i + 1, n).Clear();
        return 0;
    }

    /// <summary>
    /// Solves A X = B in place of B, of which there are <paramref name="columns"/>; only one triangle of A is read.
    /// </summary>
    public static void SolveTriangular<T>(MatrixView<T> a, bool upper, bool unit, Span<T> b, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = a.Rows;
        if (n > BlockLength && columns > 1)
        {
            // Half of the unknowns, then the other half with these put in.
            int half = n / 2, rest = n - half;
            Span<T> top = b[..(half * columns)], bottom = b[(half * columns)..];
            if (upper)
                SolveTriangular(a.Part(half, half, rest, rest), upper, unit, bottom, columns);
            else
                SolveTriangular(a.Part(0, 0, half, half), upper, unit, top, columns);
            if (upper)
                SubtractProduct(a.Part(0, half, half, rest), new MatrixView<T>(bottom, rest, columns), top, columns);
            else
                SubtractProduct(a.Part(half, 0, rest, half), new MatrixView<T>(top, half, columns), bottom, columns);
            if (upper)
                SolveTriangular(a.Part(0, 0, half, half), upper, unit, top, columns);
            else
                SolveTriangular(a.Part(half, half, rest, rest), upper, unit, bottom, columns);
            return;
        }
        for (int step = 0; step < n; step++)
        {
            int i = upper ? n - 1 - step : step;
            Span<T> row = b.Slice(i * columns, columns);
            for (int known = 0; known < step; known++)
            {
                int k = upper ? n - 1 - known : known;
                T factor = a.Memory[i * a.RowStride + k * a.ColumnStride];
                SubtractMultiple(b.Slice(k * columns, columns), factor, row);
            }
            if (!unit)
                TensorPrimitives.Divide(row, a.Memory[i * (a.RowStride + a.ColumnStride)], row);
        }
    }

    /// <summary>
    /// The matrix of cofactors, the gradient of the determinant, of any matrix, singular or not.
    /// </summary>
    /// <remarks>
    /// Gaussian elimination with complete pivoting puts what makes the matrix singular last: B = P A Q = L U, where U
    /// has the blocks U₁, w and, in the corner, u. The adjugate of U is then det U₁ times the blocks u U₁⁻¹, -U₁⁻¹ w
    /// and, in the corner, 1: nothing is divided by u. If U₁ is singular too, all cofactors are zero. The adjugate
    /// of B is that of U times L⁻¹, and the cofactors are its transpose.
    /// </remarks>
    public static void Cofactors<T>(Span<T> a, int n, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (n == 0)
            return;
        Span<int> rows = new int[n], columns = new int[n];
        T scale = CompleteLu(a, n, rows, columns) ? -T.One : T.One;
        for (int i = 0; i < n - 1; i++)
            scale *= a[i * n + i];
        if (scale == T.Zero)
        {
            result.Clear();
            return;
        }
        var factors = new MatrixView<T>(a, n, n);
        Span<T> adjugate = new T[n * n];
        for (int i = 0; i < n; i++)
            adjugate[i * n + i] = T.One;
        SolveTriangular(factors, upper: false, unit: true, adjugate, n);
        Span<T> last = adjugate[((n - 1) * n)..];
        for (int i = 0; i < n - 1; i++)
        {
            Span<T> row = adjugate.Slice(i * n, n);
            TensorPrimitives.Multiply(row, a[n * n - 1], row);
            SubtractMultiple(last, a[i * n + n - 1], row);
        }
        SolveTriangular(
            factors.Part(0, 0, n - 1, n - 1), upper: true, unit: false, adjugate[..((n - 1) * n)], n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
                result[rows[i] * n + columns[j]] = scale * adjugate[j * n + i];
        }
    }

    /// <returns>Whether rows and columns together were exchanged an odd number of times.</returns>
    private static bool CompleteLu<T>(Span<T> a, int n, Span<int> rows, Span<int> columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isOdd = false;
        for (int i = 0; i < n; i++)
            rows[i] = columns[i] = i;
        for (int k = 0; k < n; k++)
        {
            (int row, int column) = (k, k);
            for (int i = k; i < n; i++)
            {
                int greatest = k + TensorPrimitives.IndexOfMaxMagnitude<T>(Row(a, n, i, k, n));
                if (T.Abs(a[i * n + greatest]) > T.Abs(a[row * n + column]))
                    (row, column) = (i, greatest);
            }
            if (row != k)
                Swap(a.Slice(k * n, n), a.Slice(row * n, n));
            for (int i = 0; i < n && column != k; i++)
                (a[i * n + k], a[i * n + column]) = (a[i * n + column], a[i * n + k]);
            (rows[k], rows[row]) = (rows[row], rows[k]);
            (columns[k], columns[column]) = (columns[column], columns[k]);
            isOdd ^= (row != k) != (column != k);
            if (a[k * n + k] == T.Zero)
                break;
            for (int i = k + 1; i < n; i++)
            {
                T factor = a[i * n + k] /= a[k * n + k];
                SubtractMultiple(Row(a, n, k, k + 1, n), factor, Row(a, n, i, k + 1, n));
            }
        }
        return isOdd;
    }

    private static Span<T> Row<T>(Span<T> a, int n, int row, int from, int to) => a[(row * n + from)..(row * n + to)];

    private static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y) where T : unmanaged, INumberBase<T> =>
        x.IsEmpty ? T.Zero : TensorPrimitives.Dot(x, y);

    /// <summary>y -= factor x.</summary>
    private static void SubtractMultiple<T>(ReadOnlySpan<T> x, T factor, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (y.Length == 1)
            y[0] = T.FusedMultiplyAdd(-factor, x[0], y[0]);
        else if (y.Length > 1)
            TensorPrimitives.FusedMultiplyAdd(x, -factor, y, y);
    }

    /// <summary>result -= x y.</summary>
    private static void SubtractProduct<T>(MatrixView<T> x, MatrixView<T> y, Span<T> result, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var negative = new T[x.Rows * x.Columns];
        x.CopyTo(negative);
        TensorPrimitives.Negate<T>(negative, negative);
        MatrixProduct.Multiply(new MatrixView<T>(negative, x.Rows, x.Columns), y, result, stride, accumulate: true);
    }

    private static void Swap<T>(Span<T> x, Span<T> y)
    {
        for (int i = 0; i < x.Length; i++)
            (x[i], y[i]) = (y[i], x[i]);
    }
}
