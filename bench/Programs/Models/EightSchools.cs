namespace SimpleGrad.Bench.Programs.Models;

/// <summary>
/// The logarithm of the posterior density of eight schools, not centred: a mean, the logarithm of a deviation, and
/// eight effects in units of it.
/// </summary>
internal static class EightSchools
{
    public static double[] Effects { get; } = [28, 8, -3, 7, -1, 1, 18, 12];

    public static double[] Errors { get; } = [15, 10, 16, 11, 9, 11, 10, 18];

    public static Tensor<double> Point => Tensor.Create<double>([4, 1.2, 0.4, 0.1, -0.5, 0.2, -0.3, 0, 0.6, 0.3]);

    public static Variable<double> LogDensity(Variable<double> q)
    {
        Variable<double> mean = q[0], logDeviation = q[1], effects = q[2..], deviation = logDeviation.Exp();
        Variable<double> residual =
            (q.Tape.Constant(Effects) - (mean + deviation * effects)) / q.Tape.Constant(Errors);
        Variable<double> prior = -0.5 * (mean / 5).Square() - (1 + (deviation / 5).Square()).Log() + logDeviation;
        return prior - 0.5 * effects.Square().Sum() - 0.5 * residual.Square().Sum();
    }

    /// <summary>The same by hand.</summary>
    public static double ByHand(ReadOnlySpan<double> q, Span<double> gradient)
    {
        double mean = q[0], deviation = Math.Exp(q[1]), scaled = deviation / 5 * (deviation / 5);
        double density = -0.5 * (mean / 5) * (mean / 5) - Math.Log(1 + scaled) + q[1];
        double dMean = -mean / 25, dLog = 1 - 2 * scaled / (1 + scaled);
        for (int i = 0; i < 8; i++)
        {
            double effect = q[i + 2], inverse = 1 / Errors[i];
            double residual = (Effects[i] - mean - deviation * effect) * inverse, slope = residual * inverse;
            density -= 0.5 * (effect * effect + residual * residual);
            dMean += slope;
            dLog += slope * deviation * effect;
            gradient[i + 2] = slope * deviation - effect;
        }
        gradient[0] = dMean;
        gradient[1] = dLog;
        return density;
    }

    /// <summary>Leapfrog steps of Hamiltonian Monte Carlo.</summary>
    /// <param name="gradient">Writes the gradient at a point and gives the density.</param>
    /// <param name="q">The point, which moves.</param>
    /// <param name="momentum">Its momentum, which changes.</param>
    /// <param name="steps">How many steps.</param>
    /// <returns>The last density.</returns>
    public static double Leapfrog(
        Func<double[], double[], double> gradient, double[] q, double[] momentum, int steps)
    {
        const double length = 0.05;
        var slope = new double[q.Length];
        double density = gradient(q, slope);
        for (int step = 0; step < steps; step++)
        {
            for (int i = 0; i < q.Length; i++)
            {
                momentum[i] += length / 2 * slope[i];
                q[i] += length * momentum[i];
            }
            density = gradient(q, slope);
            for (int i = 0; i < q.Length; i++)
                momentum[i] += length / 2 * slope[i];
        }
        return density;
    }
}
