namespace SimpleGrad.Tests.Tensors;

/// <summary>Sequences have the numbers that one counts, and random ones their distribution.</summary>
public sealed class TensorFactoryTests
{
    [Fact]
    public void Sequences_are_counted()
    {
        Assert.Equal([0, 1, 2], Tensor.Arange(3.0).ToArray());
        Assert.Equal([1, 0.5f, 0, -0.5f], Tensor.Arange(1f, -1f, -0.5f).ToArray());
        Assert.Equal([0, 0.4, 0.8], Tensor.Arange(0, 1, 0.4).ToArray());
        Assert.Empty(Tensor.Arange(0.0).ToArray());
        Assert.Throws<ArgumentException>(() => Tensor.Arange(1.0, 0, 1));
        Assert.Throws<ArgumentException>(() => Tensor.Arange(1.0, 1, 0));
        Assert.Equal([-1, -0.5, 0, 0.5, 1], Tensor.LinSpace(-1.0, 1, 5).ToArray());
        double[] tenths = Tensor.LinSpace(0, 0.7, 8).ToArray();
        Assert.Equal(0.7, tenths[7]);
        Assert.Equal([3], Tensor.LinSpace(3.0, 4, 1).ToArray());
        Assert.Empty(Tensor.LinSpace(3.0, 4, 0).ToArray());
        Assert.Equal([1, 0, 0, 0, 1, 0], Tensor.Eye<double>(2, 3).ToArray());
        Assert.Equal([1, 0, 0, 1], Tensor.Eye<int>(2).ToArray());
    }

    [Fact]
    public void Random_numbers_have_their_distribution_and_come_again()
    {
        Tensor<float> uniform = Tensor.Random<float>([100, 100], new Random(1));
        Assert.All(uniform.ToArray(), number => Assert.InRange(number, 0f, 0.99999999f));
        Assert.Equal(0.5, uniform.Mean().Item(), 0.02);
        Assert.Equal(uniform.ToArray(), Tensor.Random<float>([100, 100], new Random(1)).ToArray());
        Tensor<double> normal = Tensor.RandomNormal<double>([100, 100], new Random(1));
        Assert.Equal(0, normal.Mean().Item(), 0.05);
        Assert.Equal(1, normal.Square().Mean().Item(), 0.05);
        Assert.Equal(3, normal.Pow(4).Mean().Item(), 0.3);
    }
}
