using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>A sum to which numbers are added one after the other.</summary>
internal interface ISum<TSelf, T> where TSelf : unmanaged, ISum<TSelf, T>
{
    static abstract TSelf Of(T start);

    static abstract void Add(ref TSelf sum, T x);

    static abstract T ValueOf(in TSelf sum);
}

/// <summary>A sum that is rounded each time.</summary>
internal struct PlainSum<T> : ISum<PlainSum<T>, T> where T : unmanaged, INumberBase<T>
{
    private T _value;

    public static PlainSum<T> Of(T start) => new() { _value = start };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref PlainSum<T> sum, T x) => sum._value += x;

    public static T ValueOf(in PlainSum<T> sum) => sum._value;
}

/// <summary>A sum of floats in double.</summary>
internal struct FloatSum : ISum<FloatSum, float>
{
    private double _value;

    public static FloatSum Of(float start) => new() { _value = start };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref FloatSum sum, float x) => sum._value += x;

    public static float ValueOf(in FloatSum sum) => (float)sum._value;
}

/// <summary>A sum of doubles in two of them.</summary>
internal struct DoubleSum : ISum<DoubleSum, double>
{
    private RunningValue _value;

    public static DoubleSum Of(double start) => new() { _value = new RunningValue(start) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref DoubleSum sum, double x) => sum._value.Add(x);

    public static double ValueOf(in DoubleSum sum) => sum._value.Value;
}

/// <summary>
/// Sums at places that indices name: many may fall on one place, and must not lose their digits there.
/// </summary>
internal static unsafe class IndexSums
{
    /// <summary>How many numbers may be added to one place by a plain sum.</summary>
    public const int ShortSum = 64;

    /// <summary>Whether a place of an axis is named more often than a plain sum bears.</summary>
    public static bool AreLong(ReadOnlySpan<int> places, int length)
    {
        if (places.Length <= ShortSum)
            return false;
        if (places.Length > (long)ShortSum * length)
            return true;
        var memory = Storage<int>.Uninitialized(length);
        Span<int> counts = memory.Data.AsSpan(memory.Start, length);
        counts.Clear();
        bool areLong = false;
        foreach (int place in places)
            areLong |= ++counts[place] > ShortSum;
        memory.Release();
        return areLong;
    }

    /// <summary>Adds numbers to the sums at their places, which are known to be valid.</summary>
    public static void Add<T>(T* numbers, int* places, int count, Span<T> sums) where T : unmanaged
    {
        fixed (T* to = sums)
        {
            if (typeof(T) == typeof(float))
                Add<FloatSum, float>((float*)numbers, places, count, new Span<float>(to, sums.Length));
            else
                Add<DoubleSum, double>((double*)numbers, places, count, new Span<double>(to, sums.Length));
        }
    }

    private static void Add<TSum, T>(T* numbers, int* places, int count, Span<T> results)
        where TSum : unmanaged, ISum<TSum, T>
        where T : unmanaged
    {
        var memory = Storage<TSum>.Uninitialized(results.Length);
        fixed (TSum* sums = &memory.Data[memory.Start])
        {
            Begin<TSum, T>(results, sums);
            for (int i = 0; i < count; i++)
                TSum.Add(ref sums[places[i]], numbers[i]);
            End(sums, results);
        }
        memory.Release();
    }

    public static void Begin<TSum, T>(ReadOnlySpan<T> numbers, TSum* sums) where TSum : unmanaged, ISum<TSum, T>
    {
        for (int i = 0; i < numbers.Length; i++)
            sums[i] = TSum.Of(numbers[i]);
    }

    public static void End<TSum, T>(TSum* sums, Span<T> numbers) where TSum : unmanaged, ISum<TSum, T>
    {
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = TSum.ValueOf(in sums[i]);
    }
}
