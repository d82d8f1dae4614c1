using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// log(Σ exp(x)) of short rows: as many at once as a vector has elements, one row in each.
/// </summary>
internal static unsafe class LogSumExpKernel
{
    /// <summary>The length from which on rows fill vectors themselves.</summary>
    public const int LongestRow = 64;

    /// <summary>Of rows that lie one after the other.</summary>
    public static void Rows<T>(ReadOnlySpan<T> x, int length, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Rows<Simd512<T>, Vector512<T>, T>(x, length, result);
        else if (Vector256.IsHardwareAccelerated)
            Rows<Simd256<T>, Vector256<T>, T>(x, length, result);
        else if (Vector128.IsHardwareAccelerated)
            Rows<Simd128<T>, Vector128<T>, T>(x, length, result);
        else
            Rows<Simd1<T>, T, T>(x, length, result);
    }

    internal static void Rows<TSimd, TVector, T>(ReadOnlySpan<T> x, int length, Span<T> result)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int each = TSimd.Count * Math.Max(1, ParallelLoop.PieceLength / (TSimd.Count * length));
        fixed (T* from = x, to = result)
            ParallelLoop.Run(
                (result.Length + each - 1) / each,
                new Piece<TSimd, TVector, T>(from, to, length, result.Length, each));
    }

    private readonly struct Piece<TSimd, TVector, T>(T* from, T* to, int length, int rows, int each) : IParallelBody
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int piece)
        {
            T* columns = stackalloc T[length * TSimd.Count], results = stackalloc T[TSimd.Count];
            int last = Math.Min(rows, (piece + 1) * each);
            for (int row = piece * each; row < last; row += TSimd.Count)
            {
                int count = Math.Min(TSimd.Count, last - row);
                if (count < TSimd.Count)
                    new Span<T>(columns, length * TSimd.Count).Clear();
                Transposition.Columns(from + (nint)row * length, length, length, count, columns, TSimd.Count);

                TVector greatest = TSimd.Load(columns);
                for (int k = 1; k < length; k++)
                    greatest = TSimd.Max(greatest, TSimd.Load(columns + k * TSimd.Count));
                // Less the greatest, powers do not overflow; where that is infinite, they are right as they are.
                TVector infinity = TSimd.Broadcast(T.PositiveInfinity);
                TVector isInfinite = TSimd.EqualTo(TSimd.Abs(greatest), infinity);
                TVector shift = TSimd.AndNot(greatest, isInfinite), sum = default, tops = default;
                TVector zero = default, one = TSimd.Broadcast(T.One);
                for (int k = 0; k < length; k++)
                {
                    TVector shifted = TSimd.Subtract(TSimd.Load(columns + k * TSimd.Count), shift);
                    TVector isTop = TSimd.EqualTo(shifted, zero);
                    sum = TSimd.Add(sum, TSimd.AndNot(VectorMath<TSimd, TVector, T>.Exp(shifted), isTop));
                    tops = TSimd.Add(tops, TSimd.And(one, isTop));
                }
                // Greatest elements are counted, so that others keep their digits where they hardly count.
                sum = TSimd.Add(sum, TSimd.Subtract(tops, one));
                TVector result = TSimd.Add(VectorMath<TSimd, TVector, T>.Log1p(sum), shift);
                if (count == TSimd.Count)
                {
                    TSimd.Store(result, to + row);
                    continue;
                }
                TSimd.Store(result, results);
                new ReadOnlySpan<T>(results, count).CopyTo(new Span<T>(to + row, count));
            }
        }
    }
}
