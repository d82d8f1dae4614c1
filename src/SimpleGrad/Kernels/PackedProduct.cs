using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// The product of large matrices, after Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication":
/// blocks of the operands are copied ("packed") in the order in which they are read, so that they come from the caches
/// in one stream, and each number that is loaded is used for a whole tile of the result that stays in registers.
/// Packing reads through strides, so transposed operands cost nothing more.
/// </summary>
internal static unsafe class PackedProduct
{
    /// <summary>The length of the sums within a block: its panels fit into the first cache.</summary>
    internal const int BlockInner = 256;

    /// <summary>Rows of a tile.</summary>
    internal const int TileRows = ProductTile<float>.Rows;

    /// <summary>Rows of a block of the left operand, which fits into the second cache.</summary>
    internal const int BlockRows = 16 * TileRows;

    /// <summary>Columns of a block of the right operand.</summary>
    private const int BlockColumns = 1024;

    /// <summary>The bytes of a right operand that is in the first cache anyhow, wherever its rows lie.</summary>
    private const int FirstCache = 24 << 10;

    /// <summary>The number of tiles for which it does not pay to pack what all of them read.</summary>
    private const int FewTiles = 16;

    /// <summary>The number of multiplications below which a part of a product is not worth another thread.</summary>
    public const int MinWork = 1 << 18;

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
        fixed (T* a = x.Memory, b = y.Memory, c = result)
        {
            var product = new Product<T>(
                new MatrixPointer<T>(a, x), new MatrixPointer<T>(b, y),
                new ResultBlock<T>
                {
                    Start = c,
                    Rows = x.Rows,
                    Columns = y.Columns,
                    Stride = stride,
                    Accumulate = accumulate,
                });
            (int rows, int columns) = isShared ? PartOf(x.Rows, x.Columns, y.Columns) : (x.Rows, y.Columns);
            if (rows == x.Rows && columns == y.Columns)
            {
                VectorWidth<T>.RunWidest(ref product);
                return;
            }
            var parts = new Parts<T>(product, rows, columns);
            ParallelLoop.Run(parts.Count, parts);
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
                || (long)rows * inner * columns < 2 * MinWork)
                break;
            if (rows > columns)
                rows = RoundUp((rows + 1) / 2, TileRows);
            else
                columns = RoundUp((columns + 1) / 2, 32); // two of the longest vectors
            parts *= 2;
        }
        return (rows, columns);
    }

    private readonly struct Parts<T>(Product<T> whole, int rows, int columns) : IParallelBody
        where T : unmanaged, INumberBase<T>
    {
        private readonly int _across = (whole.Columns + columns - 1) / columns;

        public int Count => (whole.Rows + rows - 1) / rows * _across;

        public void Run(int piece)
        {
            (int row, int column) = (piece / _across * rows, piece % _across * columns);
            Product<T> part = whole.Part(
                row, column, Math.Min(rows, whole.Rows - row), Math.Min(columns, whole.Columns - column));
            VectorWidth<T>.RunWidest(ref part);
        }
    }

    /// <summary>A product, or a part of one, that one thread computes.</summary>
    internal readonly struct Product<T>(MatrixPointer<T> x, MatrixPointer<T> y, ResultBlock<T> result)
        : IVectorKernel<T>
        where T : unmanaged
    {
        public int Rows => result.Rows;

        public int Columns => result.Columns;

        public Product<T> Part(int row, int column, int rows, int columns) => new(
            x.Part(row, 0, rows, x.Columns), y.Part(0, column, y.Rows, columns),
            result.Part(row, column, rows, columns));

        public void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            int rows = x.Rows, inner = x.Columns, columns = y.Columns;
            int tileColumns = columns <= TSimd.Count ? TSimd.Count : 2 * TSimd.Count;
            int depth = Math.Min(BlockInner, inner);
            int height = Math.Min(BlockRows, RoundUp(rows, TileRows));
            int width = Math.Min(BlockColumns, RoundUp(columns, tileColumns));
            // An operand that few tiles read is read where it lies: packing it would take as long as these tiles.
            bool packsLeft = columns > FewTiles * tileColumns;
            bool fitsFirstCache = (long)inner * columns * sizeof(T) <= FirstCache;
            bool packsRight = rows > 3 * TileRows && !fitsFirstCache || y.ColumnStride != 1;
            int leftLength = RoundUp(height * depth, 64);
            using var scratch = new Scratch<T>(leftLength + width * depth);
            fixed (T* leftPanels = scratch)
            {
                for (int column = 0; column < columns; column += width)
                {
                    int blockColumns = Math.Min(width, columns - column);
                    for (int k = 0; k < inner; k += depth)
                    {
                        int blockInner = Math.Min(depth, inner - k);
                        var rights = PackedPanels<T>.Of(
                            new OperandLines<T>(
                                y.Start + k * y.RowStride + column * y.ColumnStride, blockColumns, blockInner,
                                y.ColumnStride, y.RowStride),
                            tileColumns, leftPanels + leftLength, packsRight);
                        for (int row = 0; row < rows; row += height)
                        {
                            int blockRows = Math.Min(height, rows - row);
                            var lefts = PackedPanels<T>.Of(
                                new OperandLines<T>(
                                    x.Start + row * x.RowStride + k * x.ColumnStride, blockRows, blockInner,
                                    x.RowStride, x.ColumnStride),
                                TileRows, leftPanels, packsLeft);
                            ResultBlock<T> block = result.Part(row, column, blockRows, blockColumns) with
                            {
                                Accumulate = result.Accumulate || k > 0,
                            };
                            Tiles<TSimd, TVector, T>(in lefts, in rights, in block, blockInner);
                        }
                    }
                }
            }
        }
    }

    /// <summary>The product of panels, tile by tile.</summary>
    [SkipLocalsInit]
    internal static void Tiles<TSimd, TVector, T>(
        in PackedPanels<T> lefts, in PackedPanels<T> rights, in ResultBlock<T> result, int inner)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        int tileColumns = rights.PanelLines, rows = result.Rows, columns = result.Columns;
        nint stride = result.Stride;
        bool accumulate = result.Accumulate;
        T* edge = stackalloc T[TileRows * tileColumns];
        for (int column = 0; column < columns; column += tileColumns)
        {
            T* y = rights.At(column, out _, out nint yStep);
            for (int row = 0; row < rows; row += TileRows)
            {
                T* x = lefts.At(row, out nint xLine, out nint xStep), to = result.Start + row * stride + column;
                int height = Math.Min(TileRows, rows - row), width = Math.Min(tileColumns, columns - column);
                // A tile that sticks out of the result is computed in the buffer.
                bool isNarrow = width <= TSimd.Count;
                bool isWhole = width == tileColumns && (isNarrow
                    ? height == TileRows && !accumulate
                    : height is TileRows or ProductTile<T>.FewRows);
                var tile = new ProductTile<T>
                {
                    X = x,
                    XLine = xLine,
                    XStep = xStep,
                    Y = y,
                    YStep = yStep,
                    Steps = inner,
                    Result = isWhole ? to : edge,
                    Stride = isWhole ? stride : tileColumns,
                    Accumulate = isWhole && accumulate,
                };
                if (isNarrow)
                    tile.ComputeNarrow<TSimd, TVector>();
                else
                    tile.Compute<TSimd, TVector>(height);
                if (isWhole)
                    continue;
                for (int i = 0; i < height; i++)
                    Finish<TSimd, TVector, T>(edge + i * tileColumns, to + i * stride, width, accumulate);
            }
        }
    }

    /// <summary>Moves a row of a tile that sticks out of the result to the part that does not.</summary>
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

    internal static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
