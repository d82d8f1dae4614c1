namespace SimpleGrad.Tests.Reports;

/// <summary>The exponential and the determinant of matrices.</summary>
public sealed class MatrixFunctionReports
{
    private static readonly Tensor<double> _three =
        Tensor.Create<double>([.3, 1, -.5, .2, -.7, .4, .1, .6, -.2], [3, 3]);

    /// <summary>
    /// The derivative is linear in what comes in (jax-ml/jax#26802, scipy/scipy#7433, scipy/scipy#11839). Of a matrix
    /// of one element it is e to the element.
    /// </summary>
    [Theory]
    [InlineData(1e-300), InlineData(1e-30), InlineData(1), InlineData(1e8), InlineData(1e20), InlineData(1e300)]
    public void Derivative_of_the_exponential_is_linear(double c)
    {
        Tensor<double> one = Tensor.Create<double>([1], [1, 1]);
        Near(Math.E * c, Derivatives.Grad<double>(x => c * x.MatrixExp().Sum(), one).Item(), 1e-14);
        Near(Math.E * c, Derivatives.Grad<double>(x => c * x.MatrixExp().Sum()).Compile().Invoke(one).Item(), 1e-14);
        Tensor<double> tangent = Tensor.Full([1, 1], c);
        Near(Math.E * c, Derivatives.Jvp<double>(x => x.MatrixExp().Sum(), one, tangent).Product.Item(), 1e-14);
        double[] unscaled = Derivatives.Grad<double>(x => x.MatrixExp()[0].Sum(), _three).ToArray();
        double[] scaled = Derivatives.Grad<double>(x => c * x.MatrixExp()[0].Sum(), _three).ToArray();
        Assert.All(unscaled.Zip(scaled), pair => Near(pair.First * c, pair.Second, 1e-14));
        double[] second = Second(1), other = Second(c);
        Assert.All(second.Zip(other), pair => Near(pair.First * c, pair.Second, 1e-13));

        static double[] Second(double c) => Derivatives.Hvp<double>(
            x => c * x.MatrixExp()[0].Sum(), _three,
            Tensor.Create<double>([1, 2, 0, -1, 1, 3, 0, 1, 1], [3, 3])).ToArray();
    }

    [Theory, InlineData(1e-35f), InlineData(1f), InlineData(1e6f), InlineData(1e37f)]
    public void Derivative_of_the_exponential_is_linear_in_single_precision(float c) => Near(
        Math.E * c,
        Derivatives.Grad<float>(x => (double)c * x.MatrixExp().Sum(), Tensor.Create<float>([1], [1, 1])).Item(), 5e-7);

    /// <summary>
    /// exp (1 b; 0 -1) = (e, b sinh 1; 0, 1 / e), whatever b is (jax-ml/jax#26802, scipy/scipy#20346).
    /// </summary>
    [Theory]
    [InlineData(0), InlineData(1e3), InlineData(1e9), InlineData(-1e16), InlineData(1e50), InlineData(1e100)]
    public void Exponential_of_a_matrix_far_from_normal_keeps_its_digits(double b)
    {
        var tape = new Tape<double>();
        double[] upper = Exp(1, b, 0, -1), lower = Exp(1, 0, b, -1), steep = Exp(30, b, 0, -25);
        Check([Math.E, b * Math.Sinh(1), 0, 1 / Math.E], upper);
        Check([Math.E, 0, b * Math.Sinh(1), 1 / Math.E], lower);
        Check([Math.Exp(30), b * Math.Exp(2.5) * Math.Sinh(27.5) / 27.5, 0, Math.Exp(-25)], steep);
        // (A bI; 0 -A) with A = (0 1; 1 0).
        double[] blocks = tape.Constant(Tensor.Create<double>(
            [0, 1, b, 0, 1, 0, 0, b, 0, 0, 0, -1, 0, 0, -1, 0], [4, 4])).MatrixExp().Value.ToArray();
        Near(Math.Cosh(1), blocks[0], 1e-14);
        Near(-Math.Sinh(1), blocks[11], 1e-14);
        Near(b * Math.Sinh(1), blocks[2], 1e-14);
        // By the first element: e + (2 e - 2 sinh 1) / 4 of the first and, divided by b, of the second.
        if (b == 0)
            return;
        Tensor<double> gradient = Derivatives.Grad<double>(
            x => x.MatrixExp() is var m ? m[0][0] + m[0][1] / b : x, Tensor.Create<double>([1, b, 0, -1], [2, 2]));
        Near(Math.E + (2 * Math.E - 2 * Math.Sinh(1)) / 4, gradient.GetValue(0, 0), 1e-14);

        double[] Exp(params double[] elements) =>
            tape.Constant(Tensor.Create<double>(elements, [2, 2])).MatrixExp().Value.ToArray();

        static void Check(double[] expected, double[] actual) =>
            Assert.All(expected.Zip(actual), pair => Near(pair.First, pair.Second, 1e-14));
    }

    public static TheoryData<string, double[], double[]> Lines => new()
    {
        // pytorch/pytorch#192521, pytorch/pytorch#196696: derivatives at t = 0 by expansion in 60 digits.
        { "diagonal", [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0], [0, -4.5, -1.25, 4.59375] },
        {
            "rank one", [.5, .75, 1, 1.25, 1, 1.5, 2, 2.5, 1.5, 2.25, 3, 3.75, 2, 3, 4, 5], [0, 0, 0, 12.6328125]
        },
    };

    /// <summary>det (A + t D), where 4 D is (5 k + 2) mod 7 - 3 in place k.</summary>
    [Theory, MemberData(nameof(Lines))]
    public void Singular_determinants_have_three_derivatives(string name, double[] a, double[] expected)
    {
        double[] d = [.. Enumerable.Range(0, 16).Select(k => ((5 * k + 2) % 7 - 3) / 4.0)];
        Assert.NotEmpty(name);
        for (int order = 0; order < expected.Length; order++)
        {
            Func<Variable<double>, Variable<double>> f = t =>
                (t.Tape.Constant(Tensor.Create<double>(a, [4, 4]))
                + t * t.Tape.Constant(Tensor.Create<double>(d, [4, 4]))).Det();
            for (int i = 0; i < order; i++)
            {
                Func<Variable<double>, Variable<double>> last = f;
                f = t => Derivatives.Grad(last, t);
            }
            TensorFunction<double, Tensor<double>> function = TensorFunction.Of(f);
            Assert.Equal(expected[order], function.Invoke(Tensor.Scalar(0.0)).Item(), 1e-13);
            Assert.Equal(expected[order], function.Compile().Invoke(Tensor.Scalar(0.0)).Item(), 1e-13);
        }
    }

    /// <summary>All second and third derivatives are minors, here by Laplace's expansion of the polynomial.</summary>
    [Theory]
    [InlineData(2, 0), InlineData(3, 0), InlineData(3, 1), InlineData(5, 1), InlineData(5, 2), InlineData(5, 3)]
    [InlineData(5, 4), InlineData(5, 5), InlineData(6, 3)]
    public void Derivatives_of_determinants_of_any_rank_are_minors(int n, int rank)
    {
        var random = new Random(n + rank);
        Tensor<double> a = Integers(n, rank).MatMul(Integers(rank, n));
        Tensor<double>[] along = [Integers(n, n), Integers(n, n), Integers(n, n)];
        Variable<double> Along(Variable<double> t, Func<Variable<double>, Variable<double>> det)
        {
            Variable<double> sum = t.Tape.Constant(a);
            for (int i = 0; i < 3; i++)
                sum += t[i] * t.Tape.Constant(along[i]);
            return det(sum);
        }
        Tensor<double> zero = Tensor.Create<double>([0, 0, 0]);
        Tensor<double> expected = Third(t => Along(t, Laplace)), actual = Third(t => Along(t, x => x.Det()));
        Assert.Equal(expected.ToArray(), actual.ToArray(), (x, y) => Math.Abs(x - y) <= 1e-10 * (1 + Math.Abs(x)));

        Tensor<double> Third(Func<Variable<double>, Variable<double>> f) =>
            Derivatives.Jacobian<double>(t => Derivatives.Hessian(f, t), zero);

        Tensor<double> Integers(int rows, int columns) => Tensor.Create<double>(
            [.. Enumerable.Range(0, rows * columns).Select(_ => (double)random.Next(-2, 3))], [rows, columns]);
    }

    private static Variable<double> Laplace(Variable<double> a)
    {
        if (a.Shape[0] == 1)
            return a[0][0];
        Variable<double> sum = a.Tape.Constant(0.0);
        for (int j = 0; j < a.Shape[0]; j++)
        {
            Variable<double> below = a.Slice(0, 1);
            Variable<double> minor = Variable.Concatenate([below.Slice(1, 0, j), below.Slice(1, j + 1)], 1);
            sum += a[0][j] * Laplace(minor) * (j % 2 == 0 ? 1 : -1);
        }
        return sum;
    }

    private static void Near(double expected, double actual, double tolerance) =>
        Assert.Equal(expected, actual, tolerance * Math.Abs(expected));
}
