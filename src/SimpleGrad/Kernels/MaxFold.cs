using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The maximum; NaN where a number is NaN, for the bits of a set mask are a NaN.</summary>
internal readonly struct MaxFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.Or(TSimd.MaxNative(x, result), TSimd.Unordered(x, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeTwo<TSimd, TVector, T, TSelf>(
        ref TVector result0, ref TVector result1, TVector x0, TVector x1)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
        where TSelf : struct, IFold
    {
        result0 = TSimd.Or(TSimd.MaxNative(x0, result0), TSimd.Unordered(x0, x1));
        result1 = TSimd.MaxNative(x1, result1);
    }
}
