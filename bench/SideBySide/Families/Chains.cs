using System.Numerics;

namespace SimpleGrad.Bench.SideBySide.Families;

/// <summary>The cost of a recorded operator itself, on single numbers and on small vectors.</summary>
internal static class Chains<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Length = 1000;

    public static IEnumerable<Case> Cases()
    {
        var family = new Family<T>("chains");
        foreach (Input input in (Input[])[Input.NearOne(), Input.NearOne(16), Input.NearOne(64), Input.NearOne(1024)])
        {
            AddChain(family, "y + x", input, (y, x) => y + x, (y, x) => y + x);
            AddChain(family, "y * x", input, (y, x) => y * x, (y, x) => y * x);
            AddChain(family, "sin(y)", input, (y, _) => y.Sin(), (y, _) => y.sin());
        }
        return family;
    }

    private static void AddChain(
        Family<T> family, string name, Input input, Func<Variable<T>, Variable<T>, Variable<T>> step,
        Func<Peer, Peer, Peer> peerStep)
    {
        family.Add($"{name}, forward", [input], (_, x) => Ours(x[0]), x => Peers(x[0]), Length);
        family.Add(
            $"{name}, forward + backward", [input], (tape, x) => tape.Grad(Ours(x[0]).Sum(), x, createGraph: false),
            x => torch.autograd.grad([Peers(x[0]).sum()], x), Length);
        family.Add(
            $"{name}, forward + backward with graph", [input], (tape, x) => tape.Grad(Ours(x[0]).Sum(), x),
            x => torch.autograd.grad([Peers(x[0]).sum()], x, create_graph: true), Length);

        Variable<T> Ours(Variable<T> x)
        {
            Variable<T> y = x;
            for (int i = 0; i < Length; i++)
                y = step(y, x);
            return y;
        }

        Peer Peers(Peer x)
        {
            Peer y = x;
            for (int i = 0; i < Length; i++)
                y = peerStep(y, x);
            return y;
        }
    }
}
