using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Sums held in two numbers, the second of which is the rounding error of the first (D. E. Knuth, "The Art of Computer
/// Programming", volume 2, section 4.2.2): however many numbers are added one after the other, their sum is as exact as
/// if it were computed with twice the digits.
/// </summary>
internal static unsafe class TwoSum
{
    /// <summary>Adds x to a sum. Infinities and NaN stay what they are in its first number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<TSimd, TVector, T>(ref TVector high, ref TVector low, TVector x)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        TVector sum = TSimd.Add(high, x), part = TSimd.Subtract(sum, high);
        TVector lost = TSimd.Add(TSimd.Subtract(high, TSimd.Subtract(sum, part)), TSimd.Subtract(x, part));
        TVector isFinite = TSimd.GreaterThan(TSimd.Constant(double.PositiveInfinity), TSimd.Abs(sum));
        low = TSimd.And(TSimd.Add(low, lost), isFinite);
        high = TSimd.Add(sum, low);
        low = TSimd.And(TSimd.Subtract(low, TSimd.Subtract(high, sum)), isFinite);
    }

    /// <summary>Adds a number to each of several sums.</summary>
    /// <param name="high">The first numbers of the sums.</param>
    /// <param name="low">Their second numbers, which are updated in place.</param>
    /// <param name="x">The numbers to add.</param>
    /// <param name="result">Where the first numbers of the new sums go, which may be <paramref name="high"/>.</param>
    /// <param name="count">The number of sums.</param>
    public static void Add<T>(T* high, T* low, T* x, T* result, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var loop = new Loop<T>(high, low, x, result, count);
        VectorWidth<T>.RunDescending(ref loop);
    }

    private struct Loop<T>(T* high, T* low, T* x, T* result, int count) : IVectorKernel<T> where T : unmanaged
    {
        private int _done;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)] // a few first calls may add millions of numbers
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            T* highs = high, lows = low, numbers = x, results = result;
            int i = _done, end = count;
            for (; i + TSimd.Count <= end; i += TSimd.Count)
            {
                TVector first = TSimd.Load(highs + i), second = TSimd.Load(lows + i);
                Add<TSimd, TVector, T>(ref first, ref second, TSimd.Load(numbers + i));
                TSimd.Store(first, results + i);
                TSimd.Store(second, lows + i);
            }
            _done = i;
        }
    }
}
