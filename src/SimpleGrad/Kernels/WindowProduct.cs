using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// A convolution as the product of a matrix of kernels, one in each row, and a matrix of windows, one in each column.
/// The second matrix has each number of the image once for each tap, and never exists as a whole: its blocks are packed
/// from the planes of the image for the tiles of <see cref="PackedProduct"/>.
/// </summary>
internal static unsafe class WindowProduct
{
    /// <summary>The size of a block of packed windows, which fits into the second cache.</summary>
    private const int BlockBytes = 1 << 18;

    /// <summary>
    /// Computes all groups. Where an image has few windows, all images share the blocks, because the results of one
    /// output are neighbours across images too.
    /// </summary>
    public static void Compute<TSimd, TVector, T>(in WindowJob<T> job)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        int tileColumns = 2 * TSimd.Count, taps = job.TapCount;
        int columns = checked(job.Batch * job.Plane.Columns);
        int channels = Even(job.Channels, Math.Max(1, PackedProduct.BlockInner * 5 / 4 / taps));
        int depth = channels > 1 ? channels * taps : Even(taps, PackedProduct.BlockInner * 5 / 4);
        int width = PackedProduct.RoundUp(
            Even(columns, Math.Max(tileColumns, BlockBytes / sizeof(T) / depth)), tileColumns);
        int planes = checked(job.Batch * channels * job.Plane.Size), slack = 2 * tileColumns;
        int kernels = PackedProduct.RoundUp(job.Outputs, PackedProduct.TileRows) * depth;
        // Vectors are read and written beyond the ends of planes and windows, by some slack.
        int windowsStart = PackedProduct.RoundUp(kernels, 64);
        int planesStart = checked(windowsStart + PackedProduct.RoundUp(width * depth + slack, 64));
        using var scratch = new Scratch<T>(checked(planesStart + planes + slack));
        fixed (T* memory = scratch)
        {
            var blocks = new Blocks<TSimd, TVector, T>(job, channels, depth, width)
            {
                Kernels = memory,
                Windows = memory + windowsStart,
                Planes = memory + planesStart,
            };
            for (int group = 0; group < job.Groups; group++)
            {
                for (int channel = 0; channel < job.Channels; channel += channels)
                    blocks.AddChannels(group, channel, Math.Min(channels, job.Channels - channel));
            }
        }
    }

    /// <summary>The length of blocks that are about equally long, and no longer than a maximum.</summary>
    private static int Even(int length, int max)
    {
        int count = (length + max - 1) / max;
        return (length + count - 1) / count;
    }

    /// <summary>The memory of the blocks, and the loops over them.</summary>
    private ref struct Blocks<TSimd, TVector, T>(WindowJob<T> job, int channels, int depth, int width)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        private readonly WindowJob<T> _job = job;
        private readonly WindowPlane _plane = job.Plane;
        private readonly int[] _offsets = new int[depth]; // of the steps of a block in the planes

        public required T* Kernels { get; init; }

        public required T* Windows { get; init; }

        public required T* Planes { get; init; }

        /// <summary>Adds what some channels contribute to the results of a group; the first begin the sum.</summary>
        public readonly void AddChannels(int group, int channel, int count)
        {
            int taps = _job.TapCount, inner = count * taps, batch = _job.Batch, columns = batch * _plane.Columns;
            for (int image = 0; image < _job.Images; image += batch)
            {
                for (int i = 0; i < batch; i++)
                {
                    for (int c = 0; c < count; c++)
                        _plane.Fill(
                            _job.ChannelOf(image + i, group, channel + c),
                            Planes + (i * (nint)channels + c) * _plane.Size);
                }
                for (int step = 0; step < inner; step += depth)
                {
                    int steps = Math.Min(depth, inner - step);
                    if (image == 0 || inner > depth)
                        PackKernels(group, channel, step, steps);
                    for (int i = 0; i < steps; i++)
                        _offsets[i] = (step + i) / taps * _plane.Size + _plane.Taps[(step + i) % taps];
                    for (int column = 0; column < columns; column += width)
                    {
                        int blockColumns = Math.Min(width, columns - column);
                        PackWindows(column, blockColumns, steps);
                        Multiply(
                            _job.ResultOf(image, group, 0) + column, steps, blockColumns,
                            accumulate: channel > 0 || step > 0);
                    }
                }
            }
        }

        private readonly void Multiply(T* result, int steps, int columns, bool accumulate)
        {
            var windows = new PackedPanels<T>(Windows, steps, 2 * TSimd.Count);
            for (int row = 0; row < _job.Outputs; row += PackedProduct.BlockRows)
            {
                var kernels = new PackedPanels<T>(Kernels + (nint)row * steps, steps, PackedProduct.TileRows);
                var block = new ResultBlock<T>
                {
                    Start = result + row * _job.ResultOutput,
                    Rows = Math.Min(PackedProduct.BlockRows, _job.Outputs - row),
                    Columns = columns,
                    Stride = _job.ResultOutput,
                    Accumulate = accumulate,
                };
                PackedProduct.Tiles<TSimd, TVector, T>(in kernels, in windows, in block, steps);
            }
        }

        private readonly void PackKernels(int group, int channel, int step, int steps)
        {
            int taps = _job.TapCount;
            for (int done = 0; done < steps;)
            {
                (int c, int tap) = Math.DivRem(step + done, taps);
                int part = Math.Min(taps - tap, steps - done);
                T* from = _job.KernelOf(group, 0) + (channel + c) * _job.KernelChannel + tap * _job.KernelTap;
                if (_job.KernelChannel == taps * _job.KernelTap)
                    part = steps - done; // the taps of the next channel lie as if they were more of this one
                PackedPanels<T>.Pack(
                    new OperandLines<T>(from, _job.Outputs, part, _job.KernelOutput, _job.KernelTap),
                    PackedProduct.TileRows, Kernels + done * PackedProduct.TileRows, steps);
                done += part;
            }
        }

        /// <summary>
        /// Copies the windows of a block into panels of as many as a tile has columns. Those of a panel are runs of
        /// neighbours in the planes, one for each row of windows that it touches.
        /// </summary>
        [SkipLocalsInit]
        private readonly void PackWindows(int column, int columns, int steps)
        {
            int tileColumns = 2 * TSimd.Count, perImage = _plane.Columns, rowLength = _plane.RowLength;
            nint* runs = stackalloc nint[tileColumns];
            int* columnsOfRuns = stackalloc int[tileColumns + 1]; // where each run begins in the panel, and their end
            T* to = Windows;
            for (int panel = 0; panel < columns; panel += tileColumns, to += (nint)steps * tileColumns)
            {
                int end = Math.Min(tileColumns, columns - panel), count = 0;
                for (int i = 0; i < end; count++)
                {
                    (int image, int window) = Math.DivRem(column + panel + i, perImage);
                    (int row, int first) = Math.DivRem(window, rowLength);
                    runs[count] = (nint)image * channels * _plane.Size + _plane.Rows[row] + first;
                    columnsOfRuns[count] = i;
                    i += rowLength - first;
                }
                columnsOfRuns[count] = end;
                if (count == 1)
                    CopyRun(Planes + runs[0], steps, to);
                else if (2 * count <= tileColumns)
                    CopyRuns(runs, columnsOfRuns, count, steps, to);
                else
                    CopyEach(runs, columnsOfRuns, count, steps, to);
            }
        }

        private readonly void CopyRun(T* from, int steps, T* to)
        {
            fixed (int* offsets = _offsets)
            {
                for (int i = 0; i < steps; i++, to += 2 * TSimd.Count)
                {
                    T* source = from + offsets[i];
                    TVector left = TSimd.Load(source), right = TSimd.Load(source + TSimd.Count);
                    TSimd.Store(left, to);
                    TSimd.Store(right, to + TSimd.Count);
                }
            }
        }

        /// <summary>
        /// Copies whole vectors; what they write beyond a run is written over by the next run or the next step.
        /// </summary>
        private readonly void CopyRuns(nint* runs, int* columns, int count, int steps, T* to)
        {
            fixed (int* offsets = _offsets)
            {
                for (int i = 0; i < steps; i++, to += 2 * TSimd.Count)
                {
                    T* source = Planes + offsets[i];
                    for (int run = 0; run < count; run++)
                    {
                        T* from = source + runs[run], target = to + columns[run];
                        TSimd.Store(TSimd.Load(from), target);
                        if (columns[run + 1] - columns[run] > TSimd.Count)
                            TSimd.Store(TSimd.Load(from + TSimd.Count), target + TSimd.Count);
                    }
                }
            }
        }

        private readonly void CopyEach(nint* runs, int* columns, int count, int steps, T* to)
        {
            nint* sources = stackalloc nint[2 * TSimd.Count];
            for (int run = 0; run < count; run++)
            {
                for (int i = columns[run]; i < columns[run + 1]; i++)
                    sources[i] = runs[run] + i - columns[run];
            }
            int end = columns[count];
            fixed (int* offsets = _offsets)
            {
                for (int i = 0; i < steps; i++, to += 2 * TSimd.Count)
                {
                    T* source = Planes + offsets[i];
                    for (int j = 0; j < end; j++)
                        to[j] = source[sources[j]];
                }
            }
        }
    }
}
