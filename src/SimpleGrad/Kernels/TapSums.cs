using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// A convolution with few outputs in a group and few windows of many taps, as in the gradient by a kernel: each window
/// is the sum of products of rows of taps, vectors of neighbours at a time.
/// </summary>
/// <remarks>
/// The plane is one in which windows and taps have changed their parts: its rows are rows of taps, and its taps are the
/// windows. So the sum of window w is that over all rows r of
/// <code>
/// plane     [Rows[r] + Taps[w] + 0, 1, 2, ...]     RowLength neighbours
/// kernel    [r * RowLength     + 0, 1, 2, ...]
/// </code>
/// and 9 windows are computed at a time, because the gradient by a kernel of 3 by 3 has so many.
/// </remarks>
internal static unsafe class TapSums
{
    /// <summary>Windows that are computed together.</summary>
    private const int Together = 9;

    /// <summary>How many products are added one after the other in each element of a vector.</summary>
    private const int LongSum = 256;

    public static void Compute<TSimd, TVector, T>(in WindowJob<T> job)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        WindowPlane plane = job.Plane;
        using var scratch = new Scratch<T>(checked(plane.Size + TSimd.Count));
        fixed (T* memory = scratch)
        {
            for (int image = 0; image < job.Images; image++)
            {
                for (int group = 0; group < job.Groups; group++)
                {
                    for (int channel = 0; channel < job.Channels; channel++)
                    {
                        plane.Fill(job.ChannelOf(image, group, channel), memory);
                        for (int output = 0; output < job.Outputs; output++)
                            Channel<TSimd, TVector, T>(
                                plane, memory, job.KernelOf(group, output) + channel * job.KernelChannel,
                                job.ResultOf(image, group, output), accumulate: channel > 0);
                    }
                }
            }
        }
    }

    /// <summary>All windows of one channel, a few at a time; the last few may be computed twice.</summary>
    [SkipLocalsInit]
    private static void Channel<TSimd, TVector, T>(
        WindowPlane plane, T* from, T* kernel, T* to, bool accumulate)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        T** starts = stackalloc T*[Together];
        T* parts = stackalloc T[Together * TSimd.Count];
        RunningValue* sums = stackalloc RunningValue[Together];
        int[] windows = plane.Taps;
        int width = plane.RowLength, rowsAtOnce = Math.Max(1, LongSum * TSimd.Count / Math.Max(1, width));
        // A row is whole vectors, then whole narrow vectors, then single numbers.
        int whole = width / TSimd.Count * TSimd.Count, narrow = Vector128<T>.Count, narrowEnd = whole;
        if (TSimd.Count > narrow)
            narrowEnd += (width - whole) / narrow * narrow;
        fixed (int* rows = plane.Rows)
        {
            for (int window = 0; window < windows.Length; window += Together)
            {
                int count = Math.Min(Together, windows.Length - window);
                for (int i = 0; i < Together; i++)
                {
                    starts[i] = from + windows[window + Math.Min(i, count - 1)];
                    sums[i] = new RunningValue(
                        i < count && accumulate ? double.CreateTruncating(to[window + i]) : 0);
                }
                for (int row = 0; row < plane.Rows.Length; row += rowsAtOnce)
                {
                    var products = new RowProducts<T>(
                        starts, rows + row, Math.Min(rowsAtOnce, plane.Rows.Length - row),
                        kernel + (nint)row * width, width);
                    if (whole > 0)
                    {
                        products.Sum<TSimd, TVector>(0, whole, parts);
                        AddParts(parts, TSimd.Count, sums, count);
                    }
                    if (narrowEnd > whole)
                    {
                        products.Sum<Simd128<T>, Vector128<T>>(whole, narrowEnd, parts);
                        AddParts(parts, narrow, sums, count);
                    }
                    if (narrowEnd < width)
                    {
                        products.Sum<Simd1<T>, T>(narrowEnd, width, parts);
                        AddParts(parts, 1, sums, count);
                    }
                }
                for (int i = 0; i < count; i++)
                    to[window + i] = T.CreateTruncating(sums[i].Value);
            }
        }
    }

    /// <summary>Adds the elements of the vector of each window to its sum.</summary>
    private static void AddParts<T>(T* parts, int length, RunningValue* to, int count)
        where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < count; i++, parts += length)
        {
            T sum = T.Zero;
            for (int j = 0; j < length; j++)
                sum += parts[j];
            to[i].Add(double.CreateTruncating(sum));
        }
    }

    /// <summary>The products of some rows of taps for the windows that are computed together.</summary>
    /// <param name="starts">Where each window starts in the plane.</param>
    /// <param name="rows">Where the rows are, from there.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="kernel">The first row of the kernel.</param>
    /// <param name="width">The length of the rows.</param>
    private readonly struct RowProducts<T>(T** starts, int* rows, int count, T* kernel, int width)
        where T : unmanaged, INumberBase<T>
    {
        /// <summary>Writes a vector of sums for each window, over the same columns of all rows.</summary>
        public void Sum<TSimd, TVector>(nint first, nint end, T* parts)
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct
        {
            T* p0 = starts[0], p1 = starts[1], p2 = starts[2], p3 = starts[3], p4 = starts[4];
            T* p5 = starts[5], p6 = starts[6], p7 = starts[7], p8 = starts[8], factors = kernel;
            int* offsets = rows;
            int rowCount = count, rowLength = width;
            TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default;
            TVector s5 = default, s6 = default, s7 = default, s8 = default;
            for (int row = 0; row < rowCount; row++, factors += rowLength)
            {
                nint offset = offsets[row];
                for (nint i = first; i < end; i += TSimd.Count)
                {
                    TVector factor = TSimd.Load(factors + i);
                    nint from = offset + i;
                    s0 = TSimd.MultiplyAdd(TSimd.Load(p0 + from), factor, s0);
                    s1 = TSimd.MultiplyAdd(TSimd.Load(p1 + from), factor, s1);
                    s2 = TSimd.MultiplyAdd(TSimd.Load(p2 + from), factor, s2);
                    s3 = TSimd.MultiplyAdd(TSimd.Load(p3 + from), factor, s3);
                    s4 = TSimd.MultiplyAdd(TSimd.Load(p4 + from), factor, s4);
                    s5 = TSimd.MultiplyAdd(TSimd.Load(p5 + from), factor, s5);
                    s6 = TSimd.MultiplyAdd(TSimd.Load(p6 + from), factor, s6);
                    s7 = TSimd.MultiplyAdd(TSimd.Load(p7 + from), factor, s7);
                    s8 = TSimd.MultiplyAdd(TSimd.Load(p8 + from), factor, s8);
                }
            }
            TSimd.Store(s0, parts);
            TSimd.Store(s1, parts + TSimd.Count);
            TSimd.Store(s2, parts + 2 * TSimd.Count);
            TSimd.Store(s3, parts + 3 * TSimd.Count);
            TSimd.Store(s4, parts + 4 * TSimd.Count);
            TSimd.Store(s5, parts + 5 * TSimd.Count);
            TSimd.Store(s6, parts + 6 * TSimd.Count);
            TSimd.Store(s7, parts + 7 * TSimd.Count);
            TSimd.Store(s8, parts + 8 * TSimd.Count);
        }
    }
}
