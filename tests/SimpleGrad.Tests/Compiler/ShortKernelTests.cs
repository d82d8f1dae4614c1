namespace SimpleGrad.Tests.Compiler;

/// <summary>Kernels over few elements, where many operators are one kernel.</summary>
public sealed class ShortKernelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(14)]
    [InlineData(17)]
    [InlineData(64)]
    [InlineData(65)]
    public void Results_are_those_of_plain_operators_whatever_the_length(int length)
    {
        double[] numbers = [.. Enumerable.Range(0, length).Select(i => 0.3 + 0.01 * i)];
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(numbers);
        Variable<double> plain = Chain(x, 300), compiled = Aggregate.Compile<double>(y => Chain(y, 300)).Invoke(x);
        Assert.Equal(plain.Value.ToArray(), compiled.Value.ToArray());
        Assert.Equal(tape.Grad(plain, x)!.Value.ToArray(), tape.Grad(compiled, x)!.Value.ToArray());
    }

    [Fact]
    public void A_single_number_is_computed_as_vectors_are()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(0.7), vector = tape.Variable([0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7]);
        Aggregate<double> chain = Aggregate.Compile<double>(y => Chain(y, 40));
        Assert.Equal(chain.Invoke(vector).Value.GetValue(0), chain.Invoke(x).Item());
        Assert.Equal(tape.Grad(chain.Invoke(vector), vector)!.Value.GetValue(0), tape.Grad(chain.Invoke(x), x)!.Item());
    }

    [Fact]
    public void Many_operators_on_few_elements_are_one_kernel()
    {
        Aggregate<double> chain = Aggregate.Compile<double>(y => Chain(y, 100), "chain");
        Assert.Equal(1, Kernels(64));
        Assert.True(Kernels(65) > 1);

        int Kernels(int length) => chain.Explain([Shape.Create(length)])
            .Split("// propagate")[0].Split("// kernel over").Length - 1;
    }

    [Fact]
    public void A_kernel_may_have_hundreds_of_inputs()
    {
        var tape = new Tape<double>();
        Variable<double>[] x = [.. Enumerable.Range(0, 150).Select(i => tape.Variable([0.1 * i, 1, 2, 3, 4]))];
        Aggregate<double> sum = Aggregate.Compile<double>(y => [Sum(y)]);
        for (int i = 0; i < 2; i++)
        {
            Variable<double> compiled = sum.InvokeAll(x)[0];
            Assert.Equal(Sum(x).Value.ToArray(), compiled.Value.ToArray());
            Assert.Equal(
                tape.Grad(Sum(x), x[^1])!.Value.ToArray(), tape.Grad(compiled, x[^1])!.Value.ToArray());
        }

        static Variable<double> Sum(Variable<double>[] x) => x.Aggregate((y, z) => y * z + z);
    }

    private static Variable<double> Chain(Variable<double> x, int length)
    {
        Variable<double> y = x;
        for (int i = 0; i < length; i++)
            y = i % 4 == 0 ? (y + x) / (1 + y * y) : i % 4 == 1 ? (y - x).Sin() : i % 4 == 2 ? -(y * x) : y.Exp() - x;
        return y;
    }
}
