using System.Numerics;

namespace SimpleGrad;

/// <summary>Small triangular systems with many right sides, whose rows are contiguous.</summary>
internal static unsafe class TriangularRows
{
    /// <summary>Solves A X = B in place of B; only one triangle of A is read.</summary>
    public static void Solve<T>(MatrixView<T> a, bool upper, bool unit, Span<T> b, int stride, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (a.Rows == 0 || columns == 0)
            return;
        fixed (T* factors = a.Memory, rows = b)
        {
            var sides = new RightSides<T>
            {
                Factors = factors,
                RowStride = a.RowStride,
                ColumnStride = a.ColumnStride,
                N = a.Rows,
                IsUpper = upper,
                HasUnitDiagonal = unit,
                Right = rows,
                Stride = stride,
                Columns = columns,
            };
            VectorWidth<T>.RunDescending(ref sides);
        }
    }

    /// <summary>Right sides of a triangular system, which are solved some columns at a time.</summary>
    private struct RightSides<T> : IVectorKernel<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private int _done;

        public required T* Factors { get; init; }

        public required nint RowStride { get; init; }

        public required nint ColumnStride { get; init; }

        /// <summary>The number of unknowns.</summary>
        public required int N { get; init; }

        public required bool IsUpper { get; init; }

        public required bool HasUnitDiagonal { get; init; }

        /// <summary>The right sides, one in each column; the solutions take their place.</summary>
        public required T* Right { get; init; }

        /// <summary>From a row of right sides to the next.</summary>
        public required nint Stride { get; init; }

        /// <summary>The number of right sides.</summary>
        public required int Columns { get; init; }

        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            int column = _done;
            for (; column + 4 * TSimd.Count <= Columns; column += 4 * TSimd.Count)
                SolveFour<TSimd, TVector>(Right + column);
            for (; column + TSimd.Count <= Columns; column += TSimd.Count)
                SolveOne<TSimd, TVector>(Right + column);
            _done = column;
        }

        /// <summary>Solves for four vectors of neighbouring right sides.</summary>
        private readonly void SolveFour<TSimd, TVector>(T* x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            int n = N, count = TSimd.Count;
            nint forward = IsUpper ? -1 : 1, first = IsUpper ? n - 1 : 0, stride = Stride;
            nint nextKnown = forward * stride, nextFactor = forward * ColumnStride;
            for (int step = 0; step < n; step++)
            {
                nint i = first + step * forward;
                T* row = x + i * stride, known = x + first * stride;
                T* factor = Factors + i * RowStride + first * ColumnStride;
                TVector s0 = TSimd.Load(row), s1 = TSimd.Load(row + count);
                TVector s2 = TSimd.Load(row + 2 * count), s3 = TSimd.Load(row + 3 * count);
                for (int k = 0; k < step; k++, known += nextKnown, factor += nextFactor)
                {
                    TVector f = TSimd.Broadcast(-*factor);
                    s0 = TSimd.MultiplyAdd(f, TSimd.Load(known), s0);
                    s1 = TSimd.MultiplyAdd(f, TSimd.Load(known + count), s1);
                    s2 = TSimd.MultiplyAdd(f, TSimd.Load(known + 2 * count), s2);
                    s3 = TSimd.MultiplyAdd(f, TSimd.Load(known + 3 * count), s3);
                }
                if (!HasUnitDiagonal)
                {
                    TVector diagonal = TSimd.Broadcast(*factor);
                    (s0, s1) = (TSimd.Divide(s0, diagonal), TSimd.Divide(s1, diagonal));
                    (s2, s3) = (TSimd.Divide(s2, diagonal), TSimd.Divide(s3, diagonal));
                }
                TSimd.Store(s0, row);
                TSimd.Store(s1, row + count);
                TSimd.Store(s2, row + 2 * count);
                TSimd.Store(s3, row + 3 * count);
            }
        }

        private readonly void SolveOne<TSimd, TVector>(T* x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            int n = N;
            nint forward = IsUpper ? -1 : 1, first = IsUpper ? n - 1 : 0, stride = Stride;
            nint nextKnown = forward * stride, nextFactor = forward * ColumnStride;
            for (int step = 0; step < n; step++)
            {
                nint i = first + step * forward;
                T* known = x + first * stride, factor = Factors + i * RowStride + first * ColumnStride;
                TVector sum = TSimd.Load(x + i * stride);
                for (int k = 0; k < step; k++, known += nextKnown, factor += nextFactor)
                    sum = TSimd.MultiplyAdd(TSimd.Broadcast(-*factor), TSimd.Load(known), sum);
                TSimd.Store(
                    HasUnitDiagonal ? sum : TSimd.Divide(sum, TSimd.Broadcast(*factor)), x + i * stride);
            }
        }
    }
}
