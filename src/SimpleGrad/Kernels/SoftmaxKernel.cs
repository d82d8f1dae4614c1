using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// exp(x - max) along an axis, divided by its sum; or x - max less the logarithm of that sum.
/// </summary>
/// <remarks>
/// Lines along the last axis are computed one by one (<see cref="SoftmaxLine{TSimd, TVector, T}"/>), unless they are
/// shorter than some vectors; others a strip of neighbours at a time (<see cref="SoftmaxStrip{TSimd, TVector, T}"/>).
/// A NaN needs no care: it makes the sum NaN. For a logarithm the elements that equal the maximum are counted, and only
/// the others summed: where these hardly count, they keep their digits.
/// </remarks>
internal static unsafe class SoftmaxKernel
{
    private const int StripLength = 1 << 16; // elements, which fit into the second cache
    private const int MinWidth = 64; // of rows
    private const int ShortLine = 32;

    public static Tensor<T> Compute<T>(Tensor<T> x, int axis, bool logarithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Axes.MemoryOrder(x) is { } order)
            return Compute(x.Permute(order), order.IndexOf(axis), logarithm).Permute(Axes.Inverse(order));
        Tensor<T> result = Tensor<T>.Uninitialized(x.Shape);
        if (x.Length == 0)
            return result;
        Tensor<T> source = x.ToContiguous();
        var kernel = new Kernel<T>(source, result, axis, logarithm);
        VectorWidth<T>.RunWidest(ref kernel);
        if (!ReferenceEquals(source, x))
            source.Release();
        return result;
    }

    /// <summary>Of a contiguous tensor.</summary>
    internal readonly struct Kernel<T>(Tensor<T> x, Tensor<T> result, int axis, bool logarithm) : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            int length = x.Rank == 0 ? 1 : x.Shape[axis], inner = x.Rank == 0 ? 1 : x.Shape.RowMajorStrides[axis];
            int width = inner == 1 ? 1 : Math.Clamp(StripLength / length, Math.Min(inner, MinWidth), inner);
            var strips = new AxisStrips(x.Length, length, inner, width, ParallelLoop.PieceLength / 2);
            fixed (T* from = x.Span, to = result.NewData)
                ParallelLoop.Run(strips.Pieces, new Piece<TSimd, TVector, T>(from, to, strips, logarithm));
        }
    }

    private readonly struct Piece<TSimd, TVector, T>(T* from, T* to, AxisStrips strips, bool logarithm)
        : IParallelBody
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run(int piece)
        {
            (int first, int end) = strips.Of(piece);
            if (strips.Inner == 1)
                Lines(first, end);
            else
                Strips(first, end);
        }

        private void Lines(int line, int end)
        {
            int length = strips.Length;
            if (length <= ShortLine)
                line = ShortLines(line, end);
            for (; line < end; line++)
                SoftmaxLine<TSimd, TVector, T>.Compute(
                    from + (nint)line * length, to + (nint)line * length, length, logarithm);
        }

        private void Strips(int strip, int end)
        {
            int together = strips.Inner < MinWidth ? Math.Min(strips.Length, MinWidth * 4 / strips.Inner) : 1;
            using var scratch = new Scratch<T>(SoftmaxStrip<TSimd, TVector, T>.ScratchLength(strips.Width * together));
            fixed (T* memory = scratch)
            {
                for (; strip < end; strip++)
                {
                    nint start = strips.Start(strip, out int width);
                    var rows = new WideRows(strips.Length, width, together, strips.Inner);
                    new SoftmaxStrip<TSimd, TVector, T>(from + start, to + start, rows, memory, logarithm).Compute();
                }
            }
        }

        /// <summary>
        /// Computes some short lines at a time, which are neighbours when rows and columns are exchanged. Returns the
        /// first of the tail that does not fill vectors.
        /// </summary>
        [SkipLocalsInit]
        private int ShortLines(int line, int end)
        {
            int length = strips.Length;
            T* block = stackalloc T[ShortLine * MinWidth];
            T* scratch = stackalloc T[SoftmaxStrip<TSimd, TVector, T>.ScratchLength(MinWidth)];
            while (line <= end - TSimd.Count)
            {
                int width = Math.Min(MinWidth, (end - line) / TSimd.Count * TSimd.Count);
                nint at = (nint)line * length;
                Transposition.Columns(from + at, length, length, width, block, width);
                var rows = new WideRows(length, width, together: 1, width);
                new SoftmaxStrip<TSimd, TVector, T>(block, block, rows, scratch, logarithm).Compute();
                Transposition.Columns(block, width, width, length, to + at, length);
                line += width;
            }
            return line;
        }
    }
}
