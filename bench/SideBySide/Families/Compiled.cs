using System.Numerics;

namespace SimpleGrad.Bench.SideBySide.Families;

/// <summary>Compiled functions with their gradients, against one loop in C and against libtorch.</summary>
internal static class Compiled<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly int[] _lengths = [1, 64, 1 << 10, 32 << 10, 1 << 20, 16 << 20];

    public static IEnumerable<Case> Cases() =>
    [
        .. Of(
            "sum((a+b)*b), gradients", CPeers.Workload.Simple,
            Derivatives.ValueAndGrad<T>((a, b) => ((a + b) * b).Sum()),
            (a, b) => WithGradients(((a + b) * b).sum(), a, b)),
        .. Of(
            "its second order", CPeers.Workload.Second,
            TensorFunction.Of<T>(x =>
            {
                (Variable<T> da, Variable<T> db) = Derivatives.Grad((a, b) => ((a + b) * b).Sum(), x[0], x[1]);
                Variable<T> loss = (da * da + db * db).Sum();
                Variable<T>?[] gradients = x[0].Tape.Grad(loss, x);
                return [loss, gradients[0]!, gradients[1]!];
            }),
            (a, b) =>
            {
                Peer[] first = [.. torch.autograd.grad([((a + b) * b).sum()], [a, b], create_graph: true)];
                return WithGradients((first[0] * first[0] + first[1] * first[1]).sum(), a, b);
            }),
        .. Of(
            "sum(tanh(a*b)*exp(-a)+log(1+b*b)), gradients", CPeers.Workload.Heavy,
            Derivatives.ValueAndGrad<T>((a, b) => ((a * b).Tanh() * (-a).Exp() + (1 + b * b).Log()).Sum()),
            (a, b) => WithGradients(((a * b).tanh() * (-a).exp() + (1 + b * b).log()).sum(), a, b)),
    ];

    private static IEnumerable<Case> Of<TResult>(
        string name, CPeers.Workload workload, TensorFunction<T, TResult> function, Func<Peer, Peer, object> torch)
    {
        TensorFunction<T, TResult> compiled = function.Compile();
        string dtype = typeof(T) == typeof(float) ? "f32" : "f64";
        foreach (int n in _lengths)
        {
            Input input = Input.Positive(n);
            if (CPeers.IsAvailable)
                yield return new Case("compiled", name, input.ToString(), dtype, n, () => Pair(true), "C");
            yield return new Case("compiled", name, input.ToString(), dtype, n, () => Pair(false));

            Pair Pair(bool isC)
            {
                T[] a = input.Values<T>(1), b = input.Values<T>(2);
                Tensor<T> x = Tensor.Create<T>(a), y = Tensor.Create<T>(b);
                var results = new Tensor<T>?[3];
                object Ours()
                {
                    compiled.InvokeInto(results, x, y);
                    return results;
                }

                if (isC)
                {
                    var pinned = new CPeers.Arrays<T>(a, b);
                    return new Pair(Ours, () => pinned.Run(workload));
                }
                if (!LibTorch.IsAvailable)
                    return new Pair(Ours);
                Peer p = LibTorch.Variable(a, [n]), q = LibTorch.Variable(b, [n]);
                return new Pair(Ours, () => torch(p, q));
            }
        }
    }

    private static object WithGradients(Peer loss, Peer a, Peer b) =>
        (object[])[loss, .. torch.autograd.grad([loss], [a, b])];
}
