using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// With probabilities p along an axis, the deviation of x from its mean, x - Σ x p; or its transpose, x - p Σ x.
/// </summary>
/// <remarks>
/// The probabilities may be given by their logarithms. Lines are computed in strips of neighbours, as
/// <see cref="WideRows"/>; a line along the last axis is cut into such rows too.
/// </remarks>
internal static unsafe class SoftmaxGradientKernel
{
    private const int MinWidth = 32; // of rows
    private const int MaxWidth = 512;
    private const int StripLength = 1 << 15; // elements, which fit into the second cache

    public static Tensor<T> Compute<T>(Tensor<T> x, Tensor<T> p, int axis, bool isDeviation, bool isLogarithm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Axes.MemoryOrder(p) is { } order)
            return Compute(x.Permute(order), p.Permute(order), order.IndexOf(axis), isDeviation, isLogarithm)
                .Permute(Axes.Inverse(order));
        Tensor<T> result = Tensor<T>.Uninitialized(p.Shape);
        if (p.Length == 0)
            return result;
        Tensor<T> numbers = x.ToContiguous(), weights = p.ToContiguous();
        var kernel = new Kernel<T>(numbers, weights, result, axis, isDeviation, isLogarithm);
        VectorWidth<T>.RunWidest(ref kernel);
        if (!ReferenceEquals(numbers, x))
            numbers.Release();
        if (!ReferenceEquals(weights, p))
            weights.Release();
        return result;
    }

    /// <summary>Of contiguous tensors.</summary>
    internal readonly struct Kernel<T>(
        Tensor<T> x, Tensor<T> p, Tensor<T> result, int axis, bool isDeviation, bool isLogarithm) : IVectorKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            int length = p.Rank == 0 ? 1 : p.Shape[axis], inner = p.Rank == 0 ? 1 : p.Shape.RowMajorStrides[axis];
            int width = Math.Min(inner, Math.Clamp(StripLength / length, MinWidth, MaxWidth));
            var strips = new AxisStrips(p.Length, length, inner, width, ParallelLoop.PieceLength / 2);
            fixed (T* from = x.Span, weights = p.Span, to = result.NewData)
            {
                var operands = new SoftmaxGradientStrip<T>(from, weights, to, isLogarithm);
                ParallelLoop.Run(strips.Pieces, new Piece<TSimd, TVector, T>(operands, strips, isDeviation));
            }
        }
    }

    private readonly struct Piece<TSimd, TVector, T>(
        SoftmaxGradientStrip<T> operands, AxisStrips strips, bool isDeviation) : IParallelBody
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [SkipLocalsInit]
        public void Run(int piece)
        {
            (int strip, int end) = strips.Of(piece);
            int together = strips.Inner < MinWidth ? Math.Min(strips.Length, MinWidth / strips.Inner) : 1;
            T* numbers = stackalloc T[SoftmaxGradientStrip<T>.ScratchLength(strips.Width * together)];
            for (; strip < end; strip++)
            {
                nint start = strips.Start(strip, out int width);
                var rows = new WideRows(strips.Length, width, together, strips.Inner);
                if (isDeviation)
                    operands.Deviation<TSimd, TVector>(rows, start, numbers);
                else
                    operands.Transpose<TSimd, TVector>(rows, start, numbers);
            }
        }
    }
}
