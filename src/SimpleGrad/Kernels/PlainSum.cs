using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>A sum that is rounded each time.</summary>
internal struct PlainSum<T> : IAccumulator<PlainSum<T>, T> where T : unmanaged, INumberBase<T>
{
    private T _value;

    public static PlainSum<T> Of(T start) => new() { _value = start };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref PlainSum<T> sum, T x) => sum._value += x;

    public static T ValueOf(in PlainSum<T> sum) => sum._value;
}
