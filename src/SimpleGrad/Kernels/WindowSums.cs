using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// A convolution with few outputs in a group, for which packing would cost more than it saves: the sums are built in
/// registers, straight from the planes of the image.
/// </summary>
/// <remarks>
/// A vector holds neighbouring windows of a row, and 8 vectors are computed at a time. The sum of a window has a step
/// for each tap of each channel; a step is the same distance for all windows:
/// <code>
/// planes    channel 0          channel 1          the planes of an image, one behind the other
///           .....v...w..       .....v...w..
///                |   |              |   |
/// starts[v] -----+   |              |   |         where the first tap of the first window of vector v is
/// starts[w] ---------+              |   |
/// offsets[i] ------------------- the same --      from there to tap and channel of step i
///
/// sum of vector v = Σ over i of factors[i] * planes[starts[v] + offsets[i] ...]
/// </code>
/// </remarks>
internal static unsafe class WindowSums
{
    /// <summary>Sums that do not wait for each other.</summary>
    private const int Sums = 8;

    /// <summary>How many products are added one after the other in each element of a vector.</summary>
    private const int LongSum = 256;

    public static void Compute<TSimd, TVector, T>(in WindowJob<T> job)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        WindowPlane plane = job.Plane;
        int taps = job.TapCount, steps = job.Channels * taps;
        int perRow = (plane.RowLength + TSimd.Count - 1) / TSimd.Count;
        int count = checked(plane.Rows.Length * perRow), padded = PackedProduct.RoundUp(count, Sums);
        // Behind the planes is room for vectors that stick out of them.
        int planesLength = checked(job.Channels * plane.Size + TSimd.Count);
        using var numbers = new Scratch<T>(checked(planesLength + steps));
        using var indices = new Scratch<int>(checked(2 * padded));
        using var distances = new Scratch<nint>(2 * steps);
        fixed (T* planes = numbers)
        fixed (int* starts = indices)
        fixed (nint* offsets = distances)
        {
            int* targets = starts + padded;
            for (int i = 0; i < padded; i++)
            {
                (int row, int vector) = Math.DivRem(Math.Min(i, count - 1), perRow);
                starts[i] = plane.Rows[row] + vector * TSimd.Count;
                targets[i] = row * plane.RowLength + vector * TSimd.Count;
            }
            T* factors = planes + planesLength;
            nint* kernelOffsets = offsets + steps;
            for (int i = 0; i < steps; i++)
            {
                (int channel, int tap) = Math.DivRem(i, taps);
                offsets[i] = channel * (nint)plane.Size + plane.Taps[tap];
                kernelOffsets[i] = channel * job.KernelChannel + tap * job.KernelTap;
            }
            var windows = new Windows<TSimd, TVector, T>(planes, factors, offsets, steps);
            for (int image = 0; image < job.Images; image++)
            {
                for (int group = 0; group < job.Groups; group++)
                {
                    for (int channel = 0; channel < job.Channels; channel++)
                        plane.Fill(job.ChannelOf(image, group, channel), planes + (nint)channel * plane.Size);
                    for (int output = 0; output < job.Outputs; output++)
                    {
                        T* kernel = job.KernelOf(group, output);
                        for (int i = 0; i < steps; i++)
                            factors[i] = kernel[kernelOffsets[i]];
                        windows.ComputeAll(
                            starts, targets, count, job.ResultOf(image, group, output), plane.Columns);
                    }
                }
            }
        }
    }

    /// <summary>The windows of an image, of which one output is computed.</summary>
    /// <param name="planes">The planes of the channels.</param>
    /// <param name="factors">The kernel: a number for each step.</param>
    /// <param name="offsets">Where each step is in the planes, from the start of a window.</param>
    /// <param name="steps">The number of steps.</param>
    private readonly struct Windows<TSimd, TVector, T>(T* planes, T* factors, nint* offsets, int steps)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged
    {
        /// <summary>
        /// Computes all windows, a few vectors at a time. A vector that sticks out of its row is stored as a whole: the
        /// next row is stored later, over it. Only at the end of the image it is not.
        /// </summary>
        /// <param name="starts">Where in the planes each vector starts; the last one is repeated behind them.</param>
        /// <param name="targets">Where each vector goes in the result.</param>
        /// <param name="count">The number of vectors.</param>
        /// <param name="result">The results of the output.</param>
        /// <param name="length">The number of windows.</param>
        [SkipLocalsInit]
        public void ComputeAll(int* starts, int* targets, int count, T* result, int length)
        {
            T* buffer = stackalloc T[Sums * TSimd.Count];
            int* inBuffer = stackalloc int[Sums]; // of the vectors in the buffer
            for (int i = 0; i < Sums; i++)
                inBuffer[i] = i * TSimd.Count;
            int done = 0;
            for (; done < count && targets[done + Sums - 1] + TSimd.Count <= length; done += Sums)
            {
                if (steps <= LongSum)
                {
                    Sum(starts + done, 0, steps, result, targets + done);
                    continue;
                }
                LongSums(starts + done, 0, steps, buffer, inBuffer);
                for (int i = 0; i < Sums; i++)
                    TSimd.Store(TSimd.Load(buffer + inBuffer[i]), result + targets[done + i]);
            }
            for (; done < count; done += Sums)
            {
                LongSums(starts + done, 0, steps, buffer, inBuffer);
                for (int i = 0; i < Sums; i++)
                {
                    int target = targets[done + i], fitting = Math.Min(TSimd.Count, length - target);
                    new ReadOnlySpan<T>(buffer + inBuffer[i], fitting).CopyTo(new Span<T>(result + target, fitting));
                }
            }
        }

        /// <summary>The sums below, of halves where the steps are many.</summary>
        [SkipLocalsInit]
        private void LongSums(int* starts, int first, int count, T* to, int* targets)
        {
            if (count <= LongSum)
            {
                Sum(starts, first, count, to, targets);
                return;
            }
            int half = count / 2;
            T* second = stackalloc T[Sums * TSimd.Count];
            LongSums(starts, first, half, to, targets);
            LongSums(starts, first + half, count - half, second, targets);
            for (int i = 0; i < Sums * TSimd.Count; i += TSimd.Count)
                TSimd.Store(TSimd.Add(TSimd.Load(to + i), TSimd.Load(second + i)), to + i);
        }

        /// <summary>Eight vectors of sums of some of the steps.</summary>
        private void Sum(int* starts, int first, int count, T* to, int* targets)
        {
            T* from = planes, kernel = factors + first;
            nint* distances = offsets + first;
            T* p0 = from + starts[0], p1 = from + starts[1], p2 = from + starts[2], p3 = from + starts[3];
            T* p4 = from + starts[4], p5 = from + starts[5], p6 = from + starts[6], p7 = from + starts[7];
            TVector s0 = default, s1 = default, s2 = default, s3 = default;
            TVector s4 = default, s5 = default, s6 = default, s7 = default;
            for (int i = 0; i < count; i++)
            {
                nint offset = distances[i];
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
    }
}
