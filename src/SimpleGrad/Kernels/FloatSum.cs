using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>A sum of floats in double.</summary>
internal struct FloatSum : IAccumulator<FloatSum, float>
{
    private double _value;

    public static FloatSum Of(float start) => new() { _value = start };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref FloatSum sum, float x) => sum._value += x;

    public static float ValueOf(in FloatSum sum) => (float)sum._value;
}
