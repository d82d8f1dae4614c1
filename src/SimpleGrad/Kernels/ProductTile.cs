using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>
/// A tile of a matrix product, which stays in registers while its sums are built: 6 rows, or the first 4 of them, of 2
/// vectors each; or 6 rows of 1 vector, where the matrix has no more columns.
/// </summary>
internal readonly unsafe struct ProductTile<T> where T : unmanaged
{
    /// <summary>Rows of a tile: with two vectors in each, they and the operands fill 16 registers.</summary>
    public const int Rows = 6;

    /// <summary>The rows of a tile where the matrix ends and has no more.</summary>
    public const int FewRows = 4;

    /// <summary>The rows of the left operand, of which each step reads one number from each.</summary>
    public required T* X { get; init; }

    public required nint XLine { get; init; }

    public required nint XStep { get; init; }

    /// <summary>The columns of the right operand, of which each step reads two vectors.</summary>
    public required T* Y { get; init; }

    public required nint YStep { get; init; }

    /// <summary>The length of the sums.</summary>
    public required int Steps { get; init; }

    public required T* Result { get; init; }

    public required nint Stride { get; init; }

    public required bool Accumulate { get; init; }

    public void Compute<TSimd, TVector>(int rows)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        if (rows <= FewRows)
            ComputeFew<TSimd, TVector>();
        else
            ComputeAll<TSimd, TVector>();
    }

    /// <summary>The first vector of each row alone, which is not added to what was there.</summary>
    public void ComputeNarrow<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        T* x = X, y = Y;
        nint xLine = XLine, xStep = XStep, yStep = YStep;
        TVector r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default;
        T* below = x + 3 * xLine;
        for (int steps = Steps, k = 0; k < steps; k++, x += xStep, below += xStep, y += yStep)
        {
            TVector vector = TSimd.Load(y);
            r0 = TSimd.MultiplyAdd(TSimd.Broadcast(*x), vector, r0);
            r1 = TSimd.MultiplyAdd(TSimd.Broadcast(x[xLine]), vector, r1);
            r2 = TSimd.MultiplyAdd(TSimd.Broadcast(x[2 * xLine]), vector, r2);
            r3 = TSimd.MultiplyAdd(TSimd.Broadcast(*below), vector, r3);
            r4 = TSimd.MultiplyAdd(TSimd.Broadcast(below[xLine]), vector, r4);
            r5 = TSimd.MultiplyAdd(TSimd.Broadcast(below[2 * xLine]), vector, r5);
        }
        T* result = Result;
        nint stride = Stride;
        TSimd.Store(r0, result);
        TSimd.Store(r1, result + stride);
        TSimd.Store(r2, result + 2 * stride);
        TSimd.Store(r3, result + 3 * stride);
        TSimd.Store(r4, result + 4 * stride);
        TSimd.Store(r5, result + 5 * stride);
    }

    private void ComputeAll<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        T* x = X, y = Y;
        nint xLine = XLine, xStep = XStep, yStep = YStep;
        TVector r00 = default, r01 = default, r10 = default, r11 = default, r20 = default, r21 = default;
        TVector r30 = default, r31 = default, r40 = default, r41 = default, r50 = default, r51 = default;
        T* below = x + 3 * xLine; // two addresses and one distance reach all lines
        for (int steps = Steps, k = 0; k < steps; k++, x += xStep, below += xStep, y += yStep)
        {
            TVector y0 = TSimd.Load(y), y1 = TSimd.Load(y + TSimd.Count);
            TVector x0 = TSimd.Broadcast(*x);
            r00 = TSimd.MultiplyAdd(x0, y0, r00);
            r01 = TSimd.MultiplyAdd(x0, y1, r01);
            TVector x1 = TSimd.Broadcast(x[xLine]);
            r10 = TSimd.MultiplyAdd(x1, y0, r10);
            r11 = TSimd.MultiplyAdd(x1, y1, r11);
            TVector x2 = TSimd.Broadcast(x[2 * xLine]);
            r20 = TSimd.MultiplyAdd(x2, y0, r20);
            r21 = TSimd.MultiplyAdd(x2, y1, r21);
            TVector x3 = TSimd.Broadcast(*below);
            r30 = TSimd.MultiplyAdd(x3, y0, r30);
            r31 = TSimd.MultiplyAdd(x3, y1, r31);
            TVector x4 = TSimd.Broadcast(below[xLine]);
            r40 = TSimd.MultiplyAdd(x4, y0, r40);
            r41 = TSimd.MultiplyAdd(x4, y1, r41);
            TVector x5 = TSimd.Broadcast(below[2 * xLine]);
            r50 = TSimd.MultiplyAdd(x5, y0, r50);
            r51 = TSimd.MultiplyAdd(x5, y1, r51);
        }
        T* result = Result;
        nint stride = Stride;
        bool accumulate = Accumulate;
        Put<TSimd, TVector>(r00, r01, result, accumulate);
        Put<TSimd, TVector>(r10, r11, result + stride, accumulate);
        Put<TSimd, TVector>(r20, r21, result + 2 * stride, accumulate);
        Put<TSimd, TVector>(r30, r31, result + 3 * stride, accumulate);
        Put<TSimd, TVector>(r40, r41, result + 4 * stride, accumulate);
        Put<TSimd, TVector>(r50, r51, result + 5 * stride, accumulate);
    }

    private void ComputeFew<TSimd, TVector>()
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        T* x = X, y = Y;
        nint xLine = XLine, xStep = XStep, yStep = YStep;
        TVector r00 = default, r01 = default, r10 = default, r11 = default;
        TVector r20 = default, r21 = default, r30 = default, r31 = default;
        for (int steps = Steps, k = 0; k < steps; k++, x += xStep, y += yStep)
        {
            TVector y0 = TSimd.Load(y), y1 = TSimd.Load(y + TSimd.Count);
            TVector x0 = TSimd.Broadcast(*x);
            r00 = TSimd.MultiplyAdd(x0, y0, r00);
            r01 = TSimd.MultiplyAdd(x0, y1, r01);
            TVector x1 = TSimd.Broadcast(x[xLine]);
            r10 = TSimd.MultiplyAdd(x1, y0, r10);
            r11 = TSimd.MultiplyAdd(x1, y1, r11);
            TVector x2 = TSimd.Broadcast(x[2 * xLine]);
            r20 = TSimd.MultiplyAdd(x2, y0, r20);
            r21 = TSimd.MultiplyAdd(x2, y1, r21);
            TVector x3 = TSimd.Broadcast(x[3 * xLine]);
            r30 = TSimd.MultiplyAdd(x3, y0, r30);
            r31 = TSimd.MultiplyAdd(x3, y1, r31);
        }
        T* result = Result;
        nint stride = Stride;
        bool accumulate = Accumulate;
        Put<TSimd, TVector>(r00, r01, result, accumulate);
        Put<TSimd, TVector>(r10, r11, result + stride, accumulate);
        Put<TSimd, TVector>(r20, r21, result + 2 * stride, accumulate);
        Put<TSimd, TVector>(r30, r31, result + 3 * stride, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TSimd, TVector>(TVector left, TVector right, T* to, bool accumulate)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
    {
        if (accumulate)
        {
            left = TSimd.Add(TSimd.Load(to), left);
            right = TSimd.Add(TSimd.Load(to + TSimd.Count), right);
        }
        TSimd.Store(left, to);
        TSimd.Store(right, to + TSimd.Count);
    }
}
