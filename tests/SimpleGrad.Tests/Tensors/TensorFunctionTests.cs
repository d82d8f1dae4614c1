namespace SimpleGrad.Tests.Tensors;

/// <summary>Functions of tensors are those of variables, and sequences have the numbers that one counts.</summary>
public sealed class TensorFunctionTests
{
    private static readonly Tensor<double> _x = Tensor.Create<double>([0.5, -1, 2, 0.25, -3, 1], [2, 3]);
    private static readonly Tensor<double> _y = Tensor.Create<double>([1, -1, 0.5]);

    private static readonly (Func<Tensor<double>> OnTensors, Func<Variable<double>, Variable<double>, Variable<double>>
        OnVariables)[] _functions =
    [
        (() => _x.Abs(), (x, _) => x.Abs()), (() => _x.Sign(), (x, _) => x.Sign()),
        (() => _x.Gelu(), (x, _) => x.Gelu()),
        (() => _x.GeluTanh(), (x, _) => x.GeluTanh()), (() => _x.Maximum(_y), (x, y) => x.Maximum(y)),
        (() => _x.Minimum(_y), (x, y) => x.Minimum(y)), (() => _x.Maximum(0.3), (x, _) => x.Maximum(0.3)),
        (() => _x.Minimum(0.3), (x, _) => x.Minimum(0.3)), (() => _x.Pow(_y), (x, y) => x.Pow(y)),
        (() => _x.Pow(3), (x, _) => x.Pow(3)), (() => _x.Atan2(_y), (x, y) => x.Atan2(y)),
        (() => _x.Hypot(_y), (x, y) => x.Hypot(y)), (() => _x.Fmod(_y), (x, y) => x.Fmod(y)),
        (() => _x.Remainder(_y), (x, y) => x.Remainder(y)), (() => _x.LogAddExp(_y), (x, y) => x.LogAddExp(y)),
        (() => _x.EqualTo(_y), (x, y) => x.EqualTo(y)), (() => _x.EqualTo(2), (x, _) => x.EqualTo(2)),
        (() => _x > _y, (x, y) => x > y), (() => _x < _y, (x, y) => x < y), (() => _x >= _y, (x, y) => x >= y),
        (() => _x <= _y, (x, y) => x <= y), (() => _x > 0.5, (x, _) => x > 0.5), (() => _x < 0.5, (x, _) => x < 0.5),
        (() => _x >= 0.5, (x, _) => x >= 0.5), (() => _x <= 0.5, (x, _) => x <= 0.5),
        (() => _x.Clamp(-0.5, 0.7), (x, _) => x.Clamp(-0.5, 0.7)),
        (() => _x.Clamp(max: 0.7), (x, _) => x.Clamp(max: 0.7)),
        (() => (_x > 0).Where(_x, _y), (x, y) => Variable.Where(x > 0, x, y)),
        (() => _x.Softplus(2, 1), (x, _) => x.Softplus(2, 1)), (() => _x.Softmax(1), (x, _) => x.Softmax(1)),
        (() => _x.LogSoftmax(0), (x, _) => x.LogSoftmax(0)), (() => _x.Mean(), (x, _) => x.Mean()),
        (() => _x.Mean([0], true), (x, _) => x.Mean(0, true)), (() => _x.Amax(), (x, _) => x.Amax()),
        (() => _x.Amax([1]), (x, _) => x.Amax(1)), (() => _x.Amin(), (x, _) => x.Amin()),
        (() => _x.Amin([0], true), (x, _) => x.Amin(0, true)), (() => _x.LogSumExp(), (x, _) => x.LogSumExp()),
        (() => _x.LogSumExp([-1]), (x, _) => x.LogSumExp(-1)),
        (() => new[] { _x, _x.Slice(0, 1) }.Concatenate(), (x, _) => Variable.Concatenate([x, x[1..]])),
    ];

    [Fact]
    public void Tensors_have_the_functions_of_variables()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(_x), y = tape.Variable(_y);
        Assert.All(_functions, function =>
        {
            Tensor<double> expected = function.OnVariables(x, y).Value, actual = function.OnTensors();
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.Equal(expected.ToArray(), actual.ToArray());
        });
        Assert.Throws<ArgumentException>(() => _x.Maximum(_y.Slice(0, 1)));
        Assert.Throws<ArgumentException>(() => Array.Empty<Tensor<double>>().Concatenate());
        Assert.Throws<ArgumentOutOfRangeException>(() => _x.Softplus(0));
    }

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
