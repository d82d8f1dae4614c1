using System.Numerics;

namespace SimpleGrad.Bench.SideBySide.Families;

internal static class MatrixProducts<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<Case> Cases()
    {
        var family = new Family<T>("matmul");
        foreach (int n in new[] { 8, 32, 64, 128, 256, 512, 1024, 2048 })
        {
            Input x = Input.Signed(n, n);
            family.Add("A B", x, x, (a, b) => a.MatMul(b), (a, b) => a.matmul(b), backward: n <= 1024);
            if (n is 64 or 256 or 1024)
            {
                family.Add("A.T B", x, x, (a, b) => a.Transpose().MatMul(b), (a, b) => a.t().matmul(b));
                family.Add("A B.T", x, x, (a, b) => a.MatMul(b.Transpose()), (a, b) => a.matmul(b.t()));
                family.Add(
                    "A.T B.T", x, x, (a, b) => a.Transpose().MatMul(b.Transpose()), (a, b) => a.t().matmul(b.t()));
                AddWithVectors(family, x, Input.Signed(n));
            }
        }
        Input batch = Input.Signed(16, 128, 128), matrix = Input.Signed(128, 128);
        family.Add("batched", batch, batch, (a, b) => a.MatMul(b), (a, b) => a.matmul(b), backward: true);
        family.Add("batched, one right factor", batch, matrix, (a, b) => a.MatMul(b), (a, b) => a.matmul(b), true);
        Input small = Input.Signed(1024, 8, 8);
        family.Add("batched, small", small, small, (a, b) => a.MatMul(b), (a, b) => a.matmul(b), backward: true);
        Input tall = Input.Signed(4096, 64), wide = Input.Signed(64, 4096);
        family.Add("tall and wide", tall, wide, (a, b) => a.MatMul(b), (a, b) => a.matmul(b));
        family.Add("wide and tall", wide, tall, (a, b) => a.MatMul(b), (a, b) => a.matmul(b));
        family.Add(
            "linear", Input.Signed(64, 784), Input.Signed(128, 784), Input.Signed(128),
            (a, b, c) => a.Linear(b, c), (a, b, c) => torch.nn.functional.linear(a, b, c), backward: true);
        family.Add(
            "einsum bij,bjk->bik", batch, batch, (a, b) => Variable.Einsum("bij,bjk->bik", a, b),
            (a, b) => torch.einsum("bij,bjk->bik", a, b));
        return family;
    }

    private static void AddWithVectors(Family<T> family, Input matrix, Input vector)
    {
        family.Add("A v", matrix, vector, (a, v) => a.MatMul(v), (a, v) => a.matmul(v), backward: true);
        family.Add("v A", matrix, vector, (a, v) => v.MatMul(a), (a, v) => v.matmul(a));
        family.Add("A.T v", matrix, vector, (a, v) => a.Transpose().MatMul(v), (a, v) => a.t().matmul(v));
        family.Add("u . v", vector, vector, (u, v) => u.Dot(v), (u, v) => u.dot(v));
        family.Add("outer", vector, vector, (u, v) => u.Outer(v), (u, v) => u.outer(v));
    }
}
