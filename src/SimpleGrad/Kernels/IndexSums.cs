using System.Numerics.Tensors;

namespace SimpleGrad;

/// <summary>
/// Sums to which numbers are added by index: many may fall to one sum, and must not lose their digits there.
/// </summary>
internal static unsafe class IndexSums
{
    /// <summary>How many numbers a plain sum may take.</summary>
    public const int ShortSum = 64;

    /// <summary>Whether an index of an axis is named more often than a plain sum bears.</summary>
    public static bool AreLong(ReadOnlySpan<int> indices, int length)
    {
        if (indices.Length <= ShortSum)
            return false;
        if (indices.Length > (long)ShortSum * length)
            return true;
        // In two tables: one count after the other of the same index would have to wait for it.
        using var scratch = new Scratch<int>(checked(2 * length));
        Span<int> counts = scratch.Span;
        counts.Clear();
        fixed (int* first = counts, numbers = indices)
        {
            int* second = first + length;
            int pairs = indices.Length & ~1;
            for (int i = 0; i < pairs; i += 2)
            {
                first[numbers[i]]++;
                second[numbers[i + 1]]++;
            }
            if (pairs < indices.Length)
                first[numbers[pairs]]++;
        }
        TensorPrimitives.Add(counts[..length], counts[length..], counts[..length]);
        return TensorPrimitives.Max<int>(counts[..length]) > ShortSum;
    }

    /// <summary>Adds slices to the sums at their indices, which are known to be valid.</summary>
    /// <param name="numbers">The slices, one after the other.</param>
    /// <param name="indices">The index of each.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="inner">The length of each.</param>
    /// <param name="sums">The sums.</param>
    public static void Add<T>(T* numbers, int* indices, int count, int inner, Span<T> sums) where T : unmanaged
    {
        Precision<T>.Require();
        fixed (T* to = sums)
        {
            if (Precision<T>.IsSingle)
                Add<FloatSum, float>((float*)numbers, indices, count, inner, new Span<float>(to, sums.Length));
            else
                Add<DoubleSum, double>((double*)numbers, indices, count, inner, new Span<double>(to, sums.Length));
        }
    }

    private static void Add<TSum, T>(T* numbers, int* indices, int count, int inner, Span<T> results)
        where TSum : unmanaged, IAccumulator<TSum, T>
        where T : unmanaged
    {
        using var scratch = new Scratch<TSum>(results.Length);
        fixed (TSum* sums = scratch)
        {
            Begin<TSum, T>(results, sums);
            for (int i = 0; i < count; i++, numbers += inner)
            {
                TSum* sum = sums + (nint)indices[i] * inner;
                for (int k = 0; k < inner; k++)
                    TSum.Add(ref sum[k], numbers[k]);
            }
            End(sums, results);
        }
    }

    public static void Begin<TSum, T>(ReadOnlySpan<T> numbers, TSum* sums) where TSum : unmanaged, IAccumulator<TSum, T>
    {
        for (int i = 0; i < numbers.Length; i++)
            sums[i] = TSum.Of(numbers[i]);
    }

    public static void End<TSum, T>(TSum* sums, Span<T> numbers) where TSum : unmanaged, IAccumulator<TSum, T>
    {
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = TSum.ValueOf(in sums[i]);
    }
}
