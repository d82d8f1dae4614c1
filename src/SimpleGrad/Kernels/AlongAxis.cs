namespace SimpleGrad;

/// <summary>Computes each line of a result, along one axis, from the same line of the operands.</summary>
/// <remarks>
/// Lines along another axis than the last are copied to scratch memory a few neighbours at a time, which lie in the
/// same cache lines, and the results are copied back. Lines are computed by several threads.
/// </remarks>
internal static unsafe class AlongAxis
{
    /// <summary>Neighbouring lines that are copied together.</summary>
    private const int Together = 16;

    public delegate void Line<TFrom, TTo>(ReadOnlySpan<TFrom> x, Span<TTo> result);

    public delegate void Line2<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result);

    /// <summary>The result has <paramref name="length"/> elements along the axis, else the shape of x.</summary>
    public static Tensor<TTo> Map<TFrom, TTo>(Tensor<TFrom> x, int axis, int length, Line<TFrom, TTo> line)
        where TFrom : unmanaged
        where TTo : unmanaged =>
        Map<TFrom, TTo>(x, null, axis, length, (a, _, result) => line(a, result));

    /// <summary>From two operands of the same shape, which the result has too.</summary>
    public static Tensor<T> Map<T>(Tensor<T> x, Tensor<T> y, int axis, Line2<T> line) where T : unmanaged =>
        Map<T, T>(x, y, axis, x.Shape[axis], (a, b, result) => line(a, b, result));

    private delegate void AnyLine<TFrom, TTo>(ReadOnlySpan<TFrom> x, ReadOnlySpan<TFrom> y, Span<TTo> result);

    private static Tensor<TTo> Map<TFrom, TTo>(
        Tensor<TFrom> x, Tensor<TFrom>? y, int axis, int length, AnyLine<TFrom, TTo> line)
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        if (Axes.MemoryOrder(x) is { } order)
            return Map(x.Permute(order), y?.Permute(order), order.IndexOf(axis), length, line)
                .Permute(Axes.Inverse(order));
        Tensor<TTo> result = Tensor<TTo>.Uninitialized(x.Shape.With(axis, length));
        if (result.Length == 0)
            return result;
        Tensor<TFrom> xs = x.ToContiguous(), ys = y?.ToContiguous() ?? xs;
        int inner = result.Shape.RowMajorStrides[axis], width = Math.Min(inner, Together);
        int blocks = checked(result.Length / length / inner * ((inner + width - 1) / width));
        int together = Math.Max(1, (int)(ParallelLoop.PieceLength / 2 / Math.Max(1, (long)x.Shape[axis] * width)));
        fixed (TFrom* a = xs.Memory, b = ys.Memory)
        fixed (TTo* to = result.NewData)
            ParallelLoop.Run(
                (blocks + together - 1) / together,
                new Piece<TFrom, TTo>(
                    a, y is null ? null : b, to, x.Shape[axis], length, inner, blocks, together, line));
        if (!ReferenceEquals(xs, x))
            xs.Release();
        if (y is not null && !ReferenceEquals(ys, y))
            ys.Release();
        return result;
    }

    /// <summary>Some blocks of neighbouring lines.</summary>
    private readonly struct Piece<TFrom, TTo>(
        TFrom* x, TFrom* y, TTo* to, int each, int length, int inner, int blocks, int together,
        AnyLine<TFrom, TTo> line) : IParallelBody
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        public void Run(int piece)
        {
            int last = Math.Min(blocks, (piece + 1) * together), strips = (inner + Together - 1) / Together;
            using var scratch = inner == 1 ? default : new Scratch<TFrom, TTo>(each, length, y != null);
            for (int block = piece * together; block < last; block++)
            {
                (int slab, int strip) = Math.DivRem(block, strips);
                nint from = (nint)slab * each * inner + strip * Together;
                nint at = (nint)slab * length * inner + strip * Together;
                if (inner == 1)
                    Compute(x + from, y == null ? x : y + from, 0, to + at, 0, 1);
                else
                    Block(from, at, Math.Min(Together, inner - strip * Together), scratch);
            }
        }

        private void Block(nint from, nint at, int width, in Scratch<TFrom, TTo> scratch)
        {
            int pitch = Scratch<TFrom, TTo>.Pitch(each), resultPitch = Scratch<TFrom, TTo>.Pitch(length);
            fixed (TFrom* a = scratch.X, b = scratch.Y)
            fixed (TTo* results = scratch.Result)
            {
                Turn(x + from, a, pitch, width);
                if (y != null)
                    Turn(y + from, b, pitch, width);
                Compute(a, y == null ? a : b, pitch, results, resultPitch, width);
                for (int row = 0; row < length; row++)
                {
                    TTo* write = to + at + (nint)row * inner;
                    for (int i = 0; i < width; i++)
                        write[i] = results[(nint)i * resultPitch + row];
                }
            }
        }

        private void Compute(TFrom* a, TFrom* b, int pitch, TTo* results, int resultPitch, int count)
        {
            for (nint i = 0; i < count; i++)
                line(
                    new ReadOnlySpan<TFrom>(a + i * pitch, each),
                    new ReadOnlySpan<TFrom>(b + i * pitch, each),
                    new Span<TTo>(results + i * resultPitch, length));
        }

        private void Turn(TFrom* from, TFrom* lines, int pitch, int width)
        {
            for (int row = 0; row < each; row++, from += inner)
            {
                for (int i = 0; i < width; i++)
                    lines[(nint)i * pitch + row] = from[i];
            }
        }
    }

    /// <summary>Memory for the lines of a block.</summary>
    private readonly ref struct Scratch<TFrom, TTo> : IDisposable
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        private readonly Storage<TFrom>? _x, _y;
        private readonly Storage<TTo>? _result;

        public Scratch(int each, int length, bool hasY)
        {
            _x = Storage<TFrom>.Uninitialized(checked(Pitch(each) * Together));
            _y = hasY ? Storage<TFrom>.Uninitialized(Pitch(each) * Together) : null;
            _result = Storage<TTo>.Uninitialized(checked(Pitch(length) * Together));
        }

        /// <summary>
        /// From a line to the next: lines of a power of two would meet in the same sets of the caches.
        /// </summary>
        public static int Pitch(int length) => length + Together;

        public Span<TFrom> X => Of(_x);

        public Span<TFrom> Y => Of(_y);

        public Span<TTo> Result => Of(_result);

        public void Dispose()
        {
            _x?.Release();
            _y?.Release();
            _result?.Release();
        }

        private static Span<T> Of<T>(Storage<T>? memory) where T : unmanaged =>
            memory is null ? [] : memory.Data.AsSpan(memory.Start);
    }
}
