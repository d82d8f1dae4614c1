using System.Numerics;

namespace SimpleGrad;

/// <summary>How the columns, or the rows, of a sparse matrix are computed together.</summary>
/// <param name="Structure">The elements that can differ from zero.</param>
/// <param name="Columns">How many columns there are.</param>
/// <param name="ByRows">Whether rows are computed together, by reverse mode.</param>
/// <param name="Colours">The colour of each row or column.</param>
/// <param name="Count">How many colours there are.</param>
internal sealed record Compression(Structure Structure, int Columns, bool ByRows, int[] Colours, int Count)
{
    public static Compression Of(Structure structure, int columns)
    {
        Structure transposed = structure.Transposed(columns);
        // A long row keeps many columns apart, and a long column many rows.
        bool byRows = transposed.LongestRow() < structure.LongestRow();
        (int[] colours, int count) = byRows ? transposed.Colour(structure) : structure.Colour(transposed);
        return new Compression(structure, columns, byRows, colours, count);
    }

    /// <summary>For each colour, from a first one on, a direction: ones where the elements have the colour.</summary>
    public Tensor<T> Directions<T>(Shape space, int first, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> directions = Tensor.Zeros<T>(Shape.Create([count, .. space.Lengths]));
        for (int i = 0; i < Colours.Length; i++)
        {
            if (Colours[i] - first is >= 0 and var colour && colour < count)
                directions.NewData[colour * Colours.Length + i] = T.One;
        }
        return directions;
    }

    /// <summary>The matrix from the products with the directions.</summary>
    public SparseMatrix<T> Expand<T>(ReadOnlySpan<T> products) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[Structure.Columns.Length];
        for (int row = 0; row < Structure.Rows; row++)
        {
            for (int i = Structure.Starts[row]; i < Structure.Starts[row + 1]; i++)
            {
                int column = Structure.Columns[i];
                values[i] = ByRows
                    ? products[Colours[row] * Columns + column] : products[Colours[column] * Structure.Rows + row];
            }
        }
        return new SparseMatrix<T>(Columns, Structure.Starts, Structure.Columns, values);
    }
}
