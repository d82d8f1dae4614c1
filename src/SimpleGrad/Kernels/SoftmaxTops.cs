using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The elements that equal the maximum of their line: their powers, 1, are counted and not summed.</summary>
internal static class SoftmaxTops<T> where T : unmanaged, INumberBase<T>
{
    /// <summary>The power of x - max, but 0 where that is of a maximum, which is counted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector CountAndRemove<TSimd, TVector>(TVector power, TVector shifted, ref TVector tops)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        TVector isTop = TSimd.EqualTo(shifted, TSimd.Broadcast(T.Zero));
        tops = TSimd.Add(tops, TSimd.And(TSimd.Broadcast(T.One), isTop));
        return TSimd.AndNot(power, isTop);
    }
}
