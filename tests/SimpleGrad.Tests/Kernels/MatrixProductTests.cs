using System.Numerics;
using System.Runtime.Intrinsics;

namespace SimpleGrad.Tests.Kernels;

/// <summary>The product of matrices against its definition, on sizes that leave tails in every blocking.</summary>
public sealed class MatrixProductTests
{
    private delegate void Product<T>(MatrixView<T> x, MatrixView<T> y, Span<T> result, int stride, bool accumulate)
        where T : unmanaged;

    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 1 }, { 2, 3, 4 }, { 5, 7, 3 }, { 16, 16, 16 }, { 1, 300, 40 }, { 40, 300, 1 }, { 1, 20, 1000 },
        { 19, 23, 37 }, { 7, 0, 5 }, { 97, 260, 65 }, { 12, 513, 530 }, { 33, 1, 70 },
        { 601, 70, 1 }, { 3, 5001, 1 }, { 1, 33, 1100 }, { 205, 70, 150 }, { 18, 20, 257 }, { 100, 40, 550 },
    };

    [Theory, MemberData(nameof(Sizes))]
    public void Product_is_the_sum_of_products(int rows, int inner, int columns)
    {
        Check<double>(MatrixProduct.Multiply, rows, inner, columns, 1e-13);
        Check<float>(MatrixProduct.Multiply, rows, inner, columns, 1e-4);
    }

    [Theory, MemberData(nameof(Sizes))]
    public void Every_width_of_vectors_gives_it(int rows, int inner, int columns)
    {
        if (inner == 0)
            return; // never packed
        Check<double>(Packed<Simd512<double>, Vector512<double>, double>, rows, inner, columns, 1e-13);
        Check<double>(Packed<Simd256<double>, Vector256<double>, double>, rows, inner, columns, 1e-13);
        Check<double>(Packed<Simd128<double>, Vector128<double>, double>, rows, inner, columns, 1e-13);
        Check<double>(Packed<Simd1<double>, double, double>, rows, inner, columns, 1e-13);
        Check<float>(Packed<Simd512<float>, Vector512<float>, float>, rows, inner, columns, 1e-4);
        Check<float>(Packed<Simd128<float>, Vector128<float>, float>, rows, inner, columns, 1e-4);
    }

    private static unsafe void Packed<TSimd, TVector, T>(
        MatrixView<T> x, MatrixView<T> y, Span<T> result, int stride, bool accumulate)
        where TSimd : struct, ISimd<TVector, T>
        where TVector : struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* a = x.Memory, b = y.Memory, c = result)
        {
            var block = new ResultBlock<T>
            {
                Start = c,
                Rows = x.Rows,
                Columns = y.Columns,
                Stride = stride,
                Accumulate = accumulate,
            };
            new PackedProduct.Product<T>(new MatrixPointer<T>(a, x), new MatrixPointer<T>(b, y), block)
                .Run<TSimd, TVector>();
        }
    }

    private static void Check<T>(Product<T> product, int rows, int inner, int columns, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (int layout in Enumerable.Range(0, 8))
        {
            T[] x = Numbers<T>(rows * inner * 2, 1), y = Numbers<T>(inner * columns * 2, 2);
            MatrixView<T> left = View(x, rows, inner, layout & 3), right = View(y, inner, columns, layout >> 1);
            int stride = columns + layout % 3;
            T[] before = Numbers<T>(rows * stride, 3), after = [.. before];
            bool accumulate = layout > 3;
            product(left, right, after, stride, accumulate);
            for (int i = 0; i < rows * stride; i++)
            {
                T expected = before[i];
                if (i % stride < columns)
                {
                    expected = accumulate ? expected : T.Zero;
                    for (int k = 0; k < inner; k++)
                        expected += At(left, i / stride, k) * At(right, k, i % stride);
                }
                Assert.Equal(double.CreateChecked(expected), double.CreateChecked(after[i]), tolerance);
            }
        }
    }

    /// <summary>Rows, columns, or either with gaps.</summary>
    private static MatrixView<T> View<T>(T[] memory, int rows, int columns, int layout) where T : unmanaged =>
        layout switch
        {
            0 => new(memory, rows, columns),
            1 => new(memory, rows, columns, 1, rows),
            2 => new(memory, rows, columns, 2 * columns, 2),
            _ => new(memory, rows, columns, 2, 2 * rows),
        };

    private static T At<T>(MatrixView<T> matrix, int row, int column) where T : unmanaged =>
        matrix.Memory[row * matrix.RowStride + column * matrix.ColumnStride];

    private static T[] Numbers<T>(int count, int seed) where T : INumberBase<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.NextDouble() - 0.5))];
    }
}
