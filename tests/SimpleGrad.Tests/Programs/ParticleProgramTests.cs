using System.Numerics;
using SimpleGrad.Bench.Programs.Models;
using SimpleGrad.Tests.Compiler;

namespace SimpleGrad.Tests.Programs;

/// <summary>Energy and forces of atoms against a double loop over pairs.</summary>
public sealed class ParticleProgramTests
{
    private const int Atoms = 9;

    [Theory, InlineData(true), InlineData(false)]
    public void All_pairs(bool isApart)
    {
        Func<Variable<double>, Variable<double>> energy =
            isApart ? LennardJones.CoordinatesApart : LennardJones.Dense;
        Tensor<double> x = LennardJones.Positions(Atoms);
        ProgramCheck.Gives(ProgramCheck.WithGradient(v => energy(v[0])), [x], Expected(x), 1e-12);
        ProgramCheck.IsAsEager(v => [Derivatives.Hessian(energy, v[0])], [x]);
    }

    /// <summary>One compiled function, and another list at each call.</summary>
    [Fact]
    public void Pairs_of_a_list_that_changes() => Comparison.OnBothExecutors(() =>
    {
        var compiled = Derivatives.ValueAndGrad(TensorFunction.Of<double>(LennardJones.Pairs), wrt: 0)
            .Compile(Tested.Pipeline);
        for (int call = 1; call <= 3; call++)
        {
            Tensor<double> x = LennardJones.Positions(Atoms) * (1 + 0.01 * call);
            (int[] first, int[] second) = LennardJones.Neighbours(x, reach: 2.0 + 0.4 * call);
            Assert.NotEmpty(first);
            (Tensor<double> value, Tensor<double> gradient) =
                compiled.Invoke(x, Tensor.Create<int>(first), Tensor.Create<int>(second));
            Comparison.AssertSame(Expected(x), [value.ToArray(), gradient.ToArray()], 1e-12);
        }
    });

    private static double[][] Expected(Tensor<double> positions)
    {
        double[] x = positions.ToArray();
        return [[ComplexStep.Value(Energy, x)], ComplexStep.Gradient(Energy, x)];
    }

    private static Complex Energy(Complex[] x)
    {
        Complex energy = 0;
        for (int i = 0; i < x.Length / 3; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Complex square = 0;
                for (int k = 0; k < 3; k++)
                {
                    Complex d = x[3 * i + k] - x[3 * j + k];
                    d -= LennardJones.Box * Math.Round(d.Real / LennardJones.Box);
                    square += d * d;
                }
                Complex inverse = 1 / square, sixth = inverse * inverse * inverse;
                energy += inverse.Real > 0.25 ? 4 * (sixth * sixth - sixth) : 0;
            }
        }
        return energy;
    }
}
