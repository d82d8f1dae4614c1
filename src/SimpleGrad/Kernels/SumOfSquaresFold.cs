using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The sum of squares.</summary>
internal readonly struct SumOfSquaresFold : IFold
{
    public static int BlockLength => VectorRuns.SumLength;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.MultiplyAdd(x, x, result);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Join<TSimd, TVector, T, TSelf>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
        where TSelf : struct, IFold => TSimd.Add(x, y);
}
