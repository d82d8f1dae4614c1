using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A matrix that holds only the elements that may differ from zero, row by row: compressed sparse rows (CSR).
/// </summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class SparseMatrix<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] _starts;
    private readonly int[] _columns;
    private readonly T[] _values;

    internal SparseMatrix(int columns, int[] starts, int[] columnsOfElements, T[] values)
    {
        Columns = columns;
        (_starts, _columns, _values) = (starts, columnsOfElements, values);
    }

    /// <summary>The number of rows.</summary>
    public int Rows => _starts.Length - 1;

    /// <summary>The number of columns.</summary>
    public int Columns { get; }

    /// <summary>The number of elements held.</summary>
    public int Count => _values.Length;

    /// <summary>For each row where its elements begin, and at last where they end.</summary>
    public ReadOnlySpan<int> RowStarts => _starts;

    /// <summary>The column of each element; ascending within a row.</summary>
    public ReadOnlySpan<int> ColumnIndices => _columns;

    /// <summary>The elements, row by row.</summary>
    public ReadOnlySpan<T> Values => _values;

    /// <summary>The matrix with its zeros.</summary>
    /// <exception cref="OverflowException">It has more elements than a tensor can have.</exception>
    public Tensor<T> ToDense()
    {
        Tensor<T> dense = Tensor.Zeros<T>(Shape.OfResult("to_dense", [Rows, Columns]));
        for (int row = 0; row < Rows; row++)
        {
            for (int i = _starts[row]; i < _starts[row + 1]; i++)
                dense.NewData[row * Columns + _columns[i]] = _values[i];
        }
        return dense;
    }

    /// <summary>The product with a vector.</summary>
    /// <exception cref="ArgumentException">The vector is not as long as the matrix has columns.</exception>
    public Tensor<T> Multiply(Tensor<T> vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        if (vector.Rank != 1 || vector.Length != Columns)
            throw new ArgumentException(
                $"A matrix of {Columns} columns does not multiply shape {vector.Shape}.", nameof(vector));
        T[] x = vector.ToArray();
        var product = new T[Rows];
        for (int row = 0; row < product.Length; row++)
        {
            for (int i = _starts[row]; i < _starts[row + 1]; i++)
                product[row] += _values[i] * x[_columns[i]];
        }
        return Tensor.Create<T>(product);
    }

    /// <summary>The size, as <c>100 x 100, 298 elements</c>.</summary>
    public override string ToString() => $"{Rows} x {Columns}, {Count} elements";
}
