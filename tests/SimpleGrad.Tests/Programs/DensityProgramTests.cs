using SimpleGrad.Bench.Programs.Models;
using SimpleGrad.Tests.Compiler;

namespace SimpleGrad.Tests.Programs;

/// <summary>Densities, prices and sums of which derivatives are known by other means.</summary>
public sealed class DensityProgramTests
{
    [Fact]
    public void Eight_schools_and_the_gradient_by_hand()
    {
        var gradient = new double[10];
        double density = EightSchools.ByHand(EightSchools.Point.ToArray(), gradient);
        ProgramCheck.Gives(
            ProgramCheck.WithGradient(x => EightSchools.LogDensity(x[0])), [EightSchools.Point],
            [[density], gradient], 1e-13);
    }

    /// <summary>The second derivatives of a term are 1200 x² − 400 y + 2, −400 x and 200.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void Sparse_Hessian_of_a_chain(bool isSlices)
    {
        double[] x = Chain.Point(12).ToArray();
        var expected = new double[12 * 12];
        for (int i = 0; i < 11; i++)
        {
            expected[13 * i] += 1200 * x[i] * x[i] - 400 * x[i + 1] + 2;
            expected[13 * i + 13] += 200;
            expected[13 * i + 1] = expected[13 * i + 12] = -400 * x[i];
        }
        Func<Variable<double>, Variable<double>> chain = isSlices ? Chain.OfSlices : Chain.OfNumbers;
        SparseFunction<double> hessian = Derivatives.SparseHessian(chain);
        AssertIs(hessian.Invoke(Chain.Point(12)));
        Comparison.OnBothExecutors(() => AssertIs(hessian.Compile(Tested.Pipeline).Invoke(Chain.Point(12))));

        void AssertIs(SparseMatrix<double> matrix)
        {
            Assert.Equal(12 + 2 * 11, matrix.Count);
            Comparison.AssertSame([expected], [matrix.ToDense().ToArray()], 1e-13);
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Basket_and_its_sensitivities(bool isAsian)
    {
        Tensor<double>[] inputs = [.. Basket.Parameters, Basket.Normals(paths: 7, steps: 3)];
        GradientCheck.Run(
            x => Basket.Price(x[0], x[1], x[2], x[3], x[0].Tape.Constant(inputs[4]), isAsian), inputs[..4],
            order: 1, tolerance: 1e-5).ThrowIfWrong();
        ProgramCheck.IsAsEager(
            ProgramCheck.WithGradient(x => Basket.Price(x[0], x[1], x[2], x[3], x[4], isAsian), wanted: 4), inputs);
    }
}
