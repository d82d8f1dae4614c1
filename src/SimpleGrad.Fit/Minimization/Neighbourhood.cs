namespace SimpleGrad;

/// <summary>
/// Looks at the objective itself around a point where its derivatives do not tell whether it is an optimum.
/// </summary>
internal sealed class Neighbourhood(
    Func<double[], double> cost, Func<double[], LocalModel> linearize, Box box, CancellationToken cancellationToken)
{
    private const int DirectionsEach = 12;
    private const int MaxHullSteps = 200;
    private const double HullTolerance = 1e-6;
    private const int Seed = 1;
    private const int Decades = 2;
    private const double MinGrowth = 0.75;
    private const double MaxGrowth = 5; // a root has 3.2
    private const int ClearRise = 100;

    /// <summary>Distances to look at, relative to the size of a parameter.</summary>
    private static readonly double[] _distances = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8];

    /// <summary>
    /// The parameters along which the objective has a kink that is a minimum: to both sides it rises in proportion to
    /// the distance, and not to its square.
    /// </summary>
    public int[] Kinks(double[] point, LocalModel model) =>
        [.. Enumerable.Range(0, point.Length).Where(i => box.Varies(i) && IsKink(point, model, i))];

    /// <summary>Whether within the bounds, to one side of a parameter, the function has no value.</summary>
    /// <remarks>
    /// What is near follows from the sizes of the parameters: where nothing depends on them their standard errors reach
    /// to anywhere.
    /// </remarks>
    public bool IsAtEdge(double[] point, double[] start) => Enumerable.Range(0, point.Length).Any(i =>
    {
        double size = Math.Max(Math.Abs(point[i]), Math.Abs(start[i]));
        double by = _distances[^1] * (size > 0 ? size : 1);
        return box.Varies(i) && (HasNoValue(-by) || HasNoValue(by));

        bool HasNoValue(double step)
        {
            double[] next = [.. point];
            next[i] += step;
            return box.Contains(next) && !double.IsFinite(cost(next));
        }
    });

    /// <summary>A point near by at which the objective is less; null where none was found.</summary>
    public double[]? Better(double[] point, LocalModel model)
    {
        int[] varied = [.. Enumerable.Range(0, point.Length).Where(box.Varies)];
        double[] units = [.. varied.Select(i => Unit(point, model, i))];
        var random = new Random(Seed);
        foreach (double distance in _distances)
        {
            if (Downhill(point, model, varied, units, distance, random) is { } lower)
                return lower;
            for (int k = 0; k < DirectionsEach * varied.Length; k++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                double[] next = [.. point];
                foreach ((int index, int i) in varied.Index())
                {
                    // First along each parameter, then anywhere.
                    double part = k < 2 * varied.Length
                        ? (k / 2 == index ? 1 - 2 * (k % 2) : 0)
                        : 2 * random.NextDouble() - 1;
                    next[i] += part * distance * units[index];
                }
                next = box.Clamp(next);
                if (cost(next) < model.Cost - 2 * model.Rounding)
                    return next;
            }
        }
        return null;
    }

    /// <summary>
    /// Where a kink is an edge, the way down goes along it: the slopes on all of its sides have that way in common. It
    /// is opposite to the shortest vector in the convex hull of gradients near by (Burke, Lewis and Overton 2005).
    /// </summary>
    private double[]? Downhill(
        double[] point, LocalModel model, int[] varied, double[] units, double distance, Random random)
    {
        var gradients = new List<double[]>();
        for (int k = 0; k < 2 * (varied.Length + 1); k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double[] near = [.. point];
            foreach ((int index, int i) in varied.Index())
                near[i] += k == 0 ? 0 : (2 * random.NextDouble() - 1) * distance * units[index];
            double[] all = linearize(box.Clamp(near)).Gradient;
            double[] gradient = [.. varied.Select((i, index) => all[i] * units[index])];
            if (Array.TrueForAll(gradient, double.IsFinite))
                gradients.Add(gradient);
        }
        if (gradients.Count == 0)
            return null;
        double[] shortest = ShortestInHull(gradients);
        double length = HouseholderQr.Norm(shortest);
        for (double factor = 1000; length > 0 && factor > 0.05; factor /= 10)
        {
            double[] next = [.. point];
            foreach ((int index, int i) in varied.Index())
                next[i] -= factor * distance * units[index] * (shortest[index] / length);
            next = box.Clamp(next);
            if (cost(next) < model.Cost - 2 * model.Rounding)
                return next;
        }
        return null;
    }

    /// <summary>By Gilbert's method: always towards the vector that leads farthest to zero.</summary>
    private static double[] ShortestInHull(List<double[]> vectors)
    {
        double[] v = vectors[0];
        for (int step = 0; step < MaxHullSteps; step++)
        {
            double[] next = vectors.MinBy(vector => HouseholderQr.Dot(v, vector))!;
            double gain = HouseholderQr.Dot(v, v) - HouseholderQr.Dot(v, next);
            if (!(gain > HullTolerance * HouseholderQr.Dot(v, v)))
                break;
            double[] change = [.. next.Zip(v, (a, b) => a - b)];
            double part = Math.Min(1, gain / HouseholderQr.Dot(change, change));
            v = [.. v.Zip(change, (a, b) => a + part * b)];
        }
        return v;
    }

    /// <summary>
    /// Whether to both sides the objective rises with a slope that stays, or grows a little, as the distance gets less
    /// by powers of ten. Where it is smooth the slope gets less too, and where it is rounding it grows by ten.
    /// </summary>
    private bool IsKink(double[] point, LocalModel model, int i)
    {
        double unit = Unit(point, model, i), left = double.NaN, right = double.NaN;
        int alike = 0;
        foreach (double distance in _distances)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double leftBefore = left, rightBefore = right;
            (left, right) = (Slope(-distance * unit), Slope(distance * unit));
            if (!(left > 0 && right > 0))
                return false; // an edge of the function, or a way down
            alike = IsAlike(left, leftBefore) && IsAlike(right, rightBefore) ? alike + 1 : 0;
            if (alike == Decades)
                return true;
        }
        return false;

        double Slope(double by)
        {
            double[] next = [.. point];
            next[i] += by;
            return box.Contains(next) && cost(next) is var there && double.IsFinite(there)
                && there - model.Cost > ClearRise * model.Rounding
                ? (there - model.Cost) / Math.Abs(by)
                : double.NaN;
        }
    }

    private static bool IsAlike(double slope, double before) => slope / before is > MinGrowth and < MaxGrowth;

    /// <summary>What is near for a parameter: its size, or its standard error if that is more.</summary>
    private static double Unit(double[] point, LocalModel model, int i)
    {
        double error = Math.Sqrt(model.Unit) / model.Scales[i], size = Math.Abs(point[i]);
        double unit = double.IsFinite(error) ? Math.Max(error, size) : size;
        return unit > 0 ? unit : 1;
    }
}
