using SimpleGrad.Bench.Programs.Models;

namespace SimpleGrad.Bench.Programs.Cases;

/// <summary>Energy and forces of atoms, all pairs and the pairs of a list.</summary>
internal static class LennardJonesCases
{
    private const string Program = "lennard-jones";

    public static IEnumerable<Case> All() =>
    [
        new(Program, "dense, (64, 3)",
        [
            Dense("compiled", LennardJones.Dense), Dense("coordinates apart", LennardJones.CoordinatesApart, 1.3),
            Ours.Eager(() => Ours.VectorGradient(LennardJones.Dense), () => [LennardJones.Positions()]),
            .. CPeers.Way("C, all pairs once", DenseByHand, 1.5),
        ]),
        new(Program, "neighbour list, (64, 3)",
            [new Way("compiled", Pairs), .. CPeers.Way("C, the same list", PairsByHand, 1.5)]),
        new(Program, "2,000 steps of velocity Verlet, a list for each 20",
            [new Way("compiled", () => Verlet(OurForces())), .. CPeers.Way("C forces", () => Verlet(CForces()), 1.5)]),
        new(Program, "Hessian, dense, (64, 3)",
            Ours.Compiled(
                "compiled", () => TensorFunction.Of<double>(x => [Derivatives.Hessian(LennardJones.Dense, x[0])]),
                () => [LennardJones.Positions()]),
            Ours.Compiled(
                "coordinates apart",
                () => TensorFunction.Of<double>(x => [Derivatives.Hessian(LennardJones.CoordinatesApart, x[0])]),
                () => [LennardJones.Positions()], 1.3)),
    ];

    private static Way Dense(string name, Func<Variable<double>, Variable<double>> function, double? reach = null) =>
        Ours.Compiled(name, () => Ours.VectorGradient(function), () => [LennardJones.Positions()], reach);

    private static Run Pairs()
    {
        var compiled = Derivatives.ValueAndGrad(TensorFunction.Of<double>(LennardJones.Pairs), wrt: 0).Compile();
        Tensor<double> x = LennardJones.Positions();
        (Tensor<int> first, Tensor<int> second) = List(x);
        return () =>
        {
            (Tensor<double> value, Tensor<double> gradient) = compiled.Invoke(x, first, second);
            return Ours.Numbers([value, gradient]);
        };
    }

    private static (Tensor<int> First, Tensor<int> Second) List(Tensor<double> x)
    {
        (int[] first, int[] second) = LennardJones.Neighbours(x);
        return (Tensor.Create<int>(first), Tensor.Create<int>(second));
    }

    private static Run DenseByHand()
    {
        double[] x = LennardJones.Positions().ToArray(), gradient = new double[x.Length];
        return () => [CPeers.LennardJones(x, LennardJones.Atoms, LennardJones.Box, gradient), .. gradient];
    }

    private static Run PairsByHand()
    {
        double[] x = LennardJones.Positions().ToArray(), gradient = new double[x.Length];
        (int[] first, int[] second) = LennardJones.Neighbours(LennardJones.Positions());
        return () =>
        [
            CPeers.LennardJonesPairs(
                x, LennardJones.Atoms, first, second, first.Length, LennardJones.Box, gradient),
            .. gradient,
        ];
    }

    /// <summary>Makes a list of the neighbours of positions, and gives what computes the gradient by it.</summary>
    private delegate Action<double[], double[]> Forces(double[] positions);

    private static Forces OurForces()
    {
        var compiled = Derivatives.ValueAndGrad(TensorFunction.Of<double>(LennardJones.Pairs), wrt: 0).Compile();
        return positions =>
        {
            (Tensor<int> first, Tensor<int> second) = List(At(positions));
            return (x, gradient) => compiled.Invoke(At(x), first, second).Gradient.CopyTo(gradient);
        };
    }

    private static Forces CForces() => positions =>
    {
        (int[] first, int[] second) = LennardJones.Neighbours(At(positions));
        return (x, gradient) => CPeers.LennardJonesPairs(
            x, LennardJones.Atoms, first, second, first.Length, LennardJones.Box, gradient);
    };

    private static Tensor<double> At(double[] x) => Tensor.Create<double>(x, [x.Length / 3, 3]);

    /// <summary>The positions after a hundred and after all steps; neighbours come anew every twenty.</summary>
    private static Run Verlet(Forces forces) => () =>
    {
        const double dt = 0.002;
        double[] x = LennardJones.Positions().ToArray(), v = new double[x.Length], gradient = new double[x.Length];
        double[] early = [];
        Action<double[], double[]> force = forces(x);
        force(x, gradient);
        for (int step = 0; step < 2000; step++)
        {
            if (step == 100)
                early = [.. x]; // later on the trajectories of different roundings part
            for (int i = 0; i < x.Length; i++)
            {
                v[i] -= dt / 2 * gradient[i];
                x[i] += dt * v[i];
            }
            if (step % 20 == 19)
                force = forces(x);
            force(x, gradient);
            for (int i = 0; i < x.Length; i++)
                v[i] -= dt / 2 * gradient[i];
        }
        return early;
    };
}
