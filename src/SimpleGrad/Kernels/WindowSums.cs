using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// A convolution with few outputs in a group, for which packing would cost more than it saves: the sums are built in
/// registers, straight from the planes of the image.
/// </summary>
internal static unsafe class WindowSums
{
    /// <summary>Sums that do not wait for each other.</summary>
    private const int Sums = 8;

    /// <summary>Windows of a gradient by the taps that are computed together: those of a kernel of 3 by 3.</summary>
    private const int Taps = 9;

    /// <summary>How many products are added one after the other in each place of a vector.</summary>
    private const int LongSum = 256;

    /// <summary>Computes vectors of neighbouring windows, tap by tap.</summary>
    public static void Compute<TSimd, TVector, T>(in WindowJob<T> job)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        WindowPlane plane = job.Plane;
        int taps = job.TapCount, steps = job.Channels * taps;
        int planes = checked(job.Channels * plane.Size + TSimd.Count);
        T* memory = PackedProduct.Buffer<T>.Take(checked(planes + steps)), kernel = memory + planes;
        var offsets = new nint[2 * steps]; // of the steps in the planes and in the kernel
        for (int i = 0; i < steps; i++)
        {
            (int channel, int tap) = Math.DivRem(i, taps);
            offsets[i] = channel * (nint)plane.Size + plane.Taps[tap];
            offsets[steps + i] = channel * job.KernelChannel + tap * job.KernelTap;
        }
        Vectors vectors = Places(plane, TSimd.Count);
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
                            kernel[i] = from[at[steps + i]];
                        Windows<TSimd, TVector, T>(
                            vectors, memory, kernel, at, steps, job.ResultOf(image, group, output));
                    }
                }
            }
        }
    }

    /// <summary>The vectors of neighbouring windows of an image, which are the same for all channels.</summary>
    /// <param name="starts">Where the first window of each begins in a plane.</param>
    /// <param name="targets">Where each goes.</param>
    /// <param name="count">Their number; the last one is repeated behind them.</param>
    /// <param name="length">The number of windows.</param>
    private readonly struct Vectors(int* starts, int* targets, int count, int length)
    {
        public int* Starts => starts;

        public int* Targets => targets;

        public int Count => count;

        public int Length => length;
    }

    private static Vectors Places(WindowPlane plane, int width)
    {
        int perRow = (plane.RowLength + width - 1) / width, count = checked(plane.Rows.Length * perRow);
        int padded = PackedProduct.RoundUp(count, Sums);
        int* starts = PackedProduct.Buffer<int>.Take(checked(2 * padded)), targets = starts + padded;
        for (int i = 0; i < padded; i++)
        {
            (int row, int vector) = Math.DivRem(Math.Min(i, count - 1), perRow);
            starts[i] = plane.Rows[row] + vector * width;
            targets[i] = row * plane.RowLength + vector * width;
        }
        return new Vectors(starts, targets, count, plane.Columns);
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

    /// <summary>
    /// All windows of an image, a few vectors at a time. A vector that sticks out of its row is stored as a whole: the
    /// next row is stored later, over it. Only at the end of the image it is not.
    /// </summary>
    [SkipLocalsInit]
    private static void Windows<TSimd, TVector, T>(
        Vectors vectors, T* from, T* kernel, nint* offsets, int steps, T* to)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        int* starts = vectors.Starts, targets = vectors.Targets;
        T* last = stackalloc T[Sums * TSimd.Count];
        int* places = stackalloc int[Sums];
        for (int i = 0; i < Sums; i++)
            places[i] = i * TSimd.Count;
        int done = 0;
        for (; done < vectors.Count && targets[done + Sums - 1] + TSimd.Count <= vectors.Length; done += Sums)
        {
            if (steps <= LongSum)
            {
                Sum<TSimd, TVector, T>(from, starts + done, kernel, offsets, steps, to, targets + done);
                continue;
            }
            LongSums<TSimd, TVector, T>(from, starts + done, kernel, offsets, steps, last, places);
            for (int i = 0; i < Sums; i++)
                TSimd.Store(TSimd.Load(last + places[i]), to + targets[done + i]);
        }
        for (; done < vectors.Count; done += Sums)
        {
            LongSums<TSimd, TVector, T>(from, starts + done, kernel, offsets, steps, last, places);
            for (int i = 0; i < Sums; i++)
            {
                int target = targets[done + i], count = Math.Min(TSimd.Count, vectors.Length - target);
                new ReadOnlySpan<T>(last + places[i], count).CopyTo(new Span<T>(to + target, count));
            }
        }
    }

    /// <summary>As the sums below, of halves where the steps are many.</summary>
    [SkipLocalsInit]
    private static void LongSums<TSimd, TVector, T>(
        T* from, int* starts, T* kernel, nint* offsets, int steps, T* to, int* targets)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        if (steps <= LongSum)
        {
            Sum<TSimd, TVector, T>(from, starts, kernel, offsets, steps, to, targets);
            return;
        }
        int half = steps / 2;
        T* second = stackalloc T[Sums * TSimd.Count];
        LongSums<TSimd, TVector, T>(from, starts, kernel, offsets, half, to, targets);
        LongSums<TSimd, TVector, T>(from, starts, kernel + half, offsets + half, steps - half, second, targets);
        for (int i = 0; i < Sums * TSimd.Count; i += TSimd.Count)
            TSimd.Store(TSimd.Add(TSimd.Load(to + i), TSimd.Load(second + i)), to + i);
    }

    private static void Sum<TSimd, TVector, T>(
        T* from, int* starts, T* kernel, nint* offsets, int steps, T* to, int* targets)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        T* p0 = from + starts[0], p1 = from + starts[1], p2 = from + starts[2], p3 = from + starts[3];
        T* p4 = from + starts[4], p5 = from + starts[5], p6 = from + starts[6], p7 = from + starts[7];
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
        TSimd.Store(s0, to + targets[0]);
        TSimd.Store(s1, to + targets[1]);
        TSimd.Store(s2, to + targets[2]);
        TSimd.Store(s3, to + targets[3]);
        TSimd.Store(s4, to + targets[4]);
        TSimd.Store(s5, to + targets[5]);
        TSimd.Store(s6, to + targets[6]);
        TSimd.Store(s7, to + targets[7]);
    }

    /// <summary>All windows of one channel, a few at a time; the last few may be computed twice.</summary>
    [SkipLocalsInit]
    private static void Products<TSimd, TVector, T>(WindowPlane plane, T* from, T* kernel, T* to, bool accumulate)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        T** starts = stackalloc T*[Taps];
        T* parts = stackalloc T[Taps * TSimd.Count];
        RunningValue* sums = stackalloc RunningValue[Taps];
        int[] windows = plane.Taps;
        int width = plane.RowLength, whole = width / TSimd.Count * TSimd.Count, done = whole;
        bool isVector = Vector128.IsHardwareAccelerated && TSimd.Count > Vector128<T>.Count;
        int each = Math.Max(1, LongSum * TSimd.Count / Math.Max(1, width));
        fixed (int* rows = plane.Rows)
        {
            for (int window = 0; window < windows.Length; window += Taps)
            {
                int count = Math.Min(Taps, windows.Length - window);
                for (int i = 0; i < Taps; i++)
                {
                    starts[i] = from + windows[window + Math.Min(i, count - 1)];
                    sums[i] = new RunningValue(
                        i < count && accumulate ? double.CreateTruncating(to[window + i]) : 0);
                }
                for (int row = 0; row < plane.Rows.Length; row += each)
                {
                    int some = Math.Min(each, plane.Rows.Length - row);
                    T* factors = kernel + (nint)row * width;
                    if (whole > 0)
                    {
                        AddRows<TSimd, TVector, T>(starts, rows + row, some, factors, width, 0, whole, parts);
                        AddParts(parts, TSimd.Count, sums, count);
                    }
                    if (isVector && width - whole >= Vector128<T>.Count)
                    {
                        done = whole + (width - whole) / Vector128<T>.Count * Vector128<T>.Count;
                        AddRows<Simd128<T>, Vector128<T>, T>(
                            starts, rows + row, some, factors, width, whole, done, parts);
                        AddParts(parts, Vector128<T>.Count, sums, count);
                    }
                    if (done < width)
                    {
                        AddRows<Simd1<T>, T, T>(starts, rows + row, some, factors, width, done, width, parts);
                        AddParts(parts, 1, sums, count);
                    }
                }
                for (int i = 0; i < count; i++)
                    to[window + i] = T.CreateTruncating(sums[i].Value);
            }
        }
    }

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

    /// <summary>The products of a part of all rows, for as many windows as a small kernel has taps.</summary>
    private static void AddRows<TSimd, TVector, T>(
        T** starts, int* rows, int count, T* kernel, int width, int first, int last, T* parts)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        T* p0 = starts[0], p1 = starts[1], p2 = starts[2], p3 = starts[3], p4 = starts[4];
        T* p5 = starts[5], p6 = starts[6], p7 = starts[7], p8 = starts[8];
        TVector s0 = default, s1 = default, s2 = default, s3 = default, s4 = default;
        TVector s5 = default, s6 = default, s7 = default, s8 = default;
        for (int row = 0; row < count; row++, kernel += width)
        {
            nint at = rows[row];
            for (nint i = first; i < last; i += TSimd.Count)
            {
                TVector factor = TSimd.Load(kernel + i);
                nint from = at + i;
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
