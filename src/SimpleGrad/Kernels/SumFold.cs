using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The sum.</summary>
internal readonly struct SumFold : IFold
{
    public static int BlockLength => VectorRuns.SumLength;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.Add(result, x);
}
