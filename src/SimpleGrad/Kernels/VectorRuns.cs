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

    /// <summary>Takes two numbers into a result each, whose order does not matter to the fold.</summary>
    static virtual void TakeTwo<TSimd, TVector, T, TSelf>(
        ref TVector result0, ref TVector result1, TVector x0, TVector x1)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
        where TSelf : struct, IFold
    {
        result0 = TSelf.Take<TSimd, TVector, T>(result0, x0);
        result1 = TSelf.Take<TSimd, TVector, T>(result1, x1);
    }

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
    public static int SumLength => Vector128.IsHardwareAccelerated ? 4096 : 64;

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
            Two(ref r0, ref r1, x + i);
            Two(ref r2, ref r3, x + i + 2 * count);
            Two(ref r4, ref r5, x + i + 4 * count);
            Two(ref r6, ref r7, x + i + 6 * count);
        }
        for (; i + count <= length; i += count)
            r0 = TFold.Take<TSimd, TVector, T>(r0, TSimd.Load(x + i));
        done = i;
        r0 = Join(Join(Join(r0, r1), Join(r2, r3)), Join(Join(r4, r5), Join(r6, r7)));
        return Across<TFold, TSimd, TVector, T>(r0);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Two(ref TVector r0, ref TVector r1, T* x) => TFold.TakeTwo<TSimd, TVector, T, TFold>(
            ref r0, ref r1, TSimd.Load(x), TSimd.Load(x + TSimd.Count));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static TVector Join(TVector a, TVector b) => TFold.Join<TSimd, TVector, T, TFold>(a, b);
    }

    /// <summary>The numbers in a vector as one: each time the upper half is joined to the lower one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Across<TFold, TSimd, TVector, T>(TVector numbers)
        where TFold : struct, IFold
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        if (numbers is Vector512<T> wide)
            return Across<TFold, T>(TFold.Join<Simd256<T>, Vector256<T>, T, TFold>(wide.GetLower(), wide.GetUpper()));
        if (numbers is Vector256<T> whole)
            return Across<TFold, T>(whole);
        return Across<TFold, T>((Vector128<T>)(object)numbers);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Across<TFold, T>(Vector256<T> numbers)
        where TFold : struct, IFold
        where T : unmanaged =>
        Across<TFold, T>(TFold.Join<Simd128<T>, Vector128<T>, T, TFold>(numbers.GetLower(), numbers.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Across<TFold, T>(Vector128<T> numbers)
        where TFold : struct, IFold
        where T : unmanaged
    {
        Vector128<T> upper = Vector128.Shuffle(numbers.AsInt64(), Vector128.Create(1L, 1)).As<long, T>();
        numbers = TFold.Join<Simd128<T>, Vector128<T>, T, TFold>(numbers, upper);
        if (sizeof(T) == sizeof(double))
            return numbers.ToScalar();
        upper = Vector128.Shuffle(numbers.AsInt32(), Vector128.Create(1)).As<int, T>();
        return TFold.Join<Simd128<T>, Vector128<T>, T, TFold>(numbers, upper).ToScalar();
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

/// <summary>The greatest; NaN where one is: a mask of ones is one.</summary>
internal readonly struct MaxFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.Or(TSimd.MaxNative(x, result), TSimd.Unordered(x, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeTwo<TSimd, TVector, T, TSelf>(
        ref TVector result0, ref TVector result1, TVector x0, TVector x1)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
        where TSelf : struct, IFold
    {
        result0 = TSimd.Or(TSimd.MaxNative(x0, result0), TSimd.Unordered(x0, x1));
        result1 = TSimd.MaxNative(x1, result1);
    }
}

/// <summary>The least; NaN where one is: a mask of ones is one.</summary>
internal readonly struct MinFold : IFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Take<TSimd, TVector, T>(TVector result, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged => TSimd.Or(TSimd.MinNative(x, result), TSimd.Unordered(x, x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TakeTwo<TSimd, TVector, T, TSelf>(
        ref TVector result0, ref TVector result1, TVector x0, TVector x1)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
        where TSelf : struct, IFold
    {
        result0 = TSimd.Or(TSimd.MinNative(x0, result0), TSimd.Unordered(x0, x1));
        result1 = TSimd.MinNative(x1, result1);
    }
}
