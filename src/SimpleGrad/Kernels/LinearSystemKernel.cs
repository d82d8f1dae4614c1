using System.Numerics;

namespace SimpleGrad;

/// <summary>The factorizations for stacks of matrices: the last two axes of tensors.</summary>
internal static class LinearSystemKernel
{
    /// <summary>
    /// Solves A X = B, where null stands for the identity; the stacks of both are broadcast to that of
    /// <paramref name="shape"/>.
    /// </summary>
    public static Tensor<T> Solve<T>(string op, Tensor<T> a, Tensor<T>? b, Shape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> factors = Lu(op, a, FactorsOf(a.Shape));
        Tensor<T> result = SolveFactored(factors, b, transposed: false, shape);
        factors.Release();
        return result;
    }

    /// <summary>The shape of the factors of square matrices: L and U together, and the order of the rows.</summary>
    public static Shape FactorsOf(Shape a) => a.With(a.Rank - 2, checked(a[^1] + 1));

    /// <summary>The factors L and U of each matrix with rows exchanged, and below them the order of the rows.</summary>
    public static Tensor<T> Lu<T>(string op, Tensor<T> a, Shape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var matrices = new MatrixBatch<T>(a, shape.Lengths[..^2]);
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        int n = shape[^1], square = n * n;
        using var scratch = new Scratch<int>(n);
        Span<int> order = scratch.Span;
        for (int i = 0; i < matrices.Count; i++)
        {
            Span<T> factors = result.NewData.Slice(i * (square + n), square + n);
            matrices[i].CopyTo(factors);
            if (Factorization.Lu(factors[..square], n, order, out _) is int zero and >= 0)
                throw Singular(op, a.Shape, i, zero);
            for (int row = 0; row < n; row++)
                factors[square + row] = T.CreateChecked(order[row]);
        }
        return result;
    }

    /// <summary>
    /// Solves A X = B, or Aᵀ X = B, with what <see cref="Lu"/> gives for A. Null stands for the identity.
    /// </summary>
    public static Tensor<T> SolveFactored<T>(Tensor<T> factors, Tensor<T>? b, bool transposed, Shape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var systems = new MatrixBatch<T>(factors, shape.Lengths[..^2]);
        var rights = new MatrixBatch<T>(b ?? factors, shape.Lengths[..^2]);
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        int n = shape[^2], columns = shape[^1], length = n * columns;
        using var scratch = new Scratch<T>(length);
        Span<T> copy = scratch.Span;
        for (int i = 0; i < systems.Count; i++)
        {
            MatrixView<T> lu = systems[i].Part(0, 0, n, n), order = systems[i].Part(n, 0, 1, n);
            Span<T> x = result.NewData.Slice(i * length, length);
            if (b is null)
                SetIdentity(copy, n);
            else
                rights[i].CopyTo(copy);
            if (transposed)
            {
                Factorization.SolveTriangular(lu.Transposed, upper: false, unit: false, copy, columns);
                Factorization.SolveTriangular(lu.Transposed, upper: true, unit: true, copy, columns);
            }
            for (int row = 0; row < n; row++)
            {
                int other = int.CreateTruncating(order.Memory[row * order.ColumnStride]);
                (int from, int to) = transposed ? (row, other) : (other, row);
                copy.Slice(from * columns, columns).CopyTo(x[(to * columns)..]);
            }
            if (!transposed)
            {
                Factorization.SolveTriangular(lu, upper: false, unit: true, x, columns);
                Factorization.SolveTriangular(lu, upper: true, unit: false, x, columns);
            }
        }
        return result;
    }

    private static void SetIdentity<T>(Span<T> matrix, int n) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        matrix.Clear();
        for (int i = 0; i < n; i++)
            matrix[i * (n + 1)] = T.One;
    }

    /// <summary>Solves A X = B; only one triangle of A is read, and a zero on the diagonal is divided by.</summary>
    public static Tensor<T> SolveTriangular<T>(Tensor<T> a, Tensor<T> b, bool upper, bool unit, Shape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var matrices = new MatrixBatch<T>(a, shape.Lengths[..^2]);
        var rights = new MatrixBatch<T>(b, shape.Lengths[..^2]);
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        int length = shape[^2] * shape[^1];
        for (int i = 0; i < matrices.Count; i++)
        {
            Span<T> x = result.NewData.Slice(i * length, length);
            rights[i].CopyTo(x);
            Factorization.SolveTriangular(matrices[i], upper, unit, x, shape[^1]);
        }
        return result;
    }

    /// <summary>The lower factor L of A = L Lᵀ.</summary>
    public static Tensor<T> Cholesky<T>(string op, Tensor<T> a) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> result = Tensor<T>.Uninitialized(a.Shape);
        a.CopyTo(result.NewData);
        int n = a.Shape[^1], length = n * n;
        for (int at = 0; at < result.Length; at += length)
        {
            if (Factorization.Cholesky(result.NewData.Slice(at, length), n) is int minor and > 0)
                throw new ArgumentException(
                    $"{op}: {Place(a.Shape, at / length)} is not positive definite: its leading minor of order {minor} "
                    + "is not positive.");
        }
        return result;
    }

    /// <summary>The signs of the determinants (-1, 0 or 1) and the logarithms of their absolute values.</summary>
    public static (Tensor<T> Sign, Tensor<T> LogAbs) SlogDet<T>(Tensor<T> a)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[][] numbers = Diagonals(a, static (factors, n, isOdd) =>
        {
            (T sign, T log) = (isOdd ? -T.One : T.One, T.Zero);
            for (int i = 0; i < n; i++)
            {
                T pivot = factors[i * n + i];
                sign *= pivot == T.Zero || T.IsNaN(pivot) ? pivot : T.CopySign(T.One, pivot);
                log += T.Log(T.Abs(pivot));
            }
            return [sign, log];
        });
        return (ToStack(a, numbers, 0), ToStack(a, numbers, 1));
    }

    /// <summary>The determinants.</summary>
    public static Tensor<T> Det<T>(Tensor<T> a) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[][] numbers = Diagonals(a, static (factors, n, isOdd) =>
        {
            T product = isOdd ? -T.One : T.One;
            for (int i = 0; i < n; i++)
                product *= factors[i * n + i];
            return [product];
        });
        return ToStack(a, numbers, 0);
    }

    /// <summary>The matrices of cofactors.</summary>
    public static Tensor<T> Cofactors<T>(Tensor<T> a) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> result = Tensor<T>.Uninitialized(a.Shape);
        T[] copy = a.ToArray();
        int n = a.Shape[^1], length = n * n;
        for (int at = 0; at < copy.Length; at += length)
            Factorization.Cofactors(copy.AsSpan(at, length), n, result.NewData.Slice(at, length));
        return result;
    }

    /// <summary>The derivatives of the matrices of cofactors along matrices; null for only one.</summary>
    public static Tensor<T> MixedCofactors<T>(Tensor<T> a, Tensor<T> first, Tensor<T>? second, Shape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<int> stack = shape.Lengths[..^2];
        MatrixBatch<T> matrices = new(a, stack), g = new(first, stack), h = new(second ?? first, stack);
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        int n = shape[^1], length = n * n;
        for (int i = 0; i < matrices.Count; i++)
        {
            var copy = new T[length];
            matrices[i].CopyTo(copy);
            new MixedCofactors<T>(copy, n)
                .Along(g[i], h[i], second is not null, result.NewData.Slice(i * length, length));
        }
        return result;
    }

    /// <summary>What a function makes of the factors L and U of each matrix.</summary>
    private static T[][] Diagonals<T>(Tensor<T> a, Func<T[], int, bool, T[]> function)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var matrices = new MatrixBatch<T>(a, a.Shape.Lengths[..^2]);
        int n = a.Shape[^1];
        var factors = new T[n * n];
        var order = new int[n];
        var results = new T[matrices.Count][];
        for (int i = 0; i < results.Length; i++)
        {
            matrices[i].CopyTo(factors);
            Factorization.Lu<T>(factors, n, order, out bool isOdd);
            results[i] = function(factors, n, isOdd);
        }
        return results;
    }

    private static Tensor<T> ToStack<T>(Tensor<T> a, T[][] numbers, int which) where T : unmanaged =>
        Tensor.Create<T>([.. numbers.Select(row => row[which])], Shape.Create(a.Shape.Lengths[..^2]));

    private static ArgumentException Singular(string op, Shape shape, int index, int pivot) => new(
        $"{op}: {Place(shape, index)} is singular: pivot {pivot} of its LU factorization is zero.");

    /// <summary>Which matrix of a stack it is that has a fault.</summary>
    public static string Place(Shape shape, int index)
    {
        if (shape.Rank == 2)
            return $"the matrix of shape {shape}";
        var indices = new int[shape.Rank - 2];
        for (int axis = indices.Length - 1; axis >= 0; axis--)
            (index, indices[axis]) = (index / shape[axis], index % shape[axis]);
        return $"matrix [{string.Join(", ", indices)}] of the stack of shape {shape}";
    }
}
