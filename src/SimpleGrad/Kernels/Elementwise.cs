using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// The loops of all elementwise operators: equal layouts run as one span; anything else runs along the innermost axis
/// in tiles, and an operand with gaps is first gathered into a tile-sized buffer.
/// </summary>
internal static class Elementwise
{
    private const int TileLength = 512;

    public static Tensor<T> Unary<TArithmetic, T>(Tensor<T> x)
        where TArithmetic : struct, IUnaryArithmetic<TArithmetic, T>
        where T : unmanaged
    {
        if (x.IsScalar)
            return new Tensor<T>(TArithmetic.Apply(x.ScalarValue));
        Tensor<T> result = Tensor<T>.Uninitialized(x.Shape);
        // Some of the vectorised primitives refuse an empty span.
        if (x.Length == 0)
            return result;
        if (x.IsContiguous)
        {
            TArithmetic.Apply(x.Span, result.NewData);
        }
        else
        {
            StridedRuns.Gather(x, result.NewData);
            TArithmetic.Apply(result.NewData, result.NewData);
        }
        return result;
    }

    public static Tensor<T> Binary<TArithmetic, T>(Tensor<T> x, Tensor<T> y, Shape shape)
        where TArithmetic : struct, IBinaryArithmetic<TArithmetic, T>
        where T : unmanaged
    {
        if (x.IsScalar && y.IsScalar)
            return new Tensor<T>(TArithmetic.Apply(x.ScalarValue, y.ScalarValue));
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        Span<T> data = result.NewData;
        bool xFits = x.IsContiguous && x.Length == data.Length, yFits = y.IsContiguous && y.Length == data.Length;
        if (xFits && yFits)
            TArithmetic.Apply(x.Span, y.Span, data);
        else if (xFits && y.Length == 1)
            TArithmetic.Apply(x.Span, y.Memory[0], data);
        else if (yFits && x.Length == 1)
            TArithmetic.Apply(x.Memory[0], y.Span, data);
        else
            BinaryRuns<TArithmetic, T>(x, y, shape, data);
        return result;
    }

    [SkipLocalsInit]
    private static void BinaryRuns<TArithmetic, T>(Tensor<T> x, Tensor<T> y, Shape shape, Span<T> result)
        where TArithmetic : struct, IBinaryArithmetic<TArithmetic, T>
        where T : unmanaged
    {
        var runs = new StridedRuns(
            shape, StridedRuns.BroadcastStrides(x, shape), StridedRuns.BroadcastStrides(y, shape));
        ReadOnlySpan<T> xMemory = x.Memory, yMemory = y.Memory;
        int xStride = runs.RunStrides[0], yStride = runs.RunStrides[1];
        Span<T> xTile = stackalloc T[TileLength], yTile = stackalloc T[TileLength];
        for (int done = 0; runs.Next(); done += runs.RunLength)
        {
            for (int at = 0; at < runs.RunLength; at += TileLength)
            {
                Span<T> part = result.Slice(done + at, Math.Min(TileLength, runs.RunLength - at));
                ReadOnlySpan<T> xs = xMemory[(runs.Offsets[0] + at * xStride)..];
                ReadOnlySpan<T> ys = yMemory[(runs.Offsets[1] + at * yStride)..];
                if (xStride == 0)
                    TArithmetic.Apply(xs[0], Tile(ys, yStride, yTile, part.Length), part);
                else if (yStride == 0)
                    TArithmetic.Apply(Tile(xs, xStride, xTile, part.Length), ys[0], part);
                else
                    TArithmetic.Apply(
                        Tile(xs, xStride, xTile, part.Length), Tile(ys, yStride, yTile, part.Length), part);
            }
        }
    }

    [SkipLocalsInit]
    public static Tensor<T> Ternary<TArithmetic, T>(Tensor<T> x, Tensor<T> y, Tensor<T> z, Shape shape)
        where TArithmetic : struct, ITernaryArithmetic<T>
        where T : unmanaged
    {
        if (shape.Rank == 0)
            return new Tensor<T>(TArithmetic.Apply(x.ScalarValue, y.ScalarValue, z.ScalarValue));
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        var runs = new StridedRuns(
            shape, StridedRuns.BroadcastStrides(x, shape), StridedRuns.BroadcastStrides(y, shape),
            StridedRuns.BroadcastStrides(z, shape));
        Span<T> xTile = stackalloc T[TileLength], yTile = stackalloc T[TileLength], zTile = stackalloc T[TileLength];
        ReadOnlySpan<T> xMemory = x.Memory, yMemory = y.Memory, zMemory = z.Memory;
        int[] strides = runs.RunStrides;
        for (int done = 0; runs.Next(); done += runs.RunLength)
        {
            for (int at = 0; at < runs.RunLength; at += TileLength)
            {
                Span<T> part = result.NewData.Slice(done + at, Math.Min(TileLength, runs.RunLength - at));
                int n = part.Length;
                ReadOnlySpan<T> xs = Tile(xMemory[(runs.Offsets[0] + at * strides[0])..], strides[0], xTile, n);
                ReadOnlySpan<T> ys = Tile(yMemory[(runs.Offsets[1] + at * strides[1])..], strides[1], yTile, n);
                ReadOnlySpan<T> zs = Tile(zMemory[(runs.Offsets[2] + at * strides[2])..], strides[2], zTile, n);
                for (int i = 0; i < n; i++)
                    part[i] = TArithmetic.Apply(xs[i], ys[i], zs[i]);
            }
        }
        return result;
    }

    /// <summary>The next elements of an operand: where they lie, or gathered into <paramref name="buffer"/>.</summary>
    private static ReadOnlySpan<T> Tile<T>(ReadOnlySpan<T> memory, int stride, Span<T> buffer, int length)
    {
        if (stride == 1)
            return memory[..length];
        Span<T> tile = buffer[..length];
        StridedRuns.Gather(memory, stride, tile);
        return tile;
    }
}
