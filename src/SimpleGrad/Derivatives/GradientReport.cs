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

    /// <summary>The largest difference that was allowed, relative to the derivative.</summary>
    public double Tolerance { get; }

    /// <summary>Whether nothing is wrong. Elements that could not be decided are not wrong.</summary>
    public bool IsRight => Comparisons.All(comparison => comparison.IsRight);

    /// <summary>Throws where something is wrong.</summary>
    /// <exception cref="InvalidOperationException">Something is wrong; the message is the report.</exception>
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
        return string.Join('\n', Comparisons.Select(comparison => comparison.ToString(name)));
    }
}

/// <summary>What a comparison says.</summary>
public enum GradientVerdict
{
    /// <summary>Both are the same, to the tolerance.</summary>
    Right,

    /// <summary>Differences of values have too few digits there to tell.</summary>
    Undecided,

    /// <summary>They differ by more than the tolerance, and by more than differences of values can be off.</summary>
    Wrong,
}

/// <summary>A comparison of the derivatives of one order with what they should be.</summary>
/// <param name="Order">The order of the derivatives.</param>
/// <param name="With">What reverse mode was compared with: forward mode, or differences of values.</param>
/// <param name="IsOfSum">Whether the derivatives are those of a weighed sum; see <see cref="GradientCheck"/>.</param>
/// <param name="Count">How many elements were compared.</param>
/// <param name="Wrong">How many are wrong.</param>
/// <param name="Undecided">How many could not be decided.</param>
/// <param name="Worst">The element that differs most; null where there is none.</param>
public sealed record GradientComparison(
    int Order, string With, bool IsOfSum, int Count, int Wrong, int Undecided, GradientElement? Worst)
{
    internal const string ForwardMode = "forward mode";
    internal const string Differences = "differences";

    /// <summary>Whether no element is wrong.</summary>
    public bool IsRight => Wrong == 0;

    /// <summary>Wrong where one element is; undecided where all are.</summary>
    public GradientVerdict Verdict => Wrong > 0 ? GradientVerdict.Wrong
        : Undecided > 0 && Undecided == Count ? GradientVerdict.Undecided
        : GradientVerdict.Right;

    /// <inheritdoc/>
    public override string ToString() => ToString(input => $"input {input}");

    internal static GradientComparison Of(
        int order, string with, bool isOfSum, IReadOnlyCollection<GradientElement> elements) => new(
            order, with, isOfSum, elements.Count,
            elements.Count(element => element.Verdict == GradientVerdict.Wrong),
            elements.Count(element => element.Verdict == GradientVerdict.Undecided),
            elements.MaxBy(element => (element.Verdict, element.RelativeDifference)));

    internal string ToString(Func<int, string> name)
    {
        string verdict = Verdict == GradientVerdict.Wrong ? "WRONG" : Verdict.ToString().ToLowerInvariant();
        string count = (Wrong > 0 ? $"{Wrong} of " : "") + (Count == 1 ? "1 element" : $"{Count} elements");
        var line = new StringBuilder($"order {Order}, {With}: {verdict}, {count}");
        if (IsOfSum)
            line.Append(" of a weighed sum");
        if (Undecided > 0)
            line.Append(CultureInfo.InvariantCulture, $", {Undecided} undecided");
        if (Worst is { } worst)
            line.Append(CultureInfo.InvariantCulture, $"; worst {worst.ToString(Order, name)}");
        return line.ToString();
    }
}

/// <summary>A derivative that was compared.</summary>
/// <param name="Result">Of which element of the result: an index for each axis; null of a weighed sum.</param>
/// <param name="By">By which elements of the inputs, one for each order; the last one of a weighed sum.</param>
/// <param name="Expected">What it should be.</param>
/// <param name="Error">How far off that may be.</param>
/// <param name="Found">What reverse mode gives.</param>
/// <param name="Verdict">Whether they are the same.</param>
public sealed record GradientElement(
    IReadOnlyList<int>? Result, IReadOnlyList<GradientInput> By, double Expected, double Error, double Found,
    GradientVerdict Verdict)
{
    /// <summary>For the order of elements of one verdict; not a number comes last.</summary>
    internal double RelativeDifference
    {
        get
        {
            double difference = Math.Abs(Found - Expected);
            return difference == 0 ? 0 : double.IsNaN(difference) ? double.PositiveInfinity
                : difference / Math.Max(Math.Abs(Found), Math.Abs(Expected));
        }
    }

    internal string ToString(int order, Func<int, string> name)
    {
        string of = Result is null ? "sum" : "result" + At(Result);
        string by = string.Join(" ", By.Select(each => "d" + name(each.Input) + At(each.Index)));
        string expected = double.IsNaN(Expected) && Verdict == GradientVerdict.Undecided ? "unknown"
            : Expected.ToString("G10", CultureInfo.InvariantCulture);
        if (Verdict == GradientVerdict.Undecided && double.IsFinite(Error))
            expected += string.Create(CultureInfo.InvariantCulture, $" ± {Error:G2}");
        string power = order == 1 ? "" : $"{order}";
        return string.Create(
            CultureInfo.InvariantCulture, $"d{power} {of} / {by}: expected {expected}, found {Found:G10}");
    }

    private static string At(IReadOnlyList<int> index) => index.Count == 0 ? "" : $"[{string.Join(", ", index)}]";
}

/// <summary>An element of an input.</summary>
/// <param name="Input">Which input, counted from 0.</param>
/// <param name="Index">Which of its elements: an index for each axis.</param>
public sealed record GradientInput(int Input, IReadOnlyList<int> Index);
