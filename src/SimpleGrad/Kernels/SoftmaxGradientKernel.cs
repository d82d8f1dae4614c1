using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// With probabilities p along an axis, the deviation of x from its mean, x - Σ x p; or its transpose, x - p Σ x. Where
/// one class has nearly all the probability, both are the difference of nearly equal numbers in its place. So the
/// deviation is that of x less the x of the most probable class, and the other one is, for a probability above 1/2,
/// (1 - p) x less p times the sum of the other x.
/// </summary>
/// <remarks>
/// Some rows at a time, as one wide row, are added to as many sums side by side; a line along the last axis is cut into
/// such rows too. The probabilities may be given by their logarithms.
/// </remarks>
internal static unsafe class SoftmaxGradientKernel
{
    private const int LeastWidth = 32; // of rows
    private const int GreatestWidth = 512;
    private const int StripLength = 1 << 15; // elements, which fit into the second cache
    private const int LongSum = 256; // rows, from which on sums are in two numbers

    public static Tensor<T> Compute<T>(Tensor<T> x, Tensor<T> p, int axis, bool isDeviation, bool isLogarithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Axes.MemoryOrder(p) is { } order)
            return Compute(x.Permute(order), p.Permute(order), order.IndexOf(axis), isDeviation, isLogarithm)
                .Permute(Axes.Inverse(order));
        Tensor<T> result = Tensor<T>.Uninitialized(p.Shape);
        if (p.Length == 0)
            return result;
        Tensor<T> numbers = x.ToContiguous(), weights = p.ToContiguous();
        if (Vector512.IsHardwareAccelerated)
            Run<Simd512<T>, Vector512<T>, T>(numbers, weights, result, axis, isDeviation, isLogarithm);
        else if (Vector256.IsHardwareAccelerated)
            Run<Simd256<T>, Vector256<T>, T>(numbers, weights, result, axis, isDeviation, isLogarithm);
        else if (Vector128.IsHardwareAccelerated)
            Run<Simd128<T>, Vector128<T>, T>(numbers, weights, result, axis, isDeviation, isLogarithm);
        else
            Run<Simd1<T>, T, T>(numbers, weights, result, axis, isDeviation, isLogarithm);
        if (!ReferenceEquals(numbers, x))
            numbers.Release();
        if (!ReferenceEquals(weights, p))
            weights.Release();
        return result;
    }

    /// <summary>Of contiguous tensors, with vectors of one width.</summary>
    internal static void Run<TSimd, TVector, T>(
        Tensor<T> x, Tensor<T> p, Tensor<T> result, int axis, bool isDeviation, bool isLogarithm)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = p.Rank == 0 ? 1 : p.Shape[axis], inner = p.Rank == 0 ? 1 : p.Shape.RowMajorStrides[axis];
        int columns = Math.Min(inner, Math.Clamp(StripLength / length, LeastWidth, GreatestWidth));
        int strips = (inner + columns - 1) / columns, all = checked(p.Length / length / inner * strips);
        int each = Math.Max(1, (int)(ParallelLoop.PieceLength / 2 / ((long)columns * length)));
        fixed (T* from = x.Span, weights = p.Span, to = result.NewData)
        {
            if (isDeviation)
                ParallelLoop.Run(
                    (all + each - 1) / each,
                    new Piece<Deviation<T>, TSimd, TVector, T>(
                        from, weights, to, length, inner, columns, strips, each, all, isLogarithm));
            else
                ParallelLoop.Run(
                    (all + each - 1) / each,
                    new Piece<Transpose<T>, TSimd, TVector, T>(
                        from, weights, to, length, inner, columns, strips, each, all, isLogarithm));
        }
    }

    private readonly struct Piece<TForm, TSimd, TVector, T>(
        T* x, T* p, T* to, int length, int inner, int columns, int strips, int each, int all, bool isLogarithm)
        : IParallelBody
        where TForm : struct, IForm<T>
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [SkipLocalsInit]
        public void Run(int piece)
        {
            int last = Math.Min(all, (piece + 1) * each);
            int together = inner < LeastWidth ? Math.Min(length, LeastWidth / inner) : 1;
            T* sums = stackalloc T[4 * columns * together];
            for (int strip = piece * each; strip < last; strip++)
            {
                int column = strip % strips * columns, width = Math.Min(columns, inner - column);
                Strip((nint)(strip / strips) * length * inner + column, width, together, sums);
            }
        }

        /// <summary>Neighbouring lines, <paramref name="together"/> rows of them at a time.</summary>
        private void Strip(nint at, int width, int together, T* sums)
        {
            int wide = width * together;
            var start = new Span<T>(sums, wide);
            start.Fill(TForm.Start);
            new Span<T>(sums + wide, 3 * wide).Clear();
            Rows(at, width, together, sums, 0);
            TForm.Join(sums, width, together);
            if (TForm.Passes > 2)
            {
                Rows(at, width, together, sums, 1);
                TForm.JoinMeans(sums, width, together);
            }
            for (int kind = 0; kind < 4; kind++)
                Repeat(sums + kind * wide, width, together);
            Rows(at, width, together, sums, 2);
        }

        private void Rows(nint at, int width, int together, T* sums, int pass)
        {
            int wide = width * together, rows = length / together, last = length % together * width;
            bool isLong = rows > LongSum;
            for (int row = 0; row <= rows; row++, at += (nint)together * inner)
            {
                int i = 0, count = row < rows ? wide : last;
                for (; i + TSimd.Count <= count; i += TSimd.Count)
                    TForm.Apply<TSimd, TVector>(
                        x + at + i, p + at + i, to + at + i, sums + i, wide, pass, isLogarithm, isLong);
                for (; i < count; i++)
                    TForm.Apply<Simd1<T>, T>(
                        x + at + i, p + at + i, to + at + i, sums + i, wide, pass, isLogarithm, isLong);
            }
        }
    }

    /// <summary>What is summed, in four rows of numbers that lie one behind the other, and what comes of it.</summary>
    private interface IForm<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>What the first row starts with.</summary>
        static abstract T Start { get; }

        static abstract int Passes { get; }

        static abstract void Apply<TS, TV>(
            T* x, T* p, T* to, T* sums, int wide, int pass, bool isLogarithm, bool isLong)
            where TS : struct, ISimd<TV, T>
            where TV : struct;

        /// <summary>Brings together what the rows of a wide row have come to in the first pass.</summary>
        static abstract void Join(T* sums, int width, int together);

        /// <summary>The same for the second of three passes.</summary>
        static abstract void JoinMeans(T* sums, int width, int together);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TS, TV, T>(T* sum, T* lost, TV x, bool isLong)
        where TS : struct, ISimd<TV, T>
        where TV : struct
        where T : unmanaged
    {
        TV high = TS.Load(sum);
        if (!isLong)
        {
            TS.Store(TS.Add(high, x), sum);
            return;
        }
        TV low = TS.Load(lost);
        TwoSum.Add<TS, TV, T>(ref high, ref low, x);
        TS.Store(high, sum);
        TS.Store(low, lost);
    }

    /// <summary>Adds the sums of the other rows of a wide row to those of the first.</summary>
    private static void AddRows<T>(T* sums, int width, int together) where T : unmanaged, INumberBase<T>
    {
        for (T* row = sums + width, end = sums + width * together; row < end; row += width)
        {
            for (int i = 0; i < width; i++)
                sums[i] += row[i];
        }
    }

    /// <summary>Copies the first row of a wide row to the others.</summary>
    private static void Repeat<T>(T* first, int width, int together) where T : unmanaged
    {
        if (width == 1)
        {
            new Span<T>(first, together).Fill(*first);
            return;
        }
        for (int row = 1; row < together; row++)
            new Span<T>(first, width).CopyTo(new Span<T>(first + row * width, width));
    }

    /// <summary>The greatest probabilities, their x, the means of x less that, and what their rounding lost.</summary>
    private readonly struct Deviation<T> : IForm<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static T Start => T.NegativeInfinity;

        public static int Passes => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply<TS, TV>(
            T* x, T* p, T* to, T* sums, int wide, int pass, bool isLogarithm, bool isLong)
            where TS : struct, ISimd<TV, T>
            where TV : struct
        {
            TV number = TS.Load(x);
            if (pass == 0)
            {
                TV weight = TS.Load(p), greatest = TS.Load(sums), isGreater = TS.GreaterThan(weight, greatest);
                TS.Store(TS.Select(isGreater, weight, greatest), sums);
                TS.Store(TS.Select(isGreater, number, TS.Load(sums + wide)), sums + wide);
                return;
            }
            TV shifted = TS.Subtract(number, TS.Load(sums + wide));
            if (pass == 1)
            {
                TV weight = TS.Load(p);
                if (isLogarithm)
                    weight = VectorMath<TS, TV, T>.Exp(weight);
                TV product = VectorMath<TS, TV, T>.StrongMultiply(shifted, weight);
                Add<TS, TV, T>(sums + 2 * wide, sums + 3 * wide, product, isLong);
                return;
            }
            TS.Store(TS.Subtract(shifted, TS.Load(sums + 2 * wide)), to);
        }

        public static void Join(T* sums, int width, int together)
        {
            int wide = width * together;
            for (T* row = sums + width; row < sums + wide; row += width)
            {
                for (int i = 0; i < width; i++)
                {
                    if (row[i] > sums[i])
                        (sums[i], sums[wide + i]) = (row[i], row[wide + i]);
                }
            }
            // Less infinity, all would be infinite.
            for (int i = 0; i < width; i++)
                sums[wide + i] = T.IsFinite(sums[wide + i]) ? sums[wide + i] : T.Zero;
            Repeat(sums + wide, width, together);
        }

        public static void JoinMeans(T* sums, int width, int together) =>
            AddRows(sums + 2 * width * together, width, together);
    }

    /// <summary>
    /// The x of a probability above 1/2, the sums of the other x, those of the other probabilities, and what the
    /// rounding of the sums lost.
    /// </summary>
    private readonly struct Transpose<T> : IForm<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static T Start => T.Zero;

        public static int Passes => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Apply<TS, TV>(
            T* x, T* p, T* to, T* sums, int wide, int pass, bool isLogarithm, bool isLong)
            where TS : struct, ISimd<TV, T>
            where TV : struct
        {
            TV number = TS.Load(x), weight = TS.Load(p);
            TV isMost = TS.GreaterThan(weight, TS.Constant(isLogarithm ? -0.69314718055994531 : 0.5));
            if (pass == 0)
            {
                TS.Store(TS.Add(TS.Load(sums), TS.And(number, isMost)), sums);
                Add<TS, TV, T>(sums + wide, sums + 3 * wide, TS.AndNot(number, isMost), isLong);
                if (!isLogarithm)
                    TS.Store(TS.Add(TS.Load(sums + 2 * wide), TS.AndNot(weight, isMost)), sums + 2 * wide);
                return;
            }
            TV ofOthers = TS.Load(sums + wide), rest = TS.Load(sums + 2 * wide);
            if (isLogarithm)
            {
                weight = VectorMath<TS, TV, T>.ExpAndExpm1(weight, out rest);
                rest = TS.Negate(rest);
            }
            TV all = TS.Select(isMost, ofOthers, TS.Add(ofOthers, TS.Load(sums)));
            TV own = TS.Select(isMost, VectorMath<TS, TV, T>.StrongMultiply(number, rest), number);
            TS.Store(TS.Subtract(own, VectorMath<TS, TV, T>.StrongMultiply(all, weight)), to);
        }

        public static void Join(T* sums, int width, int together)
        {
            for (int kind = 0; kind < 3; kind++)
                AddRows(sums + kind * width * together, width, together);
        }

        public static void JoinMeans(T* sums, int width, int together)
        {
        }
    }
}
