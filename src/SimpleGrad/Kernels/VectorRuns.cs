using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>How the numbers of a run become one, as vectors.</summary>
internal interface IFold
{
    /// <summary>Takes a number into a result.</summary>
    static abstract TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged;

    /// <summary>The greatest length of a run that is not folded in halves.</summary>
    static virtual int BlockLength => int.MaxValue;

    /// <summary>Joins two results.</summary>
    static virtual TVector Join<TSimd, TVector, T, TSelf>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
        where TSelf : struct, IFold => TSelf.Take<TSimd, TVector, T>(x, y);
}

/// <summary>
/// Folds runs in memory: several vectors at a time, that do not wait for each other. Sums are added in pairs from some
/// length on, so that their error grows with the logarithm of the length, not with the length.
/// </summary>
internal static unsafe class VectorRuns
{
    /// <summary>No more than 64 numbers are added one after the other in any place of a vector.</summary>
    public const int SumLength = 4096;

    /// <summary>All of a run, with what a fold begins with.</summary>
    public static T Fold<TFold, T>(ReadOnlySpan<T> run, T start)
        where TFold : struct, IFold
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (run.Length <= TFold.BlockLength)
        {
            fixed (T* x = run)
                return Block<TFold, T>(x, run.Length, start);
        }
        int half = (run.Length / 2 + TFold.BlockLength - 1) / TFold.BlockLength * TFold.BlockLength;
        T left = Fold<TFold, T>(run[..half], start), right = Fold<TFold, T>(run[half..], start);
        return TFold.Join<Simd1<T>, T, T, TFold>(left, right);
    }

    /// <summary>Takes each number of a row into its result.</summary>
    public static void Accumulate<TFold, T>(ReadOnlySpan<T> row, Span<T> results)
        where TFold : struct, IFold
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* x = row, to = results)
        {
            int done = 0;
            if (Vector512.IsHardwareAccelerated)
                done = Row<TFold, Simd512<T>, Vector512<T>, T>(x, to, done, results.Length);
            if (Vector256.IsHardwareAccelerated)
                done = Row<TFold, Simd256<T>, Vector256<T>, T>(x, to, done, results.Length);
            if (Vector128.IsHardwareAccelerated)
                done = Row<TFold, Simd128<T>, Vector128<T>, T>(x, to, done, results.Length);
            Row<TFold, Simd1<T>, T, T>(x, to, done, results.Length);
        }
    }

    private static int Row<TFold, TSimd, TVector, T>(T* x, T* to, int i, int length)
        where TFold : struct, IFold
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        for (; i + TSimd.Count <= length; i += TSimd.Count)
            TSimd.Store(TFold.Take<TSimd, TVector, T>(TSimd.Load(to + i), TSimd.Load(x + i)), to + i);
        return i;
    }

    private static T Block<TFold, T>(T* x, int length, T start)
        where TFold : struct, IFold
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int done = 0;
        T result = start;
        if (Vector512.IsHardwareAccelerated && length >= 4 * Vector512<T>.Count)
            result = Vectors<TFold, Simd512<T>, Vector512<T>, T>(x, length, start, ref done);
        else if (Vector256.IsHardwareAccelerated && length >= 4 * Vector256<T>.Count)
            result = Vectors<TFold, Simd256<T>, Vector256<T>, T>(x, length, start, ref done);
        else if (Vector128.IsHardwareAccelerated && length >= 4 * Vector128<T>.Count)
            result = Vectors<TFold, Simd128<T>, Vector128<T>, T>(x, length, start, ref done);
        for (; done < length; done++)
            result = TFold.Take<Simd1<T>, T, T>(result, x[done]);
        return result;
    }

    [SkipLocalsInit]
    private static T Vectors<TFold, TSimd, TVector, T>(T* x, int length, T start, ref int done)
        where TFold : struct, IFold
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TVector none = TSimd.Broadcast(start), r0 = none, r1 = none, r2 = none, r3 = none;
        TVector r4 = none, r5 = none, r6 = none, r7 = none;
        int i = 0, count = TSimd.Count;
        for (; i + 8 * count <= length; i += 8 * count)
        {
            r0 = TFold.Take<TSimd, TVector, T>(r0, TSimd.Load(x + i));
            r1 = TFold.Take<TSimd, TVector, T>(r1, TSimd.Load(x + i + count));
            r2 = TFold.Take<TSimd, TVector, T>(r2, TSimd.Load(x + i + 2 * count));
            r3 = TFold.Take<TSimd, TVector, T>(r3, TSimd.Load(x + i + 3 * count));
            r4 = TFold.Take<TSimd, TVector, T>(r4, TSimd.Load(x + i + 4 * count));
            r5 = TFold.Take<TSimd, TVector, T>(r5, TSimd.Load(x + i + 5 * count));
            r6 = TFold.Take<TSimd, TVector, T>(r6, TSimd.Load(x + i + 6 * count));
            r7 = TFold.Take<TSimd, TVector, T>(r7, TSimd.Load(x + i + 7 * count));
        }
        for (; i + count <= length; i += count)
            r0 = TFold.Take<TSimd, TVector, T>(r0, TSimd.Load(x + i));
        done = i;
        r0 = Join(Join(Join(r0, r1), Join(r2, r3)), Join(Join(r4, r5), Join(r6, r7)));
        T* parts = stackalloc T[count];
        TSimd.Store(r0, parts);
        for (int half = count / 2; half > 0; half /= 2)
        {
            for (int j = 0; j < half; j++)
                parts[j] = TFold.Join<Simd1<T>, T, T, TFold>(parts[j], parts[j + half]);
        }
        return parts[0];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static TVector Join(TVector a, TVector b) => TFold.Join<TSimd, TVector, T, TFold>(a, b);
    }
}

internal readonly struct SumFold : IFold
{
    public static int BlockLength => VectorRuns.SumLength;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.Add(result, x);
}

internal readonly struct SumOfSquaresFold : IFold
{
    public static int BlockLength => VectorRuns.SumLength;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.MultiplyAdd(x, x, result);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Join<TSimd, TVector, T, TSelf>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
        where TSelf : struct, IFold => TSimd.Add(x, y);
}

internal readonly struct SumOfMagnitudesFold : IFold
{
    public static int BlockLength => VectorRuns.SumLength;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.Add(result, TSimd.Abs(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Join<TSimd, TVector, T, TSelf>(TVector x, TVector y)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
        where TSelf : struct, IFold => TSimd.Add(x, y);
}

internal readonly struct ProductFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.Multiply(result, x);
}

/// <summary>The greatest; NaN where one is.</summary>
internal readonly struct MaxFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.Select(TSimd.EqualTo(x, x), TSimd.MaxNative(x, result), x);
}

/// <summary>The least; NaN where one is.</summary>
internal readonly struct MinFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.Select(TSimd.EqualTo(x, x), TSimd.MinNative(x, result), x);
}
