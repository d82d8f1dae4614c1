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
        int perPiece = Math.Max(1, (int)(ParallelLoop.PieceLength / 2 / Math.Max(1, (long)x.Shape[axis] * width)));
        fixed (TFrom* a = xs.Memory, b = ys.Memory)
        fixed (TTo* to = result.NewData)
        {
            var piece = new Piece<TFrom, TTo>
            {
                X = a,
                Y = y is null ? null : b,
                Result = to,
                Length = x.Shape[axis],
                ResultLength = length,
                Inner = inner,
                Blocks = blocks,
                PerPiece = perPiece,
                Line = line,
            };
            ParallelLoop.Run((blocks + perPiece - 1) / perPiece, piece);
        }
        if (!ReferenceEquals(xs, x))
            xs.Release();
        if (y is not null && !ReferenceEquals(ys, y))
            ys.Release();
        return result;
    }

    /// <summary>Some blocks of neighbouring lines.</summary>
    private readonly struct Piece<TFrom, TTo> : IParallelBody
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        public required TFrom* X { get; init; }

        /// <summary>The second operand; null where there is only one.</summary>
        public required TFrom* Y { get; init; }

        public required TTo* Result { get; init; }

        /// <summary>The length of the operands' lines.</summary>
        public required int Length { get; init; }

        /// <summary>The length of the result's lines.</summary>
        public required int ResultLength { get; init; }

        /// <summary>From an element of a line to the next.</summary>
        public required int Inner { get; init; }

        /// <summary>The number of blocks.</summary>
        public required int Blocks { get; init; }

        public required int PerPiece { get; init; }

        public required AnyLine<TFrom, TTo> Line { get; init; }

        public void Run(int piece)
        {
            int end = Math.Min(Blocks, (piece + 1) * PerPiece), strips = (Inner + Together - 1) / Together;
            using BlockScratch<TFrom, TTo> scratch = Inner == 1 ? default : new(Length, ResultLength, Y != null);
            for (int block = piece * PerPiece; block < end; block++)
            {
                (int slab, int strip) = Math.DivRem(block, strips);
                nint from = (nint)slab * Length * Inner + strip * Together;
                nint to = (nint)slab * ResultLength * Inner + strip * Together;
                if (Inner == 1)
                    Compute(X + from, Y == null ? X : Y + from, 0, Result + to, 0, 1);
                else
                    Block(from, to, Math.Min(Together, Inner - strip * Together), scratch);
            }
        }

        private void Block(nint from, nint to, int width, in BlockScratch<TFrom, TTo> scratch)
        {
            int pitch = BlockScratch<TFrom, TTo>.Pitch(Length);
            int resultPitch = BlockScratch<TFrom, TTo>.Pitch(ResultLength);
            fixed (TFrom* a = scratch.X, b = scratch.Y)
            fixed (TTo* results = scratch.Result)
            {
                Turn(X + from, a, pitch, width);
                if (Y != null)
                    Turn(Y + from, b, pitch, width);
                Compute(a, Y == null ? a : b, pitch, results, resultPitch, width);
                for (int row = 0; row < ResultLength; row++)
                {
                    TTo* write = Result + to + (nint)row * Inner;
                    for (int i = 0; i < width; i++)
                        write[i] = results[(nint)i * resultPitch + row];
                }
            }
        }

        private void Compute(TFrom* a, TFrom* b, int pitch, TTo* results, int resultPitch, int count)
        {
            for (nint i = 0; i < count; i++)
                Line(
                    new ReadOnlySpan<TFrom>(a + i * pitch, Length),
                    new ReadOnlySpan<TFrom>(b + i * pitch, Length),
                    new Span<TTo>(results + i * resultPitch, ResultLength));
        }

        /// <summary>Copies neighbouring lines to lines whose elements are neighbours.</summary>
        private void Turn(TFrom* from, TFrom* lines, int pitch, int width)
        {
            int length = Length, inner = Inner;
            for (int row = 0; row < length; row++, from += inner)
            {
                for (int i = 0; i < width; i++)
                    lines[(nint)i * pitch + row] = from[i];
            }
        }
    }

    /// <summary>Memory for the lines of a block.</summary>
    private readonly ref struct BlockScratch<TFrom, TTo> : IDisposable
        where TFrom : unmanaged
        where TTo : unmanaged
    {
        private readonly Scratch<TFrom> _x, _y;
        private readonly Scratch<TTo> _result;

        public BlockScratch(int length, int resultLength, bool hasY)
        {
            _x = new(checked(Pitch(length) * Together));
            _y = hasY ? new(Pitch(length) * Together) : default;
            _result = new(checked(Pitch(resultLength) * Together));
        }

        /// <summary>
        /// From a line to the next: lines of a power of two would meet in the same sets of the caches.
        /// </summary>
        public static int Pitch(int length) => length + Together;

        public Span<TFrom> X => _x.Span;

        public Span<TFrom> Y => _y.Span;

        public Span<TTo> Result => _result.Span;

        public void Dispose()
        {
            _x.Dispose();
            _y.Dispose();
            _result.Dispose();
        }
    }
}
