using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// L U of a square matrix whose columns are in an order that keeps both sparse, with the row of the largest element, or
/// one that is not much smaller, as the next pivot.
/// </summary>
internal sealed class SparseLu<T> : SparseFactorization<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string Op = "lu";

    private readonly LuOrder _order;
    private readonly LuFactors<T> _factors;

    private SparseLu(SparseMatrix<T> matrix, LuOrder order) : base(matrix)
    {
        _order = order;
        _factors = LuFactors<T>.Of(matrix, order, Rounding(matrix.Rows));
    }

    public override int Count => Counted(Op, (long)_factors.Lower.Count + _factors.Upper.Count + Size);

    private protected override string Name => Op;

    public static SparseLu<T> Of(SparseMatrix<T> matrix)
    {
        RequireSquare(Op, matrix);
        return Of(matrix, LuOrder.Of(matrix));
    }

    private protected override SparseFactorization<T> OfSamePattern(SparseMatrix<T> matrix) => Of(matrix, _order);

    private static SparseLu<T> Of(SparseMatrix<T> matrix, LuOrder order)
    {
        RequireFinite(Op, matrix);
        return new(matrix, order);
    }

    private protected override T[] Solution(T[] side)
    {
        var x = new T[Size];
        for (int row = 0; row < x.Length; row++)
            x[_factors.Pivots[row]] = T.ScaleB(side[row], _factors.RowScales[row]);
        for (int column = 0; column < x.Length; column++)
            _factors.Lower.Subtract(column, x[column], x);
        for (int column = x.Length - 1; column >= 0; column--)
        {
            x[column] /= _factors.Diagonal[column];
            _factors.Upper.Subtract(column, x[column], x);
        }
        var solution = new T[Size];
        for (int i = 0; i < x.Length; i++)
            solution[_order.Columns[i]] = T.ScaleB(x[i], _factors.ColumnScales[_order.Columns[i]]);
        return solution;
    }
}
