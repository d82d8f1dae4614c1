namespace SimpleGrad.GradBench;

/// <summary>
/// Where a charged particle falls to the ground between two other charges, one of which is moved so that it falls near
/// the origin. The force is the gradient of a potential, and the moves need the gradient of the fall.
/// </summary>
internal static class Particle
{
    private const double TimeStep = 0.1;

    public static Func<Input, Evaluation> With(Mode outer, Mode inner) => input =>
    {
        var fall = new Loop(5, 4, 12, outer, Start, (state, w) => Step(state, w[0], inner), Result);
        double[] start = [input["w"].Number()];
        return Evaluation.Of(
            () => Tensor.Scalar(Nested.Minimum(fall.Run, start)[0]), Output.Write);
    };

    /// <summary>The place, the speed, and whether the particle is still in the air.</summary>
    private static Variable<double>[] Start(Variable<double>[] w) =>
        [.. new double[] { 0, 8, 0.75, 0, 1 }.Select(number => w[0].Tape.Constant(number))];

    /// <summary>A step of Euler's method for the place and the speed, until the particle is on the ground.</summary>
    private static Variable<double>[] Step(Variable<double>[] state, Variable<double> w, Mode mode)
    {
        (Variable<double> x, Variable<double> y, Variable<double> falls) = (state[0], state[1], state[4]);
        (Variable<double> speedX, Variable<double> speedY) = (state[2], state[3]);
        Variable<double>[] slope = Nested.Gradient(at => Potential(at[0], at[1], w), [x, y], mode);
        x = Variable.Where(falls, x + TimeStep * speedX, x);
        y = Variable.Where(falls, y + TimeStep * speedY, y);
        falls *= y > 0;
        return
        [
            x, y, Variable.Where(falls, speedX - TimeStep * slope[0], speedX),
            Variable.Where(falls, speedY - TimeStep * slope[1], speedY), falls,
        ];
    }

    private static Variable<double> Potential(Variable<double> x, Variable<double> y, Variable<double> w) =>
        1 / ((x - 10).Square() + (y - 10 + w).Square()).Sqrt() + 1 / ((x - 10).Square() + y.Square()).Sqrt();

    /// <summary>The square of the place at which the particle came through the ground.</summary>
    private static Variable<double> Result(Variable<double>[] state, Variable<double>[] w) =>
        (state[0] - state[1] / state[3] * state[2]).Square();
}
