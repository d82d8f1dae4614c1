using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The softmax of one line of neighbours in memory, or its logarithm.</summary>
/// <remarks>
/// Three passes over whole vectors: the maximum; the powers of x - max, which are written to the result, and their sum;
/// the results. The tail takes part as one vector more, in a buffer filled up with -infinity, which is no maximum and
/// whose power adds nothing.
/// </remarks>
internal static unsafe class SoftmaxLine<TSimd, TVector, T>
    where TSimd : struct, ISimd<TVector, T>
    where TVector : struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockVectors = 128;

    [SkipLocalsInit]
    public static void Compute(T* x, T* result, int length, bool logarithm)
    {
        int count = TSimd.Count, whole = length / count * count, tail = length - whole;
        T* padded = stackalloc T[count], parts = stackalloc T[count];
        new Span<T>(padded, count).Fill(T.NegativeInfinity);
        new ReadOnlySpan<T>(x + whole, tail).CopyTo(new Span<T>(padded, tail));

        TVector maxima = TSimd.Load(padded);
        for (int i = 0; i < whole; i += count)
            maxima = TSimd.MaxNative(maxima, TSimd.Load(x + i));
        TSimd.Store(maxima, parts);
        T max = parts[0];
        for (int i = 1; i < count; i++)
            max = parts[i] > max ? parts[i] : max;
        TVector shift = TSimd.Broadcast(max);

        // Long sums are added in blocks, and those in two numbers, so that rounding does not grow with their length.
        TVector sum = default, lost = default, tops = default;
        if (tail > 0)
        {
            TVector shifted = TSimd.Subtract(TSimd.Load(padded), shift);
            sum = VectorMath<TSimd, TVector, T>.Exp(shifted);
            TSimd.Store(sum, padded);
            if (logarithm)
                sum = SoftmaxTops<T>.CountAndRemove<TSimd, TVector>(sum, shifted, ref tops);
        }
        for (int block = 0; block < whole; block += BlockVectors * count)
        {
            TVector blockSum = default;
            for (int i = block; i < Math.Min(whole, block + BlockVectors * count); i += count)
            {
                TVector shifted = TSimd.Subtract(TSimd.Load(x + i), shift);
                TVector power = VectorMath<TSimd, TVector, T>.Exp(shifted);
                TSimd.Store(logarithm ? shifted : power, result + i);
                if (logarithm)
                    power = SoftmaxTops<T>.CountAndRemove<TSimd, TVector>(power, shifted, ref tops);
                blockSum = TSimd.Add(blockSum, power);
            }
            TwoSum.Add<TSimd, TVector, T>(ref sum, ref lost, blockSum);
        }
        TSimd.Store(sum, parts);
        T total = T.Zero;
        for (int i = 0; i < count; i++)
            total += parts[i];

        if (logarithm)
        {
            total = VectorMath<Simd1<T>, T, T>.Log1p(total + (TSimd.Sum(tops) - T.One));
            TVector log = TSimd.Broadcast(total);
            for (int i = 0; i < whole; i += count)
                TSimd.Store(TSimd.Subtract(TSimd.Load(result + i), log), result + i);
            for (int i = 0; i < tail; i++)
                result[whole + i] = x[whole + i] - max - total;
            return;
        }
        total = T.One / total;
        TVector scale = TSimd.Broadcast(total);
        for (int i = 0; i < whole; i += count)
            TSimd.Store(TSimd.Multiply(TSimd.Load(result + i), scale), result + i);
        for (int i = 0; i < tail; i++)
            result[whole + i] = padded[i] * total;
    }
}
