using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The order of numbers along a line: NaN is above all, and equal numbers keep their order.</summary>
/// <remarks>
/// Numbers become integers of the same order. Few are put where the count of those before them says; more are sorted by
/// their digits, from the last to the first: each pass keeps the order of equal digits.
/// </remarks>
internal static class Sorting
{
    /// <summary>The length of a line up to which comparing all with all is quicker than counting digits.</summary>
    private const int ShortLine = 128;

    /// <summary>The length from which there are fewer, longer digits.</summary>
    private const int LongLine = 4096;

    /// <summary>The indices of a line's elements, in order.</summary>
    public static void Order<T>(ReadOnlySpan<T> line, Span<int> indices, bool descending)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision<T>.Require();
        if (Precision<T>.IsSingle)
            Order<T, uint>(line, indices, descending);
        else
            Order<T, ulong>(line, indices, descending);
    }

    private static void Order<T, TKey>(ReadOnlySpan<T> line, Span<int> indices, bool descending)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        if (line.Length <= ShortLine)
        {
            Span<TKey> few = stackalloc TKey[ShortLine + Vector<TKey>.Count];
            SetKeys(line, few, descending);
            Count(few, indices);
            return;
        }
        int length = line.Length;
        using var keys = new Scratch<TKey>(checked(2 * length));
        using var others = new Scratch<int>(length);
        SetKeys(line, keys.Span[..length], descending);
        SortDigits(
            keys.Span[..length], keys.Span[length..], indices, others.Span, bits: length < LongLine ? 8 : 11);
    }

    /// <summary>
    /// Integers in the order of numbers: positive ones above negative ones, whose order is reversed; both zeros are
    /// one. None is the smallest or the largest integer.
    /// </summary>
    private static void SetKeys<T, TKey>(ReadOnlySpan<T> line, Span<TKey> keys, bool descending)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        int last = 8 * Unsafe.SizeOf<TKey>() - 1;
        TKey sign = TKey.One << last, turned = descending ? TKey.AllBitsSet : TKey.Zero;
        for (int i = 0; i < line.Length; i++)
        {
            TKey bits = Unsafe.BitCast<T, TKey>(line[i] + T.Zero); // -0 + 0 is 0
            TKey key = bits ^ (sign | TKey.Zero - (bits >> last)); // no branch: signs cannot be predicted
            keys[i] = (T.IsNaN(line[i]) ? ~TKey.One : key) ^ turned;
        }
    }

    /// <summary>
    /// Puts each number where it belongs: behind as many as are smaller, or equal and before it in the line.
    /// </summary>
    /// <param name="keys">The keys, and memory to fill a vector.</param>
    /// <param name="indices">The indices of the numbers, in order.</param>
    private static void Count<TKey>(ReadOnlySpan<TKey> keys, Span<int> indices)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        int width = Vector<TKey>.Count;
        Vector<TKey> lanes = Vector<TKey>.Indices;
        Span<TKey> found = stackalloc TKey[width];
        for (int start = 0; start < indices.Length; start += width)
        {
            int end = Math.Min(start + width, indices.Length);
            var own = new Vector<TKey>(keys[start..]);
            var before = new Vector<TKey>(TKey.CreateTruncating(start));
            foreach (TKey key in keys[..start])
                before += Vector.LessThan(own, new Vector<TKey>(key)); // what is true is -1
            for (int i = start; i < end; i++)
            {
                Vector<TKey> isLater = Vector.GreaterThan(lanes, new Vector<TKey>(TKey.CreateTruncating(i - start)));
                before -= Vector.GreaterThan(own, new Vector<TKey>(keys[i]) + isLater);
            }
            foreach (TKey key in keys[end..indices.Length])
                before -= Vector.GreaterThan(own, new Vector<TKey>(key));
            before.CopyTo(found);
            for (int i = start; i < end; i++)
                indices[int.CreateTruncating(found[i - start])] = i;
        }
    }

    private static void SortDigits<TKey>(
        Span<TKey> keys, Span<TKey> otherKeys, Span<int> indices, Span<int> otherIndices, int bits)
        where TKey : unmanaged, IBinaryInteger<TKey>
    {
        for (int i = 0; i < indices.Length; i++)
            indices[i] = i;
        Span<int> result = indices;
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
                otherIndices[at] = indices[i];
            }
            Span<TKey> sorted = otherKeys;
            otherKeys = keys;
            keys = sorted;
            Span<int> moved = otherIndices;
            otherIndices = indices;
            indices = moved;
        }
        if (indices != result)
            indices.CopyTo(result);
    }
}
