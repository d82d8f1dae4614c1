namespace SimpleGrad.Tests.Reports;

/// <summary>Linear algebra of matrices and stacks in which some length is zero: nothing fails inside.</summary>
public sealed class EmptyMatrixReports
{
    private static readonly (string Name, int Operands, Func<Variable<double>[], Variable<double>> Apply)[] _uses =
    [
        ("Solve", 2, x => Shifted(x[0]).Solve(x[1])),
        ("SolveTriangular", 2, x => Shifted(x[0]).SolveTriangular(x[1], upper: true)),
        ("SolveTriangular, left: false", 2,
            x => Shifted(x[0]).SolveTriangular(x[1].Transpose(-2, -1), upper: true, left: false)),
        ("Lstsq", 2, x => Shifted(x[0]).Lstsq(x[1])),
        ("MatMul", 2, x => x[0].MatMul(x[1])),
        ("Inverse", 1, x => Shifted(x[0]).Inverse()),
        ("Det", 1, x => Shifted(x[0]).Det()),
        ("LogDet", 1, x => Shifted(x[0]).LogDet()),
        ("SlogDet", 1, x => Shifted(x[0]).SlogDet().LogAbsDet),
        ("Cholesky", 1, x => (Shifted(x[0]) + Shifted(x[0]).Transpose(-2, -1)).Cholesky()),
        ("MatrixPower", 1, x => x[0].MatrixPower(3)),
        ("MatrixPower, negative", 1, x => Shifted(x[0]).MatrixPower(-2)),
        ("MatrixExp", 1, x => x[0].MatrixExp()),
        ("Qr", 1, x => Shifted(x[0]).Qr() is var (q, r) ? q.Sum() + r.Sum() : x[0]),
        ("Pinv", 1, x => Shifted(x[0]).Pinv()),
        ("Eigh", 1, x => x[0].Eigh() is var (w, v) ? w.Square().Sum() + v.Square().Sum() : x[0]),
        ("Svd", 1, x => x[0].Svd() is var (u, s, vh) ? u.Square().Sum() + s.Square().Sum() + vh.Square().Sum() : x[0]),
        ("Svdvals", 1, x => x[0].Svdvals().Square()),
        ("HouseholderProduct", 1, x => x[0].HouseholderProduct(x[0].Diagonal())),
        ("Einsum", 2, x => Variable.Einsum("...ij,...jk->...ik", x[0], x[1])),
        ("Trace", 1, x => x[0].Rank == 2 ? x[0].Trace() : x[0]),
        ("MatrixNorm", 1, x => x[0].MatrixNorm()),
        ("Kron", 1, x => x[0].Kron(x[0])),
        ("Outer", 1, x => x[0].Reshape(-1).Outer(x[0].Reshape(-1))),
    ];

    private static readonly int[][] _stacks = [[], [0], [2], [0, 2]];

    public static TheoryData<string, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, int>();
            foreach ((string name, int operands, _) in _uses)
            {
                foreach (int n in new[] { 0, 1, 3 })
                {
                    foreach (int columns in operands == 2 ? new[] { 0, 2 } : [0])
                        cases.Add(name, n, columns);
                }
            }
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Values_and_derivatives_are_there(string name, int n, int columns)
    {
        var use = _uses.Single(each => each.Name == name);
        foreach (int[] stack in _stacks)
        {
            Tensor<double>[] inputs =
            [
                Tensor.Random<double>(Shape.Create([.. stack, n, n]), new Random(1)),
                .. Enumerable.Repeat(Tensor.Random<double>(Shape.Create([.. stack, n, columns]), new Random(2)),
                    use.Operands - 1),
            ];
            Func<Variable<double>[], Variable<double>[]> values = x => [use.Apply(x)];
            Func<Variable<double>[], Variable<double>[]> first = x =>
                Derivatives.Grad<double>((Variable<double>[] y) => use.Apply(y).Square().Sum(), x);
            Func<Variable<double>[], Variable<double>[]> second = x => Derivatives.Hvp<double>(
                (Variable<double>[] y) => use.Apply(y).Square().Sum(), x, [.. x.Select(each => each + 1)]);
            foreach (Func<Variable<double>[], Variable<double>[]> function in new[] { values, first, second })
            {
                TensorFunction<double, Tensor<double>[]> run = TensorFunction.Of(function);
                Tensor<double>[] eager = run.Invoke(inputs), compiled = run.Compile().Invoke(inputs);
                for (int i = 0; i < eager.Length; i++)
                {
                    Assert.Equal(eager[i].Shape, compiled[i].Shape);
                    Assert.Equal(
                        eager[i].ToArray(), compiled[i].ToArray(),
                        (x, y) => Math.Abs(x - y) <= 1e-9 * (1 + Math.Abs(x)));
                    if (function != values)
                        Assert.Equal(inputs[i].Shape, eager[i].Shape);
                }
            }
        }
    }

    /// <summary>The empty product is 1.</summary>
    [Fact]
    public void Determinant_of_an_empty_matrix_is_one()
    {
        var tape = new Tape<double>();
        Variable<double> empty = tape.Variable(Tensor.Create<double>([], [2, 0, 0]));
        Assert.Equal([1, 1], empty.Det().Value.ToArray());
        Assert.Equal([0, 0], empty.LogDet().Value.ToArray());
        Assert.Equal([3, 3], tape.Variable(Tensor.Create<double>([], [0, 3])).Svd().Vh.Shape.ToArray());
        Assert.Equal([4, 0], tape.Variable(Tensor.Create<double>([], [4, 0])).Qr().Q.Shape.ToArray());
        Assert.Equal([0, 4], tape.Variable(Tensor.Create<double>([], [0, 4])).Qr().R.Shape.ToArray());
    }

    /// <summary>Far from singular.</summary>
    private static Variable<double> Shifted(Variable<double> x) =>
        x + x.Tape.Constant(Tensor.Eye<double>(x.Shape[^1])) * 5;
}
