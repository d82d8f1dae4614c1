namespace SimpleGrad.Coefficients;

/// <summary>A polynomial of the library: what it stands for, where, and its coefficients.</summary>
/// <param name="Name">The name of the method that evaluates it.</param>
/// <param name="Summary">What it approximates.</param>
/// <param name="From">The lower end of the range of the argument x of the function.</param>
/// <param name="To">The upper end.</param>
/// <param name="Variable">The variable of the polynomial at x.</param>
/// <param name="Value">What the polynomial should be at x.</param>
/// <param name="Weight">The error of the function, relative to its value, for an error of the polynomial of 1.</param>
/// <param name="Coefficients">From the highest power down.</param>
internal sealed record Table(
    string Name,
    string Summary,
    Real From,
    Real To,
    Func<Real, Real> Variable,
    Func<Real, Real> Value,
    Func<Real, Real> Weight,
    double[] Coefficients)
{
    /// <summary>Whether the coefficients are floats, and the function is one of floats.</summary>
    public bool IsSingle { get; init; }

    /// <summary>The error that is accepted; by default as much as the rounding of a result.</summary>
    public double? Bound { get; init; }

    /// <summary>
    /// Where even and odd powers are summed by themselves, for a shorter chain: how many of the lowest powers are not.
    /// </summary>
    public int? Unsplit { get; init; }

    /// <summary>The largest relative error of the function, on a grid that is denser near the ends.</summary>
    public double Error()
    {
        const int points = 300;
        Real largest = Real.Zero, middle = (From + To).Scaled(-1), half = (To - From).Scaled(-1);
        for (int i = 0; i <= points; i++)
        {
            Real x = middle - half * (Real)Math.Cos(Math.PI * i / points);
            if (Real.Abs(x) < (Real)1e-3) // where quotients may be 0 / 0, and the weight is least
                continue;
            Real z = Variable(x), p = Real.Zero;
            foreach (double coefficient in Coefficients)
                p = p * z + (Real)(IsSingle ? (float)coefficient : coefficient);
            Real error = Real.Abs((p - Value(x)) * Weight(x));
            largest = error > largest ? error : largest;
        }
        return (double)largest;
    }

    /// <summary>Whether the error is accepted.</summary>
    public bool Accepts(double error) => error <= (Bound ?? Math.ScaleB(1, IsSingle ? -24 : -53));
}
