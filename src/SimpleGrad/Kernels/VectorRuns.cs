using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// Folds runs in memory: several vectors at a time, that do not wait for each other. Sums are added in pairs from some
/// length on, so that their error grows with the logarithm of the length, not with the length.
/// </summary>
internal static unsafe class VectorRuns
{
    /// <summary>No more than 64 numbers are added one after the other in any element of a vector.</summary>
    public static int SumLength => VectorWidth<float>.Widest > 1 ? 4096 : 64;

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
            var loop = new RowLoop<TFold, T>(x, to, results.Length);
            VectorWidth<T>.RunDescending(ref loop);
        }
    }

    private struct RowLoop<TFold, T>(T* x, T* results, int length) : IVectorKernel<T>
        where TFold : struct, IFold
        where T : unmanaged
    {
        private int _done;

        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            T* from = x, to = results;
            int i = _done, end = length;
            for (; i + TSimd.Count <= end; i += TSimd.Count)
                TSimd.Store(TFold.Take<TSimd, TVector, T>(TSimd.Load(to + i), TSimd.Load(from + i)), to + i);
            _done = i;
        }
    }

    private static T Block<TFold, T>(T* x, int length, T start)
        where TFold : struct, IFold
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var loop = new BlockLoop<TFold, T>(x, length, start);
        VectorWidth<T>.RunFilled(ref loop, length, vectors: 4);
        return loop.Result;
    }

    private struct BlockLoop<TFold, T>(T* run, int length, T start) : IVectorKernel<T>
        where TFold : struct, IFold
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public T Result { get; private set; } = start;

        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            T* x = run;
            T result = Result;
            int i = 0, end = length;
            if (TSimd.Count > 1)
                result = Vectors<TFold, TSimd, TVector, T>(x, end, result, ref i);
            for (; i < end; i++)
                result = TFold.Take<Simd1<T>, T, T>(result, x[i]);
            Result = result;
        }
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
        if (!Precision<T>.IsSingle)
            return numbers.ToScalar();
        upper = Vector128.Shuffle(numbers.AsInt32(), Vector128.Create(1)).As<int, T>();
        return TFold.Join<Simd128<T>, Vector128<T>, T, TFold>(numbers, upper).ToScalar();
    }
}
