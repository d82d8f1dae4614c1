using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The maximum or the minimum; NaN where a number is NaN, for the bits of a set mask are a NaN.</summary>
/// <typeparam name="TPick">Which of the two.</typeparam>
internal readonly struct ExtremumFold<TPick> : IFold where TPick : struct, IPick
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.Or(TPick.Of<TSimd, TVector, T>(x, result), TSimd.Unordered(x, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeTwo<TSimd, TVector, T, TSelf>(
        ref TVector result0, ref TVector result1, TVector x0, TVector x1)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
        where TSelf : struct, IFold
    {
        result0 = TSimd.Or(TPick.Of<TSimd, TVector, T>(x0, result0), TSimd.Unordered(x0, x1));
        result1 = TPick.Of<TSimd, TVector, T>(x1, result1);
    }
}
