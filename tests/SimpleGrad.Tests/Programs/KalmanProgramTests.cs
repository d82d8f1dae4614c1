using System.Numerics;
using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Tests.Programs;

/// <summary>The likelihood of Kalman's filter against one whose matrices are written out.</summary>
public sealed class KalmanProgramTests
{
    private static readonly Tensor<double> _data = Kalman.Data(12);

    [Theory, InlineData(true), InlineData(false)]
    public void Likelihood_and_its_derivatives(bool isScan)
    {
        Func<Variable<double>, Variable<double>, Variable<double>> body = isScan ? Kalman.Scan : Kalman.Unrolled;
        double[] p = Kalman.Parameters.ToArray();
        ProgramCheck.Gives(
            ProgramCheck.WithGradient(x => body(x[0], x[1])), [Kalman.Parameters, _data],
            [[ComplexStep.Value(ByHand, p)], ComplexStep.Gradient(ByHand, p)], 1e-11);
        ProgramCheck.IsAsEager(
            x => [Derivatives.Hessian(p => body(p, x[1]), x[0])], [Kalman.Parameters, _data], 1e-10);
    }

    /// <summary>Reverse over reverse, against differences of values.</summary>
    [Fact]
    public void Hessian() => GradientCheck.Run(
        p => Kalman.Scan(p, p.Tape.Constant(_data)), Kalman.Parameters, order: 2, tolerance: 1e-5).ThrowIfWrong();

    /// <summary>The covariance by its six elements.</summary>
    private static Complex ByHand(Complex[] p)
    {
        Complex level = Complex.Exp(2 * p[0]), noise = Complex.Exp(2 * p[1]), phi = p[2], theta = p[3];
        Complex a0 = 0, a1 = 0, a2 = 0, p00 = 10, p01 = 0, p02 = 0, p11 = 10, p12 = 0, p22 = 10, likelihood = 0;
        foreach (double y in _data.ToArray())
        {
            Complex m0 = p00 + p01, m1 = p01 + p11, m2 = p02 + p12, f = m0 + m1, v = y - a0 - a1;
            likelihood -= 0.5 * (Complex.Log(2 * Math.PI * f) + v * v / f);
            Complex k0 = m0 / f, k1 = (phi * m1 + m2) / f;
            (a0, a1, a2) = (a0 + k0 * v, phi * a1 + a2 + k1 * v, 0);
            Complex q00 = p00 - k0 * k0 * f + level, q01 = phi * p01 + p02 - k0 * k1 * f;
            Complex q11 = phi * phi * p11 + 2 * phi * p12 + p22 - k1 * k1 * f + noise;
            (p00, p01, p02, p11, p12, p22) = (q00, q01, 0, q11, theta * noise, theta * theta * noise);
        }
        return likelihood;
    }
}
