using System.Numerics;
using System.Numerics.Tensors;

namespace SimpleGrad;

/// <summary>
/// exp(x - greatest) along an axis, divided by its sum; or x - greatest less the logarithm of that sum.
/// </summary>
/// <remarks>Works on strips of columns that stay in the cache from the first pass to the last.</remarks>
internal static unsafe class SoftmaxKernel
{
    private const int StripLength = 8192; // elements

    public static Tensor<T> Compute<T>(Tensor<T> x, int axis, bool logarithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> result = Tensor<T>.Uninitialized(x.Shape);
        if (x.Length == 0)
            return result;
        Tensor<T> source = x.ToContiguous();
        int length = x.Rank == 0 ? 1 : x.Shape[axis], inner = x.Rank == 0 ? 1 : x.Shape.RowMajorStrides[axis];
        int outer = x.Length / length / inner;
        int columns = inner == 1 ? 1 : Math.Clamp(StripLength / length, Math.Min(inner, 16), inner);
        int strips = (inner + columns - 1) / columns;
        int each = Math.Max(1, ParallelLoop.PieceLength / 2 / (columns * length)), all = checked(outer * strips);
        fixed (T* from = source.Span, to = result.NewData)
            ParallelLoop.Run(
                (all + each - 1) / each,
                new Piece<T>(from, to, length, inner, columns, strips, each, all, logarithm));
        if (!ReferenceEquals(source, x))
            source.Release();
        return result;
    }

    private readonly struct Piece<T>(
        T* from, T* to, int length, int inner, int columns, int strips, int each, int all, bool logarithm)
        : IParallelBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run(int piece)
        {
            int last = Math.Min(all, (piece + 1) * each);
            Storage<T>? scratch = inner == 1 ? null : Storage<T>.Uninitialized(3 * columns);
            for (int strip = piece * each; strip < last; strip++)
            {
                int column = strip % strips * columns;
                long at = (long)(strip / strips) * length * inner + column;
                if (scratch is null)
                    Line(new ReadOnlySpan<T>(from + at, length), new Span<T>(to + at, length));
                else
                    Strip(from + at, to + at, Math.Min(columns, inner - column), scratch.Data.AsSpan(scratch.Start));
            }
            scratch?.Release();
        }

        private void Line(ReadOnlySpan<T> x, Span<T> result)
        {
            TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), result);
            if (!logarithm)
            {
                TensorPrimitives.Exp<T>(result, result);
                TensorPrimitives.Divide(result, PairwiseSum.Of<T>(result), result);
                return;
            }
            T sum = T.Zero;
            Span<T> powers = stackalloc T[512];
            for (int i = 0; i < result.Length; i += powers.Length)
            {
                Span<T> part = result[i..Math.Min(result.Length, i + powers.Length)];
                TensorPrimitives.Exp<T>(part, powers);
                sum += TensorPrimitives.Sum<T>(powers[..part.Length]);
            }
            TensorPrimitives.Subtract(result, T.Log(sum), result);
        }

        private void Strip(T* x, T* result, int width, Span<T> scratch)
        {
            Span<T> greatest = scratch[..width], sums = scratch.Slice(width, width);
            Span<T> powers = scratch.Slice(2 * width, width);
            Row(x, 0, width).CopyTo(greatest);
            for (int row = 1; row < length; row++)
                TensorPrimitives.Max(greatest, Row(x, row, width), greatest);
            sums.Clear();
            for (int row = 0; row < length; row++)
            {
                Span<T> y = Row(result, row, width);
                TensorPrimitives.Subtract(Row(x, row, width), greatest, y);
                TensorPrimitives.Exp<T>(y, logarithm ? powers : y);
                TensorPrimitives.Add(sums, logarithm ? powers : y, sums);
            }
            if (logarithm)
                TensorPrimitives.Log<T>(sums, sums);
            for (int row = 0; row < length; row++)
            {
                Span<T> y = Row(result, row, width);
                if (logarithm)
                    TensorPrimitives.Subtract(y, sums, y);
                else
                    TensorPrimitives.Divide(y, sums, y);
            }
        }

        private Span<T> Row(T* memory, int row, int width) => new(memory + (long)row * inner, width);
    }
}
