namespace SimpleGrad.GradBench;

/// <summary>
/// A minimum of maxima, both found by gradient descent; the gradient of the outer one runs through all steps of the
/// inner one.
/// </summary>
internal static class Saddle
{
    public static Func<Input, Evaluation> With(Mode outer, Mode inner) => input =>
    {
        double[] start = input["start"].Tensor(2).ToArray();
        var maximum = new Loop(
            8, 4, 16, outer, x => Start(x, start, inner), (state, x) => Step(state, x, inner),
            (state, x) => Objective(x, state[..2]));
        return Evaluation.Of(
            () =>
            {
                double[] x = Nested.Minimum(maximum.Run, start);
                return Tensor.Create<double>([.. x, .. maximum.Run(x).State[..2]]);
            },
            Output.Write);
    };

    private static Variable<double> Objective(Variable<double>[] x, Variable<double>[] y) =>
        x[0].Square() + x[1].Square() - (y[0].Square() + y[1].Square());

    /// <summary>
    /// The state of a descent on the negative objective: y, the gradient by it, the value, the length of a step, how
    /// many steps in a row went downhill, and whether it goes on.
    /// </summary>
    private static Variable<double>[] Start(Variable<double>[] x, double[] start, Mode mode)
    {
        Variable<double>[] y = Array.ConvertAll(start, number => x[0].Tape.Constant(number));
        return
        [
            .. y, .. Gradient(x, y, mode), -Objective(x, y), x[0].Tape.Constant(1e-5), x[0].Tape.Constant(0),
            x[0].Tape.Constant(1),
        ];
    }

    private static Variable<double>[] Step(Variable<double>[] state, Variable<double>[] x, Mode mode)
    {
        (Variable<double>[] y, Variable<double>[] gradient) = (state[..2], state[2..4]);
        (Variable<double> value, Variable<double> eta) = (state[4], state[5]);
        (Variable<double> downhill, Variable<double> goesOn) = (state[6], state[7]);

        Variable<double>[] next = [y[0] - eta * gradient[0], y[1] - eta * gradient[1]];
        Variable<double>[] nextGradient = Gradient(x, next, mode);
        Variable<double> nextValue = -Objective(x, next);

        Variable<double> isSteep = gradient[0].Square() + gradient[1].Square() > 1e-10;
        Variable<double> isFar = (next[0] - y[0]).Square() + (next[1] - y[1]).Square() > 1e-10;
        Variable<double> isTimeToGrow = downhill >= 10;
        Variable<double> isTaken = goesOn * isSteep * (1 - isTimeToGrow) * isFar * (nextValue < value);
        return
        [
            Variable.Where(isTaken, next[0], y[0]), Variable.Where(isTaken, next[1], y[1]),
            Variable.Where(isTaken, nextGradient[0], gradient[0]),
            Variable.Where(isTaken, nextGradient[1], gradient[1]),
            Variable.Where(isTaken, nextValue, value),
            Variable.Where(isTimeToGrow, 2 * eta, Variable.Where(isTaken, eta, eta / 2)),
            Variable.Where(isTaken, downhill + 1, 0), goesOn * isSteep * isTimeToGrow.Maximum(isFar),
        ];
    }

    private static Variable<double>[] Gradient(Variable<double>[] x, Variable<double>[] y, Mode mode) =>
        Nested.Gradient(y => -Objective(x, y), y, mode);
}
