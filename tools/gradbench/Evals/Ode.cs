namespace SimpleGrad.GradBench;

/// <summary>
/// Fourth-order Runge-Kutta steps from 0 to 2 for y' = f(y), y(0) = 0, where f is x for the first element and x times
/// the element before for the others.
/// </summary>
internal static class Ode
{
    public static Evaluation Primal(Input input)
    {
        int steps = input["s"].Integer(least: 1);
        return Evaluation.Of(TensorFunction.Of<double>(x => Solution(x, steps)), input["x"].Tensor(-1));
    }

    public static Evaluation Gradient(Input input)
    {
        int steps = input["s"].Integer(least: 1);
        return Evaluation.Of(Derivatives.Grad<double>(x => Solution(x, steps)[^1]), input["x"].Tensor(-1));
    }

    private static Variable<double> Solution(Variable<double> x, int steps)
    {
        double h = 2.0 / steps;
        Variable<double> one = x.Tape.Constant([1]);
        Variable<double> y = x.Tape.Constant(Tensor.Zeros<double>(x.Shape));
        for (int i = 0; i < steps; i++)
        {
            Variable<double> k1 = F(y);
            Variable<double> k2 = F(y + h / 2 * k1);
            Variable<double> k3 = F(y + h / 2 * k2);
            Variable<double> k4 = F(y + h * k3);
            y += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
        }
        return y;

        Variable<double> F(Variable<double> y) => x * Variable.Concatenate([one, y[..^1]]);
    }
}
