namespace SimpleGrad.Tests.Reports;

/// <summary>Singular values and vectors (pytorch/pytorch#47599, jax-ml/jax#669), checked by what defines
/// them.</summary>
public sealed class SingularValueReports
{
    private static readonly Tensor<double> _twice = Tensor.Create<double>([2, 0, 0, 2]);

    public static TheoryData<int, int> Sizes => new()
    {
        { 1, 1 }, { 3, 3 }, { 5, 2 }, { 2, 5 }, { 1, 4 }, { 4, 1 }, { 0, 3 }, { 3, 0 }, { 0, 0 }, { 40, 30 },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void Factors_are_orthogonal_and_multiply_to_the_matrix(int rows, int columns)
    {
        var random = new Random(rows * 10 + columns);
        Tensor<double> a = Tensor.Random<double>([2, rows, columns], random) - 0.5;
        Tensor<double> low = (Tensor.Random<double>([2, rows, 1], random) - 0.5)
            .MatMul(Tensor.Random<double>([2, 1, columns], random) - 0.5);
        foreach (Tensor<double> matrix in new[] { a, low, low * 0.0, a * 1e200, a * 1e-200 })
        {
            foreach (bool full in new[] { true, false })
            {
                var (u, s, vh) = new Tape<double>().Variable(matrix).Svd(full);
                int k = Math.Min(rows, columns);
                Assert.Equal([2, rows, full ? rows : k], u.Shape.ToArray());
                Assert.Equal([2, full ? columns : k, columns], vh.Shape.ToArray());
                double size = 1e-14 + (matrix.Length == 0 ? 0 : matrix.Abs().Amax().Item() * 1e-13);
                Zero((u.Slice(-1, 0, k) * s.Unsqueeze(-2)).MatMul(vh.Slice(-2, 0, k)).Value - matrix, size);
                Zero(u.Transpose(-2, -1).MatMul(u).Value - Tensor.Eye<double>(u.Shape[^1]), 1e-13);
                Zero(vh.MatMul(vh.Transpose(-2, -1)).Value - Tensor.Eye<double>(vh.Shape[^2]), 1e-13);
                double[] values = s.Value.ToArray();
                Assert.All(values, value => Assert.True(value >= 0));
                Assert.Equal(s.Sort(-1, descending: true).Values.Value.ToArray(), values);
                Assert.Equal(values, new Tape<double>().Variable(matrix).Svdvals().Value.ToArray());
            }
        }
    }

    /// <summary>In direction E, the second derivative at 2 I is |skew E|² / 2 (analytic).</summary>
    [Fact]
    public void Sum_of_equal_singular_values_has_second_derivatives()
    {
        double[] expected = [0, 0, 0, 0, 0, .25, -.25, 0, 0, -.25, .25, 0, 0, 0, 0, 0];
        static Variable<double> Sum(Variable<double> x) => x.Reshape(2, 2).Svdvals().Sum();
        Close(expected, Derivatives.Hessian<double>(Sum, _twice));
        Close(expected, Derivatives.Hessian<double>(Sum).Compile().Invoke(_twice));
        static Variable<double> ByEigenvalues(Variable<double> x) =>
            x.Reshape(2, 2).Transpose().MatMul(x.Reshape(2, 2)).Eigh().Values.Sqrt().Sum();
        Close(expected, Derivatives.Hessian<double>(ByEigenvalues, _twice));
    }

    [Fact]
    public void Product_of_the_factors_is_the_matrix_and_so_is_its_derivative()
    {
        foreach (double[] elements in new double[][] { [2, 0, 0, 2], [1, 2, 3, 4], [1, 1, 1, 1], [0, 0, 0, 0] })
        {
            Close(
                Tensor.Eye<double>(4).ToArray(),
                Derivatives.Jacobian<double>(
                    x => x.Reshape(2, 2).Svd() is var (u, s, vh) ? (u * s).MatMul(vh).Reshape(4) : x,
                    Tensor.Create<double>(elements)));
        }
        // The nearest orthogonal matrix: its derivative at 2 I along E is the skew part of E divided by 2.
        Close(
            [0, 0, 0, 0, 0, .25, -.25, 0, 0, -.25, .25, 0, 0, 0, 0, 0],
            Derivatives.Jacobian<double>(
                x => x.Reshape(2, 2).Svd() is var (u, _, vh) ? u.MatMul(vh).Reshape(4) : x, _twice));
    }

    [Fact]
    public void Zero_is_a_kink_of_a_singular_value_and_not_of_its_square()
    {
        Tensor<double> singular = Tensor.Create<double>([1, 1, 1, 1]);
        Assert.Throws<CoincidingEigenvaluesException>(
            () => Derivatives.Grad<double>(x => x.Reshape(2, 2).Svdvals().Sum(), singular));
        Close(
            [.. Tensor.Eye<double>(4).ToArray().Select(x => 2 * x)],
            Derivatives.Hessian<double>(x => x.Reshape(2, 2).Svdvals().Square().Sum(), singular));
        Close(
            [2, 0, 0, 0, 2, 0, 0, 0, 2],
            Derivatives.Hessian<double>(
                x => x.Reshape(3, 1).Svdvals().Square().Sum(), Tensor.Create<double>([0, 0, 0])));
        Assert.Throws<CoincidingEigenvaluesException>(
            () => Derivatives.Grad<double>(x => x.Reshape(2, 2).Svd().U[0][0], _twice));
        Assert.Throws<CoincidingEigenvaluesException>(
            () => Derivatives.Grad<double>(x => x.Reshape(1, 3).Svd().Vh[1][0], Tensor.Create<double>([1, 2, 3])));
    }

    [Theory, InlineData(3, 2), InlineData(2, 3), InlineData(4, 1)]
    public void Rectangular_matrices_have_derivatives(int rows, int columns)
    {
        Tensor<double> at = Tensor.Create<double>([.. new double[] { 1, 2, 3, -1, 0, .5 }.Take(rows * columns)]);
        Tensor<double> weights = Tensor.Random<double>([rows, rows], new Random(1));
        GradientReport report = GradientCheck.Run(
            x =>
            {
                var (u, s, vh) = x.Reshape(rows, columns).Svd();
                Variable<double> first = u.Slice(1, 0, 1), others = u.Slice(1, Math.Min(rows, columns));
                return s.Pow(3).Sum() + (first.MatMul(vh.Slice(0, 0, 1))).Square()[0][0]
                    + (others.MatMul(others.Transpose()) * x.Tape.Constant(weights)).Sum();
            }, at);
        Assert.True(report.IsRight, report.ToString());
    }

    private static void Zero(Tensor<double> x, double tolerance) =>
        Assert.All(x.ToArray(), value => Assert.Equal(0, value, tolerance));

    private static void Close(double[] expected, Tensor<double> actual) =>
        Assert.Equal(expected, actual.ToArray(), (x, y) => Math.Abs(x - y) < 1e-12);
}
