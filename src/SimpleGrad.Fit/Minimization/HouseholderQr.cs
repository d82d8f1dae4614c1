using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace SimpleGrad;

/// <summary>Reduces least squares with many rows to one with as many rows as parameters.</summary>
internal static class HouseholderQr
{
    /// <summary>
    /// Turns J p + r, by reflections, into R p + q with R upper triangular: the sum of squares differs by a constant
    /// alone. Normal equations would lose half of the digits here.
    /// </summary>
    /// <param name="columns">The columns of J; they are overwritten.</param>
    /// <param name="right">r; it is overwritten.</param>
    /// <returns>The columns of R, and q.</returns>
    public static (double[][] Columns, double[] Right) Reduce(double[][] columns, double[] right)
    {
        int size = Math.Min(columns.Length, right.Length);
        for (int k = 0; k < size; k++)
        {
            Span<double> normal = columns[k].AsSpan(k);
            double norm = Norm(normal);
            if (norm == 0)
                continue;
            double diagonal = normal[0] > 0 ? -norm : norm;
            // The vector that the reflection mirrors, scaled so that its first element is not small.
            double first = (normal[0] - diagonal) / norm;
            TensorPrimitives.Divide(normal, norm, normal);
            normal[0] = first;
            for (int j = k + 1; j < columns.Length; j++)
                Reflect(normal, columns[j].AsSpan(k));
            Reflect(normal, right.AsSpan(k));
            normal.Clear();
            normal[0] = diagonal;
        }
        return ([.. columns.Select(column => column[..size])], right[..size]);
    }

    /// <summary>The Euclidean length, without overflow of the squares.</summary>
    public static double Norm(ReadOnlySpan<double> vector)
    {
        double squares = TensorPrimitives.SumOfSquares(vector);
        if (squares is > 1e-280 and < 1e300 || vector.IsEmpty)
            return Math.Sqrt(squares);
        double max = Math.Abs(TensorPrimitives.MaxMagnitude(vector));
        if (max == 0 || !double.IsFinite(max))
            return max;
        double sum = 0;
        foreach (double x in vector)
            sum += x / max * (x / max);
        return max * Math.Sqrt(sum);
    }

    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => TensorPrimitives.Dot(x, y);

    // With a unit column, |v|^2 = 2 |v_1|: the reflection is x - v (v.x) / |v_1|.
    private static void Reflect(ReadOnlySpan<double> normal, Span<double> vector)
    {
        double factor = Dot(normal, vector) / Math.Abs(normal[0]);
        TensorPrimitives.MultiplyAdd(normal, -factor, vector, vector);
    }
}
