namespace SimpleGrad.Tests.Compiler;

/// <summary>A compiled function is compiled for the shapes of all its inputs.</summary>
public sealed class SpecializationTests
{
    private static readonly Shape[] _shapes = [[3], [2, 3], [1], [], [3], [1, 1], [2, 1], [3, 1, 3], [0, 3], [3]];

    private static Variable<double>[] Function(Variable<double>[] x) =>
        [x.Select((each, i) => each * (i + 2)).Aggregate((a, b) => a * b + a), x[0].Exp() + x[^1]];

    /// <summary>One input after the other changes its shape while the others keep theirs.</summary>
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(9), InlineData(17), InlineData(66)]
    public void A_change_in_any_input_is_noticed(int count)
    {
        Aggregate<double> aggregate = Aggregate.Compile<double>(Function);
        TensorFunction<double, Tensor<double>[]> plain = TensorFunction.Of<double>(Function);
        TensorFunction<double, Tensor<double>[]> compiled = plain.Compile();
        foreach (int place in (int[])[0, count / 2, count - 1])
        {
            foreach (Shape shape in _shapes)
            {
                Tensor<double>[] inputs =
                [
                    .. Enumerable.Range(0, count).Select(
                        i => Comparison.Wave<double>(i == place ? shape : [3], 0.7 + i)),
                ];
                Tensor<double>[] expected = plain.Invoke(inputs);
                Same(expected, compiled.Invoke(inputs));
                var into = new Tensor<double>?[2];
                compiled.InvokeInto(into, inputs);
                Same(expected, into!);
                var tape = new Tape<double>();
                Variable<double>[] x = [.. inputs.Select(input => tape.Variable(input))];
                Same(expected, [.. aggregate.InvokeAll(x).Select(result => result.Value)]);
            }
        }
    }

    [Fact]
    public void A_change_in_how_many_inputs_there_are_is_noticed()
    {
        TensorFunction<double, Tensor<double>[]> plain = TensorFunction.Of<double>(Function);
        TensorFunction<double, Tensor<double>[]> compiled = plain.Compile();
        foreach (int count in (int[])[2, 3, 1, 2, 18, 17, 3])
        {
            Tensor<double>[] inputs =
                [.. Enumerable.Range(0, count).Select(i => Comparison.Wave<double>([4], 0.3 + i))];
            Same(plain.Invoke(inputs), compiled.Invoke(inputs));
        }
    }

    [Fact]
    public void Keys_are_equal_where_all_shapes_are()
    {
        InputShapes shapes = Of([[3], [2, 3], []], [[4]]);
        Assert.Equal(shapes, Of([[3], [2, 3], []], [[4]]));
        Assert.Equal(shapes.GetHashCode(), Of([[3], [2, 3], []], [[4]]).GetHashCode());
        Shape[][] others = [[[4], [2, 3], []], [[3], [3, 2], []], [[3], [2, 3], [1]], [[3], [2, 3]], [[2, 3], [3], []]];
        foreach (Shape[] other in others)
            Assert.NotEqual(shapes, Of(other, [[4]]));
        foreach (Shape[] other in (Shape[][])[[], [[5]], [[4], [4]]])
            Assert.NotEqual(shapes, Of([[3], [2, 3], []], other));
        Assert.NotEqual(shapes, Of([[3], [2, 3]], [[], [4]]));

        static InputShapes Of(Shape[] inputs, Shape[] indices) => new(inputs, indices);
    }

    /// <summary>More shapes than are found without the dictionary, and later more than are kept.</summary>
    [Theory, InlineData(15), InlineData(16), InlineData(17), InlineData(256), InlineData(257)]
    public void What_is_kept_is_not_traced_again(int count)
    {
        int traced = 0;
        TensorFunction<double, Tensor<double>> compiled = TensorFunction.Of<double>((a, b) =>
        {
            traced++;
            return a * b;
        }).Compile();
        Tensor<double> one = Tensor.Create<double>([2]);
        for (int round = 0; round < 2; round++)
        {
            for (int i = 1; i <= count; i++)
                Assert.Equal(2 * i, compiled.Invoke(one, Tensor.Full([i], 2.0)).ToArray().Sum() / 2);
        }
        Assert.InRange(traced, count, count <= 256 ? count : 2 * count);
    }

    /// <summary>What is explained is what was called last.</summary>
    [Fact]
    public void The_shapes_of_the_last_call_are_known()
    {
        Aggregate<double> sum = Aggregate.Compile<double>((a, b) => a + b);
        var tape = new Tape<double>();
        Variable<double> a = tape.Variable([1, 2, 3]);
        foreach (Shape shape in (Shape[])[[3], [2, 3], [3], [4, 3], [2, 3]])
        {
            _ = sum.Invoke(a, tape.Variable(Tensor.Full(shape, 1.0)));
            Assert.Contains($"b {shape}", sum.Explain(), StringComparison.Ordinal);
        }
    }

    private static void Same(Tensor<double>[] expected, Tensor<double>[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Shape, actual[i].Shape);
            Assert.Equal(expected[i].ToArray(), actual[i].ToArray(), (x, y) => Math.Abs(x - y) <= 1e-12 * Math.Abs(x));
        }
    }
}
