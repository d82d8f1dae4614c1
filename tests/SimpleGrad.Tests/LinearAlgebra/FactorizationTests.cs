using System.Numerics;

namespace SimpleGrad.Tests.LinearAlgebra;

/// <summary>Factorizations of matrices of all sizes, also such as are worked through in blocks.</summary>
public sealed class FactorizationTests
{
    public static TheoryData<int> Sizes => [1, 2, 3, 17, 64, 65, 200];

    [Theory, MemberData(nameof(Sizes))]
    public void Solution_solves(int n)
    {
        Check<double>(1e-9);
        Check<float>(5e-2);

        void Check<T>(double tolerance) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var tape = new Tape<T>();
            Variable<T> a = Random<T>(tape, 1, n, n), x = Random<T>(tape, 2, n, 3), v = x.Select(1, 0);
            AssertClose(x, a.Solve(a.MatMul(x)), tolerance);
            AssertClose(v, a.Solve(a.MatMul(v)), tolerance);
            AssertClose(x, a.Inverse().MatMul(a.MatMul(x)), tolerance);
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Derivatives_of_a_solution_use_its_factors(int n)
    {
        var tape = new Tape<double>();
        Variable<double> stretch = tape.Constant(Tensor.Eye<double>(n)).Roll(1, 0) * n; // rows change places
        Variable<double> a = Random<double>(tape, 1, 2, 1, n, n) * 3, b = Random<double>(tape, 2, 3, n, 4);
        Variable<double>[] actual = Derivatives(a, b, (a, b) => a.Solve(b));
        Assert.Single(tape.Entries, entry => entry.Operator == "lu_factor");
        Variable<double>[] expected = Derivatives(a, b, (a, b) => a.Inverse().MatMul(b));
        for (int i = 0; i < actual.Length; i++)
            AssertClose(expected[i], actual[i], 1e-9);

        Variable<double>[] Derivatives(
            Variable<double> a, Variable<double> b, Func<Variable<double>, Variable<double>, Variable<double>> solve)
        {
            Variable<double> x = solve(a + stretch, b);
            Variable<double> byA = tape.Grad(x.Square().Sum(), a)!, byB = tape.Grad(x.Square().Sum(), b)!;
            Variable<double> twice = tape.Grad(byA.Square().Sum() + byB.Square().Sum(), a)!;
            return [byA, byB, twice, tape.Grad(twice.Square().Sum(), a)!, tape.Grad(twice.Square().Sum(), b)!];
        }
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Triangular_solution_solves(int n)
    {
        var tape = new Tape<double>();
        Variable<double> a = Random<double>(tape, 1, n, n) / n + tape.Constant(Tensor.Eye<double>(n));
        Variable<double> x = Random<double>(tape, 2, n, 3);
        Variable<double> upper = a.Band(0, n), lower = a.Band(-n, 0), unit = a.Band(1, n) + tape.Constant(
            Tensor.Eye<double>(n));
        AssertClose(x, a.SolveTriangular(upper.MatMul(x), upper: true), 1e-12);
        AssertClose(x, a.SolveTriangular(lower.MatMul(x), upper: false), 1e-12);
        AssertClose(x, a.SolveTriangular(unit.MatMul(x), upper: true, unitTriangular: true), 1e-12);
        Variable<double> wide = x.Transpose();
        AssertClose(wide, a.SolveTriangular(wide.MatMul(lower), upper: false, left: false), 1e-12);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Cholesky_factor_is_lower_and_multiplies_to_the_matrix(int n)
    {
        var tape = new Tape<double>();
        Variable<double> x = Random<double>(tape, 1, n, n);
        Variable<double> a = x.MatMul(x.Transpose()) + tape.Constant(Tensor.Eye<double>(n));
        Variable<double> noise = a + x.Band(1, n), factor = noise.Cholesky();
        AssertClose(a, factor.MatMul(factor.Transpose()), 1e-11);
        AssertClose(factor.Band(-n, 0), factor, 0);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(5), InlineData(70)]
    public void Cofactors_are_the_inverse_times_the_determinant(int n)
    {
        var tape = new Tape<double>();
        Variable<double> a = Random<double>(tape, 1, n, n), det = a.Det();
        Variable<double> expected = a.Inverse().Transpose() * det;
        AssertClose(expected / det, tape.Grad(det, a)! / det, 1e-9);
        AssertClose(det.Abs().Log(), a.SlogDet().LogAbsDet, 1e-9);
        AssertClose(det / det.Abs(), a.SlogDet().Sign, 0);
    }

    /// <summary>By minors, which divide by nothing.</summary>
    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public void Gradient_of_the_determinant_is_right_at_any_rank(int rank)
    {
        var tape = new Tape<double>();
        Variable<double> a = tape.Variable(
            Random<double>(tape, 1, 4, rank).MatMul(Random<double>(tape, 2, rank, 4)).Value);
        Tensor<double> gradient = tape.Grad(a.Det(), a, zeros: true)!.Value;
        for (int i = 0; i < 4; i++)
        {
            for (int j = 0; j < 4; j++)
            {
                int[] rows = [.. Enumerable.Range(0, 4).Except([i])], columns = [.. Enumerable.Range(0, 4).Except([j])];
                double minor = Determinant(
                    [.. rows.Select(row => columns.Select(column => a.Value.GetValue(row, column)).ToArray())]);
                Assert.Equal((i + j) % 2 == 0 ? minor : -minor, gradient.GetValue(i, j), 1e-14);
            }
        }
    }

    [Fact]
    public void Errors_name_the_operator_and_the_matrix()
    {
        var tape = new Tape<double>();
        Variable<double> stack = tape.Variable(Tensor.Create<double>([1, 0, 0, 1, 1, 2, 2, 4], [2, 2, 2]));
        Assert.Equal(
            "inverse: matrix [1] of the stack of shape (2, 2, 2) is singular: pivot 1 of its LU factorization is zero.",
            Assert.Throws<ArgumentException>(() => stack.Inverse()).Message);
        Assert.StartsWith(
            "solve: matrix [1] ", Assert.Throws<ArgumentException>(() => stack.Solve(stack)).Message);
        Assert.StartsWith(
            "cholesky: matrix [1] of the stack of shape (2, 2, 2) is not positive definite",
            Assert.Throws<ArgumentException>(() => stack.Cholesky()).Message);
        Assert.StartsWith(
            "matrix_power: matrix [1] ", Assert.Throws<ArgumentException>(() => stack.MatrixPower(-1)).Message);
        Assert.StartsWith(
            "slogdet: matrix [1] ",
            Assert.Throws<ArgumentException>(() => tape.Grad(stack.SlogDet().LogAbsDet, stack)).Message);
    }

    [Theory, InlineData(-3), InlineData(0), InlineData(1), InlineData(5), InlineData(6)]
    public void Power_is_a_product(int n)
    {
        var tape = new Tape<double>();
        Variable<double> a = Random<double>(tape, 1, 2, 3, 3), factor = n < 0 ? a.Inverse() : a;
        Variable<double> expected = tape.Constant(Tensor.Eye<double>(3).Expand(a.Shape));
        for (int i = 0; i < Math.Abs(n); i++)
            expected = expected.MatMul(factor);
        AssertClose(expected, a.MatrixPower(n), 1e-10);
    }

    private static Variable<T> Random<T>(Tape<T> tape, int seed, params int[] shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        int length = shape.Aggregate(1, (a, b) => a * b);
        return tape.Variable(Tensor.Create<T>(
            [.. Enumerable.Range(0, length).Select(_ => T.CreateChecked(random.NextDouble() - 0.5))],
            Shape.Create(shape)));
    }

    /// <summary>Along the first row.</summary>
    private static double Determinant(double[][] a) => a.Length == 0 ? 1 : Enumerable.Range(0, a.Length).Sum(j =>
        (j % 2 == 0 ? a[0][j] : -a[0][j])
        * Determinant([.. a[1..].Select(row => row.Where((_, column) => column != j).ToArray())]));

    private static void AssertClose<T>(Variable<T> expected, Variable<T> actual, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double scale = expected.Value.ToArray().Max(number => Math.Abs(double.CreateChecked(number))) + 1;
        foreach ((T a, T b) in expected.Value.ToArray().Zip(actual.Value.ToArray()))
            Assert.Equal(double.CreateChecked(a), double.CreateChecked(b), tolerance * scale);
    }
}
