using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// log(Σ exp(x)) of short rows: as many at once as a vector has elements, one row in each.
/// </summary>
internal static unsafe class LogSumExpKernel
{
    /// <summary>The length up to which rows are taken together; longer ones fill vectors themselves.</summary>
    public const int MaxRow = 64;

    /// <summary>Of rows that lie one after the other.</summary>
    public static void Rows<T>(ReadOnlySpan<T> x, int length, Span<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* from = x, to = result)
        {
            var kernel = new Kernel<T>(from, to, length, result.Length);
            VectorWidth<T>.RunWidest(ref kernel);
        }
    }

    internal readonly struct Kernel<T>(T* from, T* to, int length, int rows) : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            int perPiece = TSimd.Count * Math.Max(1, ParallelLoop.PieceLength / (TSimd.Count * length));
            ParallelLoop.Run(
                (rows + perPiece - 1) / perPiece, new Piece<TSimd, TVector, T>(from, to, length, rows, perPiece));
        }
    }

    private readonly struct Piece<TSimd, TVector, T>(T* from, T* to, int length, int rows, int perPiece) : IParallelBody
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int piece)
        {
            T* columns = stackalloc T[length * TSimd.Count], results = stackalloc T[TSimd.Count];
            int end = Math.Min(rows, (piece + 1) * perPiece);
            for (int row = piece * perPiece; row < end; row += TSimd.Count)
            {
                int count = Math.Min(TSimd.Count, end - row);
                if (count < TSimd.Count)
                    new Span<T>(columns, length * TSimd.Count).Clear();
                Transposition.Columns(from + (nint)row * length, length, length, count, columns, TSimd.Count);

                TVector max = TSimd.Load(columns);
                for (int k = 1; k < length; k++)
                    max = TSimd.Max(max, TSimd.Load(columns + k * TSimd.Count));
                // Less the maximum, powers do not overflow; where that is infinite, they are right as they are.
                TVector infinity = TSimd.Broadcast(T.PositiveInfinity);
                TVector isInfinite = TSimd.EqualTo(TSimd.Abs(max), infinity);
                TVector shift = TSimd.AndNot(max, isInfinite), sum = default, tops = default;
                for (int k = 0; k < length; k++)
                {
                    TVector shifted = TSimd.Subtract(TSimd.Load(columns + k * TSimd.Count), shift);
                    TVector power = VectorMath<TSimd, TVector, T>.Exp(shifted);
                    sum = TSimd.Add(sum, SoftmaxTops<T>.CountAndRemove<TSimd, TVector>(power, shifted, ref tops));
                }
                // Maxima are counted, so that others keep their digits where they hardly count.
                sum = TSimd.Add(sum, TSimd.Subtract(tops, TSimd.Broadcast(T.One)));
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
