namespace SimpleGrad.Bench.Programs.Models;

/// <summary>
/// Prey and predators over twenty units of time by the classical method of Runge and Kutta, seen at every tenth step:
/// b has four rates and two starts.
/// </summary>
internal static class LotkaVolterra
{
    public static Tensor<double> Truth => Tensor.Create<double>([1.1, 0.4, 0.4, 0.1, 10, 5]);

    /// <summary>Where the fit begins.</summary>
    public static Tensor<double> Start => Tensor.Create<double>([1.0, 0.45, 0.35, 0.12, 9, 5.5]);

    public static double StepLength(int steps) => 20.0 / steps;

    /// <summary>The trajectory of the true parameters.</summary>
    public static Tensor<double> Data(int steps) =>
        TensorFunction.Of<double>(b => Unrolled(b, steps)).Invoke(Truth);

    public static Variable<double> Loss(Variable<double> trajectory, Tensor<double> data) =>
        (trajectory - trajectory.Tape.Constant(data)).Square().Sum();

    public static Variable<double> Unrolled(Variable<double> b, int steps)
    {
        double h = StepLength(steps);
        Variable<double> s = b[4..6];
        var seen = new List<Variable<double>>();
        for (int i = 0; i < steps; i++)
        {
            s = Step(s, b, h);
            if (i % 10 == 9)
                seen.Add(s);
        }
        return Variable.Stack(seen);
    }

    public static Variable<double> Scan(Variable<double> b, int steps)
    {
        double h = StepLength(steps);
        return Derivatives.Scan(
            (s, _, b) => Step(s, b, h), b[4..6], b.Tape.Constant(Tensor.Zeros<double>([steps])), b)
            .Slice(0, 9, null, 10);
    }

    /// <summary>The same on scalars, the state taken apart.</summary>
    public static Variable<double> Scalars(Variable<double> b, int steps)
    {
        double h = StepLength(steps);
        Variable<double>[] p = b.Unbind();
        (Variable<double> x, Variable<double> y) = (p[4], p[5]);
        var seen = new List<Variable<double>>();
        for (int i = 0; i < steps; i++)
        {
            var (ax, ay) = Slope(x, y);
            var (bx, by) = Slope(x + h / 2 * ax, y + h / 2 * ay);
            var (cx, cy) = Slope(x + h / 2 * bx, y + h / 2 * by);
            var (dx, dy) = Slope(x + h * cx, y + h * cy);
            (x, y) = (x + h / 6 * (ax + 2 * bx + 2 * cx + dx), y + h / 6 * (ay + 2 * by + 2 * cy + dy));
            if (i % 10 == 9)
                seen.AddRange(x, y);
        }
        return Variable.Stack(seen).Reshape(-1, 2);

        (Variable<double>, Variable<double>) Slope(Variable<double> x, Variable<double> y) =>
            (p[0] * x - p[1] * x * y, p[3] * x * y - p[2] * y);
    }

    private static Variable<double> Step(Variable<double> s, Variable<double> b, double h)
    {
        Variable<double> k1 = Slope(s, b);
        Variable<double> k2 = Slope(s + h / 2 * k1, b);
        Variable<double> k3 = Slope(s + h / 2 * k2, b);
        Variable<double> k4 = Slope(s + h * k3, b);
        return s + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
    }

    private static Variable<double> Slope(Variable<double> s, Variable<double> b)
    {
        (Variable<double> x, Variable<double> y) = (s[0], s[1]);
        return Variable.Stack([b[0] * x - b[1] * x * y, b[3] * x * y - b[2] * y]);
    }
}
