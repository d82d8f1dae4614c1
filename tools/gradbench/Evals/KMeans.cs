namespace SimpleGrad.GradBench;

/// <summary>
/// The sum of the points' squared distances from their nearest centroids, and a step of Newton's method.
/// </summary>
internal static class KMeans
{
    public static Evaluation Cost(Input input)
    {
        (Tensor<double> points, Tensor<double> centroids) = Read(input);
        return Evaluation.Of(TensorFunction.Of<double>(Objective), points, centroids);
    }

    /// <summary>The gradient over the Hessian's diagonal: no centroid's coordinate meets another in it.</summary>
    public static Evaluation Direction(Input input)
    {
        (Tensor<double> points, Tensor<double> centroids) = Read(input);
        TensorFunction<double, Tensor<double>> direction = TensorFunction.Of<double>((points, centroids) =>
        {
            Variable<double> ones = points.Tape.Constant(Tensor.Ones<double>(centroids.Shape));
            (Variable<double> gradient, Variable<double> diagonal) = Derivatives.Jvp<double>(
                at => Derivatives.Grad<double>(centroids => Objective(points, centroids), at), centroids, ones);
            return gradient / diagonal;
        });
        return Evaluation.Of(direction, points, centroids);
    }

    private static (Tensor<double> Points, Tensor<double> Centroids) Read(Input input)
    {
        Tensor<double> points = input["points"].Tensor(-1, -1);
        return (points, input["centroids"].Tensor(-1, points.Shape[1]));
    }

    private static Variable<double> Objective(Variable<double> points, Variable<double> centroids)
    {
        Variable<double> distances = points.Square().Sum(1)
            - 2 * centroids.MatMul(points.Transpose()) + centroids.Square().Sum(1, keepDims: true);
        return distances.Amin(0).Sum();
    }
}
