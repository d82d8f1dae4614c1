using System.Numerics;

namespace SimpleGrad.Tests.Reports;

/// <summary>
/// Softmax, its logarithm and logsumexp where one class has nearly all the probability. Expected: 1 - p, e, is the sum
/// of the powers of the others, to a relative e; and so the derivatives of p are e and -e, those of log p as well, and
/// those of logsumexp less the first x are e and (second) e.
/// </summary>
public sealed class DominatingClassTests
{
    public static TheoryData<int, int> Layouts => new()
    {
        { 3, 1 }, { 10, 1 }, { 65, 1 }, { 300, 1 }, { 20_000, 1 }, { 3, 3 }, { 70, 5 }, { 40, 100 }, { 400, 2 },
    };

    [Theory, MemberData(nameof(Layouts))]
    public void Doubles(int classes, int columns) => Check<double>(classes, columns, 50, 1e-14);

    [Theory, MemberData(nameof(Layouts))]
    public void Floats(int classes, int columns) => Check<float>(classes, columns, 30, 1e-6);

    private static void Check<T>(int classes, int columns, double top, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var numbers = new T[classes * columns];
        double others = (classes + 1) / 2 * Math.Exp(-top) + (classes / 2 - 1) * Math.Exp(-top - 1);
        for (int i = 0; i < classes; i++)
        {
            double value = i == 1 ? 0 : -top - i % 2;
            numbers.AsSpan(i * columns, columns).Fill(T.CreateChecked(value));
        }
        Tensor<T> x = Tensor.Create<T>(numbers, [classes, columns]);
        if (columns == 1)
            x = x.Reshape(classes);
        double power = Math.Exp(-top);

        Orders(x => x.Softmax(0), [null, others, -others], [null, -power, power]);
        Orders(x => x.LogSoftmax(0), [-others, others, -others], [null, -power, power]);
        Orders(x => x.LogSumExp(0, keepDims: true), [others, null, others], [null, power, -power], row: 0);

        // The value and the derivatives of one row by the most probable class, and by the first one.
        void Orders(
            Func<Variable<T>, Variable<T>> function, double?[] byMost, double?[] byFirst, int row = 1)
        {
            Variable<T> Row(Variable<T> x) => function(x).Slice(0, row, row + 1);
            foreach (bool isCompiled in new[] { false, true })
            {
                var tape = new Tape<T>();
                Variable<T> v = tape.Variable(x);
                Variable<T> y = isCompiled ? Aggregate.Compile<T>(Row).Invoke(v) : Row(v);
                for (int order = 0; order < 3; order++)
                {
                    if (order > 0)
                        y = tape.Grad(order == 1 ? y : y.Slice(0, 1, 2), v)!;
                    Near(byMost[order], y.Value, order == 0 ? 0 : 1);
                    Near(byFirst[order], y.Value, 0);
                }
            }
        }

        void Near(double? expected, Tensor<T> result, int row)
        {
            if (expected is not { } exact)
                return;
            double[] all = [.. result.ToArray().Select(value => double.CreateChecked(value))];
            Assert.All(all[(row * columns)..((row + 1) * columns)], value =>
                Assert.Equal(exact, value, tolerance * Math.Abs(exact)));
        }
    }

    /// <summary>The gradient of soft labels is (1 - p) t less p times the labels of the others.</summary>
    [Fact]
    public void Small_labels_of_other_classes_count()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable([50, 0, -1.0]);
        Variable<double> labels = tape.Constant(Tensor.Create<double>([1, 1e-22, 0]));
        double rest = Math.Exp(-50) + Math.Exp(-51), exact = 1e-22 - rest;
        Assert.Equal(exact, tape.Grad(x.CrossEntropy(labels), x)!.Value.ToArray()[0], 1e-14 * Math.Abs(exact));
    }

    /// <summary>What all classes have in common does not count, and nothing is lost to it.</summary>
    [Fact]
    public void Equal_gradients_are_none()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable([1, 0.7, 0.2]);
        Assert.Equal([0, 0, 0], tape.Grad((x.Softmax(0) * 1e6).Sum(), x)!.Value.ToArray());
    }

    /// <summary>1 / (1 + exp(-1/4)) and the rest, by mpmath; the result itself is rounded to 1e-13.</summary>
    [Fact]
    public void Weights_of_great_numbers_have_all_digits()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable([1000.25, 1000, 2.0, 1.0], name: "x");
        double[] gradient = tape.Grad(x.LogSumExp(), x)!.Value.ToArray();
        Assert.Equal(0.56217650088579810, gradient[0], 4e-16);
        Assert.Equal(0.43782349911420190, gradient[1], 4e-16);
    }
}
