using SimpleGrad.Tests.Compiler;
using SimpleGrad.Tests.Properties;

namespace SimpleGrad.Tests.Derivative;

public sealed class SparseTests
{
    private static readonly int[] _choices = [0, 1];

    public static IEnumerable<TheoryDataRow<string>> Operators => CompiledOperatorTests.Operators;

    /// <summary>The structure has every element that is not zero.</summary>
    [Theory, MemberData(nameof(Operators))]
    public void Sparse_equals_dense_for_every_operator(string name)
    {
        OperatorUse<double> use = OperatorTable<double>.All.Single(use => use.Name == name);
        foreach (Shape[] shapes in OperatorPropertyTests.ShapesFor(use).Where(s => s.Max(x => x.FlattenedLength) < 60))
        {
            foreach (int choice in _choices)
            {
                Tensor<double>[] inputs = OperatorPropertyTests.Inputs(use, shapes);
                for (int i = 0; i < inputs.Length; i++)
                {
                    int which = i;
                    Variable<double> Function(Variable<double> x) => use.Apply(
                        [.. inputs.Select((input, j) => j == which ? x : x.Tape.Constant(input))], choice);
                    Equal(Derivatives.Jacobian<double>(Function, inputs[i]), inputs[i],
                        Derivatives.SparseJacobian<double>(Function));
                    Equal(Derivatives.Hessian<double>(x => Function(x).Square().Sum(), inputs[i]), inputs[i],
                        Derivatives.SparseHessian<double>(x => Function(x).Square().Sum()));
                }
            }
        }
    }

    [Fact]
    public void A_banded_jacobian_takes_as_many_passes_as_its_band_is_wide()
    {
        const int Length = 10_000;
        Tensor<double> x = Check.Random(1, Length);
        SparseFunction<double> jacobian = Derivatives.SparseJacobian<double>(Stencil);
        foreach (var matrix in new[] { jacobian.Invoke(x), jacobian.Compile().Invoke(x) })
        {
            Assert.Equal((Length - 2, Length, 3 * (Length - 2)), (matrix.Rows, matrix.Columns, matrix.Count));
            double[] at = x.ToArray();
            for (int row = 0; row < matrix.Rows; row += 997)
            {
                Range elements = matrix.RowPointers.Span[row]..matrix.RowPointers.Span[row + 1];
                Assert.Equal([row, row + 1, row + 2], matrix.ColumnIndices[elements].ToArray());
                Assert.Equal(-2 * at[row + 1], matrix.Values.Span[matrix.RowPointers.Span[row] + 1], 1e-12);
            }
        }
        var tape = new Tape<double>();
        var near = new Linearization<double>("test", v => [Stencil(v[0])], tape.Variable(x));
        Assert.Equal(3, Compression.Of(Structure.Of(near), Length).Count);
    }

    [Fact]
    public void The_hessian_of_rosenbrock_is_tridiagonal()
    {
        Tensor<double> x = Check.Random(2, 50);
        SparseFunction<double> hessian = Derivatives.SparseHessian<double>(DriverTests.Rosenbrock);
        Tensor<double> dense = Derivatives.Hessian<double>(DriverTests.Rosenbrock, x);
        foreach (var matrix in new[] { hessian.Invoke(x), hessian.Compile().Invoke(x) })
        {
            Assert.Equal(50 + 2 * 49, matrix.Count);
            Check.Close(dense, matrix.ToDense());
            Check.Close(dense.MatMul(x.Reshape(50, 1)).Reshape(50), matrix.MatMul(x));
        }
    }

    /// <summary>One full row and a diagonal: by rows it takes two passes, by columns as many as there are.</summary>
    [Fact]
    public void Rows_or_columns_are_taken_whichever_are_fewer()
    {
        Tensor<double> x = Check.Random(3, 40);
        static Variable<double> Tall(Variable<double> v) => Variable.Concatenate([v.Square(), v.Prod().Reshape(1)]);
        static Variable<double> Wide(Variable<double> v) => v.Square() * v[..1];
        Assert.Equal(2, Colours(Tall));
        Assert.Equal(2, Colours(Wide));
        Check.Close(Derivatives.Jacobian<double>(Tall, x), Derivatives.SparseJacobian<double>(Tall, x).ToDense());
        Check.Close(Derivatives.Jacobian<double>(Wide, x), Derivatives.SparseJacobian<double>(Wide, x).ToDense());

        int Colours(Func<Variable<double>, Variable<double>> f)
        {
            var near = new Linearization<double>("test", v => [f(v[0])], new Tape<double>().Variable(x));
            return Compression.Of(Structure.Of(near), x.Length).Count;
        }
    }

    [Fact]
    public void What_does_not_depend_on_the_input_is_empty()
    {
        SparseMatrix<double> matrix = Derivatives.SparseJacobian<double>(x => x.Detach() * 2, Check.Vector(1, 2, 3));
        Assert.Equal((3, 3, 0), (matrix.Rows, matrix.Columns, matrix.Count));
        Assert.Equal("3 x 3, 0 elements", matrix.ToString());
        Assert.Throws<ArgumentException>(() => matrix.MatMul(Check.Vector(1, 2)));
    }

    private static Variable<double> Stencil(Variable<double> x) =>
        x[2..] * x[..^2] - x[1..^1].Square();

    private static void Equal(Tensor<double> dense, Tensor<double> x, SparseFunction<double> sparse)
    {
        int rows = x.Length == 0 ? 0 : dense.Length / x.Length;
        Tensor<double> expected = dense.Reshape(Shape.Create(rows, x.Length));
        SparseMatrix<double> matrix = sparse.Invoke(x);
        Check.Close(expected, matrix.ToDense(), 1e-10);
        Check.Close(expected, sparse.Compile().Invoke(x).ToDense(), 1e-10);
    }
}
