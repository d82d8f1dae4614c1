namespace SimpleGrad;

/// <summary>The bounds of the parameters, and the best steps within them.</summary>
internal sealed class Box(double[] lower, double[] upper)
{
    /// <summary>How often a parameter may be released from a bound, on average.</summary>
    private const int MaxReleases = 3;

    /// <summary>Whether a parameter can be varied.</summary>
    public bool Varies(int i) => lower[i] < upper[i];

    public bool Contains(double[] point) =>
        point.Index().All(at => at.Item >= lower[at.Index] && at.Item <= upper[at.Index]);

    public double[] Clamp(double[] point) => [.. point.Select((x, i) => Math.Clamp(x, lower[i], upper[i]))];

    /// <summary>The same bounds, but for parameters that stay where they are.</summary>
    public Box Hold(int[] parameters, double[] point)
    {
        double[] low = [.. lower], high = [.. upper];
        foreach (int i in parameters)
            low[i] = high[i] = point[i];
        return new Box(low, high);
    }

    /// <summary>The parameters that are not at a bound beyond which the objective would be less.</summary>
    public List<int> Free(double[] point, double[] gradient) =>
        [.. Enumerable.Range(0, point.Length).Where(i => Varies(i)
            && !(point[i] <= lower[i] && gradient[i] >= 0) && !(point[i] >= upper[i] && gradient[i] <= 0))];

    /// <summary>
    /// The best step within the radius, and where it leads. Parameters that it would take across bounds stop there, and
    /// the others take the best step that is left to them. Where nothing damps the step, a parameter leaves its bound
    /// again if that is better once the others have moved: this is the method of active sets (Stark and Parker 1995).
    /// </summary>
    /// <remarks>
    /// A parameter that stops at a bound gets the bound itself: the sum of point and step may be one unit off, and the
    /// parameter would seem to be free.
    /// </remarks>
    public (double[] Step, double[] Next) Step(double[] point, LocalModel model, double[] scales, double radius)
    {
        int count = point.Length;
        double[] step = new double[count];
        double?[] stops = new double?[count];
        List<int> free = Free(point, model.Gradient);
        bool isDamped = Solve();
        for (int release = 0; !isDamped && release < MaxReleases * count; release++)
        {
            int worst = Wrong();
            if (worst < 0)
                break;
            free.Add(worst);
            stops[worst] = null;
            double[] before = [.. step];
            isDamped = Solve();
            // In exact arithmetic each release makes the step better.
            if (!(model.Reduction(step) >= model.Reduction(before)))
            {
                step = before;
                break;
            }
        }
        return (step, [.. step.Select((s, i) => stops[i] ?? Math.Clamp(point[i] + s, lower[i], upper[i]))]);

        // Moves the free parameters as far as they may; returns whether the radius stopped them.
        bool Solve()
        {
            bool isWithin = false, isShortened = false;
            while (free.Count > 0 && !isWithin)
            {
                double[] others = [.. step];
                foreach (int i in free)
                    others[i] = 0;
                double[] own = model.Decompose([.. free], scales, others).Step(radius);
                isShortened = HouseholderQr.Norm(own) >= radius * (1 - Spectrum.RadiusTolerance);
                isWithin = true;
                foreach ((int k, int i) in free.ToArray().Index())
                {
                    step[i] = own[k] / scales[i];
                    double to = point[i] + step[i];
                    if (!(to < lower[i]) && !(to > upper[i]))
                        continue; // a step that is not finite is seen by its reduction
                    double stop = to < lower[i] ? lower[i] : upper[i];
                    (stops[i], step[i]) = (stop, stop - point[i]);
                    free.Remove(i);
                    isWithin = false;
                }
            }
            return isShortened;
        }

        // The parameter at a bound that it should leave most, or -1.
        int Wrong()
        {
            double[] slopes = model.GradientAfter(step);
            int worst = -1;
            double max = 0;
            for (int i = 0; i < count; i++)
            {
                if (!Varies(i) || free.Contains(i))
                    continue;
                double at = stops[i] ?? point[i];
                double inward = (at <= lower[i] ? -slopes[i] : slopes[i]) / scales[i];
                if (inward > max && Math.Abs(slopes[i]) > 1e-12 * Math.Abs(model.Gradient[i]))
                    (worst, max) = (i, inward);
            }
            return worst;
        }
    }
}
