namespace SimpleGrad.GradBench;

/// <summary>Least squares: half the squared distance of a polynomial from the sign function at n places.</summary>
internal static class Llsq
{
    public static Evaluation Primal(Input input) =>
        Evaluation.Of(TensorFunction.Of<double>(Objective), input["x"].Tensor(-1), Places(input));

    public static Evaluation Gradient(Input input)
    {
        TensorFunction<double, Tensor<double>> gradient = TensorFunction.Of<double>(
            (x, places) => Derivatives.Grad<double>(x => Objective(x, places), x));
        return Evaluation.Of(gradient, input["x"].Tensor(-1), Places(input));
    }

    /// <summary>0, 1, …, n - 1.</summary>
    private static Tensor<double> Places(Input input) =>
        Tensor.Create<double>([.. Enumerable.Range(0, input["n"].Integer(least: 2)).Select(i => (double)i)]);

    private static Variable<double> Objective(Variable<double> x, Variable<double> places)
    {
        Variable<double> t = 2 * places / (places.Length - 1) - 1;
        Variable<double>[] coefficients = x.Unbind();
        Variable<double> sum = coefficients[^1];
        for (int j = coefficients.Length - 2; j >= 0; j--)
            sum = sum * t + coefficients[j];
        return (t.Sign() - sum).Square().Sum() / 2;
    }
}
