using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace SimpleGrad;

/// <summary>
/// A matrix that holds only the elements that may differ from zero, row by row: compressed sparse rows (CSR).
/// </summary>
/// <remarks>
/// <para>A matrix never changes, so threads may share it. What it holds is its sparsity pattern, zeros among the held
/// elements too: results have a pattern that depends on the patterns of the operands and not on their numbers. An
/// element that is not held is zero and takes no part in a product, whatever the other factor is.</para>
/// <para>Matrices are compared by reference, as tensors are: to compare numbers, look at <see cref="Values"/>, or at
/// the difference.</para>
/// </remarks>
/// <example>
/// <code>
/// SparseMatrix&lt;double&gt; hessian = Derivatives.SparseHessian(f, data);
/// Tensor&lt;double&gt; step = hessian.Solve(weights);
/// </code>
/// </example>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class SparseMatrix<T> : IFormattable where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MaxPrinted = 12, PrintedAtEachEnd = 3;

    private readonly int[] _pointers;
    private readonly int[] _columns;
    private readonly T[] _values;

    /// <summary>A matrix of arrays that nobody changes, which are in order.</summary>
    internal SparseMatrix(int columns, int[] rowPointers, int[] columnIndices, T[] values)
    {
        Columns = columns;
        (_pointers, _columns, _values) = (rowPointers, columnIndices, values);
    }

    /// <summary>The number of rows.</summary>
    public int Rows => _pointers.Length - 1;

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The number of elements held.</summary>
    public int Count => _values.Length;

    /// <summary>For each row where its elements begin, and at last where they end.</summary>
    public ReadOnlyMemory<int> RowPointers => _pointers;

    /// <summary>The column of each element; ascending within a row.</summary>
    public ReadOnlyMemory<int> ColumnIndices => _columns;

    /// <summary>The elements, row by row.</summary>
    public ReadOnlyMemory<T> Values => _values;

    /// <summary>The elements held, row by row, each with its indices.</summary>
    public IEnumerable<(int Row, int Column, T Value)> Triplets
    {
        get
        {
            for (int row = 0; row < Rows; row++)
            {
                for (int i = _pointers[row]; i < _pointers[row + 1]; i++)
                    yield return (row, _columns[i], _values[i]);
            }
        }
    }

    /// <summary>An element: zero where none is held. Negative indices count from the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or column.</exception>
    public T this[int row, int column]
    {
        get
        {
            int inRow = Position(row, Rows, nameof(row)), inColumn = Position(column, Columns, nameof(column));
            int first = _pointers[inRow];
            int at = _columns.AsSpan(first, _pointers[inRow + 1] - first).BinarySearch(inColumn);
            return at < 0 ? T.Zero : _values[first + at];
        }
    }

    /// <summary>The elements whose row and column are the same, as a vector with its zeros.</summary>
    public Tensor<T> Diagonal()
    {
        var diagonal = new T[Math.Min(Rows, Columns)];
        for (int i = 0; i < diagonal.Length; i++)
            diagonal[i] = this[i, i];
        return Tensor.Create<T>(diagonal);
    }

    /// <summary>The matrix with its zeros.</summary>
    /// <exception cref="OverflowException">It has more elements than a tensor can have.</exception>
    public Tensor<T> ToDense()
    {
        Tensor<T> dense = Tensor.Zeros<T>(Shape.OfResult("to_dense", [Rows, Columns]));
        foreach ((int row, int column, T value) in Triplets)
            dense.NewData[row * Columns + column] = value;
        return dense;
    }

    /// <summary>The matrix with rows and columns exchanged.</summary>
    public SparseMatrix<T> Transpose()
    {
        (int[] pointers, int[] rows, int[] sources) = TransposedPattern();
        return new(Rows, pointers, rows, Array.ConvertAll(sources, source => _values[source]));
    }

    /// <summary>The size, as <c>100 x 100, 298 elements</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Rows} x {Columns}, {Count} elements");

    /// <summary>
    /// The size, and below it a line for each element, <c>(row, column): value</c>; of more than twelve the first and
    /// the last three.
    /// </summary>
    /// <param name="format">A numeric format of .NET's; null or empty for the size alone.</param>
    /// <param name="formatProvider">How numbers are written; null for the invariant culture, whatever the current one
    /// is.</param>
    /// <exception cref="FormatException">The element type has no such format.</exception>
    public string ToString(string? format, IFormatProvider? formatProvider = null)
    {
        var text = new StringBuilder(ToString());
        if (string.IsNullOrEmpty(format))
            return text.ToString();
        int row = 0;
        for (int i = 0; i < Count; i++)
        {
            if (Count > MaxPrinted && i == PrintedAtEachEnd)
            {
                text.Append("\n...");
                i = Count - PrintedAtEachEnd;
            }
            while (_pointers[row + 1] <= i)
                row++;
            text.Append(CultureInfo.InvariantCulture, $"\n({row}, {_columns[i]}): ")
                .Append(TensorPrinter.Formatted(_values[i], format, formatProvider));
        }
        return text.ToString();
    }

    /// <summary>Whether another matrix holds elements at just the same places.</summary>
    internal bool HasPatternOf(SparseMatrix<T> other) =>
        Columns == other.Columns && _pointers.AsSpan().SequenceEqual(other._pointers)
        && _columns.AsSpan().SequenceEqual(other._columns);

    /// <summary>The pattern by columns.</summary>
    internal ColumnPattern TransposedPattern()
    {
        var pointers = new int[Columns + 1];
        foreach (int column in _columns)
            pointers[column + 1]++;
        for (int i = 0; i < Columns; i++)
            pointers[i + 1] += pointers[i];
        int[] next = pointers[..Columns], rows = new int[Count], sources = new int[Count];
        for (int row = 0; row < Rows; row++)
        {
            for (int i = _pointers[row]; i < _pointers[row + 1]; i++)
            {
                int at = next[_columns[i]]++;
                (rows[at], sources[at]) = (row, i);
            }
        }
        return new(pointers, rows, sources);
    }

    private static int Position(int index, int length, string name) => index >= -length && index < length
        ? index < 0 ? index + length : index
        : throw new ArgumentOutOfRangeException(
            name, index, $"There is no {name} {index} in a matrix that has {length}.");
}
