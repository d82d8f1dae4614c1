using System.Numerics;

namespace SimpleGrad;

/// <summary>Two eigenvalues of a matrix of a stack that are equal, or nearly so.</summary>
/// <param name="Matrix">The index of the matrix in its stack.</param>
/// <param name="Low">The index of the lower eigenvalue.</param>
/// <param name="High">The index of the higher one.</param>
/// <param name="IsEqual">Whether they differ by no more than the rounding of the factorization.</param>
internal readonly record struct EigenvaluePair(int Matrix, int Low, int High, bool IsEqual);

/// <summary>Which eigenvalues of symmetric matrices lie so close that a quotient by their gap loses digits.</summary>
internal static class EigenvalueGaps
{
    /// <summary>The distance from 1 to the next number.</summary>
    public static double Epsilon<T>() where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        double.CreateChecked(T.BitIncrement(T.One) - T.One);

    /// <summary>
    /// Pairs whose gap is at most a share of the larger of the two, or within the rounding of the factorization.
    /// </summary>
    /// <param name="values">Eigenvalues along the last axis, ascending.</param>
    /// <param name="share">The share; 0 for equal ones only.</param>
    public static List<EigenvaluePair> Find<T>(Tensor<T> values, double share)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var pairs = new List<EigenvaluePair>();
        T[] numbers = values.ToArray();
        int n = values.Shape[^1];
        for (int start = 0; start < numbers.Length; start += n)
        {
            double scale = Math.Max(Math.Abs(Number(start)), Math.Abs(Number(start + n - 1)));
            double rounding = 4 * n * Epsilon<T>() * scale;
            for (int i = 0; i < n; i++)
            {
                for (int j = i + 1; j < n; j++)
                {
                    double low = Number(start + i), high = Number(start + j), gap = high - low;
                    double near = share * Math.Max(Math.Abs(low), Math.Abs(high));
                    if (gap <= Math.Max(rounding, near))
                        pairs.Add(new EigenvaluePair(start / n, i, j, gap <= rounding));
                    else if (gap > share * scale)
                        break; // those that follow are further away
                }
            }
        }
        return pairs;

        double Number(int index) => double.CreateChecked(numbers[index]);
    }
}
