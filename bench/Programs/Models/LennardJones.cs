namespace SimpleGrad.Bench.Programs.Models;

/// <summary>The energy of atoms that attract and repel each other, in a periodic box: positions are (n, 3).</summary>
internal static class LennardJones
{
    public const int Atoms = 64;
    public const double Box = 5;

    /// <summary>Interactions end where two atoms are as far apart as this, squared and inverted.</summary>
    private const double Least = 0.25;

    /// <summary>Atoms near the points of a lattice.</summary>
    public static Tensor<double> Positions(int atoms = Atoms)
    {
        var random = new Random(1);
        int side = (int)Math.Ceiling(Math.Cbrt(atoms));
        return Tensor.Create<double>(
            [
                .. Enumerable.Range(0, atoms).SelectMany(i => (int[])[i / side / side, i / side % side, i % side])
                    .Select(at => Box / side * (at + 0.2 * (random.NextDouble() - 0.5))),
            ],
            [atoms, 3]);
    }

    /// <summary>The pairs that are closer than a margin beyond where interactions end.</summary>
    public static (int[] First, int[] Second) Neighbours(Tensor<double> positions, double reach = 2.3)
    {
        double[] x = positions.ToArray();
        var (first, second) = (new List<int>(), new List<int>());
        for (int i = 0; i < x.Length / 3; i++)
        {
            for (int j = i + 1; j < x.Length / 3; j++)
            {
                double square = 0;
                for (int k = 0; k < 3; k++)
                {
                    double d = x[3 * i + k] - x[3 * j + k];
                    d -= Box * Math.Round(d / Box);
                    square += d * d;
                }
                if (square >= reach * reach)
                    continue;
                first.Add(i);
                second.Add(j);
            }
        }
        return ([.. first], [.. second]);
    }

    /// <summary>All pairs, by differences of shape (n, n, 3).</summary>
    public static Variable<double> Dense(Variable<double> x)
    {
        Variable<double> d = x.Unsqueeze(1) - x.Unsqueeze(0);
        d -= Box * (d / Box).Round();
        return 0.5 * Energy(d.Square().Sum(2) + x.Tape.Constant(1e3 * Tensor.Eye<double>(x.Shape[0])));
    }

    /// <summary>The same with the coordinates taken apart.</summary>
    public static Variable<double> CoordinatesApart(Variable<double> x)
    {
        Variable<double> squares = x.Tape.Constant(1e3 * Tensor.Eye<double>(x.Shape[0]));
        foreach (Variable<double> coordinate in x.Unbind(1))
        {
            Variable<double> d = coordinate.Unsqueeze(1) - coordinate.Unsqueeze(0);
            squares += (d - Box * (d / Box).Round()).Square();
        }
        return 0.5 * Energy(squares);
    }

    /// <summary>The pairs of a list, which changes from call to call.</summary>
    public static Variable<double> Pairs(Variable<double> x, Tensor<int> first, Tensor<int> second)
    {
        Variable<double> d = x[first] - x[second];
        d -= Box * (d / Box).Round();
        return Energy(d.Square().Sum(1));
    }

    private static Variable<double> Energy(Variable<double> squares)
    {
        Variable<double> inverse = 1 / squares, sixth = inverse * inverse * inverse;
        return Variable.Where(inverse > Least, 4 * (sixth * sixth - sixth), 0).Sum();
    }
}
