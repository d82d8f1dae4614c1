namespace SimpleGrad;

/// <summary>Names, start and bounds of the parameters, checked.</summary>
internal sealed class ParameterSet
{
    public ParameterSet(ReadOnlySpan<double> start, FitOptions options)
    {
        int count = start.Length;
        if (count == 0)
            throw new ArgumentException("There is no parameter: the start is empty.", nameof(start));
        if (options.MaxIterations < 1)
            throw new ArgumentException(
                $"At least one iteration must be allowed, not {options.MaxIterations}.", nameof(options));
        Names = options.Names ?? [.. Enumerable.Range(1, count).Select(i => $"b{i}")];
        if (Names.Count != count)
            throw new ArgumentException($"{count} parameters need as many names, not {Names.Count}.", nameof(options));
        for (int i = 0; i < count; i++)
        {
            if (string.IsNullOrEmpty(Names[i]))
                throw new ArgumentException($"Parameter {i + 1} has an empty name.", nameof(options));
            if (Names.Take(i).Contains(Names[i]))
                throw new ArgumentException($"Two parameters have the name {Names[i]}.", nameof(options));
        }
        if (options.Bounds is { } bounds && bounds.Count != count)
            throw new ArgumentException(
                $"{count} parameters need as many pairs of bounds, not {bounds.Count}.", nameof(options));
        Start = start.ToArray();
        Lower = [.. Enumerable.Range(0, count).Select(i => options.Bounds?[i].Lower ?? double.NegativeInfinity)];
        Upper = [.. Enumerable.Range(0, count).Select(i => options.Bounds?[i].Upper ?? double.PositiveInfinity)];
        for (int i = 0; i < count; i++)
        {
            if (!double.IsFinite(Start[i]))
                throw new ArgumentException($"Parameter {Names[i]} starts at {Start[i]}.", nameof(start));
            if (!(Lower[i] <= Upper[i]))
                throw new ArgumentException(
                    $"The bounds of parameter {Names[i]} leave nothing between them: {Lower[i]} and {Upper[i]}.",
                    nameof(options));
            if (Start[i] < Lower[i] || Start[i] > Upper[i])
                throw new ArgumentException(
                    $"Parameter {Names[i]} starts at {Start[i]}, beyond its bounds {Lower[i]} and {Upper[i]}.",
                    nameof(start));
        }
        if (CountVaried == 0)
            throw new ArgumentException("The bounds leave no parameter to vary.", nameof(options));
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>The names of some parameters, as a list.</summary>
    public string NamesOf(IEnumerable<int> parameters) => string.Join(", ", parameters.Select(i => Names[i]));

    public double[] Start { get; }

    public double[] Lower { get; }

    public double[] Upper { get; }

    /// <summary>How many parameters are not kept at one value by their bounds.</summary>
    public int CountVaried => Lower.Zip(Upper, (lower, upper) => lower < upper).Count(varies => varies);

    public bool IsAtBound(double[] point, int i) => point[i] <= Lower[i] || point[i] >= Upper[i];
}
