using System.Globalization;

namespace SimpleGrad.Cli;

/// <summary>Parameters of a fit as the command line gives them: names, starts and bounds.</summary>
internal static class ParameterArgument
{
    /// <summary>Reads <c>b1=500,b2=0.0001</c>.</summary>
    public static IReadOnlyList<(string Name, double Value)> Starts(IEnumerable<string> texts)
    {
        var starts = new List<(string Name, double Value)>();
        foreach ((string text, string name, string value) in Pairs(texts, "--start", "b1=500,b2=0.0001"))
        {
            if (ProgramNames.WhyNot(name) is { } reason)
                throw new MistakeException($"--start {text}: {reason}");
            if (starts.Any(start => start.Name == name))
                throw new MistakeException($"--start {text}: '{name}' has a start already.");
            starts.Add((name, Number(value, $"--start {text}")));
        }
        return starts;
    }

    /// <summary>Reads <c>b1=0..,b2=..10,b3=1..5</c>, for some of the parameters.</summary>
    public static IReadOnlyList<(double Lower, double Upper)> Bounds(
        IEnumerable<string> texts, IReadOnlyList<(string Name, double Value)> starts)
    {
        string[] names = [.. starts.Select(start => start.Name)];
        var bounds = new (double Lower, double Upper)?[names.Length];
        foreach ((string text, string name, string value) in Pairs(texts, "--bounds", "b1=0..,b2=..10,b3=1..5"))
        {
            int at = Array.IndexOf(names, name), dots = value.IndexOf("..", StringComparison.Ordinal);
            if (at < 0)
                throw new MistakeException(
                    $"--bounds {text}: there is no parameter '{name}'.{ProgramNames.DidYouMean(name, names)}");
            if (bounds[at] is not null)
                throw new MistakeException($"--bounds {text}: '{name}' has bounds already.");
            if (dots < 0)
                throw new MistakeException($"--bounds {text}: the form is NAME=LEAST..GREATEST, either left out.");
            string left = value[..dots].Trim(), right = value[(dots + 2)..].Trim();
            double lower = left.Length == 0 ? double.NegativeInfinity : Number(left, $"--bounds {text}");
            double upper = right.Length == 0 ? double.PositiveInfinity : Number(right, $"--bounds {text}");
            if (!(lower <= upper))
                throw new MistakeException($"--bounds {text}: nothing lies between {left} and {right}.");
            double start = starts[at].Value;
            if (start < lower || start > upper)
                throw new MistakeException(string.Create(
                    CultureInfo.InvariantCulture, $"--bounds {text}: '{name}' starts at {start}, outside of them."));
            bounds[at] = (lower, upper);
        }
        return [.. bounds.Select(pair => pair ?? (double.NegativeInfinity, double.PositiveInfinity))];
    }

    private static IEnumerable<(string Text, string Name, string Value)> Pairs(
        IEnumerable<string> texts, string option, string example)
    {
        foreach (string text in texts.SelectMany(each => each.Split(',', StringSplitOptions.TrimEntries)))
        {
            int equals = text.IndexOf('=');
            if (equals < 0)
                throw new MistakeException($"{option} {text}: the form is NAME=VALUE, as in {option} {example}.");
            yield return (text, text[..equals].Trim(), text[(equals + 1)..].Trim());
        }
    }

    private static double Number(string text, string place)
    {
        if (NumberText.TryParse(text, out double value) is { } reason)
            throw new MistakeException($"{place}: {reason}");
        return double.IsFinite(value) ? value : throw new MistakeException($"{place}: {text} is not finite.");
    }
}
