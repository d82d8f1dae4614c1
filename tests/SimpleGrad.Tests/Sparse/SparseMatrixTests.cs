using SimpleGrad.Tests.Derivative;

namespace SimpleGrad.Tests.Sparse;

public sealed class SparseMatrixTests
{
    private static readonly SparseMatrix<double> _small = SparseMatrix.FromTriplets<double>(
        3, 4, [(2, 1, 5), (0, 3, 1), (2, 0, 4), (0, 3, 2), (2, 2, 0)]);

    [Fact]
    public void Triplets_are_put_in_order_and_added_where_they_meet()
    {
        Assert.Equal((3, 4, 4), (_small.Rows, _small.Columns, _small.Count));
        Assert.Equal([0, 1, 1, 4], _small.RowPointers.ToArray());
        Assert.Equal([3, 0, 1, 2], _small.ColumnIndices.ToArray());
        Assert.Equal([3, 4, 5, 0], _small.Values.ToArray());
        Assert.Equal([(0, 3, 3.0), (2, 0, 4), (2, 1, 5), (2, 2, 0)], _small.Triplets);
    }

    [Fact]
    public void Elements_are_found_and_others_are_zero()
    {
        Assert.Equal(3, _small[0, 3]);
        Assert.Equal(5, _small[-1, 1]);
        Assert.Equal(0, _small[1, 1]);
        Assert.Equal(0, _small[2, 3]);
        Assert.Contains("row 3", Assert.Throws<ArgumentOutOfRangeException>(() => _small[3, 0]).Message);
        Assert.Contains("column -5", Assert.Throws<ArgumentOutOfRangeException>(() => _small[0, -5]).Message);
    }

    [Fact]
    public void Other_forms_lead_back()
    {
        Tensor<double> dense = Check.Matrix(new double[,] { { 0, 0, 0, 3 }, { 0, 0, 0, 0 }, { 4, 5, 0, 0 } });
        Check.Close(dense, _small.ToDense());
        SparseMatrix<double> again = SparseMatrix.FromDense(dense);
        Assert.Equal(3, again.Count);
        Check.Close(dense, again.ToDense());
        Check.Close(dense, SparseMatrix.FromTriplets(3, 4, _small.Triplets).ToDense());
        Check.Close(dense, SparseMatrix.FromCompressedRows(
            4, _small.RowPointers.Span, _small.ColumnIndices.Span, _small.Values.Span).ToDense());
        Check.Close(dense.Transpose(), _small.Transpose().ToDense());
        Check.Close(dense.Transpose(), SparseMatrix.FromDense(dense.Transpose()).ToDense());
        Check.Close(dense, _small.Transpose().Transpose().ToDense());
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_held()
    {
        SparseMatrix<double> matrix = SparseMatrix.FromDense(Check.Vector(0, double.NaN, -0.0).Reshape(1, 3));
        Assert.Equal(1, matrix.Count);
        Assert.True(double.IsNaN(matrix[0, 1]));
        Assert.Equal(2, SparseMatrix.Eye<double>(2).MatMul(Check.Vector(2, double.NaN)).GetValue(0));
    }

    [Theory, InlineData(5, 7, 4), InlineData(1, 1, 1), InlineData(0, 3, 2), InlineData(3, 0, 2), InlineData(4, 6, 0)]
    public void Products_sums_and_multiples_are_those_of_dense_matrices(int rows, int inner, int columns)
    {
        SparseMatrix<double> x = Patterns.Random(rows, inner, 0.4, 1), y = Patterns.Random(inner, columns, 0.4, 2);
        Tensor<double> product = x.ToDense().MatMul(y.ToDense());
        Check.Close(product, x.MatMul(y).ToDense());
        Check.Close(product, x.MatMul(y.ToDense()));
        Tensor<double> v = Check.Random(3, inner);
        Check.Close(x.ToDense().MatMul(v.Reshape(inner, 1)).Reshape(rows), x.MatMul(v));
        SparseMatrix<double> other = Patterns.Random(rows, inner, 0.3, 4);
        Check.Close(x.ToDense() + other.ToDense(), (x + other).ToDense());
        Check.Close(x.ToDense() - other.ToDense(), (x - other).ToDense());
        Check.Close(x.ToDense() * 3 / 2, (3.0 * x / 2.0).ToDense());
        Check.Close(-x.ToDense(), (-x).ToDense());
        Assert.Equal(x.Count, (x - x).Count);
    }

    [Fact]
    public void Columns_ascend_in_products()
    {
        SparseMatrix<double> x = Patterns.Random(30, 30, 0.2, 5), product = x.MatMul(x);
        _ = SparseMatrix.FromCompressedRows(
            30, product.RowPointers.Span, product.ColumnIndices.Span, product.Values.Span);
        Assert.Throws<ArgumentException>(() => x.MatMul(Patterns.Random(29, 30, 0.2, 5)));
        Assert.Throws<ArgumentException>(() => x + Patterns.Random(29, 30, 0.2, 5));
        Assert.Throws<ArgumentException>(() => x.MatMul(Check.Random(1, 29)));
    }

    [Fact]
    public void Diagonals_and_the_unit_matrix()
    {
        Assert.Equal([0, 0, 0], _small.Diagonal().ToArray());
        Assert.Equal([1, 0, -1], SparseMatrix.FromDiagonal(Check.Vector(1, 0, -1)).Diagonal().ToArray());
        Check.Close(Tensor.Eye<double>(3), SparseMatrix.Eye<double>(3).ToDense());
        Assert.Equal(0, SparseMatrix.Eye<double>(0).Rows);
        Assert.Throws<ArgumentException>(() => SparseMatrix.FromDiagonal(Check.Matrix(new double[2, 2])));
    }

    [Fact]
    public void It_prints_its_size_and_in_a_format_its_elements()
    {
        Assert.Equal("3 x 4, 4 elements", $"{_small}");
        Assert.Equal("3 x 4, 4 elements\n(0, 3): 3.0\n(2, 0): 4.0\n(2, 1): 5.0\n(2, 2): 0.0", $"{_small:F1}");
        Assert.Equal(
            "20 x 20, 20 elements\n(0, 0): 1\n(1, 1): 1\n(2, 2): 1\n...\n(17, 17): 1\n(18, 18): 1\n(19, 19): 1",
            $"{SparseMatrix.Eye<double>(20):R}");
    }

    [Theory]
    [InlineData(new[] { 0, 1 }, new[] { 0, 1 }, "end with the number of values, 2")]
    [InlineData(new[] { 1, 2 }, new[] { 0, 1 }, "begin with 0")]
    [InlineData(new[] { 0, 3, 2 }, new[] { 0, 1 }, "Row 0 goes from 0 to 3 of 2 values")]
    [InlineData(new[] { 0, 2, 1, 2 }, new[] { 0, 1 }, "Row 1 goes from 2 to 1")]
    [InlineData(new[] { 0, 2 }, new[] { 1, 0 }, "Row 0 has column 0 after column 1")]
    [InlineData(new[] { 0, 2 }, new[] { 1, 1 }, "Row 0 has column 1 after column 1")]
    [InlineData(new[] { 0, 2 }, new[] { 0, 3 }, "Column 3 of row 0 lies outside 3 columns")]
    [InlineData(new[] { 0, 2 }, new[] { -1, 2 }, "Column -1 of row 0")]
    [InlineData(new[] { 0, 2 }, new[] { 1 }, "1 columns do not fit 2 values")]
    public void Compressed_rows_that_are_not_in_order_are_refused(int[] pointers, int[] columns, string message) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(
            () => SparseMatrix.FromCompressedRows(3, pointers, columns, [1.0, 2.0])).Message);

    [Theory, InlineData(2, 0), InlineData(0, 3), InlineData(-1, 0), InlineData(0, -1)]
    public void Triplets_outside_are_refused(int row, int column) =>
        Assert.Contains($"({row}, {column}) lies outside a matrix of 2 x 3", Assert.Throws<ArgumentOutOfRangeException>(
            () => SparseMatrix.FromTriplets(2, 3, [(row, column, 1.0)])).Message);

    [Fact]
    public void Sizes_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SparseMatrix.FromTriplets<double>(-1, 1, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => SparseMatrix.FromTriplets<double>(1, int.MaxValue, []));
        Assert.Throws<ArgumentException>(() => SparseMatrix.FromDense(Check.Vector(1)));
        Assert.Throws<OverflowException>(() => SparseMatrix.FromTriplets<double>(100_000, 100_000, []).ToDense());
    }
}
