using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SimpleGrad;

/// <summary>Scans of lines: each result is a step from the last one, and as exact as a sum of pairs is.</summary>
/// <remarks>They are computed in double, for floats too, and in blocks, so that what can be vectors is.</remarks>
internal static unsafe class ScanKernel
{
    private const int BlockLength = 512;

    /// <summary>The length below which setting up vectors takes longer than they save.</summary>
    private const int ShortLine = 16;

    /// <summary>Scans a line, and beside it a second one unless that is empty.</summary>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TScan, T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result, bool reversed, TScan scan)
        where TScan : struct, IScan
        where T : unmanaged
    {
        double* first = stackalloc double[BlockLength], second = stackalloc double[BlockLength];
        for (int done = 0; done < x.Length; done += BlockLength)
        {
            int count = Math.Min(BlockLength, x.Length - done), begin = reversed ? x.Length - done - count : done;
            Span<double> xs = new(first, count), ys = new(second, count);
            Widen(x.Slice(begin, count), xs, reversed);
            if (!y.IsEmpty)
                Widen(y.Slice(begin, count), ys, reversed);
            scan.Run(first, second, count);
            if (reversed)
                xs.Reverse();
            Narrow(xs, result.Slice(begin, count));
        }
    }

    private static void Widen<T>(ReadOnlySpan<T> numbers, Span<double> doubles, bool reversed) where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            MemoryMarshal.Cast<T, double>(numbers).CopyTo(doubles);
        }
        else if (numbers.Length >= ShortLine)
        {
            TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<T, float>(numbers), doubles);
        }
        else
        {
            ReadOnlySpan<float> floats = MemoryMarshal.Cast<T, float>(numbers);
            for (int i = 0; i < doubles.Length; i++)
                doubles[i] = floats[i];
        }
        if (reversed)
            doubles.Reverse();
    }

    private static void Narrow<T>(Span<double> doubles, Span<T> numbers) where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            doubles.CopyTo(MemoryMarshal.Cast<T, double>(numbers));
            return;
        }
        Span<float> floats = MemoryMarshal.Cast<T, float>(numbers);
        if (floats.Length >= ShortLine)
        {
            TensorPrimitives.ConvertTruncating<double, float>(doubles, floats);
            return;
        }
        for (int i = 0; i < floats.Length; i++)
            floats[i] = (float)doubles[i];
    }
}
