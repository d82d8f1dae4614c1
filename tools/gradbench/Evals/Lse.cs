namespace SimpleGrad.GradBench;

/// <summary>The logarithm of a sum of exponentials, relative to the greatest so that none overflows.</summary>
internal static class Lse
{
    public static Evaluation Primal(Input input) =>
        Evaluation.Of(TensorFunction.Of<double>(Objective), input["x"].Tensor(-1));

    public static Evaluation Gradient(Input input) =>
        Evaluation.Of(Derivatives.Grad<double>(Objective), input["x"].Tensor(-1));

    private static Variable<double> Objective(Variable<double> x)
    {
        Variable<double> greatest = x.Amax();
        return greatest + (x - greatest).Exp().Sum().Log();
    }
}
