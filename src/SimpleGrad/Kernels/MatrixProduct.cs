using System.Numerics;
using System.Numerics.Tensors;

namespace SimpleGrad;

/// <summary>The product of two matrices.</summary>
internal static class MatrixProduct
{
    /// <summary>Rows of the right matrix that are worked through together, so that they stay in the cache.</summary>
    private const int BlockLength = 64;

    public static Tensor<T> Multiply<T>(Tensor<T> x, Tensor<T> y, Shape shape)
        where T : unmanaged, INumberBase<T>
    {
        int rows = x.Shape[0], inner = x.Shape[1], columns = y.Shape[1];
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        Span<T> r = result.NewData;
        r.Clear();
        ReadOnlySpan<T> a = x.ToContiguous().Span;
        if (columns == 1)
        {
            ReadOnlySpan<T> column = y.ToContiguous().Span;
            for (int i = 0; i < rows; i++)
                r[i] = TensorPrimitives.Dot(a.Slice(i * inner, inner), column);
            return result;
        }
        ReadOnlySpan<T> b = y.ToContiguous().Span;
        for (int block = 0; block < inner; block += BlockLength)
        {
            int end = Math.Min(block + BlockLength, inner);
            for (int i = 0; i < rows; i++)
            {
                Span<T> row = r.Slice(i * columns, columns);
                for (int k = block; k < end; k++)
                    TensorPrimitives.MultiplyAdd(b.Slice(k * columns, columns), a[i * inner + k], row, row);
            }
        }
        return result;
    }
}
