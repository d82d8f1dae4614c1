using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The smaller number.</summary>
internal readonly struct MinPick : IPick
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector, T>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.MinNative(x, y);
}
