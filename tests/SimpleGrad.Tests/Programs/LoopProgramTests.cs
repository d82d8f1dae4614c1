using System.Numerics;
using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Tests.Programs;

/// <summary>Programs that are loops over a small state, however the loop is written.</summary>
public sealed class LoopProgramTests
{
    private const int Steps = 20;

    [Theory, InlineData("loop"), InlineData("scan"), InlineData("while")]
    public void Recurrence_and_its_derivatives(string kind)
    {
        Func<Variable<double>, int, Variable<double>> body = kind switch
        {
            "loop" => Recurrence.Unrolled,
            "scan" => Recurrence.Scan,
            _ => Recurrence.While,
        };
        double[] p = Recurrence.Parameters.ToArray();
        ProgramCheck.Gives(
            ProgramCheck.WithGradient(x => body(x[0], Steps)), [Recurrence.Parameters],
            [[ComplexStep.Value(ByHand, p)], ComplexStep.Gradient(ByHand, p)], 1e-13);
        ProgramCheck.Gives(
            x => [Derivatives.Hessian(p => body(p, Steps), x[0])], [Recurrence.Parameters],
            [[.. ComplexStep.Jacobian(GradientByHand, p).SelectMany(row => row)]], 1e-12);
    }

    [Theory, InlineData("loop"), InlineData("scan"), InlineData("scalars")]
    public void Lotka_and_Volterra(string kind)
    {
        Func<Variable<double>, int, Variable<double>> body = kind switch
        {
            "loop" => LotkaVolterra.Unrolled,
            "scan" => LotkaVolterra.Scan,
            _ => LotkaVolterra.Scalars,
        };
        Tensor<double> data = LotkaVolterra.Data(Steps);
        double[] start = LotkaVolterra.Start.ToArray(), seen = data.ToArray();
        ProgramCheck.Gives(
            ProgramCheck.WithGradient(x => LotkaVolterra.Loss(body(x[0], Steps), data)), [LotkaVolterra.Start],
            [[ComplexStep.Value(Loss, start)], ComplexStep.Gradient(Loss, start)], 1e-12);
        ProgramCheck.Gives(
            x => [Derivatives.Jacobian(b => body(b, Steps).Flatten(), x[0])], [LotkaVolterra.Start],
            [[.. ComplexStep.Jacobian(Trajectory, start).SelectMany(row => row)]], 1e-12);

        Complex Loss(Complex[] b) =>
            Trajectory(b).Zip(seen, (value, target) => (value - target) * (value - target)).Aggregate(Complex.Add);
    }

    private static Complex ByHand(Complex[] p) => GradientByHand(p, out Complex[] _);

    private static Complex[] GradientByHand(Complex[] p)
    {
        _ = GradientByHand(p, out Complex[] gradient);
        return gradient;
    }

    /// <summary>The last state, and its derivatives carried forward.</summary>
    private static Complex GradientByHand(Complex[] p, out Complex[] gradient)
    {
        double h = Recurrence.StepLength(Steps);
        Complex x = 0.1, d0 = 0, d1 = 0;
        for (int i = 0; i < Steps; i++)
        {
            Complex slope = 1 + h * (p[0] - 2 * p[1] * x);
            (d0, d1, x) = (slope * d0 + h * x, slope * d1 - h * x * x, x + h * (p[0] * x - p[1] * x * x));
        }
        gradient = [d0, d1];
        return x;
    }

    private static Complex[] Trajectory(Complex[] b)
    {
        double h = LotkaVolterra.StepLength(Steps);
        Complex[] s = b[4..6];
        var seen = new List<Complex>();
        for (int i = 0; i < Steps; i++)
        {
            Complex[] k1 = Slope(s), k2 = Slope(Moved(h / 2, k1)), k3 = Slope(Moved(h / 2, k2));
            Complex[] k4 = Slope(Moved(h, k3));
            s = [.. s.Select((each, j) => each + h / 6 * (k1[j] + 2 * k2[j] + 2 * k3[j] + k4[j]))];
            if (i % 10 == 9)
                seen.AddRange(s);
        }
        return [.. seen];

        Complex[] Slope(Complex[] s) => [b[0] * s[0] - b[1] * s[0] * s[1], b[3] * s[0] * s[1] - b[2] * s[1]];

        Complex[] Moved(double by, Complex[] k) => [s[0] + by * k[0], s[1] + by * k[1]];
    }
}
