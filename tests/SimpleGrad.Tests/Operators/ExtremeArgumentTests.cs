using SimpleGrad.Tests.Compiler;

namespace SimpleGrad.Tests.Operators;

/// <summary>
/// Whole numbers at the ends of their range as arguments: where the result exists it is there, with its derivative, and
/// elsewhere there is an error that names the operator. Results by definition; x is 1, 2, 3.
/// </summary>
public sealed class ExtremeArgumentTests
{
    private const int Least = int.MinValue, Most = int.MaxValue;

    /// <summary>Calls, the results, and the gradients of their sums.</summary>
    public static TheoryData<string, Func<Variable<double>, Variable<double>>, double[], double[]> Results => new()
    {
        { "Slice by all", x => x.Slice(0, Least, Most, Most), [1], [1, 0, 0] },
        { "Slice of nothing", x => x.Slice(0, Most, Least), [], [0, 0, 0] },
        { "Slice of a slice", x => x.Slice(0, 1, Most, Most).Slice(0, 0, Most, Most), [2], [0, 1, 0] },
        { "Unfold", x => x.Unfold(0, 2, Most).Flatten(), [1, 2], [1, 1, 0] },
        { "Unfold of nothing", x => x.Unfold(0, 0, Most).Flatten(), [], [0, 0, 0] },
        { "Split", x => x.Split(Most)[0], [1, 2, 3], [1, 1, 1] },
        { "Chunk", x => x.Chunk(Most)[2], [3], [0, 0, 1] },
        { "Diff", x => x.Diff(Most), [], [0, 0, 0] },
        { "Roll by the most", x => x.Roll(Most, 0), [3, 1, 2], [1, 1, 1] }, // 2³¹ - 1 = 1 (mod 3)
        { "Roll by the least", x => x.Roll(Least, 0), [3, 1, 2], [1, 1, 1] }, // -2³¹ = 1 (mod 3)
        { "Roll all", x => x.Roll(Least), [3, 1, 2], [1, 1, 1] },
        { "Rot90 by the most", x => x.Reshape(1, 3).Rot90(Most).Flatten(), [1, 2, 3], [1, 1, 1] }, // 3 (mod 4)
        { "Rot90 by the least", x => x.Reshape(1, 3).Rot90(Least).Flatten(), [1, 2, 3], [1, 1, 1] },
        { "Repeat never", x => x.Repeat(0), [], [0, 0, 0] },
        { "Repeat nothing", x => x[..0].Repeat(Most), [], [0, 0, 0] },
        { "Tile nothing", x => x[..0].Tile(7, Most), [], [0, 0, 0] },
        { "RepeatInterleave nothing", x => x[..0].RepeatInterleave(Most, 0), [], [0, 0, 0] },
        { "Diagonal below", x => x.Reshape(1, 3).Diagonal(Least), [], [0, 0, 0] },
        { "Diagonal above", x => x.Reshape(3, 1).Diagonal(Most), [], [0, 0, 0] },
        { "Tril above", x => x.Reshape(1, 3).Tril(Most).Flatten(), [1, 2, 3], [1, 1, 1] },
        { "Tril below", x => x.Reshape(1, 3).Tril(Least).Flatten(), [0, 0, 0], [0, 0, 0] },
        { "Triu above", x => x.Reshape(3, 1).Triu(Most).Flatten(), [0, 0, 0], [0, 0, 0] },
        { "Triu below", x => x.Reshape(3, 1).Triu(Least).Flatten(), [1, 2, 3], [1, 1, 1] },
        { "AvgPool1d, one window", x => Signal(x).AvgPool1d(1, Most).Flatten(), [1], [1, 0, 0] },
        { "AvgPool1d of two", x => Signal(x).AvgPool1d(2, Most).Flatten(), [1.5], [0.5, 0.5, 0] },
        { "AvgPool1d, padded", x => Signal(x).AvgPool1d(2, Most, 1).Flatten(), [0.5], [0.5, 0, 0] },
        { "AvgPool1d, ceiling", x => Signal(x).AvgPool1d(2, Most, 0, true).Flatten(), [1.5], [0.5, 0.5, 0] },
        {
            "AvgPool1d, long windows", x => Signal(x).AvgPool1d(Most, 1, Most / 2, false, false).Flatten(),
            [2, 2, 2], [1, 1, 1]
        },
        {
            "AvgPool1d, long windows of padding", x => Signal(x).AvgPool1d(Most, 1, Most / 2).Flatten(),
            [.. Enumerable.Repeat(6.0 / Most, 3)], [.. Enumerable.Repeat(3.0 / Most, 3)]
        },
        {
            "AvgPool2d, great windows", x => x.Reshape(1, 1, 3).AvgPool2d(1 << 17, 1 << 17, 1 << 16).Flatten(),
            [6 / Math.Pow(2, 34)], [.. Enumerable.Repeat(Math.Pow(2, -34), 3)]
        },
        {
            "AvgPool2d, one window", x => x.Reshape(1, 3, 1).AvgPool2d((2, 1), (Most, 9)).Flatten(),
            [1.5], [0.5, 0.5, 0]
        },
        { "MaxPool1d, one window", x => Signal(x).MaxPool1d(1, Most).Flatten(), [1], [1, 0, 0] },
        { "MaxPool1d of two", x => Signal(x).MaxPool1d(2, Most).Flatten(), [2], [0, 1, 0] },
        { "MaxPool1d, padded", x => Signal(x).MaxPool1d(2, Most, 1).Flatten(), [1], [1, 0, 0] },
        { "MaxPool1d, one tap", x => Signal(x).MaxPool1d(1, 1, 0, Most).Flatten(), [1, 2, 3], [1, 1, 1] },
        { "MaxPool1d, ceiling", x => Signal(x).MaxPool1d(2, Most, 0, 1, true).Flatten(), [2], [0, 1, 0] },
        { "MaxPool1d, long windows", x => Signal(x).MaxPool1d(Most, 1, Most / 2).Flatten(), [3, 3, 3], [0, 0, 3] },
        { "MaxPool1d, far taps", x => Signal(x).MaxPool1d(3, 1, Most, Most).Flatten(), [1, 2, 3], [1, 1, 1] },
        { "MaxPool2d, one window", x => x.Reshape(1, 1, 3).MaxPool2d(1, Most).Flatten(), [1], [1, 0, 0] },
        { "Conv1d, one window", x => Signal(x).Conv1d(Taps(x, 2), null, Most).Flatten(), [6], [2, 2, 0] },
        { "Conv1d, padded", x => Signal(x).Conv1d(Taps(x, 2), null, Most, 1).Flatten(), [2], [2, 0, 0] },
        {
            "Conv1d, one tap", x => Signal(x).Conv1d(Taps(x, 1), null, 1, 0, Most).Flatten(),
            [1, 2, 3], [1, 1, 1]
        },
        {
            "Conv1d, far taps", x => Signal(x).Conv1d(Taps(x, 3), null, 1, Most, Most).Flatten(),
            [4, 8, 12], [4, 4, 4]
        },
        {
            "Conv1d, the same length", x => Signal(x).Conv1d(Taps(x, 3), null, ConvolutionPadding.Same, Most).Flatten(),
            [4, 8, 12], [4, 4, 4]
        },
        {
            "Conv1d, far windows", x => Signal(x).Conv1d(Taps(x, 1), null, Most, Most).Flatten(),
            [0, 1, 0], [1, 0, 0]
        },
        {
            "Conv1d, all in the padding", x => Signal(x).Conv1d(Taps(x, 2), null, 1, Most / 2, Most).Flatten(),
            [0, 0], [0, 0, 0]
        },
        {
            "ConvTranspose1d of one", x => Signal(x[..1]).ConvTranspose1d(Taps(x, 2), null, Most).Flatten(),
            [2, 2], [4, 0, 0]
        },
        {
            "ConvTranspose1d, one tap", x => Signal(x).ConvTranspose1d(Taps(x, 1), null, 1, 0, 0, 1, Most).Flatten(),
            [1, 2, 3], [1, 1, 1]
        },
        {
            "ConvTranspose1d, padded", x =>
                Signal(x).ConvTranspose1d(Taps(x, 1), null, Most / 2, Most / 2).Flatten(), [2], [0, 1, 0]
        },
        { "TopK of none", x => x.TopK(0).Values, [], [0, 0, 0] },
        { "Reshape of nothing", x => x[..0].Reshape(-1, 1 << 15, 1 << 15).Flatten(), [], [0, 0, 0] },
    };

    [Theory, MemberData(nameof(Results))]
    public void What_exists_is_there(
        string what, Func<Variable<double>, Variable<double>> function, double[] expected, double[] slopes)
    {
        Check(function);
        Comparison.OnBothExecutors(() => Check(Tested.Compile(function).InvokeOf));

        void Check(Func<Variable<double>, Variable<double>> f)
        {
            var tape = new Tape<double>();
            Variable<double> x = tape.Variable([1.0, 2.0, 3.0]), result = f(x);
            AssertClose(what, expected, result.Value.ToArray());
            AssertClose(what, slopes, tape.Grad(result.Sum(), [x], zeros: true)[0]!.Value.ToArray());
        }

        static void AssertClose(string what, double[] expected, double[] actual) => Assert.True(
            expected.Length == actual.Length
                && expected.Zip(actual).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-15 * pair.First),
            $"{what}: {string.Join(", ", actual)}");
    }

    /// <summary>Calls whose result does not exist, and with what name and what else the error begins.</summary>
    public static TheoryData<string, Func<Variable<double>, Variable<double>>> Errors => new()
    {
        { "select: index -2147483648 ", x => x.Select(0, Least) },
        { "select: index 2147483647 ", x => x[Most] },
        { "select: index ^0 ", x => x[^0] },
        { "select: shape (3,) has no axis ", x => x.Select(Least, 0) },
        { "narrow: ", x => x.Narrow(0, Least, 1) },
        { "narrow: ", x => x.Narrow(0, 0, Most) },
        { "narrow: ", x => x.Narrow(0, Most, Most) },
        { "narrow: ", x => x.Narrow(0, 1, Least) },
        { "slice: the step ", x => x.Slice(0, 0, 1, Least) },
        { "unfold: a window of 2147483647 ", x => x.Unfold(0, Most, 1) },
        { "unfold: a window of -2147483648 ", x => x.Unfold(0, Least, 1) },
        { "unfold: the step ", x => x.Unfold(0, 1, Least) },
        { "split: ", x => x.Split(Least)[0] },
        { "split: ", x => x.Split([Most, Most, 5])[0] },
        { "chunk: ", x => x.Chunk(Least)[0] },
        { "diff: ", x => x.Diff(Least) },
        { "repeat: (-2147483648) ", x => x.Repeat(Least) },
        { "tile: (-2147483648) ", x => x.Tile(Least) },
        { "repeat_interleave: ", x => x.RepeatInterleave(Least, 0) },
        { "diag: ", x => x.Reshape(1, 3).Diag(Least) },
        { "diag: ", x => x.Reshape(1, 3).Diag(Most) },
        { "pad: axis 0 of shape (3,) has fewer ", x => x.Pad([(Least, 0)]) },
        { "pad: axis 0 of shape (3,) has fewer ", x => x.Pad([(Most, Least)]) },
        { "pad: axis 0 of shape (3,) has fewer ", x => x.Pad([(Least, Least)], PadMode.Circular) },
        { "pad: axis 0 of shape (3,) is too short ", x => x.Pad([(4, 0)], PadMode.Circular) },
        { "topk: ", x => x.TopK(Most).Values },
        { "kthvalue: ", x => x.KthValue(Least).Values },
        { "sum: ", x => x.Sum(Least) },
        { "flip: ", x => x.Flip(Most) },
        { "unsqueeze: ", x => x.Unsqueeze(Most) },
        { "squeeze: ", x => x.Squeeze(Least) },
        { "flatten: ", x => x.Flatten(Least) },
        { "reshape: ", x => x.Reshape(-1, Most, Most, 4) },
        { "avg_pool1d: ", x => Signal(x).AvgPool1d(Most) },
        { "avg_pool1d: ", x => Signal(x).AvgPool1d(Least) },
        { "avg_pool1d: stride ", x => Signal(x).AvgPool1d(1, Least) },
        { "avg_pool1d: the padding ", x => Signal(x).AvgPool1d(2, 1, Most) },
        { "max_pool1d: windows ", x => Signal(x).MaxPool1d(2, 1, 0, Most) },
        { "max_pool1d: windows ", x => Signal(x).MaxPool1d(2, 1, 1 << 30, Most) }, // all of them in the padding
        { "max_pool1d: the padding ", x => Signal(x).MaxPool1d(2, 1, Most, Most) },
        { "max_pool2d: windows ", x => x.Reshape(1, 1, 3).MaxPool2d(Most) },
        { "conv1d: windows ", x => Signal(x).Conv1d(Taps(x, 2), null, 1, 0, Most) },
        { "conv1d: padding ", x => Signal(x).Conv1d(Taps(x, 2), null, 1, Least) },
        { "conv1d: a weight ", x => Signal(x).Conv1d(Taps(x, 2), groups: Most) },
        { "conv_transpose1d: an output padding ", x => Signal(x).ConvTranspose1d(Taps(x, 2), null, 1, 0, Most) },
        { "conv_transpose1d: axis 2 ", x => Signal(x).ConvTranspose1d(Taps(x, 2), null, 1, Most) },
        { "conv_transpose1d: a weight ", x => Signal(x).ConvTranspose1d(Taps(x, 2), groups: Most) },
        { "group_norm: ", x => x.Reshape(1, 3).GroupNorm(Most) },
        { "index_select: index ", x => x.IndexSelect(0, Tensor.Scalar(Least)) },
        { "gather: index ", x => x.Gather(0, Tensor.Create([Most])) },
        { "index: index ", x => x[Tensor.Create([Least])] },
        { "index_put: index ", x => x.IndexPut([Tensor.Create([Least])], x.Sum()) },
        { "scatter: index ", x => x.Scatter(0, Tensor.Create([Most]), 1) },
    };

    [Theory, MemberData(nameof(Errors))]
    public void What_does_not_exist_is_refused(string message, Func<Variable<double>, Variable<double>> function)
    {
        var tape = new Tape<double>();
        Assert.StartsWith(
            message, Assert.ThrowsAny<ArgumentException>(() => function(tape.Variable([1.0, 2.0, 3.0]))).Message);
    }

    /// <summary>A signal of one channel.</summary>
    private static Variable<double> Signal(Variable<double> x) => x.Reshape(1, 1, -1);

    /// <summary>A kernel of one number for each tap: 1, or 2 and 2, or 3, 4 and 5.</summary>
    private static Variable<double> Taps(Variable<double> x, int count) => x.Tape.Constant(Tensor.Create<double>(
        count == 3 ? [3, 4, 5] : [.. Enumerable.Repeat((double)count, count)], [1, 1, count]));
}
