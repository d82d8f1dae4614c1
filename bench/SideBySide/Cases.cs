using System.Numerics.Tensors;

namespace SimpleGrad.Bench.SideBySide;

/// <summary>What is measured.</summary>
internal static class Cases
{
    private const int ChainLength = 10_000;

    public static IEnumerable<Case> All() => [.. ScalarChains(), .. Elementwise(), .. MatrixProducts()];

    /// <summary>The cost of one recorded operator on single numbers, and of propagating through it.</summary>
    private static IEnumerable<Case> ScalarChains()
    {
        (string Name, Func<Variable<double>, Variable<double>, Variable<double>> Step)[] chains =
        [
            ("y + x", (y, x) => y + x), ("y * x", (y, x) => y * x), ("sin(y)", (y, _) => y.Sin()),
        ];
        foreach ((string name, Func<Variable<double>, Variable<double>, Variable<double>> step) in chains)
        {
            var tape = new Tape<double>();
            Variable<double> x = tape.Variable(1.0001);
            Variable<double> Forward()
            {
                tape.Reset();
                Variable<double> y = x;
                for (int i = 0; i < ChainLength; i++)
                    y = step(y, x);
                return y;
            }

            var recorded = new Tape<double>();
            Variable<double> start = recorded.Variable(1.0001), end = start;
            for (int i = 0; i < ChainLength; i++)
                end = step(end, start);

            const string family = "scalar chain, 10,000 operators, f64";
            yield return new Case(family, $"{name}, forward", () => Forward(), null, ChainLength);
            yield return new Case(
                family, $"{name}, backward", () => recorded.Grad(end, start, createGraph: false), null, ChainLength);
            yield return new Case(
                family, $"{name}, forward + backward with graph", () => tape.Grad(Forward(), x), null, ChainLength);
        }
    }

    /// <summary>A recorded operator beside the bare primitive into memory that is there already.</summary>
    private static IEnumerable<Case> Elementwise()
    {
        foreach (int n in new[] { 16, 1024, 32_768, 1_048_576 })
        {
            float[] a = Numbers(n), b = Numbers(n), result = new float[n];
            var tape = new Tape<float>();
            Variable<float> x = tape.Variable(a), y = tape.Variable(b);
            yield return new Case("elementwise, f32, against TensorPrimitives", $"a * b, n = {n}", () =>
            {
                tape.Reset();
                _ = x * y;
            }, () => TensorPrimitives.Multiply(a, b, result));
            yield return new Case("elementwise, f32, against TensorPrimitives", $"exp(a), n = {n}", () =>
            {
                tape.Reset();
                x.Exp();
            }, () => TensorPrimitives.Exp<float>(a, result));
        }
    }

    /// <summary>The product of square matrices beside a textbook loop over dot products of rows and columns.</summary>
    private static IEnumerable<Case> MatrixProducts()
    {
        foreach (int n in new[] { 64, 256 })
        {
            float[] a = Numbers(n * n), b = Numbers(n * n), result = new float[n * n], column = new float[n];
            Tensor<float> x = Tensor.Create<float>(a, [n, n]), y = Tensor.Create<float>(b, [n, n]);
            yield return new Case(
                "matrix product, f32, against dot products", $"n = {n}", () => x.MatMul(y), () =>
                {
                    for (int j = 0; j < n; j++)
                    {
                        for (int k = 0; k < n; k++)
                            column[k] = b[k * n + j];
                        for (int i = 0; i < n; i++)
                            result[i * n + j] = TensorPrimitives.Dot(a.AsSpan(i * n, n), column);
                    }
                });
        }
    }

    private static float[] Numbers(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
