namespace SimpleGrad.Bench.Programs.Models;

/// <summary>
/// x ← x + h (p0 x − p1 x²), the logistic equation by Euler's method over ten units of time, from 0.1.
/// </summary>
internal static class Recurrence
{
    public static Tensor<double> Parameters => Tensor.Create<double>([0.5, 0.3]);

    public static double StepLength(int steps) => 10.0 / steps;

    public static Variable<double> Unrolled(Variable<double> p, int steps)
    {
        double h = StepLength(steps);
        Variable<double> x = p.Tape.Constant(0.1);
        for (int i = 0; i < steps; i++)
            x += h * (p[0] * x - p[1] * x * x);
        return x;
    }

    public static Variable<double> Scan(Variable<double> p, int steps)
    {
        double h = StepLength(steps);
        return Derivatives.Scan(
            (x, _, p) => x + h * (p[0] * x - p[1] * x * x), p.Tape.Constant(0.1),
            p.Tape.Constant(Tensor.Zeros<double>([steps])), p)[^1];
    }

    public static Variable<double> While(Variable<double> p, int steps)
    {
        double h = StepLength(steps);
        return Derivatives.While(
            s => s.GetValue(1) < steps,
            (s, p) => Variable.Stack([s[0] + h * (p[0] * s[0] - p[1] * s[0] * s[0]), s[1] + 1]),
            p.Tape.Constant([0.1, 0.0]), p)[0];
    }
}
