using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Compiler;

/// <summary>
/// Operators that differ in a parameter alone are not taken for one when a function is compiled: the results for all
/// parameters, in one function, are those of eager computing.
/// </summary>
public sealed class OperatorIdentityTests
{
    private static readonly Tensor<double> _square = Comparison.Wave<double>([4, 4], 0.9);

    private static readonly Dictionary<string, Func<Variable<double>, Variable<double>, Variable<double>[]>> _pairs =
        new()
        {
            ["slices"] = (x, _) =>
                [x[..2], x[1..3], x[2..], x[..2] * 2, x.Slice(0, 0, step: 2), x.Slice(0, 1, step: 2)],
            ["slices along another axis"] = (x, _) =>
                [x.Slice(0, 0, 2).Reshape(8), x.Slice(1, 0, 2).Reshape(8), x.Slice(1, 2, 4).Reshape(8)],
            ["permutations"] = (x, _) =>
            [
                x.Reshape(2, 2, 2, 2).Permute(1, 0, 2, 3), x.Reshape(2, 2, 2, 2).Permute(0, 1, 3, 2),
                x.Reshape(2, 2, 2, 2).Permute(3, 2, 1, 0),
            ],
            ["sums"] = (x, _) => [x.Sum(0), x.Sum(1), x.Sum([0, 1]).Expand(4), x.Mean(0), x.Mean(1)],
            ["spread sums"] = (x, _) => [x.Sum(0).Expand(4, 4), x.Sum([1], keepDims: true).Expand(4, 4)],
            ["extrema"] = (x, _) => [x.Amax(0), x.Amax(1), x.Amin(0), x.Amin(1)],
            ["softmax"] = (x, _) => [x.Softmax(0), x.Softmax(1), x.LogSoftmax(0), x.LogSoftmax(1)],
            ["running sums"] = (x, _) => [x.CumSum(0), x.CumSum(1), x.CumProd(0), x.CumProd(1)],
            ["sorting"] = (x, _) => [x.Sort(0).Values, x.Sort(1).Values, x.Sort(1, descending: true).Values],
            ["diagonals"] = (x, _) => [x.Diagonal(1), x.Diagonal(-1)],
            ["triangles"] = (x, _) => [x.Tril(), x.Tril(1), x.Triu(), x.Triu(-1)],
            ["moves"] = (x, _) => [x.Roll(1, 0), x.Roll(1, 1), x.Roll(2, 0), x.Flip(0), x.Flip(1)],
            ["powers"] = (x, _) => [x.Pow(2), x.Pow(3), x.Square(), x.Pow(4)],
            ["bounds"] = (x, _) => [x.Clamp(-0.5, 0.5), x.Clamp(-0.25, 0.5), x.Clamp(-0.5, 0.25), x.Clamp(max: 0.5)],
            ["activations"] = (x, _) =>
                [x.LeakyRelu(0.1), x.LeakyRelu(0.2), x.Elu(1), x.Elu(2), x.Softplus(1), x.Softplus(2)],
            ["selections"] = (x, _) =>
            [
                x.IndexSelect(0, Tensor.Create<int>([0, 2])), x.IndexSelect(0, Tensor.Create<int>([0, 3])),
                x.IndexSelect(1, Tensor.Create<int>([0, 2])).Reshape(2, 4),
            ],
            ["numbers"] = (x, _) => [x * 2, x * -2, x + 0.0, x + -0.0, x * 0.1f, x * 0.1, x - 1, 1 - x],
            ["writes to slices"] = (x, y) =>
            [
                Written(x, z => z[..2].Assign(y[..2])), Written(x, z => z[2..].Assign(y[..2])),
                Written(x, z => z[1..3].Assign(y[..2])),
            ],
            ["writes to every other row"] = (x, y) =>
            [
                Written(x, z => z.Slice(0, 0, step: 2).Assign(y[..2])),
                Written(x, z => z.Slice(0, 1, step: 2).Assign(y[..2])),
                Written(x, z => z.Slice(0, 0, 2).Assign(y[..2])),
            ],
            ["writes to columns"] = (x, y) =>
                [Written(x, z => z[.., ..2].Assign(y[.., ..2])), Written(x, z => z[.., 2..].Assign(y[.., ..2]))],
            ["writes to rows and columns"] = (x, y) =>
            [
                Written(x, z => z[1].Assign(y[0])), Written(x, z => z.Transpose()[1].Assign(y[0])),
                Written(x, z => z[2].Assign(y[0])),
            ],
            ["writes to diagonals"] = (x, y) =>
                [Written(x, z => z.Diagonal(1).Assign(y[0][..3])), Written(x, z => z.Diagonal(-1).Assign(y[0][..3]))],
            ["writes in another order"] = (x, y) =>
            [
                Written(x, z => z.Assign(y)), Written(x, z => z.Transpose().Assign(y)),
                Written(x, z => z.Reshape(16)[..16].Reshape(4, 4).Assign(y)),
            ],
            ["writes of numbers"] = (x, _) =>
                [Written(x, z => z[0].Assign(3)), Written(x, z => z[1].Assign(3)), Written(x, z => z[0].Assign(4))],
            ["additions in place"] = (x, y) =>
                [Written(x, z => z[..2].AddInPlace(y[..2])), Written(x, z => z[2..].AddInPlace(y[..2]))],
        };

    public static TheoryData<string> Pairs => [.. _pairs.Keys];

    [Theory, MemberData(nameof(Pairs))]
    public void Parameters_make_another_operator(string pair)
    {
        Tensor<double>[] inputs = [_square, Comparison.Wave<double>([4, 4], 0.4)];
        Variable<double>[] All(Variable<double>[] x) => _pairs[pair](x[0], x[1]);
        Check(All, inputs);
        Check(x => [.. All(x).Reverse()], inputs);
    }

    /// <summary>All but one whose result has a shape that depends on numbers, so that it is not compiled.</summary>
    public static TheoryData<string> Uses =>
        [.. OperatorTable<double>.All.Select(use => use.Name).Where(name => !name.Contains(".MaskedSelect("))];

    /// <summary>All operators of the library, along all axes at once.</summary>
    [Theory, MemberData(nameof(Uses))]
    public void Axes_make_another_operator(string name)
    {
        OperatorUse<double> use = OperatorTable<double>.All.Single(each => each.Name == name);
        Shape[] shapes = OperatorPropertyTests.ShapesFor(use).Last(fitting => fitting[0].FlattenedLength < 100);
        Check(
            x => [.. Enumerable.Range(0, 3).Select(choice => use.Apply(x, choice))],
            OperatorPropertyTests.Inputs(use, shapes));
    }

    private static void Check(Func<Variable<double>[], Variable<double>[]> function, Tensor<double>[] inputs) =>
        Comparison.OnExecutor(emits: true, () => Comparison.AssertSame(
            Comparison.Chain(function, inputs, 1, isLinear: true),
            Comparison.Chain(Tested.Compile(function).InvokeAllOf, inputs, 1, isLinear: true), 1e-11));

    private static Variable<double> Written(Variable<double> x, Action<Variable<double>> write)
    {
        Variable<double> copy = x.Clone();
        write(copy);
        return copy;
    }
}
