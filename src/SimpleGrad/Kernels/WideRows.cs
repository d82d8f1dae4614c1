using System.Numerics;
using System.Runtime.CompilerServices;

namespace SimpleGrad;

/// <summary>The rows of a strip of lines, of which narrow ones are taken several at a time, as one wide row.</summary>
/// <remarks>
/// Three lines a, b, c of length 7, two rows together:
/// <code>
/// wide row 0    a0 b0 c0 | a1 b1 c1
/// wide row 1    a2 b2 c2 | a3 b3 c3
/// wide row 2    a4 b4 c4 | a5 b5 c5
/// wide row 3    a6 b6 c6                the last one, which is shorter or empty
/// </code>
/// What is found of the lines on the way, such as sums, is a wide row too: there is one number for each of its six
/// columns, so that a pass is the same loop over whole vectors whatever the width of a row. After a pass the numbers of
/// the columns of one line, here columns 0 and 3 for line a, are joined in the first row's columns, and repeated in the
/// others for the next pass.
/// </remarks>
internal readonly unsafe struct WideRows(int length, int width, int together, nint stride)
{
    /// <summary>The length of the lines.</summary>
    public int Length => length;

    /// <summary>The number of lines.</summary>
    public int Width => width;

    /// <summary>The number of rows in a wide row.</summary>
    public int Together => together;

    /// <summary>The number of columns of a wide row.</summary>
    public int Columns => width * together;

    /// <summary>The number of wide rows that are complete.</summary>
    public int Count => length / together;

    /// <summary>Runs a pass over all rows, of which the first begins at an index.</summary>
    /// <remarks>Rows may be two vectors long: the loop over them is one method, with the pass inlined.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<TPass, TSimd, TVector, T>(TPass pass, nint start)
        where TPass : struct, IRowPass<T>
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        int columns = Columns, rows = Count, last = length % together * width;
        nint step = together * stride;
        for (int row = 0; row <= rows; row++, start += step)
            RunRow<TPass, TSimd, TVector, T>(pass, start, row < rows ? columns : last);
    }

    /// <summary>Runs a pass over one row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RunRow<TPass, TSimd, TVector, T>(TPass pass, nint start, int columns)
        where TPass : struct, IRowPass<T>
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, INumberBase<T>
    {
        int i = 0;
        for (; i + TSimd.Count <= columns; i += TSimd.Count)
            pass.Apply<TSimd, TVector>(start + i, i);
        for (; i < columns; i++)
            pass.Apply<Simd1<T>, T>(start + i, i);
    }

    /// <summary>Joins sums of the columns to those of the lines.</summary>
    public void JoinSums<T>(T* sums) where T : unmanaged, INumberBase<T>
    {
        for (T* row = sums + width, end = sums + Columns; row < end; row += width)
        {
            for (int i = 0; i < width; i++)
                sums[i] += row[i];
        }
    }

    /// <summary>Repeats the numbers of the lines for the other rows of a wide row.</summary>
    public void Repeat<T>(T* numbers) where T : unmanaged
    {
        if (width == 1)
        {
            new Span<T>(numbers, together).Fill(*numbers);
            return;
        }
        for (int row = 1; row < together; row++)
            new Span<T>(numbers, width).CopyTo(new Span<T>(numbers + row * width, width));
    }
}
