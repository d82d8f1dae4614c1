namespace SimpleGrad.Tests.Properties;

internal static partial class OperatorTable<T>
{
    /// <summary>Convolution and pooling; shapes without the axes that these take are given them.</summary>
    private static IEnumerable<OperatorUse<T>> WindowUses() =>
    [
        Convolution("x.Conv1d(y, Same)", (x, y) => x.Conv1d(y.Reshape(1, 1, -1), null, ConvolutionPadding.Same)),
        Convolution("x.Conv1d(y, bias, stride: 2)", (x, y) =>
            Twice(x, 1).Conv1d(
                Twice(Twice(y, 0), 0).Reshape(2, 2, -1), y.Sum().Expand(2), stride: 2, padding: y.Length - 1)),
        Convolution("x.Conv1d(y, dilation: 2, groups: 2)", (x, y) =>
            Twice(x, 1).Conv1d(Twice(y, 0).Unsqueeze(1), padding: 2 * y.Length, dilation: 2, groups: 2)) with
        {
            HidesNaN = [0],
        },
        Convolution("x.Conv2d(y, (2, 1), padding: (…, 0))", (x, y) =>
            Twice(x, 1).Reshape(1, 1, 2, -1).Conv2d(
                y.Reshape(1, 1, -1, 1), null, (2, 1), padding: (y.Length - 1, 0))),
        Convolution("x.Conv2d(y), pointwise", (x, y) =>
            Twice(x, 1).Unsqueeze(2).Conv2d(Twice(y, 1).Reshape(-1, 2, 1, 1))),
        Whole("x.AvgPool1d(2, 1, padding: 1)", (x, _) => x.Reshape(1, -1).AvgPool1d(2, 1, padding: 1)) with
        {
            Fits = s => s[0].FlattenedLength > 0,
        },
        Whole("x.AvgPool1d(3, 2, ceilMode: true, …)", (x, _) =>
            x.Reshape(1, -1).AvgPool1d(3, 2, padding: 1, ceilMode: true, countIncludePad: false)) with
        {
            Fits = s => s[0].FlattenedLength > 1,
        },
        Whole("x.AvgPool2d(2, 1)", (x, _) => x.Unsqueeze(0).AvgPool2d(2, 1)) with { Fits = Matrices },
        Ordered("x.MaxPool1d(2, 1, padding: 1)", (x, _) => x.Reshape(1, -1).MaxPool1d(2, 1, padding: 1), wholly: true),
        Ordered("x.MaxPool2d((2, 1), …)", (x, _) =>
            x.Reshape(1, -1, 1).MaxPool2d((2, 1), (1, 1), padding: (1, 0)), wholly: true),
    ];

    /// <summary>A signal of one channel, and a kernel as long as the second operand.</summary>
    private static OperatorUse<T> Convolution(string name, Func<Variable<T>, Variable<T>, Variable<T>> apply) =>
        new(name, [_any, _any], (v, _) => apply(v[0].Reshape(1, 1, -1), v[1].Reshape(-1)))
        {
            Fits = s => s[0].FlattenedLength > 0 && s[1].FlattenedLength is > 0 and < 100,
            Most = 99,
        };

    /// <summary>The variable and another one made of it.</summary>
    private static Variable<T> Twice(Variable<T> x, int axis) => x.Rank == 1
        ? Variable.Stack([x, 1 - x], axis)
        : Variable.Concatenate([x, 1 - x], axis);

    private static bool Matrices(Shape[] shapes) => shapes[0].Rank == 2 && shapes[0].All(length => length > 1);
}
