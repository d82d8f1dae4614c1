using SimpleGrad.Tests.Derivative;

namespace SimpleGrad.Tests.Sparse;

public sealed class SparseSolveTests
{
    public static TheoryData<string> Definite =>
    [
        "definite 1", "definite 2", "definite 7", "definite 40", "definite 90", "banded", "arrow", "laplacian",
        "permuted", "eye", "scaled",
    ];

    public static TheoryData<string> Regular =>
    [
        .. Definite.Select(row => row.Data), "regular 2", "regular 7", "regular 40", "regular 90",
        "permuted rows", "negative", "scaled rows", "saddle", "grid",
    ];

    [Theory, MemberData(nameof(Regular))]
    public void Lu_solves_as_dense_elimination_does(string name)
    {
        SparseMatrix<double> matrix = Matrix(name);
        AssertSolves(matrix, matrix.Lu(), "lu");
        AssertSolves(matrix, matrix.Factorize(), Definite.Any(row => row.Data == name) ? "cholesky" : "lu");
    }

    [Theory, MemberData(nameof(Definite))]
    public void Cholesky_solves_as_dense_elimination_does(string name)
    {
        SparseMatrix<double> matrix = Matrix(name);
        SparseFactorization<double> cholesky = matrix.Cholesky();
        AssertSolves(matrix, cholesky, "cholesky");
        SparseMatrix<double> other = matrix + 0.5 * SparseMatrix.FromDiagonal(matrix.Diagonal());
        AssertSolves(other, cholesky.Refactorize(other), "cholesky");
        AssertSolves(matrix, cholesky, "cholesky");
        SparseMatrix<double> lower = SparseMatrix.FromTriplets(
            matrix.Rows, matrix.Columns, matrix.Triplets.Where(each => each.Column <= each.Row));
        AssertSolves(matrix, lower.Cholesky(), "cholesky");
    }

    [Theory, MemberData(nameof(Regular))]
    public void A_pattern_is_factorised_again_with_other_numbers(string name)
    {
        SparseMatrix<double> matrix = Matrix(name), other = matrix * -3.0;
        AssertSolves(other, matrix.Lu().Refactorize(other), "lu");
        SparseMatrix<double> more = matrix + SparseMatrix.FromTriplets(
            matrix.Rows, matrix.Columns, [(0, matrix.Columns - 1, 1.0)]);
        if (more.Count != matrix.Count)
            Assert.Contains("same places", Assert.Throws<ArgumentException>(
                () => matrix.Lu().Refactorize(more)).Message);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Single_precision_keeps_its_digits(bool isDefinite)
    {
        SparseMatrix<float> matrix = Patterns.Single(
            isDefinite ? Patterns.Laplacian(12) : Patterns.Regular(100, 0.05, 8));
        var x = Tensor.Create<float>([.. Enumerable.Range(0, matrix.Rows).Select(i => MathF.Sin(i))]);
        SparseFactorization<float> factors = matrix.Factorize();
        Assert.StartsWith(isDefinite ? "cholesky" : "lu", factors.ToString());
        float[] solved = factors.Solve(matrix.MatMul(x)).ToArray();
        foreach ((float expected, float actual) in x.ToArray().Zip(solved))
            Assert.Equal(expected, actual, 2e-4f);
    }

    [Fact]
    public void A_grid_of_10_000_points_is_solved_with_little_fill()
    {
        SparseMatrix<double> matrix = Patterns.Laplacian(100), permuted = Patterns.Permuted(matrix, 3, alike: true);
        Assert.InRange(CholeskyPattern.Of(matrix, [.. Enumerable.Range(0, 10_000)]).Rows.Length, 900_000, 1_000_000);
        Tensor<double> x = Check.Random(4, 10_000);
        foreach (var each in new[] { matrix, permuted })
        {
            SparseFactorization<double> cholesky = each.Cholesky(), lu = each.Lu();
            Check.Close(x, cholesky.Solve(each.MatMul(x)), 1e-10);
            Check.Close(x, lu.Solve(each.MatMul(x)), 1e-10);
            Assert.InRange(cholesky.Count, 100_000, 260_000);
            Assert.InRange(lu.Count, 200_000, 2 * cholesky.Count);
        }
    }

    [Fact]
    public void An_arrow_fills_nothing()
    {
        Assert.Equal(1999, Patterns.Arrow(1000).Cholesky().Count);
        Assert.Equal(2 * 999 + 1000, Patterns.Arrow(1000).Lu().Count);
        Assert.Equal("cholesky of 1000 x 1000, 1999 elements", $"{Patterns.Arrow(1000).Cholesky()}");
    }

    [Fact]
    public void A_band_fills_nothing()
    {
        SparseMatrix<double> matrix = Patterns.Permuted(Patterns.Banded(500, 1), 5, alike: true);
        Assert.Equal(999, matrix.Cholesky().Count);
    }

    [Fact]
    public void Several_right_sides_are_the_columns_of_a_matrix()
    {
        SparseMatrix<double> matrix = Patterns.Regular(30, 0.1, 1);
        Tensor<double> x = Check.Random(2, 30, 5);
        Check.Close(x, matrix.Solve(matrix.MatMul(x)), 1e-10);
        Assert.Equal([30, 0], matrix.Solve(Tensor.Zeros<double>(Shape.Create(30, 0))).Shape.Lengths.ToArray());
    }

    [Fact]
    public void A_matrix_without_rows_has_the_empty_solution()
    {
        SparseMatrix<double> nothing = SparseMatrix.Eye<double>(0);
        Assert.Equal(0, nothing.Solve(Check.Vector()).Length);
        Assert.Equal(0, nothing.Lu().Solve(Check.Vector()).Length);
        Assert.Equal(0, nothing.Cholesky().Count);
    }

    [Fact]
    public void What_cannot_be_solved_says_where()
    {
        SparseMatrix<double> matrix = Patterns.Banded(5, 1);
        Throws("lu: the matrix is singular: row 3 has no element", () =>
            SparseMatrix.FromTriplets(5, 5, matrix.Triplets.Where(each => each.Row != 3)).Lu());
        Throws("lu: the matrix is singular: row 3 has no element", () =>
            (SparseMatrix.FromDiagonal(Check.Vector(1, 1, 1, 0, 1)) * -1.0).Solve(Check.Random(1, 5)));
        Throws("lu: the matrix is singular: column 2 has no element", () =>
            SparseMatrix.FromTriplets(5, 5, matrix.Triplets.Where(each => each.Column != 2)).Lu());
        Throws("lu: the matrix is singular: column", () =>
            SparseMatrix.FromTriplets<double>(3, 3, [(0, 0, 1), (1, 1, 2), (1, 2, 3), (2, 1, 4), (2, 2, 6)]).Lu());
        // With nothing prescribed at its edge the Laplacian leaves a constant open.
        SparseMatrix<double> laplacian = Patterns.Laplacian(20);
        SparseMatrix<double> free = laplacian - SparseMatrix.FromDiagonal(laplacian.MatMul(Tensor.Ones<double>([400])));
        Throws("lu: the matrix is singular: column", () => free.Solve(Check.Random(1, 400)));
        Throws("cholesky: the matrix is not positive definite: row", () => free.Cholesky());
        Throws("row 1 has the pivot -3", () => SparseMatrix.FromDiagonal(Check.Vector(2, -3)).Cholesky());
        Throws("row 1 has the pivot 0", () => SparseMatrix.FromTriplets(2, 2, [(0, 0, 1.0)]).Cholesky());
        Throws("has 3 rows and 2 columns", () => Patterns.Random(3, 2, 1, 1).Solve(Check.Random(1, 3)));
        Throws("has 3 rows and 2 columns", () => Patterns.Random(3, 2, 1, 1).Cholesky());
        Throws("solve: a matrix of 5 rows has no solution for shape (4", () => matrix.Solve(Check.Random(1, 4)));
        foreach (double bad in new[] { double.NaN, double.PositiveInfinity })
        {
            SparseMatrix<double> spoilt = matrix + SparseMatrix.FromTriplets(5, 5, [(2, 3, bad), (3, 2, bad)]);
            Throws($"element (2, 3) is {bad}", () => spoilt.Solve(Check.Random(1, 5)));
            Throws($"element (2, 3) is {bad}", () => spoilt.Cholesky());
        }

        static void Throws(string message, Func<object> solve) =>
            Assert.Contains(message, Assert.Throws<ArgumentException>(solve).Message);
    }

    [Fact]
    public void A_newton_step_of_a_long_chain_needs_no_dense_matrix()
    {
        static Variable<double> Chain(Variable<double> x) =>
            (10 * (x[1..] - x[..^1]).Square()).Sum() + (x.Exp() - x).Sum();
        var hessian = Derivatives.SparseHessian<double>(Chain).Compile();
        var gradient = Derivatives.Grad<double>(Chain).Compile();
        Tensor<double> x = Check.Random(1, 10_000);
        SparseFactorization<double>? factors = null;
        for (int step = 0; step < 8; step++)
        {
            SparseMatrix<double> h = hessian.Invoke(x);
            factors = factors is null ? h.Factorize() : factors.Refactorize(h);
            x -= factors.Solve(gradient.Invoke(x));
        }
        Assert.StartsWith("cholesky", $"{factors}");
        Check.Close(Tensor.Zeros<double>([10_000]), x, 1e-9);
    }

    private static SparseMatrix<double> Matrix(string name)
    {
        string[] words = name.Split(' ');
        return words switch
        {
            ["definite", var size] => Patterns.Definite(int.Parse(size), 2.0 / int.Parse(size), 1),
            ["regular", var size] => Patterns.Regular(int.Parse(size), 2.0 / int.Parse(size), 3),
            ["banded"] => Patterns.Banded(30, 3),
            ["arrow"] => Patterns.Arrow(40),
            ["laplacian"] => Patterns.Laplacian(9),
            ["permuted"] => Patterns.Permuted(Patterns.Laplacian(9), 1, alike: true),
            ["permuted", "rows"] => Patterns.Permuted(Patterns.Laplacian(9), 1, alike: false),
            ["eye"] => SparseMatrix.Eye<double>(5),
            ["negative"] => -Patterns.Laplacian(5),
            ["scaled"] => Scaled(Patterns.Banded(30, 2), alike: true),
            ["scaled", "rows"] => Scaled(Patterns.Regular(30, 0.1, 3), alike: false),
            // A symmetric pattern whose diagonal is no good as pivots.
            ["grid"] => SparseMatrix.FromTriplets(81, 81, Patterns.Laplacian(9).Triplets.Select((each, i) => (
                each.Row, each.Column, each.Row == each.Column ? 0.002 : Math.Sin(100 * i)))),
            // The zeros on the diagonal want pivots elsewhere.
            ["saddle"] => SparseMatrix.FromTriplets<double>(
                4, 4, [(0, 0, 2), (1, 1, 3), (0, 2, 1), (1, 3, 1), (2, 0, 1), (3, 1, 1), (1, 2, -1), (2, 1, -1)]),
            _ => throw new ArgumentException(name),
        };
    }

    private static SparseMatrix<double> Scaled(SparseMatrix<double> matrix, bool alike)
    {
        Tensor<double> powers = Tensor.Create<double>(
            [.. Enumerable.Range(0, matrix.Rows).Select(i => Math.Pow(10, i % 13 * 5 - 30))]);
        SparseMatrix<double> scale = SparseMatrix.FromDiagonal(powers);
        return alike ? scale.MatMul(matrix).MatMul(scale) : scale.MatMul(matrix);
    }

    /// <summary>Compares with the dense solution, and the residual of each row with what that row adds up.</summary>
    private static void AssertSolves(SparseMatrix<double> matrix, SparseFactorization<double> factors, string kind)
    {
        Assert.StartsWith(kind, factors.ToString());
        Tensor<double> x = Check.Random(7, matrix.Rows) + 2, b = matrix.MatMul(x), solved = factors.Solve(b);
        double[] left = matrix.MatMul(solved).ToArray(), right = b.ToArray(), at = solved.ToArray();
        var sums = new double[matrix.Rows];
        foreach ((int row, int column, double value) in matrix.Triplets)
            sums[row] += Math.Abs(value * at[column]);
        for (int row = 0; row < sums.Length; row++)
            Assert.True(Math.Abs(left[row] - right[row]) <= 1e-12 * sums[row], $"row {row}");
        if (matrix.Triplets.Any(each => Math.Abs(each.Value) is > 1000 or < 1e-3 and not 0))
            return;
        var tape = new Tape<double>();
        Check.Close(tape.Constant(matrix.ToDense()).Solve(tape.Constant(b)).Value, solved, 1e-9);
    }
}
