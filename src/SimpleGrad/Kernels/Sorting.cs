using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The order of numbers along a line: NaN is the greatest, and equal numbers keep their order.</summary>
/// <remarks>
/// Numbers become integers of the same order, which are sorted by their digits, from the last to the first: each pass
/// keeps the order of equal digits.
/// </remarks>
internal static class Sorting
{
    /// <summary>The length of a line up to which comparing is quicker than counting digits.</summary>
    private const int ShortLine = 48;

    /// <summary>The length from which there are fewer, longer digits.</summary>
    private const int LongLine = 4096;

    /// <summary>The places of a line's elements in order.</summary>
    public static void Order<T>(ReadOnlySpan<T> line, Span<int> places, bool descending)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < places.Length; i++)
            places[i] = i;
        if (typeof(T) == typeof(float))
        {
            using var keys = new Keys<uint>(line.Length);
            Span<uint> first = keys.First;
            for (int i = 0; i < line.Length; i++)
                first[i] = KeyOf(Unsafe.BitCast<T, float>(line[i])) ^ (descending ? uint.MaxValue : 0);
            Sort(keys, places);
        }
        else
        {
            using var keys = new Keys<ulong>(line.Length);
            Span<ulong> first = keys.First;
            for (int i = 0; i < line.Length; i++)
                first[i] = KeyOf(Unsafe.BitCast<T, double>(line[i])) ^ (descending ? ulong.MaxValue : 0);
            Sort(keys, places);
        }
    }

    /// <summary>Positive numbers above negative ones, whose order is turned round; both zeros are one.</summary>
    private static uint KeyOf(float x)
    {
        uint bits = BitConverter.SingleToUInt32Bits(x + 0f); // -0 + 0 is 0
        return float.IsNaN(x) ? uint.MaxValue : (int)bits < 0 ? ~bits : bits ^ 1u << 31;
    }

    private static ulong KeyOf(double x)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(x + 0d);
        return double.IsNaN(x) ? ulong.MaxValue : (long)bits < 0 ? ~bits : bits ^ 1ul << 63;
    }

    private static void Sort<TKey>(in Keys<TKey> keys, Span<int> places)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        if (places.Length > ShortLine)
        {
            SortDigits(keys.First, keys.Second, places, keys.Places, places.Length < LongLine ? 8 : 11);
            return;
        }
        Span<TKey> first = keys.First;
        first.Sort(places);
        // That is not stable.
        for (int i = 0, end; i < first.Length; i = end)
        {
            for (end = i + 1; end < first.Length && first[end] == first[i];)
                end++;
            if (end > i + 1)
                places[i..end].Sort();
        }
    }

    private static void SortDigits<TKey>(
        Span<TKey> keys, Span<TKey> otherKeys, Span<int> places, Span<int> otherPlaces, int bits)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        Span<int> result = places;
        int width = 8 * Unsafe.SizeOf<TKey>(), digits = 1 << bits;
        Span<int> ends = stackalloc int[digits];
        for (int shift = 0; shift < width; shift += bits)
        {
            ends.Clear();
            foreach (TKey key in keys)
                ends[int.CreateTruncating(key >> shift) & digits - 1]++;
            if (ends[int.CreateTruncating(keys[0] >> shift) & digits - 1] == keys.Length)
                continue; // all have the same digit
            for (int digit = 0, start = 0; digit < digits; digit++)
                (ends[digit], start) = (start, start + ends[digit]);
            for (int i = 0; i < keys.Length; i++)
            {
                int at = ends[int.CreateTruncating(keys[i] >> shift) & digits - 1]++;
                otherKeys[at] = keys[i];
                otherPlaces[at] = places[i];
            }
            Span<TKey> sorted = otherKeys;
            otherKeys = keys;
            keys = sorted;
            Span<int> moved = otherPlaces;
            otherPlaces = places;
            places = moved;
        }
        if (places != result)
            places.CopyTo(result);
    }

    /// <summary>Memory for the keys of a line, twice, and for their places.</summary>
    private readonly ref struct Keys<TKey>(int length) : IDisposable
        where TKey : unmanaged
    {
        private readonly Storage<TKey> _keys = Storage<TKey>.Uninitialized(checked(2 * length));
        private readonly Storage<int> _places = Storage<int>.Uninitialized(length);
        private readonly int _length = length;

        public Span<TKey> First => _keys.Data.AsSpan(_keys.Start, _length);

        public Span<TKey> Second => _keys.Data.AsSpan(_keys.Start + _length, _length);

        public Span<int> Places => _places.Data.AsSpan(_places.Start, _length);

        public void Dispose()
        {
            _keys.Release();
            _places.Release();
        }
    }
}
