using System.Numerics;

namespace SimpleGrad;

/// <summary>Running sums: along the last axis number by number, along others whole rows at a time.</summary>
/// <remarks>They are sums in two numbers, as exact as a sum of pairs however long they are.</remarks>
internal static unsafe class RunningSum
{
    /// <summary>How much of a row, and of what its rounding has lost, stays in the first cache.</summary>
    private const int StripLength = 1024;

    /// <summary>Sums from the first number on or, reversed, from the last.</summary>
    public static Tensor<T> Compute<T>(Tensor<T> x, int axis, bool reversed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Axes.MemoryOrder(x) is { } order)
            return Compute(x.Permute(order), order.IndexOf(axis), reversed).Permute(Axes.Inverse(order));
        return x.Shape.RowMajorStrides[axis] > 1
            ? OfRows(x, axis, reversed)
            : AlongAxis.Map<T, T>(x, axis, x.Shape[axis], (line, result) =>
                ScanKernel.Run(line, [], result, reversed, new SumScan()));
    }

    private static Tensor<T> OfRows<T>(Tensor<T> x, int axis, bool reversed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> result = Tensor<T>.Uninitialized(x.Shape);
        if (result.Length == 0)
            return result;
        Tensor<T> source = x.ToContiguous();
        int rows = x.Shape[axis], inner = x.Shape.RowMajorStrides[axis];
        var strips = new AxisStrips(x.Length, rows, inner, Math.Min(inner, StripLength), ParallelLoop.PieceLength);
        fixed (T* from = source.Span, to = result.NewData)
            ParallelLoop.Run(strips.Pieces, new Piece<T>(from, to, strips, reversed));
        if (!ReferenceEquals(source, x))
            source.Release();
        return result;
    }

    private readonly struct Piece<T>(T* from, T* to, AxisStrips strips, bool reversed) : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run(int piece)
        {
            (int strip, int end) = strips.Of(piece);
            int rows = strips.Length, inner = strips.Inner;
            T* lost = stackalloc T[StripLength];
            for (; strip < end; strip++)
            {
                nint at = strips.Start(strip, out int width), step = reversed ? -inner : inner;
                at += reversed ? (nint)(rows - 1) * inner : 0;
                new ReadOnlySpan<T>(from + at, width).CopyTo(new Span<T>(to + at, width));
                new Span<T>(lost, width).Clear();
                for (int row = 1; row < rows; row++)
                {
                    T* before = to + at;
                    at += step;
                    TwoSum.Add(before, lost, from + at, to + at, width);
                }
            }
        }
    }
}
