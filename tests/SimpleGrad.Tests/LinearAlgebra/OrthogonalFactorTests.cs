namespace SimpleGrad.Tests.LinearAlgebra;

/// <summary>Factorizations with orthogonal factors, and the exponential, by what defines them.</summary>
public sealed class OrthogonalFactorTests
{
    private readonly Tape<double> _tape = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 4)]
    [InlineData(7, 3)]
    [InlineData(3, 7)]
    [InlineData(60, 40)]
    public void Q_is_orthogonal_and_R_triangular(int rows, int columns)
    {
        Variable<double> a = Make(2, rows, columns);
        (Variable<double> q, Variable<double> r) = a.Qr();
        Close(a.Value.ToArray(), q.MatMul(r), 1e-13);
        Close(Stacked(Tensor.Eye<double>(Math.Min(rows, columns))), q.Transpose(-2, -1).MatMul(q), 1e-13);
        Assert.Equal(r.Triu().Value.ToArray(), r.Value.ToArray());
    }

    [Fact]
    public void Columns_of_zeros_are_factored()
    {
        Variable<double> a = _tape.Variable(Tensor.Create<double>([0, 1, 0, 2, 0, 2], [3, 2]));
        (Variable<double> q, Variable<double> r) = a.Qr();
        Close(a.Value.ToArray(), q.MatMul(r), 1e-15);
        Close([1, 0, 0, 1], q.Transpose().MatMul(q), 1e-15);
        Assert.Throws<ArgumentException>(() => a[0].Qr());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(50)]
    public void Eigenvectors_stay_on_their_line(int n)
    {
        Variable<double> a = Make(2, n, n);
        Variable<double> symmetric = a.Tril() + a.Tril(-1).Transpose(-2, -1);
        (Variable<double> values, Variable<double> vectors) = a.Eigh(); // only the lower triangle is read
        Close((vectors * values.Unsqueeze(-2)).Value.ToArray(), symmetric.MatMul(vectors), 1e-13);
        Close(Stacked(Tensor.Eye<double>(n)), vectors.Transpose(-2, -1).MatMul(vectors), 1e-13);
        Assert.Equal(values.Sort(-1).Values.Value.ToArray(), values.Value.ToArray());
    }

    /// <summary>The matrix of second differences has the eigenvalues 2 - 2 cos(k π / (n + 1)).</summary>
    [Fact]
    public void Known_eigenvalues_are_found()
    {
        const int n = 12;
        var a = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            a[i, i] = 2;
            if (i > 0)
                a[i, i - 1] = -1;
        }
        Close(
            [.. Enumerable.Range(1, n).Select(k => 2 - 2 * Math.Cos(k * Math.PI / (n + 1)))],
            _tape.Constant(Tensor.FromArray<double>(a)).Eigh().Values, 1e-14);
    }

    /// <summary>The sum of the eigenvalues is the trace, also where they are equal.</summary>
    [Fact]
    public void Equal_eigenvalues_have_a_gradient_together()
    {
        Variable<double> a = _tape.Variable(Tensor.Eye<double>(3));
        Variable<double> loss = a.Eigh().Values.Square().Sum();
        Close([2, 0, 0, 0, 2, 0, 0, 0, 2], _tape.Grad(loss, a)!, 1e-15);
        Variable<double> spoilt = _tape.Constant(Tensor.Full([2, 2], double.NaN));
        Assert.All(spoilt.Eigh().Vectors.Value.ToArray(), value => Assert.Equal(double.NaN, value));
    }

    [Fact]
    public void Product_of_reflections_is_that_of_their_matrices()
    {
        Variable<double> v = _tape.Variable(Tensor.Create<double>([9, 9, .5, 9, 0, -.25], [3, 2]));
        Variable<double> tau = _tape.Variable([1.6, 1.2]);
        // (1 - 1.6 a aᵀ)(1 - 1.2 b bᵀ) with a = (1, .5, 0), b = (0, 1, -.25), the first two columns.
        Close([-.6, .16, -.8, -.12, 0, .3], v.HouseholderProduct(tau), 1e-15);
        Close([-.6, -.8, -.8, .6, 0, 0], v.HouseholderProduct(tau[..1]), 1e-15);
        Assert.Throws<ArgumentException>(() => v.HouseholderProduct(_tape.Variable([1.0, 2, 3])));
        Assert.Throws<ArgumentException>(() => v.Transpose().HouseholderProduct(tau));
    }

    [Fact]
    public void Least_squares_are_those_of_the_normal_equations()
    {
        Variable<double> a = Make(2, 6, 3), b = Make(2, 6, 2), transposed = a.Transpose(-2, -1);
        Close(transposed.MatMul(a).Solve(transposed.MatMul(b)).Value.ToArray(), a.Lstsq(b), 1e-11);
        Close(Stacked(Tensor.Eye<double>(3)), a.Pinv().MatMul(a), 1e-13);
        Close(Stacked(Tensor.Eye<double>(3)), transposed.MatMul(transposed.Pinv()), 1e-13);
        Assert.Throws<ArgumentException>(() => a.Lstsq(b[.., ..3]));
        Assert.Throws<ArgumentException>(() => transposed.Lstsq(transposed));
        Assert.Throws<ArgumentException>(() => a[0][0].Pinv());
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(1)]
    [InlineData(30)]
    public void Exponential_of_a_rotation_is_a_rotation(double angle)
    {
        Variable<double> x = _tape.Variable(angle);
        Variable<double> turn = x * _tape.Constant(Tensor.Create<double>([0, -1, 1, 0], [2, 2]));
        Variable<double> result = turn.MatrixExp();
        (double sine, double cosine) = Math.SinCos(angle);
        Close([cosine, -sine, sine, cosine], result, 1e-13);
        Assert.Equal(cosine, _tape.Grad(result[1][0], x)!.Item(), 1e-12);
    }

    [Fact]
    public void Exponential_of_a_nilpotent_matrix_ends()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([0, 1, 2, 0, 0, 3, 0, 0, 0], [3, 3]));
        Close([1, 1, 3.5, 0, 1, 3, 0, 0, 1], x.MatrixExp(), 1e-14);
        Variable<double> y = _tape.Variable(Tensor.Create<double>([-40, 0, 0, 2], [2, 2]));
        Close([Math.Exp(-40), 0, 0, Math.Exp(2)], y.MatrixExp(), 1e-12);
        Assert.Throws<ArgumentException>(() => x[..2].MatrixExp());
    }

    private Variable<double> Make(params int[] shape)
    {
        var random = new Random(shape.Sum());
        return _tape.Variable(Tensor.Random<double>(Shape.Create(shape), random) - 0.5);
    }

    private static double[] Stacked(Tensor<double> matrix) => [.. matrix.ToArray(), .. matrix.ToArray()];

    private static void Close(double[] expected, Variable<double> actual, double tolerance) =>
        Assert.Equal(expected, actual.Value.ToArray(), (x, y) => Math.Abs(x - y) < tolerance);
}
