namespace SimpleGrad.Tests.Operators;

/// <summary>Normalization, attention and similarity, with numbers from the formulas.</summary>
public sealed class NormalizationTests
{
    private static readonly double[] _data = [0.5, -1, 2, 4, 0.25, -3, 1, 1.5, -0.5, 2.5, 0, 3];
    private readonly Tape<double> _tape = new();

    [Fact]
    public void Layers_have_mean_0_and_variance_1()
    {
        Variable<double> x = Make(2, 2, 3), weight = _tape.Constant([1.0, 2, 3]);
        Variable<double> bias = _tape.Constant([0.1, 0.2, 0.3]);
        AssertClose(_data.Chunk(6).SelectMany(row => Standard(row, 1e-5)), x.LayerNorm([2, 3]));
        AssertClose(
            _data.Chunk(3).SelectMany(row => Standard(row, 0.1).Select((z, i) => z * (i + 1) + (i + 1) / 10.0)),
            x.LayerNorm([3], weight, bias, 0.1));
        AssertClose(
            _data.Chunk(3).SelectMany(row =>
            {
                double size = Math.Sqrt(row.Average(v => v * v) + 0.01);
                return row.Select((v, i) => v / size * (i + 1));
            }),
            x.RmsNorm([3], weight, 0.01));
        Assert.Equal(0, _tape.Constant([0.0, 0]).RmsNorm([2]).Sum().Item());
    }

    [Fact]
    public void Groups_and_batches_are_standardized_by_channel()
    {
        Variable<double> x = Make(2, 2, 3), weight = _tape.Constant([2.0, 3]), bias = _tape.Constant([0.1, 0.2]);
        AssertClose(_data.Chunk(6).SelectMany(row => Standard(row, 1e-5)), x.GroupNorm(1));
        AssertClose(
            _data.Chunk(3).SelectMany((row, i) =>
                Standard(row, 1e-5).Select(z => i % 2 == 0 ? 2 * z + 0.1 : 3 * z + 0.2)),
            x.GroupNorm(2, weight, bias));
        double[] Channel(int i) => [.. _data[(3 * i)..(3 * i + 3)], .. _data[(6 + 3 * i)..(9 + 3 * i)]];
        double[] first = Standard(Channel(0), 1e-5), second = Standard(Channel(1), 1e-5);
        double[] batch = [.. first[..3], .. second[..3], .. first[3..], .. second[3..]];
        AssertClose(batch, x.BatchNorm());
        AssertClose(batch.Select((z, i) => i / 3 % 2 == 0 ? 2 * z + 0.1 : 3 * z + 0.2), x.BatchNorm(weight, bias));
        Variable<double> variance = x.Var([0, 2], 0), mean = x.Mean([0, 2]);
        AssertClose(batch, x.BatchNorm(mean: mean, variance: variance));
        AssertClose(
            batch.Select((z, i) => i / 3 % 2 == 0 ? 2 * z + 0.1 : 3 * z + 0.2),
            x.BatchNorm(weight, bias, mean, variance));
    }

    [Fact]
    public void Parameters_of_other_shapes_are_refused()
    {
        Variable<double> x = Make(2, 2, 3), weight = _tape.Constant([1.0, 2]);
        Func<Variable<double>>[] calls =
        [
            () => x.LayerNorm([2]), () => x.LayerNorm([]), () => x.LayerNorm([3], weight), () => x.RmsNorm([3], weight),
            () => x.GroupNorm(2, weight.Reshape(2, 1)), () => x.GroupNorm(3), () => x.BatchNorm(x),
            () => weight.BatchNorm(),
            () => x.BatchNorm(mean: weight, variance: x), () => x.BatchNorm(mean: weight),
            () => x.BatchNorm(variance: weight), () => x.CosineSimilarity(weight, 1),
            () => Variable.ScaledDotProductAttention(x, x, weight),
            () => Variable.ScaledDotProductAttention(x, x, x, x),
            () => Variable.ScaledDotProductAttention(x, x, x, x[..0], isCausal: true),
        ];
        Assert.All(calls, call => Assert.Matches(@"^[a-z_]+: .*\(", Assert.Throws<ArgumentException>(call).Message));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.GroupNorm(0));
    }

    [Fact]
    public void Vectors_of_zeros_are_similar_to_nothing()
    {
        Variable<double> x = _tape.Variable(Tensor.Create<double>([0, 0, 3, 4], [2, 2])), y = _tape.Variable([1.0, 0]);
        Variable<double> similar = x.CosineSimilarity(y, 1);
        Assert.Equal([0, 0.6], similar.Value.ToArray());
        Assert.All(_tape.Grad(similar.Sum(), x)!.Value.ToArray(), slope => Assert.True(double.IsFinite(slope)));
        Assert.Equal([0, 1], x.CosineSimilarity(3 * x, axis: -1).Value.ToArray(), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    /// <summary>The second query sees both keys; the first one, in causal attention, its own alone.</summary>
    [Fact]
    public void Attention_may_be_causal_or_masked()
    {
        Variable<double> q = _tape.Variable(Tensor.Create<double>([1, 2, -1, 0.5], [2, 2]));
        Variable<double> k = _tape.Variable(Tensor.Create<double>([0.3, -0.2, 0.7, 0.1], [2, 2]));
        Variable<double> v = _tape.Variable(Tensor.Create<double>([1, 5], [2, 1]));
        double[] scores = [.. new[] { -1 * 0.3 + 0.5 * -0.2, -0.7 + 0.05 }.Select(s => Math.Exp(s / Math.Sqrt(2)))];
        double second = (scores[0] + 5 * scores[1]) / scores.Sum();
        Variable<double> causal = Variable.ScaledDotProductAttention(q, k, v, isCausal: true);
        AssertClose([1, second], causal);
        Variable<double> mask = _tape.Constant(
            Tensor.Create<double>([0, double.NegativeInfinity, 0, 0], [2, 2]));
        AssertClose([1, second], Variable.ScaledDotProductAttention(q, k, v, mask));
        AssertClose([3, 3], Variable.ScaledDotProductAttention(q, k, v, scale: 0));
        Assert.Equal([0, 0], _tape.Grad(causal[0].Sum(), q)!.Value.ToArray()[..2]);
    }

    private Variable<double> Make(params int[] shape) =>
        _tape.Variable(Tensor.Create<double>(_data, Shape.Create(shape)));

    private static double[] Standard(double[] row, double epsilon)
    {
        double mean = row.Average(), variance = row.Average(v => (v - mean) * (v - mean));
        return [.. row.Select(v => (v - mean) / Math.Sqrt(variance + epsilon))];
    }

    private static void AssertClose(IEnumerable<double> expected, Variable<double> actual) =>
        Assert.Equal([.. expected], actual.Value.ToArray(), (x, y) => Math.Abs(x - y) < 1e-13);
}
