using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// The two functions of <see cref="SoftmaxGradientKernel"/>, of a strip of lines, by passes over its rows.
/// </summary>
/// <remarks>
/// Where one class has nearly all the probability, both are, in its place, the difference of nearly equal numbers. So
/// neither is computed as it is written. Like <see cref="SoftmaxStrip{TSimd, TVector, T}"/> each keeps up to four
/// numbers for each column of a wide row.
/// </remarks>
internal readonly unsafe struct SoftmaxGradientStrip<T>(T* x, T* p, T* result, bool isLogarithm)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LongSum = 256; // rows, from which on sums are in two numbers

    /// <summary>The length of the memory for the numbers.</summary>
    public static int ScratchLength(int columns) => 4 * columns;

    /// <summary>
    /// x - Σ x p, as d - Σ d p where d is x less the x of the most probable class, whose own d is an exact 0.
    /// </summary>
    public void Deviation<TSimd, TVector>(WideRows rows, nint start, T* numbers)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        int columns = rows.Columns;
        T* maxima = numbers, shifts = maxima + columns, means = shifts + columns, lost = means + columns;
        new Span<T>(maxima, columns).Fill(T.NegativeInfinity);
        new Span<T>(shifts, 3 * columns).Clear();

        rows.Run<MostProbable, TSimd, TVector, T>(new MostProbable(x, p, maxima, shifts), start);
        for (int row = rows.Width; row < columns; row += rows.Width)
        {
            for (int i = 0; i < rows.Width; i++)
            {
                if (maxima[row + i] > maxima[i])
                    (maxima[i], shifts[i]) = (maxima[row + i], shifts[row + i]);
            }
        }
        // Less infinity, all would be infinite.
        for (int i = 0; i < rows.Width; i++)
            shifts[i] = T.IsFinite(shifts[i]) ? shifts[i] : T.Zero;
        rows.Repeat(shifts);

        var sum = new PassSum(means, lost, rows.Count > LongSum);
        rows.Run<MeanOfShifted, TSimd, TVector, T>(new MeanOfShifted(x, p, shifts, sum, isLogarithm), start);
        rows.JoinSums(means);
        rows.Repeat(means);

        rows.Run<LessMean, TSimd, TVector, T>(new LessMean(x, result, shifts, means), start);
    }

    /// <summary>
    /// x - p Σ x, in which a class whose probability is above 1/2 is written by the other classes: as (1 - p) x less p
    /// times the sum of their x, where 1 - p is the sum of their probabilities.
    /// </summary>
    public void Transpose<TSimd, TVector>(WideRows rows, nint start, T* numbers)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        int columns = rows.Columns;
        T* dominant = numbers, others = dominant + columns, complements = others + columns;
        T* lost = complements + columns;
        new Span<T>(numbers, 4 * columns).Clear();

        var sum = new PassSum(others, lost, rows.Count > LongSum);
        rows.Run<DominantAndOthers, TSimd, TVector, T>(
            new DominantAndOthers(x, p, dominant, sum, complements, isLogarithm), start);
        for (int kind = 0; kind < 3; kind++)
        {
            rows.JoinSums(numbers + kind * columns);
            rows.Repeat(numbers + kind * columns);
        }

        rows.Run<LessShare, TSimd, TVector, T>(
            new LessShare(x, p, result, numbers, columns, isLogarithm), start);
    }

    /// <summary>Sums of the columns, which are in two numbers where they are long.</summary>
    private readonly struct PassSum(T* high, T* low, bool isLong)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TS, TV>(int column, TV number)
            where TS : struct, ISimd<TV, T>
            where TV : struct
        {
            TV first = TS.Load(high + column);
            if (!isLong)
            {
                TS.Store(TS.Add(first, number), high + column);
                return;
            }
            TV second = TS.Load(low + column);
            TwoSum.Add<TS, TV, T>(ref first, ref second, number);
            TS.Store(first, high + column);
            TS.Store(second, low + column);
        }
    }

    /// <summary>Finds the most probable class, and its x.</summary>
    private readonly struct MostProbable(T* x, T* p, T* maxima, T* shifts) : IRowPass<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TS, TV>(nint index, int column)
            where TS : struct, ISimd<TV, T>
            where TV : struct
        {
            TV weight = TS.Load(p + index), max = TS.Load(maxima + column), isLarger = TS.GreaterThan(weight, max);
            TS.Store(TS.Select(isLarger, weight, max), maxima + column);
            TS.Store(TS.Select(isLarger, TS.Load(x + index), TS.Load(shifts + column)), shifts + column);
        }
    }

    /// <summary>Adds up the mean of x less the shift.</summary>
    private readonly struct MeanOfShifted(T* x, T* p, T* shifts, PassSum means, bool isLogarithm) : IRowPass<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TS, TV>(nint index, int column)
            where TS : struct, ISimd<TV, T>
            where TV : struct
        {
            TV shifted = TS.Subtract(TS.Load(x + index), TS.Load(shifts + column)), weight = TS.Load(p + index);
            if (isLogarithm)
                weight = VectorMath<TS, TV, T>.Exp(weight);
            means.Add<TS, TV>(column, VectorMath<TS, TV, T>.StrongMultiply(shifted, weight));
        }
    }

    private readonly struct LessMean(T* x, T* result, T* shifts, T* means) : IRowPass<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TS, TV>(nint index, int column)
            where TS : struct, ISimd<TV, T>
            where TV : struct
        {
            TV shifted = TS.Subtract(TS.Load(x + index), TS.Load(shifts + column));
            TS.Store(TS.Subtract(shifted, TS.Load(means + column)), result + index);
        }
    }

    /// <summary>
    /// Finds the x of a class whose probability is above 1/2, and adds up the x and the probabilities of the others.
    /// </summary>
    private readonly struct DominantAndOthers(
        T* x, T* p, T* dominant, PassSum others, T* complements, bool isLogarithm) : IRowPass<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TS, TV>(nint index, int column)
            where TS : struct, ISimd<TV, T>
            where TV : struct
        {
            TV number = TS.Load(x + index), weight = TS.Load(p + index);
            TV isDominant = IsDominant<TS, TV>(weight, isLogarithm);
            TS.Store(TS.Add(TS.Load(dominant + column), TS.And(number, isDominant)), dominant + column);
            others.Add<TS, TV>(column, TS.AndNot(number, isDominant));
            if (isLogarithm)
                return; // the complement is computed from the logarithm
            TV complement = TS.Add(TS.Load(complements + column), TS.AndNot(weight, isDominant));
            TS.Store(complement, complements + column);
        }
    }

    private readonly struct LessShare(T* x, T* p, T* result, T* numbers, int columns, bool isLogarithm) : IRowPass<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TS, TV>(nint index, int column)
            where TS : struct, ISimd<TV, T>
            where TV : struct
        {
            T* dominant = numbers + column, others = dominant + columns, complements = others + columns;
            TV number = TS.Load(x + index), weight = TS.Load(p + index);
            TV isDominant = IsDominant<TS, TV>(weight, isLogarithm);
            TV ofOthers = TS.Load(others), complement = TS.Load(complements);
            if (isLogarithm)
            {
                weight = VectorMath<TS, TV, T>.ExpAndExpm1(weight, out complement);
                complement = TS.Negate(complement);
            }
            TV all = TS.Select(isDominant, ofOthers, TS.Add(ofOthers, TS.Load(dominant)));
            TV own = TS.Select(isDominant, VectorMath<TS, TV, T>.StrongMultiply(number, complement), number);
            TS.Store(TS.Subtract(own, VectorMath<TS, TV, T>.StrongMultiply(all, weight)), result + index);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV IsDominant<TS, TV>(TV weight, bool isLogarithm)
        where TS : struct, ISimd<TV, T>
        where TV : struct =>
        TS.GreaterThan(weight, TS.Constant(isLogarithm ? -0.69314718055994531 : 0.5));
}
