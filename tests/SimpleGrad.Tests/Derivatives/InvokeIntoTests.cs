namespace SimpleGrad.Tests.Derivative;

/// <summary>Results that are written into memory that is there already.</summary>
public sealed class InvokeIntoTests
{
    private static readonly Tensor<double> _x = Tensor.Create<double>([1, 2, 3]);
    private static readonly Tensor<double> _y = Tensor.Create<double>([4, 5, 6]);

    public static TheoryData<bool> Both => [true, false];

    [Theory, MemberData(nameof(Both))]
    public void Results_of_an_earlier_call_are_written_over(bool isCompiled)
    {
        var function = Derivatives.ValueAndGrad<double>((a, b) => ((a + b) * b.Exp()).Sum());
        function = isCompiled ? function.Compile() : function;
        var results = new Tensor<double>?[3];
        function.InvokeInto(results, _x, _y);
        Tensor<double> gradient = results[2]!;
        double[] before = gradient.ToArray();
        function.InvokeInto(results, _y, _x);
        (Tensor<double> value, Tensor<double> da, Tensor<double> db) = function.Invoke(_y, _x);
        Assert.Same(gradient, results[2]);
        Assert.NotEqual(before, gradient.ToArray());
        Assert.Equal(value.Item(), results[0]!.Item());
        Assert.Equal(da.ToArray(), results[1]!.ToArray());
        Assert.Equal(db.ToArray(), gradient.ToArray());
    }

    /// <summary>The gradient by a is b itself, which a later call must not write over.</summary>
    [Fact]
    public void A_result_that_is_an_input_comes_as_a_copy()
    {
        var function = Derivatives.Grad<double>((a, b) => (a * b).Sum()).Compile();
        var results = new Tensor<double>?[2];
        Tensor<double> x = Tensor.Create<double>([1, 2, 3]), y = Tensor.Create<double>([4, 5, 6]);
        function.InvokeInto(results, x, y);
        function.InvokeInto(results, y, x);
        Assert.Equal([1, 2, 3], x.ToArray());
        Assert.Equal([4, 5, 6], y.ToArray());
        Assert.Equal([1, 2, 3], results[0]!.ToArray());
        Assert.Equal([4, 5, 6], results[1]!.ToArray());
    }

    /// <summary>Products compute in memory of their own, which comes back.</summary>
    [Fact]
    public void Results_of_the_librarys_kernels_need_no_new_memory()
    {
        var function = Derivatives.Grad<double>((a, b) => a.MatMul(b).Tanh().Sum()).Compile();
        Tensor<double> x = Check.Random(1, 60, 50), y = Check.Random(2, 50, 40);
        var results = new Tensor<double>?[2];
        for (int i = 0; i < 3; i++)
            function.InvokeInto(results, x * Tensor.Scalar(i + 1.0), y);
        Allocations.AtMost(40 * 60 * sizeof(double) / 2, () => function.InvokeInto(results, x, y));
        (Tensor<double> dx, Tensor<double> dy) = function.Invoke(x, y);
        Assert.Equal(dx.ToArray(), results[0]!.ToArray());
        Assert.Equal(dy.ToArray(), results[1]!.ToArray());
    }

    [Theory, MemberData(nameof(Both))]
    public void Nothing_is_written_where_one_result_does_not_fit(bool isCompiled)
    {
        var function = Derivatives.Grad<double>((a, b) => (a * b).Sum());
        function = isCompiled ? function.Compile() : function;
        Tensor<double> first = Tensor.Create<double>([7, 7, 7]), second = Tensor.Create<double>([7, 7]);
        var tape = new Tape<double>();
        Variable<double> saver = tape.Variable(first), square = saver * saver;
        Assert.Contains(
            "result 1 has shape (3,), not (2,)",
            Assert.Throws<ArgumentException>(() => function.InvokeInto([first, second], _x, _y)).Message);
        Assert.Equal([7, 7, 7], first.ToArray());
        Assert.Equal([14, 14, 14], tape.Grad(square, saver)!.Value.ToArray());
    }

    [Fact]
    public void Memory_that_cannot_be_written_is_refused()
    {
        var function = Derivatives.Grad<double>((a, b) => (a * b).Sum()).Compile();
        var fresh = Tensor.Create<double>([0, 0, 0]);
        Tensor<double> x = Tensor.Create<double>([1, 2, 3]), constant = Tensor.Create<double>([0, 0, 0]);
        TensorFunction.Of<double>(v => v + v.Tape.Constant(constant)).Compile().Invoke(x);
        Assert.Contains("an input's", Refusal([x, null]), StringComparison.Ordinal);
        Assert.Contains("another result's", Refusal([fresh, fresh]), StringComparison.Ordinal);
        Assert.Contains("a constant of a compiled function", Refusal([constant, null]), StringComparison.Ordinal);
        Assert.Contains("gaps", Refusal([Tensor.Create<double>([0, 0, 0, 0, 0, 0]).Slice(0, step: 2), null]));
        Assert.Contains(
            "result 0 has shape (3,), not (2,)",
            Assert.Throws<ArgumentException>(() => function.InvokeInto([Tensor.Create<double>([0, 0]), null], x, _y))
                .Message);
        Assert.Contains(
            "has 2 results, not 1",
            Assert.Throws<ArgumentException>(() => function.InvokeInto(new Tensor<double>?[1], x, _y)).Message);

        string Refusal(Tensor<double>?[] results) =>
            Assert.Throws<InvalidOperationException>(() => function.InvokeInto(results, x, _y)).Message;
    }
}
