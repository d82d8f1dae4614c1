using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SimpleGrad;

/// <summary>Turns columns in memory into rows.</summary>
internal static unsafe class Transposition
{
    /// <summary>Writes columns, each of which lies in one piece, into rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns<T>(T* from, nint columnStride, int height, int width, T* to, nint rowStride)
        where T : unmanaged
    {
        int column = 0, rows = 0; // what is done in vectors
        if (sizeof(T) == sizeof(float) && Avx.IsSupported)
        {
            rows = height & ~3;
            for (; column <= width - 8; column += 8)
            {
                for (int row = 0; row < rows; row += 4)
                    EightColumns(
                        (float*)(from + column * columnStride + row), columnStride,
                        (float*)(to + row * rowStride + column), rowStride);
            }
        }
        else if (sizeof(T) == sizeof(double) && Avx.IsSupported)
        {
            rows = height & ~1;
            for (; column <= width - 4; column += 4)
            {
                for (int row = 0; row < rows; row += 2)
                    FourColumns(
                        (double*)(from + column * columnStride + row), columnStride,
                        (double*)(to + row * rowStride + column), rowStride);
            }
        }
        Numbers(from + rows, columnStride, height - rows, column, to + rows * rowStride, rowStride);
        Numbers(from + column * columnStride, columnStride, height, width - column, to + column, rowStride);
    }

    private static void Numbers<T>(T* from, nint columnStride, int height, int width, T* to, nint rowStride)
        where T : unmanaged
    {
        for (int column = 0; column < width; column++, from += columnStride, to++)
        {
            for (int row = 0; row < height; row++)
                to[row * rowStride] = from[row];
        }
    }

    /// <summary>Four numbers of each of eight columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EightColumns(float* from, nint step, float* to, nint rowStride)
    {
        Vector256<float> column0 = Vector256.Create(Vector128.Load(from), Vector128.Load(from + 4 * step));
        Vector256<float> column1 = Vector256.Create(Vector128.Load(from + step), Vector128.Load(from + 5 * step));
        Vector256<float> column2 = Vector256.Create(Vector128.Load(from + 2 * step), Vector128.Load(from + 6 * step));
        Vector256<float> column3 = Vector256.Create(Vector128.Load(from + 3 * step), Vector128.Load(from + 7 * step));
        Vector256<double> low01 = Avx.UnpackLow(column0, column1).AsDouble();
        Vector256<double> high01 = Avx.UnpackHigh(column0, column1).AsDouble();
        Vector256<double> low23 = Avx.UnpackLow(column2, column3).AsDouble();
        Vector256<double> high23 = Avx.UnpackHigh(column2, column3).AsDouble();
        Avx.UnpackLow(low01, low23).AsSingle().Store(to);
        Avx.UnpackHigh(low01, low23).AsSingle().Store(to + rowStride);
        Avx.UnpackLow(high01, high23).AsSingle().Store(to + 2 * rowStride);
        Avx.UnpackHigh(high01, high23).AsSingle().Store(to + 3 * rowStride);
    }

    /// <summary>Two numbers of each of four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourColumns(double* from, nint step, double* to, nint rowStride)
    {
        Vector256<double> column0 = Vector256.Create(Vector128.Load(from), Vector128.Load(from + 2 * step));
        Vector256<double> column1 = Vector256.Create(Vector128.Load(from + step), Vector128.Load(from + 3 * step));
        Avx.UnpackLow(column0, column1).Store(to);
        Avx.UnpackHigh(column0, column1).Store(to + rowStride);
    }
}
