using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The product.</summary>
internal readonly struct ProductFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.Multiply(result, x);
}
