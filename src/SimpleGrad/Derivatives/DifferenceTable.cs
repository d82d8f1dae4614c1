namespace SimpleGrad;

/// <summary>A derivative from values alone, and how far off it may be.</summary>
/// <param name="Value">The derivative.</param>
/// <param name="Error">How far off it may be.</param>
/// <param name="Scale">The largest value by the size of the number, or by 1 where that is small.</param>
/// <param name="AtSteps">What single steps say.</param>
internal readonly record struct DifferenceEstimate(
    double Value, double Error, double Scale = 0, IReadOnlyList<(double Value, double Error)>? AtSteps = null)
{
    /// <summary>Where values say nothing.</summary>
    public static DifferenceEstimate Unknown => new(double.NaN, double.PositiveInfinity);

    /// <summary>Whether it is as near to zero as differences can come.</summary>
    public bool IsZero => Math.Abs(Value) <= 10 * Error && Error <= Math.Max(1e-9 * Scale, 1e-300);
}

/// <summary>
/// Derivatives from values alone: central differences of a vector of functions of one number, at steps from a quarter
/// of the number down, each a quarter of the last, extrapolated to a step of zero (Richardson 1911; Ridders 1982).
/// </summary>
/// <remarks>
/// The error of an extrapolation is how much it disagrees with those it is made of, and what the values can have been
/// rounded by. That is not all: a function can look smooth at steps across its pole, and values can be rounded more
/// than their size tells. So each extrapolation has to agree with those of all smaller steps; where it does not, either
/// these are more accurate, or they show how much the values are rounded. And it has to agree with the value between.
/// <para>A derivative that is much larger may still be right: of a function that oscillates within the smallest steps.
/// They show that it does, and then nothing is known.</para>
/// </remarks>
internal sealed class DifferenceTable(Func<double, double[]> function, double x, double typical, double[] at)
{
    private const int Columns = 5;
    private const double Rounding = 4.5e-16; // a few roundings on the way to a value
    private const double Underflow = 2e-323;
    private const double MaxRounded = 1e-3; // relative to the largest value
    private const int Witnesses = 2; // so many smaller steps are needed to believe one
    private const int Smallest = 5; // so many steps show whether a function is smooth
    private const double MinChange = 1e-12; // relative to the largest value; less may be rounding
    private const double MaxTurned = 0.01; // of a radian of an oscillation, in the smallest step
    private static readonly int[] _first = [0, 1, 2, 3, 4, 5, 12, 13];
    private static readonly int[] _further = [6, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 19, 20];
    private readonly double _size = x == 0 ? typical : Math.Abs(x);
    private readonly SortedDictionary<int, Level> _levels = [];

    /// <summary>
    /// The derivatives of all functions, with more steps where some are not known to a tolerance, or are not those that
    /// were found.
    /// </summary>
    public DifferenceEstimate[] Estimates(double[] found, double tolerance)
    {
        if (!double.IsFinite(x))
            return Array.ConvertAll(at, _ => DifferenceEstimate.Unknown);
        DifferenceEstimate[] estimates = [];
        // Larger steps come last: they help a small number among large values, and can miss what is near it.
        foreach (int[] steps in new[] { _first, _further, Larger() })
        {
            foreach (int step in steps)
                Add(step);
            estimates = [.. at.Select((_, row) => Estimate(row, found[row]))];
            if (estimates.Index().All(each => !double.IsFinite(at[each.Index])
                || IsKnown(each.Item, found[each.Index], tolerance)))
                break;
        }
        return estimates;
    }

    private static bool IsKnown(DifferenceEstimate estimate, double found, double tolerance) =>
        (100 * estimate.Error <= tolerance * Math.Abs(estimate.Value) || estimate.IsZero)
        && Math.Abs(estimate.Value - found) <= tolerance * Math.Abs(estimate.Value) + 10 * estimate.Error;

    private int[] Larger()
    {
        int most = Math.Min(24, (Math.ILogB(Math.Max(1, typical)) - Math.ILogB(_size)) / 2);
        return [.. Enumerable.Range(1, Math.Max(0, most)).Select(i => -i)];
    }

    private void Add(int step)
    {
        // A power of two, so that most steps are added without rounding.
        double h = Math.ScaleB(1, Math.ILogB(_size) - 2 - 2 * step), above = x + h, below = x - h;
        if (above == x || below == x || !double.IsFinite(above - below))
            return;
        bool isExact = above - x == h && x - below == h;
        _levels.Add(step, new Level(h, above - below, isExact, function(above), function(below)));
    }

    private DifferenceEstimate Estimate(int row, double found)
    {
        double largest = _levels.Values.Select(level => level.Largest(row)).DefaultIfEmpty().Max();
        if (!double.IsFinite(at[row]) || (double.IsFinite(found) && Math.Abs(found) > Steepest(row, largest)))
            return DifferenceEstimate.Unknown;
        List<(double Step, double Value, double Error, double Jump)> candidates = Extrapolate(row);
        DifferenceEstimate best = DifferenceEstimate.Unknown;
        double jumpOfBest = 0;
        for (int i = 0; i < candidates.Count - Witnesses; i++)
        {
            (double step, double value, double error, double jump) = candidates[i];
            double disagreement = 0;
            foreach ((double finer, double other, double itsError, _) in candidates.Skip(i + 1))
            {
                double gap = Math.Abs(other - value);
                // Rounding grows as steps shrink; what stands out from its own error is no rounding, and what is not
                // small beside the values is an oscillation within steps.
                disagreement = Math.Max(
                    disagreement,
                    gap * finer > MaxRounded * largest ? double.PositiveInfinity
                    : gap > 8 * itsError ? gap
                    : gap * (finer / step));
            }
            if (error + disagreement + jump < best.Error + jumpOfBest)
                (best, jumpOfBest) = (new(value, error + disagreement), jump);
        }
        return candidates.Count == 0 ? best : new(
            best.Value, best.Error + Math.Max(jumpOfBest, Kink(row)), largest / Math.Max(_size, 1),
            [.. candidates.Select(candidate => (candidate.Value, candidate.Error))]);
    }

    /// <summary>The best extrapolation that ends with each step.</summary>
    private List<(double Step, double Value, double Error, double Jump)> Extrapolate(int row)
    {
        var candidates = new List<(double, double, double, double)>();
        double[] before = [];
        int last = int.MinValue;
        foreach ((int step, Level level) in _levels)
        {
            double slope = (level.Above[row] - level.Below[row]) / level.Width;
            if (!double.IsFinite(slope))
            {
                before = [];
                continue;
            }
            int columns = last == step - 1 ? Math.Min(before.Length + 1, Columns) : 1;
            var now = new double[columns];
            now[0] = slope;
            (double value, double error) = (slope, double.PositiveInfinity);
            // Each column is free of one more even power of the step.
            double factor = 16;
            for (int j = 1; j < columns; j++, factor *= 16)
            {
                now[j] = now[j - 1] + (now[j - 1] - before[j - 1]) / (factor - 1);
                double disagreement = Math.Max(Math.Abs(now[j] - now[j - 1]), Math.Abs(now[j] - before[j - 1]));
                if (disagreement < error)
                    (value, error) = (now[j], disagreement);
            }
            if (columns > 1)
            {
                error += level.Rounded(row, x, slope);
                candidates.Add((level.Step, value, error, Unresolved(row, _levels[step - 1], level)));
            }
            (before, last) = (now, step);
        }
        return candidates;
    }

    /// <summary>
    /// Half the jump of the slope at the number itself: how far the slopes to both sides differ, without what is
    /// proportional to the step. At a kink that is the same at all steps; elsewhere it is little at one of them.
    /// </summary>
    private double Kink(int row)
    {
        double min = double.PositiveInfinity;
        foreach ((int step, Level larger) in _levels)
        {
            if (!_levels.TryGetValue(step + 1, out Level? smaller))
                continue;
            double jump = Jump(row, larger, smaller);
            min = jump < min ? jump : min; // where a side has no value, it is no number
        }
        return min;
    }

    private double Jump(int row, Level larger, Level smaller) =>
        Math.Abs(4 * smaller.Bend(row, at) - larger.Bend(row, at)) / 3;

    /// <summary>
    /// The jump of the slope between two steps, where the value between them is not at all what the values around it
    /// let one expect: of a peak within the steps they show nothing.
    /// </summary>
    private double Unresolved(int row, Level larger, Level smaller)
    {
        double jump = Jump(row, larger, smaller), bend = Math.Abs(larger.Bend(row, at));
        return jump > bend / 2 ? jump : 0;
    }

    /// <summary>
    /// The steepest derivative that would show. A smooth function changes in proportion to small steps; where one does
    /// not, it may turn within the smallest that shows it by as much as it changes there.
    /// </summary>
    private double Steepest(int row, double largest)
    {
        (double Step, double Change)[] changes =
        [
            .. _levels.Values.Reverse().Select(level => (level.Step, Change: level.Change(row, at)))
                .Where(level => level.Change > MinChange * largest).Take(Smallest),
        ];
        for (int i = 0; i + 2 < changes.Length; i++)
        {
            (double Step, double Change) smaller = changes[i], larger = changes[i + 2];
            if (smaller.Change > 4 * larger.Change * (smaller.Step / larger.Step))
                return MaxTurned * changes.Max(each => each.Change) / changes[0].Step;
        }
        return double.PositiveInfinity;
    }

    private sealed record Level(double Step, double Width, bool IsExact, double[] Above, double[] Below)
    {
        public double Rounded(int row, double x, double slope) =>
            (Rounding * Largest(row) + Underflow) / Step
            + (IsExact ? 0 : 1.2e-16 * Math.Abs(x) / Step * Math.Abs(slope));

        /// <summary>The larger of the two values, in size; zero where one is not finite.</summary>
        public double Largest(int row)
        {
            double largest = Math.Max(Math.Abs(Above[row]), Math.Abs(Below[row]));
            return double.IsFinite(largest) ? largest : 0;
        }

        /// <summary>How far the values are from that of the number itself.</summary>
        public double Change(int row, double[] at) =>
            Math.Max(Math.Abs(Above[row] - at[row]), Math.Abs(Below[row] - at[row]));

        /// <summary>Half the difference of the slopes to both sides.</summary>
        public double Bend(int row, double[] at) =>
            (Above[row] - at[row] + (Below[row] - at[row])) / (2 * Step);
    }
}
