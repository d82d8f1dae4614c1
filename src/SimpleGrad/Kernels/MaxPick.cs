using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The larger number.</summary>
internal readonly struct MaxPick : IPick
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Of<TSimd, TVector, T>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.MaxNative(x, y);
}
