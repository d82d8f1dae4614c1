using System.Numerics;

namespace SimpleGrad;

/// <summary>Factorizations of one matrix, row-major, of which a factor is orthogonal.</summary>
internal static class OrthogonalFactorization
{
    private const int MaxSweeps = 60;

    /// <summary>A = Q R by Householder's reflections.</summary>
    /// <param name="a">A, with at least as many rows as columns; overwritten.</param>
    /// <param name="rows">How many rows A has.</param>
    /// <param name="n">How many columns A has.</param>
    /// <param name="q">Q: as many columns as A has, or rows.</param>
    /// <param name="width">How many columns Q has.</param>
    /// <param name="r">R, square; what is below the diagonal is 0.</param>
    public static void Qr<T>(Span<T> a, int rows, int n, Span<T> q, int width, Span<T> r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var scratch = new Scratch<T>(n);
        Span<T> scales = scratch.Span;
        for (int k = 0; k < n; k++)
        {
            T norm = Norm(a, rows, n, k), first = a[k * n + k];
            T diagonal = T.IsNegative(first) ? norm : -norm;
            // Where the column is 0 already there is nothing to reflect.
            scales[k] = norm == T.Zero ? T.Zero : (diagonal - first) / diagonal;
            for (int i = k + 1; i < rows && norm != T.Zero; i++)
                a[i * n + k] /= first - diagonal;
            var reflection = new Reflection<T>(a, rows, n, k, scales[k]);
            for (int j = k + 1; j < n; j++)
                reflection.Apply(a, n, j);
            a[k * n + k] = norm == T.Zero ? T.Zero : diagonal;
        }
        q.Clear();
        for (int k = 0; k < width; k++)
            q[k * width + k] = T.One;
        for (int k = n - 1; k >= 0; k--)
        {
            var reflection = new Reflection<T>(a, rows, n, k, scales[k]);
            for (int j = k; j < width; j++)
                reflection.Apply(q, width, j);
        }
        for (int i = 0; i < n; i++)
        {
            r.Slice(i * n, i).Clear();
            a.Slice(i * n + i, n - i).CopyTo(r[(i * n + i)..]);
        }
    }

    /// <summary>A V = V diag(w) for a symmetric matrix, by Jacobi's rotations; w ascends.</summary>
    /// <param name="a">A, of which the lower triangle is read; overwritten.</param>
    /// <param name="n">How many rows and columns.</param>
    /// <param name="vectors">V, an eigenvector in each column.</param>
    /// <param name="values">The eigenvalues w.</param>
    public static void Eigen<T>(Span<T> a, int n, Span<T> vectors, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T squares = T.Zero;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                a[j * n + i] = a[i * n + j];
                squares += (i == j ? T.One : T.CreateChecked(2)) * a[i * n + j] * a[i * n + j];
            }
        }
        if (!T.IsFinite(squares))
        {
            vectors.Fill(T.NaN);
            values.Fill(T.NaN);
            return;
        }
        // The rows are the eigenvectors here: they are quicker to rotate than columns.
        using var scratch = new Scratch<T>(n * n);
        Span<T> rotated = scratch.Span;
        rotated.Clear();
        for (int i = 0; i < n; i++)
            rotated[i * n + i] = T.One;
        T negligible = T.Sqrt(squares) * (T.BitIncrement(T.One) - T.One) / T.CreateChecked(4 * Math.Max(n, 1));
        bool isDiagonal = false;
        for (int sweep = 0; sweep < MaxSweeps && !isDiagonal; sweep++)
        {
            isDiagonal = true;
            for (int p = 0; p < n - 1; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    if (T.Abs(a[p * n + q]) <= negligible)
                        continue;
                    isDiagonal = false;
                    Rotate(a, rotated, n, p, q);
                }
            }
        }
        using var indices = new Scratch<int>(n);
        Span<int> order = indices.Span;
        for (int i = 0; i < n; i++)
            (values[i], order[i]) = (a[i * n + i], i);
        values[..n].Sort(order);
        for (int j = 0; j < n; j++)
        {
            for (int i = 0; i < n; i++)
                vectors[i * n + j] = rotated[order[j] * n + i];
        }
    }

    /// <summary>The length of a vector, without overflow on the way.</summary>
    public static T Norm<T>(ReadOnlySpan<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Norm(x, x.Length, 1, 0);

    /// <summary>The length of a column from the diagonal down, without overflow on the way.</summary>
    private static T Norm<T>(ReadOnlySpan<T> a, int rows, int n, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T max = T.Zero, sum = T.Zero;
        for (int i = k; i < rows; i++)
            max = T.Max(max, T.Abs(a[i * n + k]));
        if (max == T.Zero || !T.IsFinite(max))
            return max;
        for (int i = k; i < rows; i++)
        {
            T share = a[i * n + k] / max;
            sum += share * share;
        }
        return max * T.Sqrt(sum);
    }

    /// <summary>A reflection by the vector that lies below the diagonal in column k of a matrix.</summary>
    private readonly ref struct Reflection<T>(ReadOnlySpan<T> vectors, int rows, int n, int k, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<T> _vectors = vectors;

        /// <summary>Reflects a column of a matrix.</summary>
        public void Apply(Span<T> x, int width, int column)
        {
            T sum = x[k * width + column];
            for (int i = k + 1; i < rows; i++)
                sum += _vectors[i * n + k] * x[i * width + column];
            sum *= scale;
            x[k * width + column] -= sum;
            for (int i = k + 1; i < rows; i++)
                x[i * width + column] -= sum * _vectors[i * n + k];
        }
    }

    /// <summary>The rotation of rows and columns p and q that makes their common element 0.</summary>
    private static void Rotate<T>(Span<T> a, Span<T> vectors, int n, int p, int q)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T cosine, T sine) = Turn(a[p * n + p], a[q * n + q], a[p * n + q]);
        for (int i = 0; i < n; i++)
        {
            (T x, T y) = (a[i * n + p], a[i * n + q]);
            (a[i * n + p], a[i * n + q]) = (cosine * x - sine * y, sine * x + cosine * y);
        }
        RotateRows(a.Slice(p * n, n), a.Slice(q * n, n), cosine, sine);
        RotateRows(vectors.Slice(p * n, n), vectors.Slice(q * n, n), cosine, sine);
        (a[p * n + q], a[q * n + p]) = (T.Zero, T.Zero);
    }

    /// <summary>The rotation that makes what two rows have in common 0.</summary>
    public static (T Cosine, T Sine) Turn<T>(T first, T second, T common)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T half = (second - first) / (common + common);
        T tangent = T.One / (T.Abs(half) + T.Hypot(half, T.One));
        tangent = T.IsNegative(half) ? -tangent : tangent;
        T cosine = T.One / T.Hypot(tangent, T.One);
        return (cosine, tangent * cosine);
    }

    /// <summary>Rotates two rows.</summary>
    public static void RotateRows<T>(Span<T> x, Span<T> y, T cosine, T sine)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
            (x[i], y[i]) = (cosine * x[i] - sine * y[i], sine * x[i] + cosine * y[i]);
    }
}
