using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The softmax of a strip of lines, or its logarithm, by passes over its rows.</summary>
/// <remarks>
/// The passes keep four numbers for each column of a wide row (see <see cref="WideRows"/>), in rows one behind the
/// other:
/// <code>
/// numbers    max | sum | tops | lost
/// </code>
/// the maximum, the sum of the powers, how many elements equal the maximum, and what the rounding of the sum has lost.
/// </remarks>
internal readonly unsafe struct SoftmaxStrip<TSimd, TVector, T>(
    T* x, T* result, WideRows rows, T* numbers, bool logarithm)
    where TSimd : struct, ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LongSum = 256; // rows, from which on sums are in two numbers

    /// <summary>The length of the memory for the numbers.</summary>
    public static int ScratchLength(int columns) => 4 * columns;

    public void Compute()
    {
        int columns = rows.Columns;
        T* max = numbers, sums = max + columns, tops = sums + columns;
        new Span<T>(max, columns).Fill(T.NegativeInfinity);
        new Span<T>(sums, 3 * columns).Clear();

        Run(new MaxPass(x, max));
        for (int row = 1; row < rows.Together; row++)
        {
            for (int i = 0; i < rows.Width; i++)
                max[i] = T.Max(max[i], max[row * rows.Width + i]);
        }
        rows.Repeat(max);

        Run(new PowerPass(x, result, numbers, columns, logarithm, rows.Length > LongSum));
        rows.JoinSums(sums);
        rows.JoinSums(tops);

        WideRows.RunRow<FactorPass, TSimd, TVector, T>(new FactorPass(sums, tops, logarithm), 0, rows.Width);
        rows.Repeat(sums);

        Run(new ResultPass(result, sums, logarithm));
    }

    private void Run<TPass>(TPass pass) where TPass : struct, IRowPass<T> =>
        rows.Run<TPass, TSimd, TVector, T>(pass, 0);

    private readonly struct MaxPass(T* x, T* max) : IRowPass<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TS, TV>(nint index, int column)
            where TS : struct, ISimd<TV, T>
            where TV : struct =>
            TS.Store(TS.MaxNative(TS.Load(max + column), TS.Load(x + index)), max + column);
    }

    /// <summary>Writes the powers, or for a logarithm the exponents, to the result, and adds up the powers.</summary>
    private readonly struct PowerPass(T* x, T* result, T* numbers, int columns, bool logarithm, bool isLong)
        : IRowPass<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TS, TV>(nint index, int column)
            where TS : struct, ISimd<TV, T>
            where TV : struct
        {
            T* max = numbers + column, sums = max + columns, counts = sums + columns, losses = counts + columns;
            TV shifted = TS.Subtract(TS.Load(x + index), TS.Load(max));
            TV power = VectorMath<TS, TV, T>.Exp(shifted);
            TS.Store(logarithm ? shifted : power, result + index);
            if (logarithm)
            {
                TV tops = TS.Load(counts);
                power = SoftmaxTops<T>.CountAndRemove<TS, TV>(power, shifted, ref tops);
                TS.Store(tops, counts);
            }
            TV sum = TS.Load(sums);
            if (isLong)
            {
                TV lost = TS.Load(losses);
                TwoSum.Add<TS, TV, T>(ref sum, ref lost, power);
                TS.Store(lost, losses);
            }
            else
            {
                sum = TS.Add(sum, power);
            }
            TS.Store(sum, sums);
        }
    }

    /// <summary>Puts in place of the sums what the results are multiplied by, or what is subtracted.</summary>
    private readonly struct FactorPass(T* sums, T* tops, bool logarithm) : IRowPass<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TS, TV>(nint index, int column)
            where TS : struct, ISimd<TV, T>
            where TV : struct
        {
            TV sum = TS.Load(sums + column), one = TS.Broadcast(T.One);
            TV above = TS.Subtract(TS.Load(tops + column), one);
            TS.Store(
                logarithm ? VectorMath<TS, TV, T>.Log1p(TS.Add(sum, above)) : TS.Divide(one, sum), sums + column);
        }
    }

    private readonly struct ResultPass(T* result, T* factors, bool logarithm) : IRowPass<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TS, TV>(nint index, int column)
            where TS : struct, ISimd<TV, T>
            where TV : struct
        {
            TV value = TS.Load(result + index), factor = TS.Load(factors + column);
            TS.Store(logarithm ? TS.Subtract(value, factor) : TS.Multiply(value, factor), result + index);
        }
    }
}
