namespace SimpleGrad.GradBench;

/// <summary>The square of a number; its derivative is called double.</summary>
internal static class Hello
{
    public static Evaluation Square(Input input) =>
        Evaluation.Of(TensorFunction.Of<double>(x => x * x), Tensor.Scalar(input.Number()));

    public static Evaluation Double(Input input) =>
        Evaluation.Of(Derivatives.Grad<double>(x => x * x), Tensor.Scalar(input.Number()));
}
