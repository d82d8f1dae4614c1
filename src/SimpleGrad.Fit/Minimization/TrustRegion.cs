namespace SimpleGrad;

/// <summary>
/// Finds a minimum with bounds: each step goes to the least value of the local model within a radius in scaled
/// parameters, and the radius follows how well the model foretold the objective. With the model of least squares this
/// is the method of Levenberg and Marquardt, with exact second derivatives it is Newton's.
/// </summary>
internal sealed class TrustRegion(IObjective objective, double[] lower, double[] upper, FitOptions options)
{
    private const double StartRadius = 1; // the first step is not longer than the start is
    private const double Accepted = 1e-4;
    private const double NegligibleStep = 1e-15;
    private const double Contraction = 0.9;
    private const double Polished = 1e-10; // in standard errors
    private const int MostPolishingSteps = 50;

    /// <summary>How far from the optimum the last step may have ended, in standard errors.</summary>
    private const double MostRemaining = 1e-4;

    public int Iterations { get; private set; }

    public int Evaluations { get; private set; }

    /// <summary>Why the search ended.</summary>
    public FitStop Stop { get; private set; }

    /// <summary>How far the next step would go, in standard errors.</summary>
    public double Remaining { get; private set; }

    /// <summary>Counts what was done before.</summary>
    public void Continue(int iterations, int evaluations) => (Iterations, Evaluations) = (iterations, evaluations);

    /// <exception cref="FitException">There is no way to go on, or it takes too long.</exception>
    public (double[] Point, LocalModel Model) Run(double[] start)
    {
        double[] point = Clamp(start);
        LocalModel model = Linearize(point);
        if (!model.IsFinite)
            throw new FitException(FitFailure.NotFinite, point, NotFiniteMessage(model));
        double[] scales = NonZero(model.Scales);
        double length = Length(point, scales);
        // A start of zeros has no length to go by; the slope has the same unit.
        if (length == 0)
            length = Length(model.Gradient, Array.ConvertAll(scales, scale => 1 / scale));
        double radius = length > 0 ? StartRadius * length : StartRadius;
        int first = Iterations + 1;
        while (true)
        {
            if (Iterations >= options.MaxIterations)
                throw new FitException(
                    FitFailure.IterationLimit, point, $"The search did not converge in {Iterations} iterations.");
            Iterations++;
            options.Progress?.Report(new FitProgress(Iterations, model.Cost));
            if (Descend(ref point, ref model, scales, ref radius, Iterations == first) is { } stop)
            {
                Stop = stop;
                break;
            }
            for (int i = 0; i < scales.Length; i++)
                scales[i] = Math.Max(scales[i], model.Scales[i]);
        }
        Polish(ref point, ref model);
        return (point, model);
    }

    /// <summary>One step that the objective accepts; a reason where there is no need for one, or no way.</summary>
    private FitStop? Descend(ref double[] point, ref LocalModel model, double[] scales, ref double radius, bool isFirst)
    {
        while (true)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            double[] step = Step(point, model, scales, radius);
            double expected = model.Reduction(step), stepLength = Length(step, scales);
            if (model.IsExact)
                return FitStop.ExactFit;
            if (Math.Abs(expected) <= model.Rounding)
                return FitStop.NegligibleReduction;
            if (!(expected >= 0))
            {
                // Bounds took away the good part of a step that was too long; or the numbers overflow.
                radius = 0.1 * Math.Min(radius, stepLength);
                if (!(radius > double.Epsilon / NegligibleStep))
                    throw new FitException(
                        FitFailure.NoProgress, point, "The derivatives are too large for a step to be computed.");
                continue;
            }
            if (isFirst)
                radius = Math.Min(radius, stepLength);

            double[] next = Clamp(Add(point, step));
            Evaluations++;
            double cost = objective.Cost(next);
            double actual = double.IsFinite(cost) ? model.Cost - cost : double.NegativeInfinity;
            double ratio = actual / expected;
            radius = ratio switch
            {
                < 0.25 => Shrink(actual, expected, stepLength) * Math.Min(radius, 10 * stepLength),
                > 0.75 => Math.Max(radius, 2 * stepLength),
                _ => radius,
            };
            if (ratio >= Accepted)
            {
                LocalModel there = Linearize(next);
                if (there.IsFinite)
                    (point, model) = (next, there);
                else
                    (ratio, radius) = (0, 0.1 * stepLength); // a value without derivatives is no place to go on from
            }
            if (radius <= NegligibleStep * Length(point, scales) || radius < double.Epsilon / NegligibleStep)
                return FitStop.NegligibleStep;
            if (ratio >= Accepted)
                return null;
        }
    }

    // The parabola through the value and slope here and the value there says how far it would have been right to go.
    private static double Shrink(double actual, double expected, double stepLength) =>
        double.IsFinite(actual) && stepLength > 0
            ? Math.Clamp(expected / (2 * expected - actual), 0.1, 0.5)
            : 0.1;

    /// <summary>
    /// Undamped steps, as long as each is shorter than the one before. The objective itself can no longer tell better
    /// from worse where steps change half of its digits; its derivatives can.
    /// </summary>
    private void Polish(ref double[] point, ref LocalModel model)
    {
        (double[]? step, double size) = FullStep(point, model);
        for (int i = 0; step is not null && size > Polished && i < MostPolishingSteps; i++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            double[] next = Clamp(Add(point, step));
            LocalModel there = Linearize(next);
            if (!there.IsFinite)
                break;
            (double[]? nextStep, double nextSize) = FullStep(next, there);
            if (nextStep is null || nextSize > Contraction * size)
                break;
            (point, model, step, size) = (next, there, nextStep, nextSize);
            Iterations++;
        }
        Remaining = size;
        // At a cost of nothing but rounding, what the derivatives say is rounding too.
        if (step is not null && size > MostRemaining && !model.IsExact)
            throw new FitException(
                FitFailure.NoProgress, point,
                "The search came to a place that is no optimum, and found no way on: the next step would be "
                + $"{size:G3} standard errors long. Near it the function may have a kink, or no value.");
    }

    /// <summary>The step of Newton or Gauss and Newton, and its length in standard errors.</summary>
    private (double[]? Step, double Size) FullStep(double[] point, LocalModel model)
    {
        int[] free = [.. Free(point, model.Gradient)];
        double[] scales = NonZero(model.Scales);
        Spectrum spectrum = model.Decompose(free, scales, new double[point.Length]);
        if (!model.IsRegular(spectrum))
            return (null, 0);
        double[] step = new double[point.Length];
        double[] own = spectrum.Step();
        for (int i = 0; i < free.Length; i++)
            step[free[i]] = own[i] / scales[free[i]];
        return (step, model.Unit > 0 ? Math.Sqrt(Math.Max(0, model.Reduction(step)) / model.Unit) : 0);
    }

    /// <summary>
    /// The best step within the radius. Where it would cross bounds, those parameters stop there, and the others take
    /// the best step that is left to them.
    /// </summary>
    private double[] Step(double[] point, LocalModel model, double[] scales, double radius)
    {
        List<int> free = Free(point, model.Gradient);
        double[] step = new double[point.Length];
        while (free.Count > 0)
        {
            double[] own = model.Decompose([.. free], scales, WithoutFree(step, free)).Step(radius);
            bool isInside = true;
            foreach ((int place, int i) in free.ToArray().Index())
            {
                step[i] = own[place] / scales[i];
                double clamped = Math.Clamp(point[i] + step[i], lower[i], upper[i]) - point[i];
                if (Math.Abs(clamped) < Math.Abs(step[i]) && IsOutside(point[i] + step[i], i))
                {
                    step[i] = clamped;
                    free.Remove(i);
                    isInside = false;
                }
            }
            if (isInside)
                break;
        }
        return step;
    }

    private bool IsOutside(double x, int i) => x < lower[i] || x > upper[i];

    private static double[] WithoutFree(double[] step, List<int> free)
    {
        double[] others = [.. step];
        foreach (int i in free)
            others[i] = 0;
        return others;
    }

    /// <summary>The parameters that are not at a bound beyond which the objective would be less.</summary>
    private List<int> Free(double[] point, double[] gradient) =>
        [.. Enumerable.Range(0, point.Length).Where(i => lower[i] < upper[i]
            && !(point[i] <= lower[i] && gradient[i] >= 0) && !(point[i] >= upper[i] && gradient[i] <= 0))];

    private LocalModel Linearize(double[] point)
    {
        Evaluations++;
        return objective.Linearize(point);
    }

    private double[] Clamp(double[] point) => [.. point.Select((x, i) => Math.Clamp(x, lower[i], upper[i]))];

    private static double[] Add(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a + b)];

    private static double[] NonZero(double[] scales) => [.. scales.Select(scale => scale > 0 ? scale : 1)];

    private static double Length(double[] x, double[] scales) =>
        HouseholderQr.Norm([.. x.Zip(scales, (a, b) => a * b)]);

    private static string NotFiniteMessage(LocalModel model) => double.IsFinite(model.Cost)
        ? "At the start the function has a value, but not all of its derivatives are finite."
        : $"At the start the function has no finite value: it is {model.Cost}.";
}
