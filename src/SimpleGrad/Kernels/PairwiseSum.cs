using System.Numerics;
using System.Numerics.Tensors;

namespace SimpleGrad;

/// <summary>
/// Sums of runs in pairs from some length on: the error grows with the logarithm of the length, not with the length.
/// </summary>
internal static class PairwiseSum
{
    /// <summary>
    /// A vector holds 16 floats, so that no more than 64 are added one after the other in any of its places.
    /// </summary>
    private const int BlockLength = 1024;

    public static T Of<T>(ReadOnlySpan<T> run) where T : INumberBase<T>
    {
        if (run.Length <= BlockLength)
            return TensorPrimitives.Sum(run);
        int half = Half(run.Length);
        return Of(run[..half]) + Of(run[half..]);
    }

    public static T OfSquares<T>(ReadOnlySpan<T> run) where T : INumberBase<T>
    {
        if (run.Length <= BlockLength)
            return TensorPrimitives.SumOfSquares(run);
        int half = Half(run.Length);
        return OfSquares(run[..half]) + OfSquares(run[half..]);
    }

    public static T OfMagnitudes<T>(ReadOnlySpan<T> run) where T : INumberBase<T>
    {
        if (run.Length <= BlockLength)
            return TensorPrimitives.SumOfMagnitudes(run);
        int half = Half(run.Length);
        return OfMagnitudes(run[..half]) + OfMagnitudes(run[half..]);
    }

    /// <summary>A half that is a number of whole blocks.</summary>
    private static int Half(int length) => (length / 2 + BlockLength - 1) / BlockLength * BlockLength;
}
