using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// The product of large matrices, after Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication":
/// blocks of the operands are copied ("packed") in the order in which they are read, so that they come from the caches
/// in one stream, and each number that is loaded is used for a whole tile of the result that stays in registers.
/// Packing reads through strides, so transposed operands cost nothing more.
/// </summary>
internal static unsafe class PackedProduct
{
    /// <summary>Rows of a tile: with two vectors in each, they and the operands fill 16 registers.</summary>
    internal const int TileRows = 6;

    /// <summary>The length of the sums within a block: its panels fit into the first cache.</summary>
    internal const int BlockInner = 256;

    /// <summary>Rows of a block of the left operand, which fits into the second cache.</summary>
    internal const int BlockRows = 16 * TileRows;

    /// <summary>The rows that a tile has where the matrix ends and there are not more.</summary>
    private const int FewRows = 4;

    /// <summary>Columns of a block of the right operand.</summary>
    private const int BlockColumns = 1024;

    /// <summary>The number of tiles for which it does not pay to pack what all of them read.</summary>
    private const int FewTiles = 16;

    /// <summary>The number of multiplications below which a part of a product is not worth another thread.</summary>
    public const int LeastWork = 1 << 18;

    /// <summary>The length of rows and columns of a part below which packing begins to cost too much.</summary>
    private const int GoodPart = 128;

    /// <summary>
    /// Computes x y, or adds it to the result, in parts that several threads share. No number depends on the parts: in
    /// all of them it is summed in the same order.
    /// </summary>
    public static void Multiply<T>(
        MatrixView<T> x, MatrixView<T> y, Span<T> result, int stride, bool accumulate, bool isShared)
        where T : unmanaged, INumberBase<T>
    {
        (int rows, int columns) = isShared ? PartOf(x.Rows, x.Columns, y.Columns) : (x.Rows, y.Columns);
        if (rows == x.Rows && columns == y.Columns)
        {
            MultiplyPart(x, y, result, stride, accumulate);
            return;
        }
        int across = (y.Columns + columns - 1) / columns;
        fixed (T* a = x.Memory, b = y.Memory, c = result)
        {
            var left = new MatrixPointer<T>(a, x);
            var right = new MatrixPointer<T>(b, y);
            var body = new Part<T>(left, right, c, stride, accumulate, rows, columns, across);
            ParallelLoop.Run((x.Rows + rows - 1) / rows * across, body);
        }
    }

    /// <summary>The lengths of the parts: a few for each thread, of about the same lengths both ways.</summary>
    private static (int Rows, int Columns) PartOf(int rows, int inner, int columns)
    {
        int threads = Parallelism.ThreadCount, parts = 1;
        while (threads > 1 && parts < 4 * threads)
        {
            int longer = Math.Max(rows, columns);
            if (longer <= 32 || (parts >= threads && longer < 2 * GoodPart)
                || (long)rows * inner * columns < 2 * LeastWork)
                break;
            if (rows > columns)
                rows = RoundUp((rows + 1) / 2, TileRows);
            else
                columns = RoundUp((columns + 1) / 2, 32); // two of the longest vectors
            parts *= 2;
        }
        return (rows, columns);
    }

    private readonly struct MatrixPointer<T>(T* memory, MatrixView<T> view) where T : unmanaged
    {
        private readonly int _rows = view.Rows, _columns = view.Columns;
        private readonly int _rowStride = view.RowStride, _columnStride = view.ColumnStride;
        private readonly int _length = view.Memory.Length;

        public MatrixView<T> Part(int row, int column, int rows, int columns) =>
            new MatrixView<T>(new ReadOnlySpan<T>(memory, _length), _rows, _columns, _rowStride, _columnStride)
                .Part(row, column, Math.Min(rows, _rows - row), Math.Min(columns, _columns - column));
    }

    private readonly struct Part<T>(
        MatrixPointer<T> x, MatrixPointer<T> y, T* result, int stride, bool accumulate, int rows, int columns,
        int across) : IParallelBody
        where T : unmanaged, INumberBase<T>
    {
        public void Run(int piece)
        {
            (int row, int column) = (piece / across * rows, piece % across * columns);
            MatrixView<T> left = x.Part(row, 0, rows, int.MaxValue), right = y.Part(0, column, int.MaxValue, columns);
            var part = new Span<T>(result + (nint)row * stride + column, (left.Rows - 1) * stride + right.Columns);
            MultiplyPart(left, right, part, stride, accumulate);
        }
    }

    private static void MultiplyPart<T>(
        MatrixView<T> x, MatrixView<T> y, Span<T> result, int stride, bool accumulate)
        where T : unmanaged, INumberBase<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Blocks<Simd512<T>, Vector512<T>, T>(x, y, result, stride, accumulate);
        else if (Vector256.IsHardwareAccelerated)
            Blocks<Simd256<T>, Vector256<T>, T>(x, y, result, stride, accumulate);
        else if (Vector128.IsHardwareAccelerated)
            Blocks<Simd128<T>, Vector128<T>, T>(x, y, result, stride, accumulate);
        else
            Blocks<Simd1<T>, T, T>(x, y, result, stride, accumulate);
    }

    internal static void Blocks<TSimd, TVector, T>(
        MatrixView<T> x, MatrixView<T> y, Span<T> result, int stride, bool accumulate)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        int tileColumns = 2 * TSimd.Count, rows = x.Rows, inner = x.Columns, columns = y.Columns;
        int depth = Math.Min(BlockInner, inner);
        int height = Math.Min(BlockRows, RoundUp(rows, TileRows));
        int width = Math.Min(BlockColumns, RoundUp(columns, tileColumns));
        // An operand that few tiles read is read where it lies: packing it would take as long as these tiles.
        bool packsLeft = columns > FewTiles * tileColumns;
        bool packsRight = rows > 3 * TileRows || y.ColumnStride != 1;
        T* xPanels = Buffer<T>.Take((height + width) * depth), yPanels = xPanels + RoundUp(height * depth, 64);
        fixed (T* a = x.Memory, b = y.Memory, c = result)
        {
            for (int column = 0; column < columns; column += width)
            {
                int blockColumns = Math.Min(width, columns - column);
                for (int k = 0; k < inner; k += depth)
                {
                    int blockInner = Math.Min(depth, inner - k);
                    var rights = Panels<T>.Of(
                        b + (nint)k * y.RowStride + (nint)column * y.ColumnStride, blockColumns, blockInner,
                        y.ColumnStride, y.RowStride, tileColumns, yPanels, packsRight);
                    for (int row = 0; row < rows; row += height)
                    {
                        int blockRows = Math.Min(height, rows - row);
                        var lefts = Panels<T>.Of(
                            a + (nint)row * x.RowStride + (nint)k * x.ColumnStride, blockRows, blockInner,
                            x.RowStride, x.ColumnStride, TileRows, xPanels, packsLeft);
                        Tiles<TSimd, TVector, T>(
                            lefts, rights, c + (nint)row * stride + column, stride, blockRows, blockInner,
                            blockColumns, accumulate || k > 0);
                    }
                }
            }
        }
    }

    /// <summary>
    /// Where tiles find the lines of an operand (rows of the left one, columns of the right one): as many together, a
    /// panel, as a tile has, packed or as they lie. The last panel is packed wherever lines are missing in it.
    /// </summary>
    internal readonly struct Panels<T> where T : unmanaged
    {
        private readonly T* _first, _last;
        private readonly nint _panelStride, _lineStride, _stepStride;
        private readonly int _panelLines, _wholeLines;

        private Panels(T* first, nint panel, nint line, nint step, T* last, int panelLines, int wholeLines)
        {
            _first = first;
            _last = last;
            (_panelStride, _lineStride, _stepStride) = (panel, line, step);
            (_panelLines, _wholeLines) = (panelLines, wholeLines);
        }

        /// <summary>Panels that were packed.</summary>
        public static Panels<T> Packed(T* panels, int steps, int panelLines) =>
            new(panels, (nint)steps * panelLines, 1, panelLines, null, panelLines, int.MaxValue);

        /// <summary>The panels of an operand, of which all or at least a last, incomplete one is packed.</summary>
        public static Panels<T> Of(
            T* from, int lines, int steps, nint lineStride, nint stepStride, int panelLines, T* to, bool packs)
        {
            if (packs)
            {
                Pack(from, lines, steps, lineStride, stepStride, panelLines, to, steps);
                return Packed(to, steps, panelLines);
            }
            int whole = lines / panelLines * panelLines;
            Pack(from + whole * lineStride, lines - whole, steps, lineStride, stepStride, panelLines, to, steps);
            return new(from, panelLines * lineStride, lineStride, stepStride, to, panelLines, whole);
        }

        /// <summary>The panel that begins with a line, and the distances of its lines and of the steps.</summary>
        public T* At(int line, out nint lineStride, out nint stepStride)
        {
            if (line >= _wholeLines)
            {
                (lineStride, stepStride) = (1, _panelLines);
                return _last;
            }
            (lineStride, stepStride) = (_lineStride, _stepStride);
            return _first + line / _panelLines * _panelStride;
        }
    }

    /// <summary>
    /// Copies the lines of an operand (rows of the left one, columns of the right one) into panels of as many lines as
    /// a tile has: for each step of the sum the numbers of all lines of the panel, and zeros where lines are missing.
    /// A panel is <paramref name="panelSteps"/> steps long, of which this may be a part.
    /// </summary>
    internal static void Pack<T>(
        T* from, int lines, int steps, nint lineStride, nint stepStride, int panelLines, T* to, int panelSteps)
        where T : unmanaged
    {
        for (int line = 0; line < lines; line += panelLines, to += panelSteps * panelLines)
        {
            int count = Math.Min(panelLines, lines - line);
            T* panel = from + line * lineStride;
            if (count < panelLines)
                new Span<T>(to, steps * panelLines).Clear();
            if (lineStride == 1)
            {
                CopySteps(panel, steps, stepStride, count, panelLines, to);
                continue;
            }
            int i = 0;
            for (; i + 4 <= count; i += 4)
                PackFour(panel + i * lineStride, steps, lineStride, stepStride, panelLines, to + i);
            for (; i < count; i++)
            {
                T* source = panel + i * lineStride, target = to + i;
                for (int step = 0; step < steps; step++, source += stepStride, target += panelLines)
                    *target = *source;
            }
        }
    }

    /// <summary>Four lines at once: one line alone would touch each cache line of the panel for one number.</summary>
    private static void PackFour<T>(T* from, int steps, nint lineStride, nint stepStride, int panelLines, T* to)
        where T : unmanaged
    {
        T* line1 = from + lineStride, line2 = line1 + lineStride, line3 = line2 + lineStride;
        nint at = 0;
        for (int step = 0; step < steps; step++, at += stepStride, to += panelLines)
        {
            T x0 = from[at], x1 = line1[at], x2 = line2[at], x3 = line3[at];
            to[0] = x0;
            to[1] = x1;
            to[2] = x2;
            to[3] = x3;
        }
    }

    /// <summary>Lines that are neighbours in memory.</summary>
    private static void CopySteps<T>(T* from, int steps, nint stepStride, int count, int panelLines, T* to)
        where T : unmanaged
    {
        int inVectors = count - count % Vector128<T>.Count;
        for (int step = 0; step < steps; step++, from += stepStride, to += panelLines)
        {
            int i = 0;
            for (; i < inVectors; i += Vector128<T>.Count)
                Vector128.Load(from + i).Store(to + i);
            for (; i < count; i++)
                to[i] = from[i];
        }
    }

    /// <summary>The product of panels, tile by tile.</summary>
    [SkipLocalsInit]
    internal static void Tiles<TSimd, TVector, T>(
        in Panels<T> lefts, in Panels<T> rights, T* result, nint stride, int rows, int inner, int columns,
        bool accumulate)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        int tileColumns = 2 * TSimd.Count;
        T* edge = stackalloc T[TileRows * tileColumns];
        for (int column = 0; column < columns; column += tileColumns)
        {
            T* y = rights.At(column, out _, out nint yStep);
            for (int row = 0; row < rows; row += TileRows)
            {
                T* x = lefts.At(row, out nint xLine, out nint xStep), to = result + row * stride + column;
                int height = Math.Min(TileRows, rows - row), width = Math.Min(tileColumns, columns - column);
                if (height is TileRows or FewRows && width == tileColumns)
                {
                    Tile<TSimd, TVector, T>(x, xLine, xStep, y, yStep, inner, to, stride, accumulate, height);
                    continue;
                }
                Tile<TSimd, TVector, T>(x, xLine, xStep, y, yStep, inner, edge, tileColumns, false, height);
                for (int i = 0; i < height; i++)
                    Finish<TSimd, TVector, T>(edge + i * tileColumns, to + i * stride, width, accumulate);
            }
        }
    }

    /// <summary>Moves a row of a tile that sticks out of the matrix to the part that does not.</summary>
    private static void Finish<TSimd, TVector, T>(T* from, T* to, int count, bool accumulate)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        if (accumulate)
        {
            T* sums = stackalloc T[TSimd.Count];
            for (int i = 0; i < count; i += TSimd.Count)
            {
                int part = Math.Min(TSimd.Count, count - i);
                new ReadOnlySpan<T>(to + i, part).CopyTo(new Span<T>(sums, part));
                TSimd.Store(TSimd.Add(TSimd.Load(sums), TSimd.Load(from + i)), from + i);
            }
        }
        new ReadOnlySpan<T>(from, count).CopyTo(new Span<T>(to, count));
    }

    private static void Tile<TSimd, TVector, T>(
        T* x, nint xLine, nint xStep, T* y, nint yStep, int inner, T* result, nint stride, bool accumulate, int rows)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        if (rows <= FewRows)
            FewRowsOfTile<TSimd, TVector, T>(x, xLine, xStep, y, yStep, inner, result, stride, accumulate);
        else
            Tile<TSimd, TVector, T>(x, xLine, xStep, y, yStep, inner, result, stride, accumulate);
    }

    /// <summary>A tile of the result: 6 rows of 2 vectors, which the compiler keeps in registers.</summary>
    private static void Tile<TSimd, TVector, T>(
        T* x, nint xLine, nint xStep, T* y, nint yStep, int inner, T* result, nint stride, bool accumulate)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        TVector r00 = default, r01 = default, r10 = default, r11 = default, r20 = default, r21 = default;
        TVector r30 = default, r31 = default, r40 = default, r41 = default, r50 = default, r51 = default;
        T* below = x + 3 * xLine; // two addresses and one distance reach all lines
        for (int k = 0; k < inner; k++, x += xStep, below += xStep, y += yStep)
        {
            TVector y0 = TSimd.Load(y), y1 = TSimd.Load(y + TSimd.Count);
            TVector x0 = TSimd.Broadcast(*x);
            r00 = TSimd.MultiplyAdd(x0, y0, r00);
            r01 = TSimd.MultiplyAdd(x0, y1, r01);
            TVector x1 = TSimd.Broadcast(x[xLine]);
            r10 = TSimd.MultiplyAdd(x1, y0, r10);
            r11 = TSimd.MultiplyAdd(x1, y1, r11);
            TVector x2 = TSimd.Broadcast(x[2 * xLine]);
            r20 = TSimd.MultiplyAdd(x2, y0, r20);
            r21 = TSimd.MultiplyAdd(x2, y1, r21);
            TVector x3 = TSimd.Broadcast(*below);
            r30 = TSimd.MultiplyAdd(x3, y0, r30);
            r31 = TSimd.MultiplyAdd(x3, y1, r31);
            TVector x4 = TSimd.Broadcast(below[xLine]);
            r40 = TSimd.MultiplyAdd(x4, y0, r40);
            r41 = TSimd.MultiplyAdd(x4, y1, r41);
            TVector x5 = TSimd.Broadcast(below[2 * xLine]);
            r50 = TSimd.MultiplyAdd(x5, y0, r50);
            r51 = TSimd.MultiplyAdd(x5, y1, r51);
        }
        Put<TSimd, TVector, T>(r00, r01, result, accumulate);
        Put<TSimd, TVector, T>(r10, r11, result + stride, accumulate);
        Put<TSimd, TVector, T>(r20, r21, result + 2 * stride, accumulate);
        Put<TSimd, TVector, T>(r30, r31, result + 3 * stride, accumulate);
        Put<TSimd, TVector, T>(r40, r41, result + 4 * stride, accumulate);
        Put<TSimd, TVector, T>(r50, r51, result + 5 * stride, accumulate);
    }

    /// <summary>The first 4 rows of a tile.</summary>
    private static void FewRowsOfTile<TSimd, TVector, T>(
        T* x, nint xLine, nint xStep, T* y, nint yStep, int inner, T* result, nint stride, bool accumulate)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        TVector r00 = default, r01 = default, r10 = default, r11 = default;
        TVector r20 = default, r21 = default, r30 = default, r31 = default;
        for (int k = 0; k < inner; k++, x += xStep, y += yStep)
        {
            TVector y0 = TSimd.Load(y), y1 = TSimd.Load(y + TSimd.Count);
            TVector x0 = TSimd.Broadcast(*x);
            r00 = TSimd.MultiplyAdd(x0, y0, r00);
            r01 = TSimd.MultiplyAdd(x0, y1, r01);
            TVector x1 = TSimd.Broadcast(x[xLine]);
            r10 = TSimd.MultiplyAdd(x1, y0, r10);
            r11 = TSimd.MultiplyAdd(x1, y1, r11);
            TVector x2 = TSimd.Broadcast(x[2 * xLine]);
            r20 = TSimd.MultiplyAdd(x2, y0, r20);
            r21 = TSimd.MultiplyAdd(x2, y1, r21);
            TVector x3 = TSimd.Broadcast(x[3 * xLine]);
            r30 = TSimd.MultiplyAdd(x3, y0, r30);
            r31 = TSimd.MultiplyAdd(x3, y1, r31);
        }
        Put<TSimd, TVector, T>(r00, r01, result, accumulate);
        Put<TSimd, TVector, T>(r10, r11, result + stride, accumulate);
        Put<TSimd, TVector, T>(r20, r21, result + 2 * stride, accumulate);
        Put<TSimd, TVector, T>(r30, r31, result + 3 * stride, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TSimd, TVector, T>(TVector left, TVector right, T* to, bool accumulate)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        if (accumulate)
        {
            left = TSimd.Add(TSimd.Load(to), left);
            right = TSimd.Add(TSimd.Load(to + TSimd.Count), right);
        }
        TSimd.Store(left, to);
        TSimd.Store(right, to + TSimd.Count);
    }

    internal static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    /// <summary>
    /// Memory for packing, one block for each thread, which stays: new memory would cost more than the packing.
    /// </summary>
    internal static class Buffer<T> where T : unmanaged
    {
        private const int Alignment = 64;

        [ThreadStatic]
        private static T[]? _memory;

        /// <summary>At least <paramref name="length"/> elements and one alignment more; vectors do not straddle
        /// cache lines.</summary>
        public static T* Take(int length)
        {
            int needed = length + 3 * Alignment;
            if (_memory is null || _memory.Length < needed)
                _memory = GC.AllocateUninitializedArray<T>(needed, pinned: true);
            nint address = (nint)Unsafe.AsPointer(ref _memory[0]);
            return (T*)((address + Alignment - 1) & ~(nint)(Alignment - 1));
        }
    }
}
