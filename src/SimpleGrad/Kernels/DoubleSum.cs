using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>A sum of doubles in two of them.</summary>
internal struct DoubleSum : IAccumulator<DoubleSum, double>
{
    private RunningValue _value;

    public static DoubleSum Of(double start) => new() { _value = new RunningValue(start) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref DoubleSum sum, double x) => sum._value.Add(x);

    public static double ValueOf(in DoubleSum sum) => sum._value.Value;
}
