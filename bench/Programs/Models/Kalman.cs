namespace SimpleGrad.Bench.Programs.Models;

/// <summary>
/// The log-likelihood of a series that is a random level and an ARMA(1, 1), by Kalman's filter with a state of three.
/// Parameters are the logarithms of the two deviations, φ and θ.
/// </summary>
internal static class Kalman
{
    public static Tensor<double> Parameters => Tensor.Create<double>([-1.5, -0.7, 0.6, 0.3]);

    /// <summary>A series that the model could have made.</summary>
    public static Tensor<double> Data(int steps)
    {
        double[] shocks = Tensor.RandomNormal<double>([2 * steps], new Random(1)).ToArray(), data = new double[steps];
        double level = 0, arma = 0, last = 0;
        for (int i = 0; i < steps; i++)
        {
            double shock = 0.5 * shocks[2 * i];
            (level, arma, last) = (level + 0.2 * shocks[2 * i + 1], 0.6 * arma + shock + 0.3 * last, shock);
            data[i] = level + arma;
        }
        return Tensor.Create<double>(data);
    }

    /// <summary>The state of the loop is the mean, the covariance and the likelihood so far, one after the
    /// other.</summary>
    public static Variable<double> Scan(Variable<double> p, Variable<double> data) =>
        Derivatives.Scan(Step, Start(p), data, p)[^1][12];

    public static Variable<double> Unrolled(Variable<double> p, Variable<double> data)
    {
        Variable<double> state = Start(p);
        for (int i = 0; i < data.Length; i++)
            state = Step(state, data[i], p);
        return state[12];
    }

    private static Variable<double> Start(Variable<double> p) =>
        p.Tape.Constant([0, 0, 0, 10, 0, 0, 0, 10, 0, 0, 0, 10, 0]);

    private static Variable<double> Step(Variable<double> state, Variable<double> y, Variable<double> p)
    {
        Variable<double> mean = state[..3], covariance = state[3..12].Reshape(3, 3);
        Variable<double> zero = p.Tape.Constant(0), one = p.Tape.Constant(1);
        Variable<double> phi = p[2], theta = p[3], level = (2 * p[0]).Exp(), noise = (2 * p[1]).Exp();
        Variable<double> transition = Matrix([one, zero, zero, zero, phi, one, zero, zero, zero]);
        Variable<double> shocks = Matrix(
            [level, zero, zero, zero, noise, theta * noise, zero, theta * noise, theta * theta * noise]);
        Variable<double> seen = p.Tape.Constant([1, 1, 0]);

        Variable<double> error = y - seen.Dot(mean), spread = covariance.MatMul(seen), variance = seen.Dot(spread);
        Variable<double> gain = transition.MatMul(spread) / variance;
        Variable<double> next = transition.MatMul(mean) + gain * error;
        Variable<double> after = transition.MatMul(covariance).MatMul(transition.Transpose())
            - gain.Outer(gain) * variance + shocks;
        Variable<double> likelihood =
            state[12] - 0.5 * ((2 * Math.PI * variance).Log() + error * error / variance);
        return Variable.Concatenate([next, after.Flatten(), likelihood.Unsqueeze(0)]);

        static Variable<double> Matrix(Variable<double>[] elements) => Variable.Stack(elements).Reshape(3, 3);
    }
}
