using System.Numerics;
using System.Numerics.Tensors;

namespace SimpleGrad;

/// <summary>
/// The singular value decomposition of one matrix, row-major, by reflections and then rotations of pairs of columns
/// (Hestenes; J. Demmel and K. Veselić, "Jacobi's Method is More Accurate than QR", 1992).
/// </summary>
internal static class SingularValues
{
    private const int MaxSweeps = 60;

    /// <summary>A = U diag(s) Vᵀ; s descends.</summary>
    /// <param name="a">A, with at least as many rows as columns; overwritten.</param>
    /// <param name="rows">How many rows A has.</param>
    /// <param name="n">How many columns A has.</param>
    /// <param name="left">Uᵀ, square: the singular vectors are its rows.</param>
    /// <param name="values">The singular values s, as many as A has columns.</param>
    /// <param name="right">Vᵀ, square.</param>
    public static void Decompose<T>(Span<T> a, int rows, int n, Span<T> left, Span<T> values, Span<T> right)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = a.IsEmpty ? T.Zero : T.Abs(TensorPrimitives.MaxMagnitude<T>(a));
        if (!T.IsFinite(max))
        {
            left.Fill(T.NaN);
            values.Fill(T.NaN);
            right.Fill(T.NaN);
            return;
        }
        int exponent = max == T.Zero ? 0 : T.ILogB(max);
        foreach (ref T number in a)
            number = T.ScaleB(number, -exponent); // so that no square overflows
        using var scratch = new Scratch<T>(checked(rows * rows + 4 * n * n + n));
        using var indices = new Scratch<int>(n);
        scratch.Span.Clear();
        Span<T> q = scratch.Span[..(rows * rows)], squares = scratch.Span[(rows * rows)..];
        Span<T> triangle = squares[..(n * n)], columns = squares.Slice(n * n, n * n);
        Span<T> turned = squares.Slice(2 * n * n, n * n);
        Span<T> inner = squares.Slice(3 * n * n, n * n); // the left singular vectors of the triangle, as rows
        OrthogonalFactorization.Qr(a, rows, n, q, rows, triangle);
        new MatrixView<T>(triangle, n, n).Transposed.CopyTo(columns);
        for (int i = 0; i < n; i++)
            turned[i * n + i] = T.One;
        Orthogonalize(columns, turned, n);

        Span<int> order = indices.Span;
        Span<T> lengths = squares[(4 * n * n)..];
        for (int i = 0; i < n; i++)
            (order[i], lengths[i]) = (i, -OrthogonalFactorization.Norm<T>(columns.Slice(i * n, n)));
        lengths.Sort(order);
        T negligible = n == 0 ? T.Zero : -lengths[0] * T.CreateChecked(n * EigenvalueGaps.Epsilon<T>());
        for (int i = 0; i < n; i++)
        {
            Span<T> row = inner.Slice(i * n, n);
            turned.Slice(order[i] * n, n).CopyTo(right[(i * n)..]);
            values[i] = T.ScaleB(T.Abs(lengths[i]), exponent);
            if (-lengths[i] > negligible)
                TensorPrimitives.Divide(columns.Slice(order[i] * n, n), -lengths[i], row);
            else
                Complete(inner, i, n);
        }
        // Uᵀ: what the reflections make of the inner vectors, and their other columns.
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < rows; j++)
                left[i * rows + j] = i < n
                    ? TensorPrimitives.Dot<T>(inner.Slice(i * n, n), q.Slice(j * rows, n))
                    : q[j * rows + i];
        }
    }

    /// <summary>Rotates pairs of rows until all are orthogonal, and does the same to others.</summary>
    private static void Orthogonalize<T>(Span<T> x, Span<T> others, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T tolerance = T.CreateChecked(EigenvalueGaps.Epsilon<T>());
        bool isDone = false;
        for (int sweep = 0; sweep < MaxSweeps && !isDone; sweep++)
        {
            isDone = true;
            for (int p = 0; p < n - 1; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    Span<T> first = x.Slice(p * n, n), second = x.Slice(q * n, n);
                    T common = TensorPrimitives.Dot<T>(first, second);
                    T squareOfFirst = TensorPrimitives.SumOfSquares<T>(first);
                    T squareOfSecond = TensorPrimitives.SumOfSquares<T>(second);
                    if (!(T.Abs(common) > tolerance * T.Sqrt(squareOfFirst) * T.Sqrt(squareOfSecond)))
                        continue;
                    isDone = false;
                    (T cosine, T sine) = OrthogonalFactorization.Turn(squareOfFirst, squareOfSecond, common);
                    OrthogonalFactorization.RotateRows(first, second, cosine, sine);
                    OrthogonalFactorization.RotateRows(
                        others.Slice(p * n, n), others.Slice(q * n, n), cosine, sine);
                }
            }
        }
    }

    /// <summary>Makes a row of unit length that is orthogonal to those before it.</summary>
    private static void Complete<T>(Span<T> rows, int count, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var scratch = new Scratch<T>(n);
        Span<T> best = rows.Slice(count * n, n), row = scratch.Span;
        T longest = T.Zero;
        for (int axis = 0; axis < n; axis++)
        {
            row.Clear();
            row[axis] = T.One;
            for (int i = 0; i < 2 * count; i++) // twice, for the rounding of the first time
            {
                Span<T> other = rows.Slice(i % count * n, n);
                TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot<T>(other, row), row, row);
            }
            T length = TensorPrimitives.Norm<T>(row);
            if (length <= longest)
                continue;
            longest = length;
            TensorPrimitives.Divide(row, length, best);
        }
    }
}
