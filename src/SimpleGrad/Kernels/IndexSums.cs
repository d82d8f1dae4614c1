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
        using var scratch = new Scratch<int>(length);
        Span<int> counts = scratch.Span;
        counts.Clear();
        bool areLong = false;
        foreach (int index in indices)
            areLong |= ++counts[index] > ShortSum;
        return areLong;
    }

    /// <summary>Adds numbers to the sums at their indices, which are known to be valid.</summary>
    public static void Add<T>(T* numbers, int* indices, int count, Span<T> sums) where T : unmanaged
    {
        Precision<T>.Require();
        fixed (T* to = sums)
        {
            if (Precision<T>.IsSingle)
                Add<FloatSum, float>((float*)numbers, indices, count, new Span<float>(to, sums.Length));
            else
                Add<DoubleSum, double>((double*)numbers, indices, count, new Span<double>(to, sums.Length));
        }
    }

    private static void Add<TSum, T>(T* numbers, int* indices, int count, Span<T> results)
        where TSum : unmanaged, IAccumulator<TSum, T>
        where T : unmanaged
    {
        using var scratch = new Scratch<TSum>(results.Length);
        fixed (TSum* sums = scratch)
        {
            Begin<TSum, T>(results, sums);
            for (int i = 0; i < count; i++)
                TSum.Add(ref sums[indices[i]], numbers[i]);
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
