using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>Where a run of elements of up to three operands lies; an operand may be one number for all.</summary>
internal unsafe struct Run<T> where T : unmanaged
{
    public T* X, Y, Z;
    public bool XIsOne, YIsOne, ZIsOne;

    public void Set(int operand, T* at, bool isOne)
    {
        switch (operand)
        {
            case 0:
                X = at;
                XIsOne = isOne;
                break;
            case 1:
                Y = at;
                YIsOne = isOne;
                break;
            default:
                Z = at;
                ZIsOne = isOne;
                break;
        }
    }
}

/// <summary>What an elementwise loop does with a run.</summary>
internal interface IRunBody<T> where T : unmanaged
{
    static abstract void Apply(in Run<T> run, Span<T> result);
}

/// <summary>
/// The loop of elementwise operators over operands of any strides. The result is row-major; the body sees runs of it,
/// and of each operand either the elements in a row, or one number, or a copy of the elements in a small buffer.
/// </summary>
/// <remarks>There are three ways through the elements. <em>Runs</em>: where the innermost axis is long and every
/// operand steps through it by one or stands still. <em>Blocks</em>: where an operand is transposed; it is read along
/// its own rows and written to the buffer along those of the result, so that no cache line is fetched for one number.
/// <em>Tiles</em>: everything else, in particular a short innermost axis, gathered number by number.</remarks>
internal sealed unsafe class StridedLoop<TBody, T>
    where TBody : struct, IRunBody<T>
    where T : unmanaged
{
    private const int BufferLength = 2048;
    private const int ShortestRun = 16;

    // A column of a block is one line of the cache, or two.
    private static int BlockRows => sizeof(T) == sizeof(double) ? 32 : 16;

    private static int BlockColumns => BufferLength / BlockRows;


    private readonly StridedAxes _axes;
    private readonly int _operands;
    private readonly int _length;
    private readonly int _inner;
    private readonly int _transposed = -1; // the axis along which a transposed operand has its rows
    private readonly int _tile; // a multiple of the period of operands that are repeated

    private StridedLoop(StridedAxes axes)
    {
        _axes = axes;
        _operands = axes.Operands;
        _length = axes.Length;
        _inner = axes.Count - 1;
        int period = 1;
        for (int operand = 0; operand < _operands; operand++)
        {
            if (axes.Period(operand) is var own && own > period && own <= BufferLength / 2)
                period = own;
        }
        _tile = BufferLength / period * period;
        for (int operand = 0; operand < _operands; operand++)
        {
            if (axes.Stride(operand, _inner) is 0 or 1)
                continue;
            for (int axis = 0; axis < _inner; axis++)
            {
                if (axes.Stride(operand, axis) == 1 && axes[axis] >= 4 && axes[_inner] >= 16)
                    _transposed = axis;
            }
        }
    }

    /// <summary>Runs over all elements; <paramref name="result"/> is row-major.</summary>
    public static void Run(StridedAxes axes, in Run<T> operands, Span<T> result)
    {
        if (axes.Length == 0)
            return;
        var loop = new StridedLoop<TBody, T>(axes);
        fixed (T* to = result)
        {
            if (loop._transposed >= 0)
                loop.Blocks(operands, to);
            else if (loop.HasLongRuns)
                loop.Runs(operands, to);
            else
                loop.Tiles(operands, to);
        }
    }

    private bool HasLongRuns
    {
        get
        {
            bool isLong = _axes[_inner] >= ShortestRun;
            for (int operand = 0; operand < _operands; operand++)
                isLong &= _axes.Stride(operand, _inner) is 0 or 1;
            return isLong;
        }
    }

    private static T* Of(in Run<T> operands, int operand) =>
        operand == 0 ? operands.X : operand == 1 ? operands.Y : operands.Z;

    private void Runs(in Run<T> operands, T* result)
    {
        int length = _axes[_inner], part = Math.Min(length, ParallelLoop.PieceLength);
        long units = (long)(_length / length) * ((length + part - 1) / part);
        int perPiece = Math.Max(1, ParallelLoop.PieceLength / part);
        int pieces = (int)((units + perPiece - 1) / perPiece);
        ParallelLoop.Run(pieces, new RunPiece(this, operands, result, part, perPiece, units));
    }

    private readonly struct RunPiece(
        StridedLoop<TBody, T> loop, Run<T> operands, T* result, int partLength, int perPiece, long units)
        : IParallelBody
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int piece)
        {
            StridedAxes axes = loop._axes;
            int inner = loop._inner, length = axes[inner], parts = (length + partLength - 1) / partLength;
            long unit = (long)piece * perPiece, end = Math.Min(units, unit + perPiece);
            var position = new StridedPosition(axes, (int)(unit / parts));
            int part = (int)(unit % parts);
            nint xStep = loop.RowStep(0), yStep = loop.RowStep(1), zStep = loop.RowStep(2);
            var run = new Run<T>();
            while (unit < end)
            {
                // Whole rows follow each other evenly; of rows in parts each part is looked up.
                int rows = parts == 1 ? (int)Math.Min(position.Left, end - unit) : 1;
                int at = part * partLength, count = Math.Min(partLength, length - at);
                for (int i = 0; i < loop._operands; i++)
                {
                    int stride = axes.Stride(i, inner);
                    run.Set(i, Of(in operands, i) + position.Offset(i) + at * stride, stride == 0);
                }
                T* to = result + (long)position.Index * length + at;
                for (int row = 0; row < rows; row++, to += length)
                {
                    TBody.Apply(in run, new Span<T>(to, count));
                    run.X += xStep;
                    run.Y += yStep;
                    run.Z += zStep;
                }
                unit += rows;
                if (++part < parts)
                    continue;
                part = 0;
                position.Skip(rows);
            }
        }
    }

    /// <summary>How far an operand moves from one row to the next.</summary>
    private nint RowStep(int operand) =>
        operand < _operands && _inner > 0 ? _axes.Stride(operand, _inner - 1) : 0;

    private void Tiles(in Run<T> operands, T* result)
    {
        int tilesOfPiece = Math.Max(1, ParallelLoop.PieceLength / 2 / _tile);
        int tiles = (int)(((long)_length + _tile - 1) / _tile);
        ParallelLoop.Run(
            (tiles + tilesOfPiece - 1) / tilesOfPiece, new TilePiece(this, operands, result, tilesOfPiece, tiles));
    }

    private readonly struct TilePiece(
        StridedLoop<TBody, T> loop, Run<T> operands, T* result, int tilesOfPiece, int tiles) : IParallelBody
    {
        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int piece)
        {
            T* buffer = stackalloc T[3 * BufferLength];
            StridedAxes axes = loop._axes;
            int first = piece * tilesOfPiece, last = Math.Min(tiles, first + tilesOfPiece);
            var run = new Run<T>();
            for (int tile = first; tile < last; tile++)
            {
                int start = tile * loop._tile, count = Math.Min(loop._tile, loop._length - start);
                for (int i = 0; i < loop._operands; i++)
                {
                    T* from = Of(in operands, i);
                    if (axes.IsRowMajor(i))
                    {
                        run.Set(i, from + start, false);
                    }
                    else if (axes.IsOne(i))
                    {
                        run.Set(i, from, true);
                    }
                    else
                    {
                        if (tile == first || loop._tile % axes.Period(i) != 0)
                            axes.Gather(i, from, start, buffer + i * BufferLength, count);
                        run.Set(i, buffer + i * BufferLength, false);
                    }
                }
                TBody.Apply(in run, new Span<T>(result + start, count));
            }
        }
    }

    private void Blocks(in Run<T> operands, T* result)
    {
        int rows = (_axes[_transposed] + BlockRows - 1) / BlockRows;
        int others = _length / _axes[_transposed] / _axes[_inner];
        int rowsOfPiece = Math.Max(1, ParallelLoop.PieceLength / (BlockRows * _axes[_inner]));
        int bands = (rows + rowsOfPiece - 1) / rowsOfPiece;
        ParallelLoop.Run(
            others * bands, new BlockPiece(this, operands, result, bands, rowsOfPiece * BlockRows));
    }

    private readonly struct BlockPiece(
        StridedLoop<TBody, T> loop, Run<T> operands, T* result, int bands, int rowsOfBand) : IParallelBody
    {
        [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int piece)
        {
            StridedAxes axes = loop._axes;
            int inner = loop._inner, rowAxis = loop._transposed;
            int band = piece % bands * rowsOfBand;
            int lastRow = Math.Min(axes[rowAxis], band + rowsOfBand);
            // The position in the axes other than the two of the block.
            int* offsets = stackalloc int[3];
            int start = axes.OffsetsWithout(piece / bands, rowAxis, inner, offsets);
            int rowStep = axes.RowMajorStride(rowAxis);
            T* buffer = stackalloc T[3 * BufferLength];
            var run = new Run<T>();
            for (int row = band; row < lastRow; row += BlockRows)
            {
                int height = Math.Min(BlockRows, lastRow - row);
                for (int column = 0; column < axes[inner]; column += BlockColumns)
                {
                    int width = Math.Min(BlockColumns, axes[inner] - column);
                    for (int i = 0; i < loop._operands; i++)
                    {
                        if (axes.Stride(i, inner) is not (0 or 1))
                            Transpose(
                                Of(in operands, i) + offsets[i] + row * axes.Stride(i, rowAxis)
                                + column * axes.Stride(i, inner),
                                axes.Stride(i, rowAxis), axes.Stride(i, inner), height, width,
                                buffer + i * BufferLength);
                    }
                    for (int r = 0; r < height; r++)
                    {
                        for (int i = 0; i < loop._operands; i++)
                        {
                            int stride = axes.Stride(i, inner), rowStride = axes.Stride(i, rowAxis);
                            T* at = stride is 0 or 1
                                ? Of(in operands, i) + offsets[i] + (row + r) * rowStride + column * stride
                                : buffer + i * BufferLength + r * BlockColumns;
                            run.Set(i, at, stride == 0);
                        }
                        TBody.Apply(in run, new Span<T>(result + start + (row + r) * rowStep + column, width));
                    }
                }
            }
        }

        private static void Transpose(T* from, int rowStride, int columnStride, int height, int width, T* to)
        {
            if (rowStride == 1)
            {
                Transposition.Columns(from, columnStride, height, width, to, BlockColumns);
                return;
            }
            for (int column = 0; column < width; column++, from += columnStride, to++)
            {
                for (int row = 0; row < height; row++)
                    to[row * BlockColumns] = from[row * rowStride];
            }
        }
    }
}
