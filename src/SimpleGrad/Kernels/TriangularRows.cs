using System.Numerics;
using System.Runtime.Intrinsics;

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
            var triangle = new Triangle<T>(factors, a.RowStride, a.ColumnStride, a.Rows, upper, unit, rows, stride);
            int done = 0;
            if (Vector512.IsHardwareAccelerated)
                done = triangle.Columns<Simd512<T>, Vector512<T>>(done, columns);
            if (Vector256.IsHardwareAccelerated)
                done = triangle.Columns<Simd256<T>, Vector256<T>>(done, columns);
            if (Vector128.IsHardwareAccelerated)
                done = triangle.Columns<Simd128<T>, Vector128<T>>(done, columns);
            triangle.Columns<Simd1<T>, T>(done, columns);
        }
    }

    private readonly struct Triangle<T>(
        T* a, nint rowStride, nint columnStride, int n, bool upper, bool unit, T* b, nint stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>As many columns as whole vectors hold; returns the first that is left.</summary>
        public int Columns<TSimd, TVector>(int column, int end)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            for (; column + 4 * TSimd.Count <= end; column += 4 * TSimd.Count)
                Four<TSimd, TVector>(b + column);
            for (; column + TSimd.Count <= end; column += TSimd.Count)
                One<TSimd, TVector>(b + column);
            return column;
        }

        private void Four<TSimd, TVector>(T* x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            int count = TSimd.Count;
            nint forward = upper ? -1 : 1, first = upper ? n - 1 : 0;
            for (int step = 0; step < n; step++)
            {
                nint i = first + step * forward;
                T* row = x + i * stride, known = x + first * stride;
                T* factor = a + i * rowStride + first * columnStride;
                TVector s0 = TSimd.Load(row), s1 = TSimd.Load(row + count);
                TVector s2 = TSimd.Load(row + 2 * count), s3 = TSimd.Load(row + 3 * count);
                for (int k = 0; k < step; k++, known += forward * stride, factor += forward * columnStride)
                {
                    TVector f = TSimd.Broadcast(-*factor);
                    s0 = TSimd.MultiplyAdd(f, TSimd.Load(known), s0);
                    s1 = TSimd.MultiplyAdd(f, TSimd.Load(known + count), s1);
                    s2 = TSimd.MultiplyAdd(f, TSimd.Load(known + 2 * count), s2);
                    s3 = TSimd.MultiplyAdd(f, TSimd.Load(known + 3 * count), s3);
                }
                if (!unit)
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

        private void One<TSimd, TVector>(T* x)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            nint forward = upper ? -1 : 1, first = upper ? n - 1 : 0;
            for (int step = 0; step < n; step++)
            {
                nint i = first + step * forward;
                T* known = x + first * stride, factor = a + i * rowStride + first * columnStride;
                TVector sum = TSimd.Load(x + i * stride);
                for (int k = 0; k < step; k++, known += forward * stride, factor += forward * columnStride)
                    sum = TSimd.MultiplyAdd(TSimd.Broadcast(-*factor), TSimd.Load(known), sum);
                TSimd.Store(unit ? sum : TSimd.Divide(sum, TSimd.Broadcast(*factor)), x + i * stride);
            }
        }
    }
}
