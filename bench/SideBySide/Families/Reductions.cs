using System.Numerics;

namespace SimpleGrad.Bench.SideBySide.Families;

internal static class Reductions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static IEnumerable<Case> Cases()
    {
        var family = new Family<T>("reductions");
        foreach (int n in SideBySide.Cases.Lengths)
        {
            Input x = Input.Signed(n);
            family.Add("sum", x, a => a.Sum(), a => a.sum(), backward: n < 16 << 20);
            family.Add("mean", x, a => a.Mean(), a => a.mean());
            family.Add("amax", x, a => a.Amax(), a => a.amax());
            family.Add("norm", x, a => a.Norm(), a => a.norm());
        }
        foreach (int n in new[] { 1 << 10, 32 << 10, 1 << 20 })
        {
            Input x = Input.Signed(n);
            family.Add("var", x, a => a.Var(), a => a.var(), backward: true);
            family.Add("prod", Input.NearOne(n), a => a.Prod(), a => a.prod(), backward: true);
            family.Add("logsumexp", x, a => a.LogSumExp(), a => a.logsumexp(0), backward: true);
            family.Add("argmax", x, a => a.ArgMax(), a => a.argmax());
        }
        foreach (int n in new[] { 32, 1024, 4096 })
        {
            AddAxes(family, "", Input.Signed(n, n), Input.NearOne(n, n), a => a, a => a, backward: n < 4096);
            if (n == 1024)
                AddAxes(
                    family, " of a.T", Input.Signed(n, n), Input.NearOne(n, n), a => a.Transpose(), a => a.t(), false);
        }
        Input cube = Input.Signed(64, 128, 128);
        family.Add("sum, middle axis", cube, a => a.Sum(1), a => a.sum(1), backward: true);
        family.Add("amax, middle axis", cube, a => a.Amax(1), a => a.amax([1]), backward: true);
        family.Add("sum, outer axes", cube, a => a.Sum([0, 2]), a => a.sum([0, 2]));
        Input narrow = Input.Signed(1 << 20, 3);
        family.Add("sum axis 0", narrow, a => a.Sum(0), a => a.sum([0L]));
        family.Add("sum axis 1", narrow, a => a.Sum(1), a => a.sum([1L]));
        return family;
    }

    private static void AddAxes(
        Family<T> family, string suffix, Input x, Input nearOne, Func<Variable<T>, Variable<T>> view,
        Func<Peer, Peer> peerView, bool backward)
    {
        family.Add($"sum{suffix}", x, a => view(a).Sum(), a => peerView(a).sum());
        for (int axis = 0; axis < 2; axis++)
        {
            int along = axis;
            string name = $"axis {axis}{suffix}";
            family.Add($"sum {name}", x, a => view(a).Sum(along), a => peerView(a).sum(along), backward);
            family.Add($"mean {name}", x, a => view(a).Mean(along), a => peerView(a).mean([along]));
            family.Add($"var {name}", x, a => view(a).Var(along), a => peerView(a).var(along), backward);
            family.Add($"amax {name}", x, a => view(a).Amax(along), a => peerView(a).amax([along]), backward);
            family.Add($"argmax {name}", x, a => view(a).ArgMax(along), a => peerView(a).argmax(along));
            family.Add($"prod {name}", nearOne, a => view(a).Prod(along), a => peerView(a).prod(along));
            family.Add(
                $"logsumexp {name}", x, a => view(a).LogSumExp(along), a => peerView(a).logsumexp(along), backward);
            family.Add($"norm {name}", x, a => view(a).Norm(2, along), a => peerView(a).norm(along, false, 2f));
        }
    }
}
