namespace SimpleGrad.Tests.Kernels;

/// <summary>Which vectors kernels are run with.</summary>
public sealed class VectorWidthTests
{
    [Fact]
    public void The_widest_vectors_run_once()
    {
        var kernel = new Record<float>();
        VectorWidth<float>.RunWidest(ref kernel);
        Assert.Equal([VectorWidth<float>.Widest], kernel.Widths);
    }

    [Fact]
    public void Short_inputs_take_vectors_that_they_fill()
    {
        for (int length = 0; length <= 40; length++)
        {
            var kernel = new Record<double>();
            VectorWidth<double>.RunFilled(ref kernel, length, vectors: 2);
            int width = Assert.Single(kernel.Widths);
            Assert.True(width == 1 || 2 * width <= length, $"{width} for {length}");
            Assert.True(width == VectorWidth<double>.Widest || 4 * width > length, $"{width} for {length}");
        }
    }

    [Fact]
    public void All_widths_run_one_after_the_other_down_to_single_numbers()
    {
        var kernel = new Record<float>();
        VectorWidth<float>.RunDescending(ref kernel);
        Assert.Equal(VectorWidth<float>.Widest, kernel.Widths[0]);
        Assert.Equal(1, kernel.Widths[^1]);
        Assert.Equal(kernel.Widths.OrderDescending(), kernel.Widths);
    }

    [Fact]
    public void Other_types_than_float_and_double_are_refused()
    {
        var kernel = new Record<Half>();
        var thrown = Assert.Throws<NotSupportedException>(() => VectorWidth<Half>.RunWidest(ref kernel));
        Assert.Contains("Half", thrown.Message);
        Assert.Throws<NotSupportedException>(Precision<int>.Require);
    }

    private struct Record<T>() : IVectorKernel<T> where T : unmanaged
    {
        public List<int> Widths { get; } = [];

        public readonly void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector, T>
            where TVector : struct => Widths.Add(TSimd.Count);
    }
}
