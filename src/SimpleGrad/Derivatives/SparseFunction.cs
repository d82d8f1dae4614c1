using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// A function from a tensor to a sparse Jacobian or Hessian. Which elements can differ from zero is found from the
/// operators that the function applies; columns, or rows, that do not overlap are computed together, all as one batch.
/// </summary>
/// <remarks>Made by <c>Derivatives.SparseJacobian</c> and <c>Derivatives.SparseHessian</c>.</remarks>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed partial class SparseFunction<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Func<Variable<T>, Linearization<T>> _linearize;
    private readonly Func<Tensor<T>, (Compression How, Tensor<T> Values)> _run;

    internal SparseFunction(
        Func<Variable<T>, Linearization<T>> linearize, Func<Tensor<T>, (Compression, Tensor<T>)>? run = null)
    {
        _linearize = linearize;
        _run = run ?? RunOnTape;
    }

    /// <summary>Computes the matrix: a row for each element of the result, a column for each of the input.</summary>
    public SparseMatrix<T> Invoke(Tensor<T> x)
    {
        ArgumentNullException.ThrowIfNull(x);
        (Compression how, Tensor<T> values) = _run(x);
        return how.Expand(values.ToContiguous().Span);
    }

    private (Compression, Tensor<T>) RunOnTape(Tensor<T> x)
    {
        Compression? how = null;
        Tensor<T> values = OnTape.Run<T>(
            v =>
            {
                (how, Variable<T> compressed) = Compressed(v[0]);
                return [compressed];
            },
            [x])[0]!;
        return (how!, values);
    }

    private (Compression, Variable<T>) Compressed(Variable<T> x)
    {
        Linearization<T> linear = _linearize(x);
        Compression how = Compression.Of(Structure.Of(linear), linear.Inputs[0].Length);
        Shape space = how.ByRows ? linear.Result.Shape : linear.Inputs[0].Shape;
        Shape value = how.ByRows ? linear.Inputs[0].Shape : linear.Result.Shape;
        if (!how.ByRows)
            linear.PreparePushes();
        Variable<T> products = DerivativeMatrices.InDirections(
            linear, space, how.Count, (first, count) => how.Directions<T>(space, first, count),
            each => how.ByRows
                ? linear.PullOne(0, each, createGraph: false) : linear.PushOne(0, each, createGraph: false),
            [value], createGraph: false, asOne: true)[0];
        return (how, products.Reshape(Shape.Create(how.Count, value.FlattenedLength)));
    }
}

/// <summary>How the columns, or the rows, of a sparse matrix are computed together.</summary>
/// <param name="Structure">The places that can differ from zero.</param>
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
