using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// The exponential of a matrix by Padé's approximation of order 13, scaling and squaring (A. H. Al-Mohy and N. J.
/// Higham, "A New Scaling and Squaring Algorithm for the Matrix Exponential", SIAM J. Matrix Anal. Appl. 31, 2009).
/// </summary>
internal static class ScalingAndSquaring
{
    private const int Order = 13;

    /// <summary>The norm up to which the approximation is exact to double precision.</summary>
    private const double MaxNorm = 4.25;

    private const double MaxNormOfPowers = 1e25;

    /// <summary>The first coefficient of the error, of the matrix to the power 27.</summary>
    private const double ErrorCoefficient = 1 / 113250775606021113483283660800000000.0;

    /// <summary>The numerator's coefficients, from the lowest power up.</summary>
    private static readonly double[] _pade =
    [
        64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600,
        670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
    ];

    /// <summary>The exponential.</summary>
    /// <param name="x">A square matrix.</param>
    /// <param name="length">
    /// The size of the blocks on its diagonal, which are all the same where there are several. They alone say how much
    /// is scaled; what is above them is to be linear.
    /// </param>
    public static Tensor<T> Exponential<T>(Tensor<T> x, int length) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!Array.TrueForAll(x.ToArray(), T.IsFinite))
            return Tensor.Full(x.Shape, T.NaN);
        Tensor<T> block = x.Slice(0, 0, length).Slice(1, 0, length);
        // A triangular matrix keeps its diagonal exactly when squared, and what is next to it.
        bool isUpper = IsUpper(block), isLower = !isUpper && IsUpper(block.Transpose());
        T[] diagonal = Diagonal(block, 0), beside = Diagonal(isLower ? block.Transpose() : block, 1);
        int halvings = Halvings(block);
        Tensor<T> a = Scaled(x, -halvings);
        Tensor<T> one = Tensor.Eye<T>(x.Shape[0]), a2 = a.MatMul(a), a4 = a2.MatMul(a2), a6 = a4.MatMul(a2);
        Tensor<T> odd = a.MatMul(a6.MatMul(Sum(13, 11, 9)) + Sum(7, 5, 3) + one * _pade[1]);
        Tensor<T> even = a6.MatMul(Sum(12, 10, 8)) + Sum(6, 4, 2) + one * _pade[0];
        Tensor<T> result = LinearSystemKernel.Solve("matrix_exp", even - odd, even + odd, x.Shape);
        for (int left = halvings; ; left--)
        {
            if (isUpper || isLower)
                result = WithExactDiagonals(result, diagonal, beside, left, isLower);
            if (left == 0)
                return result;
            result = result.MatMul(result);
        }

        Tensor<T> Sum(int sixth, int fourth, int second) =>
            a6 * _pade[sixth] + a4 * _pade[fourth] + a2 * _pade[second];
    }

    /// <summary>How often a matrix is halved before it is approximated.</summary>
    private static int Halvings<T>(Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var a = Tensor.Create<double>(Array.ConvertAll(x.ToArray(), double.CreateChecked), x.Shape);
        double norm = Norm(a);
        if (norm <= MaxNorm)
            return 0;
        // The roots of the norms of powers can be far below the norm. The powers must not overflow.
        int exponent = norm < MaxNormOfPowers ? 0 : Math.ILogB(norm);
        a = Scaled(a, -exponent);
        Tensor<double> a2 = a.MatMul(a), a4 = a2.MatMul(a2), a6 = a4.MatMul(a2);
        double sixth = Root(a6, 6), eighth = Root(a4.MatMul(a4), 8), tenth = Root(a4.MatMul(a6), 10);
        double largest = Math.Min(Math.Max(sixth, eighth), Math.Max(eighth, tenth));
        int halvings = largest == 0 ? 0 : Math.Max(0, (int)Math.Ceiling(Math.Log2(largest / MaxNorm)) + exponent);
        return halvings + Further(a, exponent - halvings, EigenvalueGaps.Epsilon<T>() / 2);
    }

    /// <summary>
    /// How often more, so that the error's first term is small: |c| ‖|A|²⁷‖ / ‖A‖, where A is a matrix times a power
    /// of two.
    /// </summary>
    private static int Further(Tensor<double> x, int exponent, double rounding)
    {
        // |A|ᵀ times a vector of ones, again and again; what it grows by is kept apart.
        Tensor<double> transposed = x.Abs().Transpose();
        Tensor<double> vector = Tensor.Ones<double>([x.Shape[0], 1]);
        double logarithm = 0;
        for (int i = 0; i < 2 * Order + 1; i++)
        {
            vector = transposed.MatMul(vector);
            double largest = vector.Amax().Item();
            if (largest == 0)
                return 0; // nilpotent
            logarithm += Math.Log2(largest);
            vector /= largest;
        }
        double error = logarithm + Math.Log2(ErrorCoefficient) - Math.Log2(Norm(x)) + 2.0 * Order * exponent;
        return Math.Max(0, (int)Math.Ceiling((error - Math.Log2(rounding)) / (2 * Order)));
    }

    /// <summary>
    /// The exponential of a triangular matrix divided by 2 to some power, with the diagonal and its neighbour computed
    /// directly: of (a b; 0 c) they are eᵃ, eᶜ and b e^((a + c) / 2) sinh(d) / d, where d = (a - c) / 2.
    /// </summary>
    private static Tensor<T> WithExactDiagonals<T>(
        Tensor<T> result, T[] diagonal, T[] beside, int halvings, bool isLower)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] numbers = result.ToArray();
        int n = result.Shape[0];
        for (int start = 0; start < n; start += diagonal.Length)
        {
            for (int i = 0; i < diagonal.Length; i++)
            {
                int at = (start + i) * n + start + i;
                for (int j = i + 1; j < diagonal.Length; j++)
                    numbers[isLower ? at + j - i : at + (j - i) * n] = T.Zero; // but for the rounding of the solution
                T first = T.ScaleB(diagonal[i], -halvings);
                numbers[at] = T.Exp(first);
                if (i + 1 == diagonal.Length)
                    break;
                T second = T.ScaleB(diagonal[i + 1], -halvings), half = (first - second) / T.CreateChecked(2);
                T quotient = T.Abs(half) < T.CreateChecked(1e-5) ? T.One + half * half / T.CreateChecked(6)
                    : T.Abs(half) < T.CreateChecked(30) ? T.Sinh(half) / half
                    : T.Zero;
                // Where the sine overflows or dwarfs the rest, the greater exponential is all there is.
                T slope = quotient == T.Zero
                    ? T.Exp(T.Max(first, second)) / (T.CreateChecked(2) * T.Abs(half))
                    : T.Exp((first + second) / T.CreateChecked(2)) * quotient;
                numbers[isLower ? at + n : at + 1] = T.ScaleB(beside[i], -halvings) * slope;
            }
        }
        return Tensor.Create<T>(numbers, result.Shape);
    }

    private static bool IsUpper<T>(Tensor<T> x) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] numbers = x.ToArray();
        int n = x.Shape[0];
        for (int i = 1; i < n; i++)
        {
            if (numbers.AsSpan(i * n, i).ContainsAnyExcept(T.Zero))
                return false;
        }
        return true;
    }

    private static T[] Diagonal<T>(Tensor<T> x, int offset) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] numbers = x.ToArray();
        int n = x.Shape[0];
        return [.. Enumerable.Range(0, n - offset).Select(i => numbers[i * n + i + offset])];
    }

    private static Tensor<T> Scaled<T>(Tensor<T> x, int exponent) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (exponent == 0)
            return x;
        T[] numbers = x.ToArray();
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = T.ScaleB(numbers[i], exponent);
        return Tensor.Create<T>(numbers, x.Shape);
    }

    /// <summary>The largest sum of the magnitudes in a column.</summary>
    private static double Norm(Tensor<double> x) => x.Abs().Sum([-2], false).Amax().Item();

    private static double Root(Tensor<double> power, int of) => Math.Pow(Norm(power), 1.0 / of);
}
