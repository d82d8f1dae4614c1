using System.Numerics;

namespace SimpleGrad;

/// <summary>The factors of a matrix, column by column.</summary>
/// <remarks>
/// A column of the factors is the solution of a triangular system with the columns before it. Which of its elements can
/// differ from zero is found first, by a walk along the columns of L, in an order in which each is ready when it is
/// needed: so the time is in proportion to the arithmetic.
/// </remarks>
internal sealed class LuFactors<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int None = -1;
    private const int MaxRounds = 12; // of scaling: each halves what is left, and doubles have 2,100 exponents

    private readonly int[] _seenBy;
    private readonly int[] _reached; // rows from the top on: each before those that it changes
    private readonly Stack<(int Row, int Next)> _open = new();

    private LuFactors(int size)
    {
        Pivots = new int[size];
        (RowScales, ColumnScales) = (new int[size], new int[size]);
        Diagonal = new T[size];
        (Lower, Upper) = (new(size), new(size));
        (_seenBy, _reached) = (new int[size], new int[size]);
        Array.Fill(Pivots, None);
        Array.Fill(_seenBy, None);
    }

    /// <summary>For each row of the matrix the pivot that it became.</summary>
    public int[] Pivots { get; }

    /// <summary>The power of two that each row is multiplied by.</summary>
    public int[] RowScales { get; }

    /// <summary>The power of two that each column is then multiplied by.</summary>
    public int[] ColumnScales { get; }

    /// <summary>The diagonal of U.</summary>
    public T[] Diagonal { get; }

    /// <summary>L without its diagonal of ones.</summary>
    public GrowingColumns<T> Lower { get; }

    /// <summary>U above its diagonal.</summary>
    public GrowingColumns<T> Upper { get; }

    public static LuFactors<T> Of(SparseMatrix<T> matrix, LuOrder order, T rounding)
    {
        var factors = new LuFactors<T>(matrix.Rows);
        factors.Scale(matrix);
        (int[] pointers, int[] rows, int[] sources) = matrix.TransposedPattern();
        ReadOnlySpan<T> values = matrix.Values.Span;
        T[] x = new T[matrix.Rows], sizes = new T[matrix.Rows];
        T suspicious = T.Sqrt(rounding), enough = T.CreateChecked(0.1);
        for (int pivot = 0; pivot < x.Length; pivot++)
        {
            int column = order.Columns[pivot], top = x.Length;
            T largest = T.Zero;
            for (int i = pointers[column]; i < pointers[column + 1]; i++)
            {
                T value = T.ScaleB(values[sources[i]], factors.RowScales[rows[i]] + factors.ColumnScales[column]);
                (x[rows[i]], sizes[rows[i]]) = (value, T.Abs(value));
                largest = T.Max(largest, T.Abs(value));
                top = factors.Reach(rows[i], pivot, top);
            }
            ReadOnlySpan<int> reached = factors._reached.AsSpan(top);
            foreach (int row in reached)
            {
                if (factors.Pivots[row] != None)
                    factors.Lower.Subtract(factors.Pivots[row], x[row], x);
            }
            int chosen = factors.Largest(reached, x);
            if (chosen == None || T.Abs(x[chosen]) < suspicious * largest)
            {
                factors.LeaveOutRounding(reached, x, sizes, rounding);
                chosen = factors.Largest(reached, x);
            }
            if (chosen == None)
                throw new ArgumentException(
                    $"lu: the matrix is singular: column {column} depends on the columns eliminated before it, to "
                    + "rounding.");
            if (order.PrefersDiagonal && factors.Pivots[column] == None
                && T.Abs(x[column]) >= enough * T.Abs(x[chosen]))
                chosen = column;
            factors.Take(pivot, chosen, reached, x);
            foreach (int row in reached)
                (x[row], sizes[row]) = (T.Zero, T.Zero);
        }
        factors.Lower.Renumber(factors.Pivots);
        return factors;
    }

    /// <summary>
    /// Makes the largest elements of rows about 1, and then those of rows and columns, half of the way at a time so
    /// that they share what is to be done: P. Knight, D. Ruiz and B. Uçar, A symmetry preserving algorithm for matrix
    /// scaling, SIAM J. Matrix Anal. Appl. 35 (2014).
    /// </summary>
    private void Scale(SparseMatrix<T> matrix)
    {
        int[] rows = new int[RowScales.Length], columns = new int[RowScales.Length];
        for (int round = 0, furthest = int.MaxValue; round < 2 || (round < MaxRounds && furthest > 1); round++)
        {
            Array.Fill(rows, int.MinValue);
            Array.Fill(columns, int.MinValue);
            foreach ((int row, int column, T value) in matrix.Triplets)
            {
                if (value == T.Zero)
                    continue;
                int exponent = T.ILogB(value) + RowScales[row] + ColumnScales[column];
                rows[row] = Math.Max(rows[row], exponent);
                columns[column] = Math.Max(columns[column], exponent);
            }
            furthest = round == 0
                ? Change("row", rows, RowScales, share: 1)
                : Math.Max(Change("row", rows, RowScales, 2), Change("column", columns, ColumnScales, 2));
        }
    }

    private static int Change(string name, int[] exponents, int[] scales, int share)
    {
        int furthest = 0;
        for (int i = 0; i < scales.Length; i++)
        {
            if (exponents[i] == int.MinValue)
                throw new ArgumentException($"lu: the matrix is singular: {name} {i} has no element other than zero.");
            furthest = Math.Max(furthest, Math.Abs(exponents[i]));
            scales[i] -= exponents[i] / share;
        }
        return furthest;
    }

    /// <summary>Puts before <paramref name="top"/> a row and those that it changes, as far as they are new to the
    /// column.</summary>
    private int Reach(int row, int column, int top)
    {
        if (_seenBy[row] == column)
            return top;
        _seenBy[row] = column;
        _open.Push((row, 0));
        while (_open.TryPop(out (int Row, int Next) at))
        {
            ReadOnlySpan<int> rows = Pivots[at.Row] == None ? [] : Lower.RowsOf(Pivots[at.Row]);
            while (at.Next < rows.Length && _seenBy[rows[at.Next]] == column)
                at.Next++;
            if (at.Next == rows.Length)
            {
                _reached[--top] = at.Row;
                continue;
            }
            int next = rows[at.Next++];
            _open.Push(at);
            _seenBy[next] = column;
            _open.Push((next, 0));
        }
        return top;
    }

    /// <summary>The row that is no pivot yet with the largest element; none where all are zero.</summary>
    private int Largest(ReadOnlySpan<int> reached, T[] x)
    {
        int chosen = None;
        T largest = T.Zero;
        foreach (int row in reached)
        {
            if (Pivots[row] == None && T.Abs(x[row]) > largest)
                (chosen, largest) = (row, T.Abs(x[row]));
        }
        return chosen;
    }

    /// <summary>
    /// Makes zero what is no larger than the rounding of the sum that it is, whatever the scales of rows and columns
    /// are.
    /// </summary>
    private void LeaveOutRounding(ReadOnlySpan<int> reached, T[] x, T[] sizes, T rounding)
    {
        foreach (int row in reached)
        {
            if (Pivots[row] != None)
                Lower.AddSizes(Pivots[row], x[row], sizes);
        }
        foreach (int row in reached)
        {
            if (Pivots[row] == None && T.Abs(x[row]) <= rounding * sizes[row])
                x[row] = T.Zero;
        }
    }

    /// <summary>Stores what is above and below the pivot.</summary>
    private void Take(int pivot, int chosen, ReadOnlySpan<int> reached, T[] x)
    {
        Diagonal[pivot] = x[chosen];
        foreach (int row in reached)
        {
            if (Pivots[row] != None)
                Upper.Add(Pivots[row], x[row]);
            else if (row != chosen)
                Lower.Add(row, x[row] / Diagonal[pivot]);
        }
        Pivots[chosen] = pivot;
        Upper.Close();
        Lower.Close();
    }
}
