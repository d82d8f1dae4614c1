using System.Numerics;

namespace SimpleGrad.Bench.SideBySide.Families;

/// <summary>Operators whose cost is in where the numbers lie.</summary>
internal static class Layouts<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<Case> Cases()
    {
        var family = new Family<T>("layouts");
        foreach (int n in new[] { 64, 1024, 4096 })
        {
            Input x = Input.Signed(n, n);
            family.Add("a + b.T", x, x, (a, b) => a + b.Transpose(), (a, b) => a + b.t());
            family.Add("exp(a.T)", x, a => a.Transpose().Exp(), a => a.t().exp());
            family.Add(
                "a[:, ::2] * 2", x, (Variable<T> a) => a.Slice(1, 0, n, 2) * 2, a => a.slice(1, 0, n, 2) * 2);
            family.Add(
                "concatenate along axis 1", x, x, (a, b) => Variable.Concatenate([a, b], 1),
                (a, b) => torch.cat([a, b], 1), backward: true);
            family.Add(
                "concatenate along axis 0", x, x, (a, b) => Variable.Concatenate([a, b], 0),
                (a, b) => torch.cat([a, b], 0), backward: true);
            family.Add(
                "stack along axis 2", x, x, (a, b) => Variable.Stack([a, b], 2), (a, b) => torch.stack([a, b], 2),
                backward: n < 4096);
            family.Add("copy of a.T", x, a => a.Transpose().Reshape(-1), a => a.t().reshape(-1));
            family.Add("a.flip(1)", x, a => a.Flip(1), a => a.flip(1));
        }
        return family;
    }
}

/// <summary>Softmax along either axis.</summary>
internal static class Softmaxes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<Case> Cases()
    {
        var family = new Family<T>("softmax");
        foreach (Input x in (Input[])[Input.Signed(32, 32), Input.Signed(1024, 1024), Input.Signed(16384, 10)])
        {
            // By itself it sums to 1, and the gradient of that is nothing but rounding.
            family.Add("softmax axis 1", x, a => a.Softmax(1), a => a.softmax(1));
            family.Add("softmax axis 0", x, a => a.Softmax(0), a => a.softmax(0));
            family.Add("square of softmax axis 1", x, a => a.Softmax(1).Square(), a => a.softmax(1).square(), true);
            family.Add("square of softmax axis 0", x, a => a.Softmax(0).Square(), a => a.softmax(0).square(), true);
            family.Add(
                "log_softmax axis 1", x, a => a.LogSoftmax(1), a => torch.nn.functional.log_softmax(a, 1), true);
        }
        return family;
    }
}

/// <summary>Reading and adding at places.</summary>
internal static class Indexings<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<Case> Cases()
    {
        var family = new Family<T>("indexing");
        foreach (int n in new[] { 64, 1024 })
        {
            Input x = Input.Signed(n, n);
            family.Add(
                "index_select axis 0", x, new Places([n], n), (a, i) => a.IndexSelect(0, i),
                (a, i) => a.index_select(0, i), backward: true);
            family.Add(
                "index_select axis 1", x, new Places([n], n), (a, i) => a.IndexSelect(1, i),
                (a, i) => a.index_select(1, i), backward: true);
            family.Add(
                "gather axis 1", x, new Places([n, n], n), (a, i) => a.Gather(1, i), (a, i) => a.gather(1, i), true);
            family.Add(
                "gather axis 0", x, new Places([n, n], n), (a, i) => a.Gather(0, i), (a, i) => a.gather(0, i), true);
            family.Add(
                "scatter_add axis 1", x, new Places([n, n], n), x, (a, i, s) => a.ScatterAdd(1, i, s),
                (a, i, s) => a.scatter_add(1, i, s), backward: true);
            family.Add(
                "scatter_add axis 0", x, new Places([n, n], n), x, (a, i, s) => a.ScatterAdd(0, i, s),
                (a, i, s) => a.scatter_add(0, i, s), backward: true);
            family.Add(
                "index_add axis 0", x, new Places([n], n), x, (a, i, s) => a.IndexAdd(0, i, s),
                (a, i, s) => a.index_add(0, i, s, 1), backward: true);
            family.Add(
                "index_add axis 1", x, new Places([n], n), x, (a, i, s) => a.IndexAdd(1, i, s),
                (a, i, s) => a.index_add(1, i, s, 1), backward: true);
            family.Add("cumsum axis 1", x, a => a.CumSum(1), a => a.cumsum(1), backward: true);
            family.Add("cumsum axis 0", x, a => a.CumSum(0), a => a.cumsum(0), backward: true);
            family.Add("cumprod axis 1", Input.NearOne(n, n), a => a.CumProd(1), a => a.cumprod(1));
            family.Add("sort axis 1", x, a => a.Sort(1).Values, a => a.sort(1).Values, backward: true);
            family.Add("sort axis 0", x, a => a.Sort(0).Values, a => a.sort(0).Values);
        }
        foreach (int n in new[] { 1024, 32768 })
        {
            // TorchSharp has no function for it; torch.nn.functional.embedding is this too, but for the gradient.
            family.Add(
                "embedding", Input.Signed(10000, 64), new Places([n], 10000),
                (Variable<T> a, Tensor<int> i) => a.Embedding(i), (a, i) => a.index_select(0, i), backward: true);
        }
        foreach (int n in new[] { 1 << 10, 1 << 20 })
        {
            Input x = Input.Signed(n);
            family.Add("index_select", x, new Places([n], n), (a, i) => a.IndexSelect(0, i),
                (a, i) => a.index_select(0, i), backward: true);
            family.Add("cumsum", x, a => a.CumSum(0), a => a.cumsum(0));
            family.Add("sort", x, a => a.Sort(0).Values, a => a.sort(0).Values);
        }
        return family;
    }
}

/// <summary>Linear systems and factorisations.</summary>
internal static class LinearSystems<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<Case> Cases()
    {
        var family = new Family<T>("linalg");
        foreach (int n in new[] { 256, 512, 1024 })
        {
            Input a = Input.WellConditioned(n), b = Input.Signed(n, 16);
            family.Add("cholesky", a, x => x.Cholesky(), x => torch.linalg.cholesky(x), backward: n == 256);
            family.Add("solve", a, b, (x, y) => x.Solve(y), (x, y) => torch.linalg.solve(x, y), backward: n == 256);
            family.Add("inverse", a, x => x.Inverse(), x => torch.linalg.inv(x), backward: n == 256);
        }
        return family;
    }
}
