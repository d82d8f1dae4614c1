using System.Globalization;
using System.Text;

namespace SimpleGrad;

/// <summary>What <see cref="GradientCheck"/> found.</summary>
public sealed class GradientReport
{
    internal GradientReport(IReadOnlyList<GradientComparison> comparisons, double tolerance)
    {
        Comparisons = comparisons;
        Tolerance = tolerance;
    }

    /// <summary>For each order the comparison with forward mode, then that with differences of values.</summary>
    public IReadOnlyList<GradientComparison> Comparisons { get; }

    /// <summary>The greatest difference that was allowed, relative to the greatest element of the gradient.</summary>
    public double Tolerance { get; }

    /// <summary>Whether nothing differs. Elements that could not be decided do not count as different.</summary>
    public bool IsRight => Comparisons.All(comparison => comparison.IsRight);

    /// <summary>Throws where something differs.</summary>
    /// <exception cref="InvalidOperationException">Something differs; the message is the report.</exception>
    public void ThrowIfWrong()
    {
        if (!IsRight)
            throw new InvalidOperationException($"The gradient is wrong.\n{this}");
    }

    /// <summary>The report as text, a line for each comparison.</summary>
    public override string ToString() => ToString(input => $"input {input}");

    /// <summary>The report as text, with names for the inputs.</summary>
    public string ToString(Func<int, string> name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var text = new StringBuilder();
        foreach (GradientComparison comparison in Comparisons)
            text.AppendLine(CultureInfo.InvariantCulture, $"{comparison.ToString(name)}");
        return text.ToString().ReplaceLineEndings("\n").TrimEnd('\n');
    }
}

/// <summary>A comparison of the gradients of one order with what they should be.</summary>
/// <param name="Order">The order of the derivatives.</param>
/// <param name="With">What reverse mode was compared with: forward mode, or differences of values.</param>
/// <param name="Count">How many elements were compared.</param>
/// <param name="Undecided">How many could not be decided: differences of values are too rough there.</param>
/// <param name="Worst">The element that differs most; null where there is none.</param>
public sealed record GradientComparison(int Order, string With, int Count, int Undecided, GradientElement? Worst)
{
    internal const string ForwardMode = "forward mode";
    internal const string Differences = "differences";

    /// <summary>Whether no element differs.</summary>
    public bool IsRight => Worst is not { IsWrong: true };

    /// <inheritdoc/>
    public override string ToString() => ToString(input => $"input {input}");

    internal string ToString(Func<int, string> name)
    {
        string line = $"order {Order}, {With}: {(IsRight ? "right" : "WRONG")}, {Count} elements";
        if (Undecided > 0)
            line += $", {Undecided} undecided";
        if (Worst is { } worst)
        {
            string at = worst.Index.Count == 0 ? "" : $"[{string.Join(", ", worst.Index)}]";
            line += string.Create(
                CultureInfo.InvariantCulture,
                $"; worst by {name(worst.Input)}{at}: expected {worst.Expected:G10}, found {worst.Found:G10}");
        }
        return line;
    }
}

/// <summary>An element of a gradient.</summary>
/// <param name="Input">By which input, counted from 0.</param>
/// <param name="Index">By which of its elements: an index for each axis.</param>
/// <param name="Expected">What it should be.</param>
/// <param name="Found">What reverse mode gives.</param>
/// <param name="IsWrong">Whether they differ by more than the tolerance.</param>
public sealed record GradientElement(int Input, IReadOnlyList<int> Index, double Expected, double Found, bool IsWrong);
