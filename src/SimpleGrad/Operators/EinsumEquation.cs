namespace SimpleGrad;

/// <summary>
/// An equation of Einstein's summation convention, read for operands of given shapes. A label stands for each axis:
/// the letter itself, or a negative number for the axes of an ellipsis, where -1 is the last.
/// </summary>
internal sealed class EinsumEquation
{
    private readonly string _text;
    private readonly IReadOnlyList<Shape> _shapes;

    public EinsumEquation(string text, IReadOnlyList<Shape> shapes)
    {
        (_text, _shapes) = (text, shapes);
        string[] sides = text.Split("->");
        if (sides.Length > 2)
            throw Fault("has more than one arrow");
        string[] terms = sides[0].Split(',');
        if (terms.Length != shapes.Count)
            throw Fault($"is for {terms.Length} operands, not for {shapes.Count}");

        Inputs = new int[terms.Length][];
        for (int i = 0; i < terms.Length; i++)
            Inputs[i] = LabelsOf(terms[i], shapes[i], i);
        int[] all = [.. Inputs.SelectMany(labels => labels)];
        int ellipsis = -Math.Min(0, all.DefaultIfEmpty().Min());
        Output = sides.Length == 2
            ? OutputOf(sides[1], ellipsis, all)
            : [.. Ellipsis(ellipsis), .. all.CountBy(label => label).Where(l => l.Key > 0 && l.Value == 1)
                .Select(label => label.Key).Order()];
        CheckLengths();
    }

    /// <summary>The label of each axis of each operand.</summary>
    public int[][] Inputs { get; }

    /// <summary>The label of each axis of the result.</summary>
    public int[] Output { get; }

    private static int[] Ellipsis(int axes) => [.. Enumerable.Range(-axes, axes)];

    private int[] LabelsOf(string term, Shape shape, int operand)
    {
        int letters = term.Count(char.IsAsciiLetter);
        bool hasEllipsis = term.Contains("...", StringComparison.Ordinal);
        if (hasEllipsis ? letters > shape.Rank : letters != shape.Rank)
            throw Fault($"names {letters} axes of operand {operand}");
        return [.. Read(term, shape.Rank - letters)];
    }

    private int[] OutputOf(string term, int ellipsis, int[] all)
    {
        int[] labels = [.. Read(term, ellipsis)];
        foreach (int label in labels)
        {
            if (!all.Contains(label))
                throw Fault($"has '{NameOf(label)}' in the result, but in no operand");
            if (labels.Count(other => other == label) > 1)
                throw Fault($"has '{NameOf(label)}' twice in the result");
        }
        return labels;
    }

    private IEnumerable<int> Read(string term, int ellipsis)
    {
        bool hasEllipsis = false;
        for (int i = 0; i < term.Length; i++)
        {
            if (char.IsAsciiLetter(term[i]))
            {
                yield return term[i];
            }
            else if (!hasEllipsis && term.AsSpan(i).StartsWith("..."))
            {
                hasEllipsis = true;
                i += 2;
                foreach (int label in Ellipsis(ellipsis))
                    yield return label;
            }
            else if (term[i] != ' ')
            {
                throw Fault($"has a '{term[i]}' where a letter or one ellipsis is expected");
            }
        }
    }

    /// <summary>
    /// Axes of one label are of one length, or of length 1 in another operand; and the result can exist.
    /// </summary>
    private void CheckLengths()
    {
        var lengths = new Dictionary<int, int>();
        for (int i = 0; i < Inputs.Length; i++)
        {
            var own = new Dictionary<int, int>();
            foreach ((int axis, int label) in Inputs[i].Index())
            {
                int length = _shapes[i][axis];
                if (!own.TryAdd(label, length) && own[label] != length)
                    throw Fault($"has '{NameOf(label)}' for axes of lengths {own[label]} and {length} of operand {i}");
                if (!lengths.TryAdd(label, length) && lengths[label] != length)
                {
                    if (lengths[label] != 1 && length != 1)
                        throw Fault($"has '{NameOf(label)}' for axes of lengths {lengths[label]} and {length}");
                    lengths[label] = lengths[label] == 1 ? length : lengths[label];
                }
            }
        }
        _ = Shape.OfResult("einsum", [.. Output.Select(label => (long)lengths[label])], [.. _shapes]);
    }

    private static string NameOf(int label) => label > 0 ? $"{(char)label}" : "...";

    private ArgumentException Fault(string what) =>
        new($"einsum: the equation '{_text}' {what}. The operands have shapes {string.Join(", ", _shapes)}.");
}
