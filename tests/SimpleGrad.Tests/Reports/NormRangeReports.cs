namespace SimpleGrad.Tests.Reports;

/// <summary>
/// Norms whose squares leave the range of the type (pytorch/pytorch#193006): values and gradients are |a (3, 4)| = 5 a
/// and (0.6, 0.8), for any a.
/// </summary>
public sealed class NormRangeReports
{
    public static TheoryData<double> Scales =>
        [1, 1e150, 1e200, 3e307, 1e-150, 1e-160, 1e-200, 1e-305];

    [Theory, MemberData(nameof(Scales))]
    public void Norms_of_any_size_have_all_digits(double scale)
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable([3 * scale, -4 * scale]);
        (double Order, double Unit)[] norms =
            [(2, 5), (1.5, Math.Pow(Math.Pow(3, 1.5) + 8, 1 / 1.5)), (3, Math.Cbrt(91)), (-1, 12.0 / 7)];
        foreach ((double order, double unit) in norms)
        {
            Variable<double> norm = x.Norm(order);
            AssertClose([unit * scale], norm, 4e-15);
            AssertClose(
                [Math.Pow(3 / unit, order - 1), -Math.Pow(4 / unit, order - 1)], tape.Grad(norm, x)!, 4e-15);
        }
        AssertClose([0.6, -0.8], x.Normalize(0, 2, 0), 1e-15);
        AssertClose([0.6], x.CosineSimilarity(tape.Constant(Tensor.Create<double>([1, 0])), 0, 0), 1e-15);
        AssertClose([5 * scale], x.Reshape(1, 2).MatrixNorm(), 1e-15);
        AssertClose([5 * scale], x.Reshape(1, 2).Cdist(tape.Constant(Tensor.Zeros<double>([1, 2]))), 1e-15);
        AssertClose([5 * scale], x[0].Hypot(x[1]), 1e-15);
    }

    [Fact]
    public void Floats_keep_the_digits_of_small_elements()
    {
        var tape = new Tape<float>();
        Variable<float> x = tape.Variable([1e20f, 1f, 1f]), norm = x.Norm();
        Assert.Equal(1e20f, norm.Item());
        Assert.Equal([1f, 1e-20f, 1e-20f], tape.Grad(norm, x)!.Value.ToArray());
        Variable<float> y = tape.Variable([3e-24f, 4e-24f]);
        Assert.Equal(5e-24f, y.Norm().Item(), 1e-30f);
        Assert.Equal([0.6f, 0.8f], tape.Grad(y.Norm(), y)!.Value.ToArray().Select(v => MathF.Round(v, 6)));
    }

    /// <summary>Only the norms that need it are computed again: the others have the same bits as alone.</summary>
    [Fact]
    public void Norms_of_rows_of_all_sizes_stand_beside_each_other()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(
            Tensor.Create<double>([3e200, 4e200, 0, 0, 1, 1, double.PositiveInfinity, 1, double.NaN, 1, 3e-200, 4e-200],
            [6, 2]));
        AssertClose([5e200, 0, Math.Sqrt(2), double.PositiveInfinity, double.NaN, 5e-200], x.Norm(2, 1), 1e-15);
        AssertClose(
            [5e200, 0, Math.Sqrt(2), double.PositiveInfinity, double.NaN, 5e-200],
            x.Transpose().Norm(2, 0), 1e-15);
        Assert.Equal([0.6, 0.8], tape.Grad(x.Norm(2, 1)[0], x)!.Value.ToArray()[..2].Select(v => Math.Round(v, 14)));
    }

    private static void AssertClose(double[] expected, Variable<double> actual, double tolerance)
    {
        double[] numbers = actual.Value.ToArray();
        Assert.Equal(expected.Length, numbers.Length);
        foreach ((double x, double y) in expected.Zip(numbers))
            Assert.True(
                double.IsFinite(x) ? Math.Abs(x - y) <= tolerance * Math.Abs(x) + double.Epsilon * 8 : x.Equals(y),
                $"{y:R}, expected {x:R}");
    }
}
