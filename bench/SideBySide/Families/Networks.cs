using System.Numerics;

namespace SimpleGrad.Bench.SideBySide.Families;

/// <summary>
/// The loss of the network of examples/digits on a batch, with all gradients: eager, compiled, and these two beside
/// each other.
/// </summary>
internal static class Networks<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Pixels = 64, Hidden = 96, Classes = 10;
    private static readonly int[] _batches = [32, 256];

    public static IEnumerable<Case> Cases() => _batches.SelectMany(Of);

    private static IEnumerable<Case> Of(int batch)
    {
        Input[] inputs =
        [
            Input.Signed(Pixels, Hidden), Input.Signed(Hidden), Input.Signed(Hidden, Classes), Input.Signed(Classes),
            Input.Positive(batch, Pixels), Input.Positive(batch, Classes),
        ];
        string dtype = typeof(T) == typeof(float) ? "f32" : "f64", size = $"{batch}x{Pixels}";
        var function = TensorFunction.Of<T>(x =>
        {
            Variable<T> loss = Loss(x);
            return [loss, .. x[0].Tape.Grad(loss, x[..4])!];
        });
        TensorFunction<T, Tensor<T>[]> compiled = function.Compile();
        return
        [
            Case("digits, eager", "libtorch", () => new Pair(Eager(), Torch())),
            Case("digits, compiled", "libtorch", () => new Pair(CompiledOn(Tensors()), Torch())),
            Case("digits, compiled", "eager", () => new Pair(CompiledOn(Tensors()), Eager())),
        ];

        Case Case(string name, string peer, Func<Pair> pair) =>
            new("networks", name, size, dtype, batch * Pixels, pair, peer);

        Tensor<T>[] Tensors() =>
            [.. inputs.Select((input, i) => Tensor.Create<T>(input.Values<T>(i + 1), Shape.Create(input.Shape)))];

        Func<object?> CompiledOn(Tensor<T>[] x)
        {
            var results = new Tensor<T>?[5];
            return () =>
            {
                compiled.InvokeInto(results, x);
                return results;
            };
        }

        Func<object?> Eager()
        {
            var tape = new Tape<T>();
            Variable<T>[] x = [.. Tensors().Select(value => tape.Variable(value))];
            return () =>
            {
                tape.Reset();
                Variable<T> loss = Loss(x);
                return (object[])[loss, .. tape.Grad(loss, x[..4], createGraph: false)!];
            };
        }

        Func<object?>? Torch()
        {
            if (!LibTorch.IsAvailable)
                return null;
            Peer[] x = [.. inputs.Select((input, i) => LibTorch.Variable(input.Values<T>(i + 1), input.Shape))];
            return () =>
            {
                Peer logits = (x[4].matmul(x[0]) + x[1]).tanh().matmul(x[2]) + x[3];
                Peer loss = (logits.logsumexp(1) - (logits * x[5]).sum(1)).mean();
                return (object[])[loss, .. torch.autograd.grad([loss], x[..4])];
            };
        }
    }

    private static Variable<T> Loss(Variable<T>[] x)
    {
        Variable<T> logits = (x[4].MatMul(x[0]) + x[1]).Tanh().MatMul(x[2]) + x[3];
        return (logits.LogSumExp(axis: 1) - (logits * x[5]).Sum(axis: 1)).Mean();
    }
}
