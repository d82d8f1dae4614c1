using System.Numerics;

namespace SimpleGrad;

/// <summary>The factorizations for stacks of matrices: the last two axes of tensors.</summary>
internal static class LinearSystems
{
    /// <summary>Solves A X = B; the stacks of both are broadcast to that of <paramref name="shape"/>.</summary>
    public static Tensor<T> Solve<T>(string op, Tensor<T> a, Tensor<T> b, Shape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var matrices = new MatrixBatch<T>(a, shape.Lengths[..^2]);
        var rights = new MatrixBatch<T>(b, shape.Lengths[..^2]);
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        int n = shape[^2], columns = shape[^1];
        var memory = Storage<T>.Uninitialized(checked(n * n + n * columns));
        Span<T> factors = memory.Data.AsSpan(memory.Start, n * n);
        Span<T> copy = memory.Data.AsSpan(memory.Start + n * n, n * columns);
        var order = new int[n];
        for (int i = 0; i < matrices.Count; i++)
        {
            if (!matrices.Repeats(i))
            {
                matrices[i].CopyTo(factors);
                if (Factorization.Lu(factors, n, order, out _) is int zero and >= 0)
                    throw Singular(op, shape, i, zero);
            }
            rights[i].CopyTo(copy);
            Span<T> x = result.NewData.Slice(i * n * columns, n * columns);
            for (int row = 0; row < n; row++)
                copy.Slice(order[row] * columns, columns).CopyTo(x[(row * columns)..]);
            var view = new MatrixView<T>(factors, n, n);
            Factorization.SolveTriangular(view, upper: false, unit: true, x, columns);
            Factorization.SolveTriangular(view, upper: true, unit: false, x, columns);
        }
        memory.Release();
        return result;
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
        $"{op}: {Place(shape.With(shape.Rank - 1, shape[^2]), index)} is singular: pivot {pivot} of its LU "
        + "factorization is zero.");

    /// <summary>Which matrix of a stack it is that has a fault.</summary>
    private static string Place(Shape shape, int index)
    {
        if (shape.Rank == 2)
            return $"the matrix of shape {shape}";
        var place = new int[shape.Rank - 2];
        for (int axis = place.Length - 1; axis >= 0; axis--)
            (index, place[axis]) = (index / shape[axis], index % shape[axis]);
        return $"matrix [{string.Join(", ", place)}] of the stack of shape {shape}";
    }
}
