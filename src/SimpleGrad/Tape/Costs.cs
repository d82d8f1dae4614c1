using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// What operators cost, in nanoseconds on one core: estimates that say whether to save a value or to compute it again.
/// </summary>
/// <remarks>The ratios matter, not the machine. <c>bench/Derivatives --costs</c> measures them.</remarks>
internal static class Costs
{
    /// <summary>
    /// An addition of an element in a fused loop; what an elementwise operator costs is counted in these.
    /// </summary>
    public const double Addition = 1.0 / 16;

    /// <summary>A byte that a kernel writes to memory, or that another one reads from it long afterwards.</summary>
    public const double Byte = 2 * Addition;

    /// <summary>A call of a kernel, with the tensor for its result.</summary>
    public const double Call = 200;

    /// <summary>An element of an operator that says nothing about its cost: its result is rather saved.</summary>
    public const double Unknown = 2000 * Addition;

    // For an element that a kernel reads, compares with the best one so far, looks up or adds at an index, scans,
    // raises to a power, or of which it takes the exponential.
    public const double Read = 0.1;
    public const double Compared = 2;
    public const double LookedUp = 0.9;
    public const double Scattered = 4.5;
    public const double Scanned = 2;
    public const double Power = 2.3;
    public const double Exponential = 1.2;

    // For an addition or multiplication of doubles in a matrix product, in a convolution, and in sums of windows.
    public const double ProductFlop = 0.015;
    public const double ConvolutionFlop = 0.05;
    public const double WindowFlop = 0.2;

    // For the cube of the side of a matrix.
    public const double Lu = 0.07;
    public const double Substitution = 0.03;
    public const double Cholesky = 0.035;
    public const double Qr = 1.3;
    public const double Eigenvectors = 16;
    public const double SingularVectors = 2;
    public const double Cofactors = 16;
    public const double MatrixExponential = 1.3;

    private const double CopiedByte = 0.05; // read and written
    private const double Ordered = 2.5; // in each of the rounds that sorting takes

    /// <summary>Arithmetic in a fused loop.</summary>
    public static double Elementwise(double additions, Shape result) =>
        additions * Addition * Math.Max(1, result.FlattenedLength);

    /// <summary>A kernel that spends a time on each of some elements.</summary>
    public static double Elements(double count, double each) => Call + count * each;

    /// <summary>A copy into a result.</summary>
    public static double Copy<T>(Shape result) => Elements(result.FlattenedLength, CopiedByte * Unsafe.SizeOf<T>());

    /// <summary>Sums of products: a number of them for each element of the result.</summary>
    public static double Products<T>(Shape result, double each, double flop) =>
        Copy<T>(result) + 2 * each * result.FlattenedLength * flop * Unsafe.SizeOf<T>() / sizeof(double);

    /// <summary>
    /// Work on each matrix in the last two axes that grows with the cube of its side, or with the number of its
    /// elements and the length of its rows.
    /// </summary>
    public static double Cubic(Shape matrices, double each) =>
        Elements((double)matrices.FlattenedLength * matrices[^1], each);

    /// <summary>Sorting along lines of a length.</summary>
    public static double Sort(Shape x, int length) => Elements(x.FlattenedLength, Ordered * Math.Log2(length + 2));
}
