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

    /// <summary>From a row of a block of columns to the next: no power of two.</summary>
    private const int PanelPitch = BlockLength + 8;

    /// <summary>The number of columns up to which they are worked on one by one.</summary>
    private const int FewColumns = 8;

    /// <summary>
    /// Gaussian elimination with partial pivoting: P A = L U, with L below the diagonal (its ones are not stored) and
    /// U above. Row <c>i</c> of P A is row <c>order[i]</c> of A.
    /// </summary>
    /// <returns>The first index at which the diagonal is exactly zero, so that the matrix is singular; or -1.</returns>
    public static int Lu<T>(Span<T> a, int n, Span<int> order, out bool isOdd)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int zero = -1;
        isOdd = false;
        for (int i = 0; i < n; i++)
            order[i] = i;
        // The columns of a block are worked on in memory of their own: in a matrix whose rows are a power of two long
        // they would meet in the same sets of the caches.
        using var scratch = new Scratch<T>(checked(n * PanelPitch));
        Span<T> panel = scratch.Span;
        Span<int> pivots = stackalloc int[BlockLength];
        for (int start = 0; start < n; start += BlockLength)
        {
            int end = Math.Min(start + BlockLength, n), rows = n - start;
            for (int i = 0; i < rows; i++)
                Row(a, n, start + i, start, end).CopyTo(panel[(i * PanelPitch)..]);
            FactorColumns(panel[..(rows * PanelPitch)], 0, end - start, pivots);
            for (int k = 0; k < end - start; k++)
            {
                int row = start + k, pivot = start + pivots[k];
                if (pivot != row)
                {
                    Swap(a.Slice(row * n, n), a.Slice(pivot * n, n));
                    (order[row], order[pivot]) = (order[pivot], order[row]);
                    isOdd = !isOdd;
                }
                if (zero < 0 && panel[k * PanelPitch + k] == T.Zero)
                    zero = row;
            }
            for (int i = 0; i < rows; i++)
                panel.Slice(i * PanelPitch, end - start).CopyTo(a[((start + i) * n + start)..]);
            if (end == n)
                break;
            var whole = new MatrixView<T>(a, n, n);
            TriangularRows.Solve(
                whole.Part(start, start, end - start, end - start), upper: false, unit: true, a[(start * n + end)..], n,
                n - end);
            SubtractProduct(
                whole.Part(end, start, n - end, end - start), whole.Part(start, end, end - start, n - end),
                a[(end * n + end)..], n);
        }
        return zero;
    }

    /// <summary>Eliminates columns of a panel: half of them, then the others with what these contribute.</summary>
    private static void FactorColumns<T>(Span<T> panel, int start, int end, Span<int> pivots)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = panel.Length / PanelPitch;
        if (end - start > FewColumns)
        {
            int middle = start + (end - start) / 2;
            FactorColumns(panel, start, middle, pivots);
            var whole = new MatrixView<T>(panel, rows, PanelPitch);
            TriangularRows.Solve(
                whole.Part(start, start, middle - start, middle - start), upper: false, unit: true,
                panel[(start * PanelPitch + middle)..], PanelPitch, end - middle);
            if (rows > middle)
                SubtractProduct(
                    whole.Part(middle, start, rows - middle, middle - start),
                    whole.Part(start, middle, middle - start, end - middle),
                    panel[(middle * PanelPitch + middle)..], PanelPitch);
            FactorColumns(panel, middle, end, pivots);
            return;
        }
        Span<T> column = stackalloc T[FewColumns];
        for (int k = start; k < end; k++)
        {
            EliminateColumn(panel, PanelPitch, start, k, column);
            int pivot = k;
            for (int i = k + 1; i < rows; i++)
            {
                if (T.Abs(panel[i * PanelPitch + k]) > T.Abs(panel[pivot * PanelPitch + k]))
                    pivot = i;
            }
            pivots[k] = pivot;
            if (pivot != k)
                Swap(panel.Slice(k * PanelPitch, BlockLength), panel.Slice(pivot * PanelPitch, BlockLength));
            T divisor = panel[k * PanelPitch + k];
            for (int i = k + 1; i < rows && divisor != T.Zero; i++)
                panel[i * PanelPitch + k] /= divisor;
        }
    }

    /// <summary>
    /// Subtracts from a column what the few columns before it contribute. The contributions are summed before they are
    /// subtracted, so that a matrix of small integers that is singular ends in an exact zero more often than if they
    /// were subtracted one by one.
    /// </summary>
    private static void EliminateColumn<T>(Span<T> panel, int pitch, int start, int k, Span<T> column)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int at = start * pitch, i = start; at < panel.Length; at += pitch, i++)
        {
            ReadOnlySpan<T> row = panel.Slice(at + start, Math.Min(i, k) - start);
            T sum = T.Zero;
            for (int j = 0; j < row.Length; j++)
                sum = T.FusedMultiplyAdd(row[j], column[j], sum);
            T reduced = panel[at + k] -= sum;
            if (i < k)
                column[row.Length] = reduced;
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
            if (CholeskyColumns(a, n, start, end) is int minor and > 0)
                return minor;
            // Of what these columns contribute to the others only the lower triangle is needed.
            var whole = new MatrixView<T>(a, n, n);
            for (int row = end; row < n; row += 2 * BlockLength)
                SubtractProduct(
                    whole.Part(row, start, n - row, end - start),
                    whole.Part(row, start, Math.Min(2 * BlockLength, n - row), end - start).Transposed,
                    a[(row * n + row)..], n);
        }
        for (int i = 0; i < n; i++)
            Row(a, n, i, i + 1, n).Clear();
        return 0;
    }

    /// <summary>Columns of L: half of them, then the others without what these contribute.</summary>
    private static int CholeskyColumns<T>(Span<T> a, int n, int start, int end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (end - start > FewColumns)
        {
            int middle = start + (end - start) / 2;
            if (CholeskyColumns(a, n, start, middle) is int minor and > 0)
                return minor;
            MatrixView<T> below = new MatrixView<T>(a, n, n).Part(middle, start, n - middle, middle - start);
            SubtractProduct(
                below, below.Part(0, 0, end - middle, middle - start).Transposed, a[(middle * n + middle)..], n);
            return CholeskyColumns(a, n, middle, end);
        }
        // What a column contributes to the next ones is subtracted at once, so that these do not wait for each other.
        Span<T> columns = stackalloc T[FewColumns * FewColumns]; // of L, as rows
        for (int i = start; i < n; i++)
        {
            Span<T> row = Row(a, n, i, start, Math.Min(i + 1, end));
            for (int j = 0; j < row.Length; j++)
            {
                bool isDiagonal = j == i - start;
                if (isDiagonal && !(row[j] > T.Zero))
                    return i + 1;
                Span<T> column = columns.Slice(j * FewColumns, row.Length);
                T entry = row[j] = isDiagonal ? T.Sqrt(row[j]) : row[j] / column[j];
                if (i < end)
                    columns[j * FewColumns + i - start] = entry;
                for (int k = j + 1; k < row.Length; k++)
                    row[k] = T.FusedMultiplyAdd(-entry, column[k], row[k]);
            }
        }
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
            int half = n / 2, other = n - half;
            Span<T> top = b[..(half * columns)], bottom = b[(half * columns)..];
            if (upper)
            {
                SolveTriangular(a.Part(half, half, other, other), upper, unit, bottom, columns);
                SubtractProduct(a.Part(0, half, half, other), new MatrixView<T>(bottom, other, columns), top, columns);
                SolveTriangular(a.Part(0, 0, half, half), upper, unit, top, columns);
            }
            else
            {
                SolveTriangular(a.Part(0, 0, half, half), upper, unit, top, columns);
                SubtractProduct(a.Part(half, 0, other, half), new MatrixView<T>(top, half, columns), bottom, columns);
                SolveTriangular(a.Part(half, half, other, other), upper, unit, bottom, columns);
            }
            return;
        }
        TriangularRows.Solve(a, upper, unit, b, columns, columns);
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
        using Scratch<int> rowOrder = new(n), columnOrder = new(n);
        Span<int> rows = rowOrder.Span, columns = columnOrder.Span;
        T scale = CompleteLu(a, n, rows, columns) ? -T.One : T.One;
        for (int i = 0; i < n - 1; i++)
            scale *= a[i * n + i];
        if (scale == T.Zero)
        {
            result.Clear();
            return;
        }
        var factors = new MatrixView<T>(a, n, n);
        using var scratch = new Scratch<T>(n * n);
        Span<T> adjugate = scratch.Span;
        adjugate.Clear();
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

    /// <summary>Gaussian elimination with complete pivoting; L and U in place of the matrix.</summary>
    /// <returns>Whether rows and columns together were exchanged an odd number of times.</returns>
    public static bool CompleteLu<T>(Span<T> a, int n, Span<int> rows, Span<int> columns)
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
                int max = k + TensorPrimitives.IndexOfMaxMagnitude<T>(Row(a, n, i, k, n));
                if (T.Abs(a[i * n + max]) > T.Abs(a[row * n + column]))
                    (row, column) = (i, max);
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
        if (x.Rows == 0 || y.Columns == 0)
            return;
        using var scratch = new Scratch<T>(x.Rows * x.Columns);
        Span<T> negative = scratch.Span;
        x.CopyTo(negative);
        TensorPrimitives.Negate<T>(negative, negative);
        MatrixProduct.Multiply(new MatrixView<T>(negative, x.Rows, x.Columns), y, result, stride, accumulate: true);
    }

    private static void Swap<T>(Span<T> x, Span<T> y) where T : unmanaged
    {
        Span<T> part = stackalloc T[128];
        for (int i = 0; i < x.Length; i += part.Length)
        {
            int count = Math.Min(part.Length, x.Length - i);
            x.Slice(i, count).CopyTo(part);
            y.Slice(i, count).CopyTo(x[i..]);
            part[..count].CopyTo(y[i..]);
        }
    }
}
