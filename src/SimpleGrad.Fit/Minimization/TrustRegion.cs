namespace SimpleGrad;

/// <summary>
/// Finds a minimum with bounds: each step goes to the least value of the local model within a radius in scaled
/// parameters, and the radius follows how well the model foretold the objective. With the model of least squares this
/// is the method of Levenberg and Marquardt, with exact second derivatives it is Newton's.
/// </summary>
internal sealed class TrustRegion(IObjective objective, ParameterSet parameters, FitOptions options)
{
    private const double StartRadius = 1; // the first step is not longer than the start is
    private const double MaxRadius = 1e100; // of the first one
    private const double MinLength = 1e-140; // of a start: its square is a number
    private const double Accepted = 1e-4;
    private const double ClearReduction = 1e6; // of its rounding
    private const double NegligibleStep = 1e-15;
    private const int MaxTrials = 1100; // from the largest double to the smallest, by factors of two
    private const double Contraction = 0.9;
    private const double Polished = 1e-10; // in standard errors
    private const int MaxPolishingSteps = 50;
    private const int MaxRounds = 50;
    private const int PlacesLookedAt = 12;

    /// <summary>How far from the optimum the last step may have ended, in standard errors.</summary>
    private const double MaxRemaining = 1e-4;

    /// <summary>Relative to a parameter, the least step that is looked at again.</summary>
    private const double LongStep = 1e-6;

    /// <summary>How little the objective rises within a standard error where it is flat, not by about 1.</summary>
    private const double FlatRise = 1e-6;

    /// <summary>No logarithm of a likelihood is so great.</summary>
    private const double MinCost = -1e50;

    /// <summary>How far to look ahead, in ways from the start: more than two, which cross a valley.</summary>
    private const double FartherOn = 3;

    /// <summary>Of the parameter that runs away fastest, how fast others must be to be named.</summary>
    private const double Runaway = 1e-3;

    private readonly Box _bounds = new(parameters.Lower, parameters.Upper);
    private bool _sawInfiniteLikelihood;

    public int Iterations { get; private set; }

    public int Evaluations { get; private set; }

    /// <summary>Why the search ended.</summary>
    public FitStop Stop { get; private set; }

    /// <summary>How far the next step would go, in standard errors.</summary>
    public double Remaining { get; private set; }

    /// <summary>The parameters along which the optimum is a kink.</summary>
    public IReadOnlyList<int> Kinks { get; private set; } = [];

    /// <summary>Counts what was done before.</summary>
    public void Continue(int iterations, int evaluations) => (Iterations, Evaluations) = (iterations, evaluations);

    /// <exception cref="FitException">There is no way to go on, or it takes too long.</exception>
    public (double[] Point, LocalModel Model) Run(double[] start)
    {
        (double[] point, LocalModel model) = Search(start, _bounds);
        End end = Polish(ref point, ref model, _bounds);
        CheckMinimum(point, model, end);
        if (end != End.Optimum)
            end = Settle(ref point, ref model, end);
        if (end != End.NoOptimum)
            return (point, model);
        string size = Remaining > MaxRemaining ? $": the next step would be {Remaining:G3} standard errors long" : "";
        throw new FitException(
            FitFailure.NoProgress, point,
            $"The search came to a place that is no optimum, and found no way on{size}. "
            + "Near it the function may have a kink, or no value.");
    }

    /// <summary>
    /// Whether the data do not determine the parameters wherever they are, as far as the start and places around it can
    /// tell: that they do not where the search ended says little about a start from somewhere else.
    /// </summary>
    public bool IsSingularElsewhere()
    {
        var random = new Random(1);
        double Beside(double x) => (x == 0 ? 0.1 : x) * Math.Pow(10, 2 * random.NextDouble() - 1);
        double[][] places = [.. Enumerable.Range(0, PlacesLookedAt).Select(
            k => _bounds.Clamp(k == 0 ? parameters.Start : Array.ConvertAll(parameters.Start, Beside)))];
        return Array.TrueForAll(places, place => objective.Linearize(place) is var model
            && (!model.IsFinite || !model.IsDetermined(model.Decompose(
                [.. _bounds.Free(place, model.Gradient)], model.UsableScales, new double[place.Length]))));
    }

    private (double[] Point, LocalModel Model) Search(double[] start, Box box)
    {
        double[] point = box.Clamp(start);
        LocalModel model = Linearize(point);
        if (!model.IsFinite)
            throw new FitException(
                FitFailure.NotFinite, point, NotFiniteMessage(model), objective.NotFiniteAt(point));
        double[] scales = model.UsableScales;
        double length = Length(point, scales);
        // A start of zeros has no length to go by; the slope has the same unit.
        if (!(length > MinLength))
            length = Length(model.Gradient, Array.ConvertAll(scales, scale => 1 / scale));
        double radius = length > MinLength && double.IsFinite(length) ? StartRadius * length : StartRadius;
        double max = Math.Min(double.MaxValue / 4, MaxRadius * radius);
        int first = Iterations + 1;
        while (true)
        {
            if (Iterations >= options.MaxIterations)
                throw new FitException(
                    FitFailure.IterationLimit, point, $"The search did not converge in {Iterations} iterations.");
            Iterations++;
            options.Progress?.Report(new FitProgress(Iterations, model.Cost));
            if (Descend(ref point, ref model, scales, ref radius, box, Iterations == first) is { } stop)
            {
                Stop = stop;
                return (point, model);
            }
            if (radius > max)
                throw Endless(point, model);
            for (int i = 0; i < scales.Length; i++)
                scales[i] = Math.Max(scales[i], model.UsableScales[i]);
        }
    }

    /// <summary>One step that the objective accepts; a reason where there is no need for one, or no way.</summary>
    private FitStop? Descend(
        ref double[] point, ref LocalModel model, double[] scales, ref double radius, Box box, bool isFirst)
    {
        bool mayGrow = isFirst;
        for (int trial = 0; trial < MaxTrials; trial++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            (double[] step, double[] next) = box.Step(point, model, scales, radius);
            double expected = model.Reduction(step), stepLength = Length(step, scales);
            if (model.IsExact)
                return FitStop.ExactFit;
            // A start near zero says little about how long steps are: the first radius may be far too small.
            if (mayGrow && Math.Abs(expected) <= ClearReduction * model.Rounding && stepLength >= 0.5 * radius)
            {
                radius *= 10;
                continue;
            }
            if (Math.Abs(expected) <= model.Rounding)
                return FitStop.NegligibleReduction;
            mayGrow = false;
            if (!(expected >= 0) || !double.IsFinite(expected))
            {
                // Bounds took away the good part of a step that was too long; or the numbers overflow.
                radius = 0.1 * (stepLength < radius ? stepLength : radius);
                if (!(radius > double.Epsilon / NegligibleStep))
                    break;
                continue;
            }
            if (isFirst)
                radius = Math.Min(radius, stepLength);

            Evaluations++;
            double cost = objective.Cost(next);
            _sawInfiniteLikelihood |= double.IsNegativeInfinity(cost);
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
        throw new FitException(
            FitFailure.NoProgress, point, "The derivatives are too large, or too small, for a step to be computed.");
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
    private End Polish(ref double[] point, ref LocalModel model, Box box)
    {
        (double[] Next, double Size)? full = FullStep(point, model, box);
        for (int i = 0; full is { } step && step.Size > Polished && i < MaxPolishingSteps; i++)
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            LocalModel there = Linearize(step.Next);
            if (!there.IsFinite)
                break;
            (double[] Next, double Size)? next = FullStep(step.Next, there, box);
            if (next is null || next.Value.Size > Contraction * step.Size)
                break;
            (point, model, full) = (step.Next, there, next);
            Iterations++;
        }
        Remaining = full?.Size ?? 0;
        if (full is null)
            return End.Singular;
        // At a cost of nothing but rounding, what the derivatives say is rounding too.
        if (!model.IsExact && Remaining > Math.Max(MaxRemaining, model.StepRounding))
            return End.NoOptimum;
        if (model.StepRounding >= 1)
            Stop = FitStop.ExactFit;
        return End.Optimum;
    }

    /// <summary>
    /// Where the step of Newton or Gauss and Newton leads, and its length in standard errors; null where there is none.
    /// </summary>
    private static (double[] Next, double Size)? FullStep(double[] point, LocalModel model, Box box)
    {
        double[] scales = model.UsableScales;
        if (!model.IsRegular(model.Decompose([.. box.Free(point, model.Gradient)], scales, new double[point.Length])))
            return null;
        (double[] step, double[] next) = box.Step(point, model, scales, double.PositiveInfinity);
        return (next, model.Unit > 0 ? Math.Sqrt(Math.Max(0, model.Reduction(step)) / model.Unit) : 0);
    }

    /// <summary>
    /// Goes on where derivatives do not lead to an optimum. At a kink they cannot: its parameters are kept where they
    /// are while the others are fitted, and then it is seen whether all of them together find anything better.
    /// </summary>
    private End Settle(ref double[] point, ref LocalModel model, End end)
    {
        double Cost(double[] at)
        {
            Evaluations++;
            return objective.Cost(at);
        }
        var around = new Neighbourhood(Cost, Linearize, _bounds, options.CancellationToken);
        for (int round = 0; round < MaxRounds; round++)
        {
            int[] kinks = around.Kinks(point, model);
            if (kinks.Length > 0)
            {
                Box held = _bounds.Hold(kinks, point);
                (point, model) = Search(point, held);
                end = Polish(ref point, ref model, held);
            }
            else if (end == End.Singular && Stop != FitStop.NegligibleStep)
            {
                return around.IsAtEdge(point, parameters.Start) ? End.NoOptimum : end; // or a flat place
            }
            if (around.Better(point, model) is not { } better)
            {
                if (kinks.Length > 0 && end == End.Optimum)
                    (Kinks, Stop) = (kinks, FitStop.Kink);
                return end;
            }
            if (!Linearize(better).IsFinite)
                return end;
            (point, model) = Search(better, _bounds);
            end = Polish(ref point, ref model, _bounds);
            if (end == End.Optimum)
                return end;
        }
        return End.NoOptimum;
    }

    /// <summary>
    /// A likelihood may near its supremum while parameters run to infinity, as where a line separates the classes of a
    /// logistic regression. Its steps then do not get shorter, and a whole standard error further on it is not less.
    /// </summary>
    private void CheckMinimum(double[] point, LocalModel model, End end)
    {
        if (end != End.Optimum && (_sawInfiniteLikelihood || model.Cost < MinCost))
            throw Endless(point, model);
        if (end != End.Optimum && Vanishing(point, model) is { } vanishing)
            throw new FitException(
                FitFailure.Unbounded, point, objective.NoMinimum($"as {parameters.Names[vanishing]} nears 0") + ".");
        if (end != End.Optimum || model.IsExact || FullStep(point, model, _bounds) is not { } full)
            return;
        double[] step = [.. full.Next.Zip(point, (x, y) => x - y)];
        if (!step.Zip(point).Any(pair => Math.Abs(pair.First) > LongStep * Math.Abs(pair.Second)))
            return;
        double[] way = [.. point.Zip(parameters.Start, (x, y) => x - y)];
        foreach (double[] direction in new[] { step, way })
        {
            // From the reduction, which is -g.d - d.H d / 2, the curvature along the direction.
            double slope = HouseholderQr.Dot(model.Gradient, direction);
            double size = Math.Sqrt(Math.Max(0, -2 * (model.Reduction(direction) + slope)) / (2 * model.Unit));
            if (size > 0 && double.IsFinite(size) && new[] { 1.0, 3 }.All(errors => IsFlat(direction, errors / size)))
                throw RunsAway(point, direction, model.UsableScales);
        }

        bool IsFlat(double[] direction, double factor)
        {
            double[] there = [.. point.Zip(direction, (x, d) => x + factor * d)];
            Evaluations++;
            return _bounds.Contains(there) && objective.Cost(there) - model.Cost < FlatRise * model.Unit;
        }
    }

    /// <summary>
    /// A parameter towards whose zero the objective falls and falls, as with the width of a density that can stand on
    /// one observation; null where there is none.
    /// </summary>
    private int? Vanishing(double[] point, LocalModel model)
    {
        for (int i = 0; i < point.Length; i++)
        {
            double cost = model.Cost;
            bool falls = _bounds.Varies(i) && point[i] != 0;
            for (int power = 10; falls && power <= 80; power *= 2)
            {
                double[] there = [.. point];
                there[i] *= Math.ScaleB(1, -power);
                Evaluations++;
                double next = _bounds.Contains(there) ? objective.Cost(there) : double.NaN;
                falls = next < cost - 0.1 * model.Unit;
                cost = next;
            }
            if (falls)
                return i;
        }
        return null;
    }

    /// <summary>
    /// The failure of a search that got farther and farther from its start, or to values that no likelihood has. One
    /// parameter can be far ahead of others along which the objective falls without end as well: those are named too.
    /// </summary>
    private FitException Endless(double[] point, LocalModel model)
    {
        double[] ways = [.. point.Zip(parameters.Start, (x, from) => Math.Abs(x - from) / (1 + Math.Abs(from)))];
        // In another unit a parameter may be far behind the first, but not as far as one that stays where it is.
        double far = Math.Sqrt(Math.Max(1, ways.Max()));
        List<int> free = _bounds.Free(point, model.Gradient);
        bool[] which = [.. ways.Select((way, i) => (way >= far && !IsOvershot(i)) || (free.Contains(i) && FallsOn(i)))];
        return RunsAway(point, which.Contains(true) ? which : [.. ways.Select(way => way >= far)]);

        // A search for another parameter's sake may have taken it far; it will come back.
        bool IsOvershot(int i) => model.Gradient[i] * (point[i] - parameters.Start[i]) > model.Unit;

        // Whether the objective would be clearly less much farther down than it has come, and down from an overshoot.
        bool FallsOn(int i)
        {
            double[] step = new double[point.Length];
            step[i] = -Math.Sign(model.Gradient[i]) * FartherOn * (1 + Math.Abs(point[i] - parameters.Start[i]));
            return model.Reduction(step) > model.Unit;
        }
    }

    private FitException RunsAway(double[] point, double[] direction, double[] scales)
    {
        double[] parts = [.. direction.Zip(scales, (d, scale) => Math.Abs(d * scale))];
        double most = parts.Max();
        return RunsAway(point, Array.ConvertAll(parts, part => !(part < Runaway * most)));
    }

    private FitException RunsAway(double[] point, bool[] which)
    {
        string names = parameters.NamesOf(which.Index().Where(each => each.Item).Select(each => each.Index));
        return new FitException(
            FitFailure.Unbounded, point,
            $"{objective.NoMinimum($"along {names}")}, and the estimates run to infinity.");
    }

    private LocalModel Linearize(double[] point)
    {
        Evaluations++;
        return objective.Linearize(point);
    }

    private static double Length(double[] x, double[] scales) =>
        HouseholderQr.Norm([.. x.Zip(scales, (a, b) => a * b)]);

    private static string NotFiniteMessage(LocalModel model) => double.IsFinite(model.Cost)
        ? "At the start the function has a value, but not all of its derivatives are finite."
        : $"At the start the function has no finite value: it is {model.Cost}.";

    /// <summary>What the undamped steps found.</summary>
    private enum End
    {
        Optimum,
        NoOptimum,
        Singular,
    }
}
