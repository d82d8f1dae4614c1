using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// A convolution with few outputs in a group, for which packing would cost more than it saves: the sums are built in
/// registers, straight from the planes of the image.
/// </summary>
internal static unsafe class WindowSums
{
    /// <summary>Sums that do not wait for each other.</summary>
    private const int Sums = 8;

    /// <summary>Computes vectors of neighbouring windows, tap by tap.</summary>
    public static void Compute<TSimd, TVector, T>(in WindowJob<T> job)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        WindowPlane plane = job.Plane;
        int taps = job.TapCount, steps = job.Channels * taps;
        int vectors = (plane.RowLength + TSimd.Count - 1) / TSimd.Count;
        int planes = checked(job.Channels * plane.Size + TSimd.Count);
        T* memory = PackedProduct.Buffer<T>.Take(checked(planes + steps)), kernel = memory + planes;
        var offsets = new nint[steps];
        for (int i = 0; i < steps; i++)
            offsets[i] = i / taps * (nint)plane.Size + plane.Taps[i % taps];
        fixed (nint* at = offsets)
        {
            for (int image = 0; image < job.Images; image++)
            {
                for (int group = 0; group < job.Groups; group++)
                {
                    for (int channel = 0; channel < job.Channels; channel++)
                        plane.Fill(job.ChannelOf(image, group, channel), memory + (nint)channel * plane.Size);
                    for (int output = 0; output < job.Outputs; output++)
                    {
                        T* from = job.KernelOf(group, output);
                        for (int i = 0; i < steps; i++)
                            kernel[i] = from[i / taps * job.KernelChannel + i % taps * job.KernelTap];
                        Windows<TSimd, TVector, T>(
                            plane, vectors, memory, kernel, at, steps, job.ResultOf(image, group, output));
                    }
                }
            }
        }
    }

    /// <summary>
    /// Computes numbers of windows, of which there are few, from vectors of neighbouring taps, of which there are many:
    /// the plane is one in which windows and taps have changed their parts.
    /// </summary>
    public static void ComputeByTaps<TSimd, TVector, T>(in WindowJob<T> job)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        WindowPlane plane = job.Plane;
        T* memory = PackedProduct.Buffer<T>.Take(checked(plane.Size + TSimd.Count));
        for (int image = 0; image < job.Images; image++)
        {
            for (int group = 0; group < job.Groups; group++)
            {
                for (int channel = 0; channel < job.Channels; channel++)
                {
                    plane.Fill(job.ChannelOf(image, group, channel), memory);
                    for (int output = 0; output < job.Outputs; output++)
                        Products<TSimd, TVector, T>(
                            plane, memory, job.KernelOf(group, output) + channel * job.KernelChannel,
                            job.ResultOf(image, group, output), accumulate: channel > 0);
                }
            }
        }
    }

    /// <summary>All windows of an image, a few vectors at a time.</summary>
    [SkipLocalsInit]
    private static void Windows<TSimd, TVector, T>(
        WindowPlane plane, int vectors, T* from, T* kernel, nint* offsets, int steps, T* to)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        T** starts = stackalloc T*[Sums], targets = stackalloc T*[Sums];
        int* widths = stackalloc int[Sums];
        T* results = stackalloc T[Sums * TSimd.Count];
        int all = plane.Rows.Length * vectors, row = 0, column = 0;
        for (int done = 0; done < all; done += Sums)
        {
            int count = Math.Min(Sums, all - done);
            for (int i = 0; i < count; i++)
            {
                starts[i] = from + plane.Rows[row] + column;
                targets[i] = to + (nint)row * plane.RowLength + column;
                widths[i] = Math.Min(TSimd.Count, plane.RowLength - column);
                column += TSimd.Count;
                if (column >= plane.RowLength)
                    (row, column) = (row + 1, 0);
            }
            for (int i = count; i < Sums; i++)
                starts[i] = starts[0];
            Sum<TSimd, TVector, T>(starts, kernel, offsets, steps, results);
            for (int i = 0; i < count; i++)
            {
                if (widths[i] == TSimd.Count)
                    TSimd.Store(TSimd.Load(results + i * TSimd.Count), targets[i]);
                else
                    new ReadOnlySpan<T>(results + i * TSimd.Count, widths[i]).CopyTo(new(targets[i], widths[i]));
            }
        }
    }

    private static void Sum<TSimd, TVector, T>(T** starts, T* kernel, nint* offsets, int steps, T* results)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        T* p0 = starts[0], p1 = starts[1], p2 = starts[2], p3 = starts[3];
        T* p4 = starts[4], p5 = starts[5], p6 = starts[6], p7 = starts[7];
        TVector s0 = default, s1 = default, s2 = default, s3 = default;
        TVector s4 = default, s5 = default, s6 = default, s7 = default;
        for (int i = 0; i < steps; i++)
        {
            nint offset = offsets[i];
            TVector factor = TSimd.Broadcast(kernel[i]);
            s0 = TSimd.MultiplyAdd(TSimd.Load(p0 + offset), factor, s0);
            s1 = TSimd.MultiplyAdd(TSimd.Load(p1 + offset), factor, s1);
            s2 = TSimd.MultiplyAdd(TSimd.Load(p2 + offset), factor, s2);
            s3 = TSimd.MultiplyAdd(TSimd.Load(p3 + offset), factor, s3);
            s4 = TSimd.MultiplyAdd(TSimd.Load(p4 + offset), factor, s4);
            s5 = TSimd.MultiplyAdd(TSimd.Load(p5 + offset), factor, s5);
            s6 = TSimd.MultiplyAdd(TSimd.Load(p6 + offset), factor, s6);
            s7 = TSimd.MultiplyAdd(TSimd.Load(p7 + offset), factor, s7);
        }
        TSimd.Store(s0, results);
        TSimd.Store(s1, results + TSimd.Count);
        TSimd.Store(s2, results + 2 * TSimd.Count);
        TSimd.Store(s3, results + 3 * TSimd.Count);
        TSimd.Store(s4, results + 4 * TSimd.Count);
        TSimd.Store(s5, results + 5 * TSimd.Count);
        TSimd.Store(s6, results + 6 * TSimd.Count);
        TSimd.Store(s7, results + 7 * TSimd.Count);
    }

    /// <summary>All windows of one channel, a few at a time; the last few may be computed twice.</summary>
    [SkipLocalsInit]
    private static void Products<TSimd, TVector, T>(WindowPlane plane, T* from, T* kernel, T* to, bool accumulate)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        T** starts = stackalloc T*[Sums];
        T* parts = stackalloc T[Sums * TSimd.Count];
        int[] windows = plane.Taps;
        int whole = plane.RowLength / TSimd.Count * TSimd.Count;
        for (int done = 0; done < windows.Length; done += Sums)
        {
            int count = Math.Min(Sums, windows.Length - done);
            for (int i = 0; i < Sums; i++)
                starts[i] = from + windows[done + Math.Min(i, count - 1)];
            new Span<T>(parts, Sums * TSimd.Count).Clear();
            for (int row = 0; row < plane.Rows.Length && whole > 0; row++)
                AddRow<TSimd, TVector, T>(starts, plane.Rows[row], kernel + (nint)row * plane.RowLength, whole, parts);
            for (int i = 0; i < count; i++)
            {
                T sum = accumulate ? to[done + i] : T.Zero;
                for (int j = 0; j < TSimd.Count; j++)
                    sum += parts[i * TSimd.Count + j];
                for (int row = 0; row < plane.Rows.Length; row++)
                {
                    for (int j = whole; j < plane.RowLength; j++)
                        sum += starts[i][plane.Rows[row] + j] * kernel[(nint)row * plane.RowLength + j];
                }
                to[done + i] = sum;
            }
        }
    }

    private static void AddRow<TSimd, TVector, T>(T** starts, nint row, T* kernel, int length, T* parts)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        T* p0 = starts[0] + row, p1 = starts[1] + row, p2 = starts[2] + row, p3 = starts[3] + row;
        T* p4 = starts[4] + row, p5 = starts[5] + row, p6 = starts[6] + row, p7 = starts[7] + row;
        TVector s0 = TSimd.Load(parts), s1 = TSimd.Load(parts + TSimd.Count);
        TVector s2 = TSimd.Load(parts + 2 * TSimd.Count), s3 = TSimd.Load(parts + 3 * TSimd.Count);
        TVector s4 = TSimd.Load(parts + 4 * TSimd.Count), s5 = TSimd.Load(parts + 5 * TSimd.Count);
        TVector s6 = TSimd.Load(parts + 6 * TSimd.Count), s7 = TSimd.Load(parts + 7 * TSimd.Count);
        for (nint i = 0; i < length; i += TSimd.Count)
        {
            TVector factor = TSimd.Load(kernel + i);
            s0 = TSimd.MultiplyAdd(TSimd.Load(p0 + i), factor, s0);
            s1 = TSimd.MultiplyAdd(TSimd.Load(p1 + i), factor, s1);
            s2 = TSimd.MultiplyAdd(TSimd.Load(p2 + i), factor, s2);
            s3 = TSimd.MultiplyAdd(TSimd.Load(p3 + i), factor, s3);
            s4 = TSimd.MultiplyAdd(TSimd.Load(p4 + i), factor, s4);
            s5 = TSimd.MultiplyAdd(TSimd.Load(p5 + i), factor, s5);
            s6 = TSimd.MultiplyAdd(TSimd.Load(p6 + i), factor, s6);
            s7 = TSimd.MultiplyAdd(TSimd.Load(p7 + i), factor, s7);
        }
        TSimd.Store(s0, parts);
        TSimd.Store(s1, parts + TSimd.Count);
        TSimd.Store(s2, parts + 2 * TSimd.Count);
        TSimd.Store(s3, parts + 3 * TSimd.Count);
        TSimd.Store(s4, parts + 4 * TSimd.Count);
        TSimd.Store(s5, parts + 5 * TSimd.Count);
        TSimd.Store(s6, parts + 6 * TSimd.Count);
        TSimd.Store(s7, parts + 7 * TSimd.Count);
    }
}
