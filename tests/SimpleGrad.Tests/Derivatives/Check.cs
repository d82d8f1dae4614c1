using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Derivative;

internal static class Check
{
    public static void Close(Tensor<double> expected, Tensor<double> actual, double tolerance = 1e-12)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        OperatorPropertyTests.AssertClose(expected.ToArray(), actual.ToArray(), tolerance);
    }

    public static Tensor<double> Vector(params ReadOnlySpan<double> values) => Tensor.Create(values);

    public static Tensor<double> Matrix(double[,] values) => Tensor.FromArray<double>(values);

    /// <summary>Numbers in [-1, 1) in no order.</summary>
    public static Tensor<double> Random(int seed, params ReadOnlySpan<int> shape)
    {
        var random = new Random(seed);
        var all = Shape.Create(shape);
        return Tensor.Create<double>(
            [.. Enumerable.Range(0, all.FlattenedLength).Select(_ => 2 * random.NextDouble() - 1)], all);
    }
}
