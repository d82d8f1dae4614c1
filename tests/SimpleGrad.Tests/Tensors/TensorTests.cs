using System.Numerics.Tensors;
using CsCheck;

namespace SimpleGrad.Tests.Tensors;

public sealed class TensorTests
{
    private static readonly Tensor<double> _matrix = Tensor.Create<double>([1, 2, 3, 4, 5, 6], [2, 3]);

    [Fact]
    public void TensorsComeFromSpansArraysAndNumbers()
    {
        Assert.Equal([1.5, 2.5], Tensor.Create<double>([1.5, 2.5]).ToArray());
        Assert.Equal(3f, Tensor.Scalar(3f).Item());
        Assert.Equal(Shape.Scalar, Tensor.Scalar(3f).Shape);
        Assert.Equal(_matrix.ToArray(), Tensor.FromArray<double>(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }).ToArray());
        Assert.Equal([2, 3], Tensor.FromArray<double>(new double[][] { [1, 2, 3], [4, 5, 6] }).Shape);
        Assert.Equal([2, 1, 2], Tensor.FromArray<double>(new double[][][] { [[1, 2]], [[3, 4]] }).Shape);
        Assert.Equal([1, 2, 2], Tensor.FromArray<double>(new double[,,] { { { 1, 2 }, { 3, 4 } } }).Shape);
        Assert.Equal([0, 0], Tensor.FromArray<double>(Array.Empty<double[]>()).Shape);
        Assert.Equal([3, 0], Tensor.FromArray<double>(new double[3, 0]).Shape);
    }

    [Fact]
    public void TensorsGoToArrays()
    {
        Assert.Equal(new double[,] { { 1, 2, 3 }, { 4, 5, 6 } }, _matrix.ToArray2D());
        Assert.Equal(new double[,] { { 1, 4 }, { 2, 5 }, { 3, 6 } }, _matrix.Transpose().ToArray2D());
        Assert.Equal(new double[][] { [1, 4], [2, 5], [3, 6] }, _matrix.Transpose().ToJaggedArray());
        Assert.Equal(new double[,,] { { { 1, 2, 3 }, { 4, 5, 6 } } }, _matrix.Reshape(1, 2, 3).ToArray3D());
        Assert.Equal(new double[2, 0], Tensor.Zeros<double>([2, 0]).ToArray2D());
        string message = Assert.Throws<InvalidOperationException>(() => _matrix.ToArray3D()).Message;
        Assert.Contains("(2, 3)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void RaggedAndForeignArraysAreRefused()
    {
        Assert.Throws<ArgumentException>(() => Tensor.FromArray<double>(new double[][] { [1, 2], [3] }));
        Assert.Throws<ArgumentException>(() => Tensor.FromArray<double>(new double[]?[] { [1], null }));
        Assert.Throws<ArgumentException>(() => Tensor.FromArray<double>(new float[] { 1 }));
        Assert.Throws<ArgumentException>(() => Tensor.Create<double>([1, 2, 3], [2, 2]));
    }

    [Fact]
    public void ShapesAreChecked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Shape.Create(2, -1));
        Assert.Throws<OverflowException>(() => Shape.Create(1 << 16, 1 << 16));
        Assert.Throws<OverflowException>(() => Shape.Create(0, 1 << 16, 1 << 16));
        Assert.Throws<OverflowException>(() => _matrix.Expand([int.MaxValue, 2, 3]));
        Assert.Equal(0, Shape.Create(3, 0).FlattenedLength);
        int[] spread = [7, .. Shape.Create(2, 3)];
        Assert.Equal([7, 2, 3], spread);
        Assert.Equal("()", Shape.Scalar.ToString());
        Assert.Equal("(4,)", Shape.Create(4).ToString());
        Assert.Equal("(2, 3)", _matrix.Shape.ToString());
        Assert.Equal(3, _matrix.Shape[^1]);
        Assert.True(Shape.Create(2, 3) == _matrix.Shape);
        Assert.True(Shape.Create(3, 2) != _matrix.Shape);
        Assert.Equal([2, 3], Shape.Broadcast([2, 1], [3]));
        Assert.Equal([0], Shape.Broadcast([1], [0]));
        Assert.Throws<ArgumentException>(() => Shape.Broadcast([2], [3]));
    }

    [Fact]
    public void ViewsShareMemory()
    {
        Tensor<double> tensor = Tensor.Create<double>([1, 2, 3, 4, 5, 6], [2, 3]);
        Tensor<double>[] views =
        [
            tensor[1..2], tensor.Slice(1, 0, null, 2), tensor.Transpose(), tensor.Reshape(3, 2), tensor.Permute(1, 0),
            tensor.Expand([2, 2, 3]), tensor[1..2].Reshape(3), tensor.Transpose().Reshape(3, 1, 2),
        ];
        double[][] before = [.. views.Select(view => view.ToArray())];
        TensorSpan<double> span = tensor.AsTensorSpan();
        span[1, 0] = 40;
        for (int i = 0; i < views.Length; i++)
            Assert.Equal(before[i].Select(value => value == 4 ? 40 : value), views[i].ToArray());
    }

    [Fact]
    public void ASingleNumberSharesMemoryWithItsViews()
    {
        Tensor<double> number = Tensor.Scalar(2.0);
        Tensor<double> vector = number.Expand([3]), reshaped = number.Reshape(1, 1);
        number.AsTensorSpan().Fill(5);
        Assert.Equal(5, number.Item());
        Assert.Equal([5, 5, 5], vector.ToArray());
        Assert.Equal(5, reshaped.Item());
    }

    [Fact]
    public void SlicesFollowPythonsRulesAndRangesThoseOfCSharp()
    {
        Tensor<double> line = Tensor.Create<double>([0, 1, 2, 3, 4, 5]);
        Assert.Equal([4, 5], line.Slice(0, -2).ToArray());
        Assert.Equal([1, 3, 5], line.Slice(0, 1, 100, 2).ToArray());
        Assert.Equal([], line.Slice(0, 4, 2).ToArray());
        Assert.Equal([0, 1, 2, 3, 4, 5], line.Slice(-1, -100, 100).ToArray());
        Assert.Equal([1, 2], line[1..3].ToArray());
        Assert.Equal([1, 2, 3, 4], line[1..^1].ToArray());
        Assert.Equal([2, 5], _matrix[.., 1..2].ToArray());
        Assert.Equal([5, 6], _matrix[1..][.., 1..].ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => line[1..7]);
        Assert.Throws<ArgumentOutOfRangeException>(() => line[3..1]);
        Assert.Throws<ArgumentException>(() => line[.., ..]);
        Assert.Throws<ArgumentOutOfRangeException>(() => line.Slice(0, 0, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => line.Slice(1));
    }

    [Fact]
    public void ElementsAreReadByIndex()
    {
        Assert.Equal(6, _matrix.GetValue(1, 2));
        Assert.Equal(6, _matrix.GetValue(-1, -1));
        Assert.Equal(4, _matrix.Transpose().GetValue(0, 1));
        Assert.Equal(2, Tensor.Scalar(2.0).GetValue());
        Assert.Throws<ArgumentException>(() => _matrix.GetValue(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _matrix.GetValue(0, 3));
        Assert.Throws<InvalidOperationException>(() => _matrix.Item());
        Assert.Throws<InvalidOperationException>(() => Tensor.Zeros<double>([0]).Item());
        Assert.Throws<ArgumentException>(() => _matrix.CopyTo(new double[5]));
    }

    [Fact]
    public void ReshapeKeepsTheElementsAndRefusesOtherNumbersOfThem()
    {
        Assert.Equal([3, 2], _matrix.Reshape(-1, 2).Shape);
        Assert.Equal([1, 4, 2, 5, 3, 6], _matrix.Transpose().Reshape(6).ToArray());
        Assert.Equal([0, 5], Tensor.Zeros<double>([5, 0]).Reshape(0, 5).Shape);
        Assert.Throws<ArgumentException>(() => _matrix.Reshape(4));
        Assert.Throws<ArgumentException>(() => _matrix.Reshape(-1, 4));
        Assert.Throws<ArgumentException>(() => Tensor.Zeros<double>([0]).Reshape(-1, 0));
        Assert.Throws<ArgumentException>(() => _matrix.Reshape(-1, -1));
    }

    [Fact]
    public void TensorSpansComeAndGoWithoutLosingShape()
    {
        ReadOnlyTensorSpan<double> span = _matrix.Transpose().AsReadOnlyTensorSpan();
        Assert.Equal(3, (int)span.Lengths[0]);
        Assert.Equal(4, span[0, 1]);
        Assert.Equal(_matrix.Transpose().ToArray2D(), Tensor.FromTensorSpan(span).ToArray2D());
        Assert.Equal([2, 2, 3], Tensor.FromTensorSpan(_matrix.Expand([2, 2, 3]).AsReadOnlyTensorSpan()).Shape);
        Assert.Equal([0, 2], Tensor.FromTensorSpan(Tensor.Zeros<double>([0, 2]).AsReadOnlyTensorSpan()).Shape);
        Assert.Equal(7, Tensor.FromTensorSpan(Tensor.Scalar(7.0).AsReadOnlyTensorSpan()).Item());
        Assert.Throws<InvalidOperationException>(() => _matrix.Expand([2, 2, 3]).AsTensorSpan());
    }

    [Fact]
    public void TensorsHaveArithmeticOfTheirOwn()
    {
        Tensor<double> row = Tensor.Create<double>([10, 20, 30]);
        Assert.Equal([11, 22, 33, 14, 25, 36], (_matrix + row).ToArray());
        Assert.Equal([9, 18, 27, 6, 15, 24], (row - _matrix).ToArray());
        Assert.Equal([2, 4, 6, 8, 10, 12], (2 * _matrix).ToArray());
        Assert.Equal([0, -1, -2, -3, -4, -5], (1 - _matrix).ToArray());
        Assert.Equal([10, 10, 10], (row / _matrix[..1].Reshape(3)).ToArray());
        Assert.Equal([0.1, 0.2, 0.3], (row / 100).ToArray());
        Assert.Equal([-10, -20, -30], (-row).ToArray());
        Assert.Equal([14, 32, 32, 77], _matrix.MatMul(_matrix.Transpose()).ToArray());
        Assert.Equal([5, 7, 9], _matrix.Sum([0]).ToArray());
        Assert.Throws<OverflowException>(() => Tensor.Scalar(1f) * 1e300);
    }

    /// <summary>Any chain of views has the elements that the same steps on coordinates give.</summary>
    [Fact]
    public void ChainsOfViewsAgreeWithCoordinates()
    {
        Gen<int> small = Gen.Int[0, 4];
        Gen.Select(small, small, small, Gen.Int[0, 3].Array[0, 5]).Sample((a, b, c, steps) =>
        {
            Tensor<double> tensor = Tensor.Create<double>(
                [.. Enumerable.Range(0, a * b * c).Select(i => (double)i)], [a, b, c]);
            double[,,] reference = tensor.ToArray3D();
            foreach (int step in steps)
            {
                (tensor, reference) = step switch
                {
                    0 => (tensor.Permute(2, 0, 1), Build(reference, [2, 0, 1])),
                    1 => (tensor.Transpose(), Build(reference, [2, 1, 0])),
                    2 => (tensor.Slice(1, 1), Drop(reference)),
                    _ => (tensor.Reshape([.. Enumerable.Range(0, 3).Select(reference.GetLength)]), reference),
                };
                Assert.Equal(reference, tensor.ToArray3D());
                Assert.Equal(reference.Cast<double>(), tensor.Reshape(tensor.Length).ToArray());
            }
        });
    }

    private static double[,,] Build(double[,,] source, int[] axes)
    {
        var result = new double[source.GetLength(axes[0]), source.GetLength(axes[1]), source.GetLength(axes[2])];
        var at = new int[3];
        for (int i = 0; i < result.GetLength(0); i++)
        {
            for (int j = 0; j < result.GetLength(1); j++)
            {
                for (int k = 0; k < result.GetLength(2); k++)
                {
                    (at[axes[0]], at[axes[1]], at[axes[2]]) = (i, j, k);
                    result[i, j, k] = source[at[0], at[1], at[2]];
                }
            }
        }
        return result;
    }

    private static double[,,] Drop(double[,,] source)
    {
        var result = new double[source.GetLength(0), Math.Max(0, source.GetLength(1) - 1), source.GetLength(2)];
        for (int i = 0; i < result.GetLength(0); i++)
        {
            for (int j = 0; j < result.GetLength(1); j++)
            {
                for (int k = 0; k < result.GetLength(2); k++)
                    result[i, j, k] = source[i, j + 1, k];
            }
        }
        return result;
    }
}
