using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// Running sums, in chains that do not wait for each other. As in a sum of pairs, few numbers are added one after the
/// other; the sum of all before a chain is in two numbers.
/// </summary>
internal unsafe struct SumScan : IScan
{
    private const int ChainLength = 64, Chains = 8, BlockLength = ChainLength * Chains;

    private double _high, _low;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(double* x, double* y, int count)
    {
        while (count > 0)
        {
            int length = Math.Min(count, count >= BlockLength ? BlockLength : ChainLength);
            new ReadOnlySpan<double>(x, length).CopyTo(new Span<double>(y, length));
            if (length == BlockLength)
                ScanChains(x);
            else
                Scan(x, 0, length);
            for (int i = 0; i < length; i += ChainLength)
                Join(x + i, y + i, Math.Min(ChainLength, length - i));
            x += length;
            count -= length;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ScanChains(double* x)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        for (double* end = x + ChainLength; x < end; x++)
        {
            x[0] = s0 += x[0];
            x[ChainLength] = s1 += x[ChainLength];
            x[2 * ChainLength] = s2 += x[2 * ChainLength];
            x[3 * ChainLength] = s3 += x[3 * ChainLength];
            x[4 * ChainLength] = s4 += x[4 * ChainLength];
            x[5 * ChainLength] = s5 += x[5 * ChainLength];
            x[6 * ChainLength] = s6 += x[6 * ChainLength];
            x[7 * ChainLength] = s7 += x[7 * ChainLength];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scan(double* x, double sum, int count)
    {
        for (int i = 0; i < count; i++)
            x[i] = sum += x[i];
    }

    /// <summary>Adds all before a chain to its sums.</summary>
    private void Join(double* sums, double* numbers, int count)
    {
        double total = sums[count - 1];
        if (!double.IsFinite(total))
        {
            // A sum by itself may overflow where a running one does not, or have an infinity in it.
            new ReadOnlySpan<double>(numbers, count).CopyTo(new Span<double>(sums, count));
            Scan(sums, _high, count);
            (_high, _low) = (sums[count - 1], 0);
            return;
        }
        if (_high == 0 && _low == 0)
        {
            _high = total;
            return;
        }
        double high = _high, low = _low;
        var run = new Run<double> { X = sums, Y = &low, Z = &high, YIsOne = true, ZIsOne = true };
        VectorLoop.Ternary<Offset, double>(in run, sums, count);
        TwoSum.Add<Simd1<double>, double, double>(ref _high, ref _low, total);
    }

    private readonly struct Offset : ITernaryVectorArithmetic<Offset, double>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Apply<TSimd, TVector>(TVector x, TVector low, TVector high)
            where TSimd : struct, ISimd<TVector, double>
            where TVector : struct => TSimd.Add(TSimd.Add(x, low), high);
    }
}
