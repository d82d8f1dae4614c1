namespace SimpleGrad;

/// <summary>Copies between views and row-major memory.</summary>
internal static unsafe class StridedCopy
{
    /// <summary>Copies the elements of a tensor in row-major order.</summary>
    public static void Gather<T>(Tensor<T> x, Span<T> result) where T : unmanaged
    {
        fixed (T* from = x.Memory)
            StridedLoop<Copy<T>, T>.Run(StridedAxes.Of(x.Shape, x), new Run<T> { X = from }, result);
    }

    /// <summary>Copies elements that lie <paramref name="stride"/> apart.</summary>
    public static void Gather<T>(ReadOnlySpan<T> source, int stride, Span<T> destination)
    {
        if (stride == 1)
            source[..destination.Length].CopyTo(destination);
        else if (stride == 0)
            destination.Fill(source[0]);
        else
            for (int i = 0, at = 0; i < destination.Length; i++, at += stride)
                destination[i] = source[at];
    }

    /// <summary>
    /// Writes the elements of a tensor into a view of the same shape that a new tensor has of its own memory.
    /// </summary>
    public static void Scatter<T>(Tensor<T> x, Tensor<T> view) where T : unmanaged
    {
        if (x.Length == 0)
            return;
        if (x.Rank == 0)
        {
            view.WritableMemory[0] = x.ScalarValue;
            return;
        }
        Tensor<T> source = x.ToContiguous();
        var axes = StridedAxes.Of(view.Shape, view);
        int length = axes[axes.Count - 1], part = Math.Min(length, ParallelLoop.PieceLength);
        int units = axes.Length / length * ((length + part - 1) / part);
        int perPiece = Math.Max(1, ParallelLoop.PieceLength / part);
        fixed (T* from = source.Span, to = view.WritableMemory)
            ParallelLoop.Run(
                (units + perPiece - 1) / perPiece, new ScatterPiece<T>(axes, from, to, part, units, perPiece));
        if (!ReferenceEquals(source, x))
            source.Release();
    }

    /// <summary>Some parts of the innermost rows.</summary>
    private readonly struct ScatterPiece<T>(
        StridedAxes axes, T* from, T* to, int part, int units, int perPiece) : IParallelBody
        where T : unmanaged
    {
        public void Run(int piece)
        {
            int inner = axes.Count - 1, length = axes[inner], stride = axes.Stride(0, inner);
            int parts = (length + part - 1) / part, end = Math.Min(units, (piece + 1) * perPiece);
            var position = new StridedPosition(axes, piece * perPiece / parts);
            for (int unit = piece * perPiece; unit < end; unit++)
            {
                int start = unit % parts * part, count = Math.Min(part, length - start);
                T* read = from + (nint)position.Index * length + start;
                T* write = to + position.Offset(0) + (nint)start * stride;
                if (stride == 1)
                    new ReadOnlySpan<T>(read, count).CopyTo(new Span<T>(write, count));
                else
                    for (int i = 0; i < count; i++, write += stride)
                        *write = read[i];
                if ((unit + 1) % parts == 0)
                    position.Next();
            }
        }
    }

    private readonly struct Copy<T> : IRunBody<T> where T : unmanaged
    {
        public static void Apply(in Run<T> run, Span<T> result)
        {
            if (run.XIsOne)
                result.Fill(*run.X);
            else
                new ReadOnlySpan<T>(run.X, result.Length).CopyTo(result);
        }
    }
}
