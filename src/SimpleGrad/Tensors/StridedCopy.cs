namespace SimpleGrad;

/// <summary>Copies between views and row-major memory.</summary>
internal static unsafe class StridedCopy
{
    /// <summary>Copies the elements of a tensor in row-major order.</summary>
    public static void Gather<T>(Tensor<T> x, Span<T> result) where T : unmanaged
    {
        fixed (T* from = x.Memory)
            StridedLoop<Copy<T>, T>.Run(
                new StridedAxes(x.Shape, x.Strides.ToArray()), new Run<T> { X = from }, result);
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
        Tensor<T> source = x.ToContiguous();
        var axes = new StridedAxes(view.Shape, view.Strides.ToArray());
        ReadOnlySpan<T> from = source.Span;
        Span<T> to = view.WritableMemory;
        int length = axes[axes.Count - 1], stride = axes.Stride(0, axes.Count - 1);
        var position = new StridedPosition(axes, 0);
        for (int read = 0; read < from.Length; read += length, position.Next())
        {
            ReadOnlySpan<T> run = from.Slice(read, length);
            int write = position.Offset(0);
            if (stride == 1)
                run.CopyTo(to[write..]);
            else
                for (int i = 0; i < run.Length; i++, write += stride)
                    to[write] = run[i];
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
