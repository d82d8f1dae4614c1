using System.Text.RegularExpressions;

namespace SimpleGrad.Tests.Properties;

/// <summary>
/// What a tape has recorded, as formulas in the notation of the trace: the names that the tape gave are replaced by
/// what they stand for. In long formulas, what is used twice has a name.
/// </summary>
internal sealed partial class Formulas
{
    private const int LongFormula = 160, LongTerm = 16;

    private readonly Dictionary<string, Term> _terms = [];

    public Formulas(Tape<double> tape, int firstEntry, Variable<double>?[] results)
    {
        TapeEntry<double>[] entries = [.. tape.Entries.Skip(firstEntry)];
        Write(tape, firstEntry, entries, _ => false);
        if (results.Sum(result => Of(result).Length) < LongFormula)
            return;
        var uses = entries.SelectMany(entry => entry.Inputs)
            .Concat(results.Select(result => result?.Name ?? ""))
            .CountBy(name => name).ToDictionary();
        Write(tape, firstEntry, entries, name => uses.GetValueOrDefault(name) > 1);
    }

    /// <summary>The terms that have names, in the order in which they were computed.</summary>
    public List<(string Name, string Text)> Shared { get; } = [];

    /// <summary>The formula of a result; that of a known zero is 0.</summary>
    public string Of(Variable<double>? result) =>
        result is null ? "0" : _terms.GetValueOrDefault(result.Name, Term.Named(result.Name)).Text;

    public static string Write(Operator<double> op, string[] inputs) =>
        Write(op, [.. inputs.Select(Term.Named)]).Text;

    /// <summary>Whether a formula depends on shapes: whole numbers are of shapes, others have a point.</summary>
    public static bool HasShapes(string formula) => Integer.IsMatch(formula);

    private void Write(Tape<double> tape, int firstEntry, TapeEntry<double>[] entries, Func<string, bool> isShared)
    {
        foreach ((int i, TapeEntry<double> entry) in entries.Index())
        {
            Term term = Write(
                tape.EntryAt(firstEntry + i).Operator,
                [.. entry.Inputs.Select(name => _terms.GetValueOrDefault(name, Term.Named(name)))]);
            string name = entry.Outputs.Single();
            if (isShared(name) && term.Text.Length >= LongTerm)
            {
                Shared.Add(($"t{Shared.Count + 1}", term.Text));
                term = Term.Named(Shared[^1].Name);
            }
            _terms[name] = term;
        }
    }

    /// <summary>An operator's own notation, with terms for its inputs, in parentheses where they need them.</summary>
    private static Term Write(Operator<double> op, Term[] inputs)
    {
        string text = Space.Replace(op.Describe([.. inputs.Select((_, i) => $"§{i}§")]), " ");
        Match infix = Infix.Match(text);
        Binding binding = !infix.Success ? text.StartsWith('-') ? Binding.Sign : Binding.Call : infix.Value switch
        {
            "+" or "-" => Binding.Sum,
            "*" or "/" or "@" => Binding.Product,
            _ => Binding.Comparison,
        };
        string written = Place.Replace(text, place =>
        {
            Term term = inputs[int.Parse(place.Groups[1].ValueSpan)];
            bool isReceiver = text.AsSpan(place.Index + place.Length).StartsWith(".");
            Binding needed = isReceiver ? Binding.Call
                : binding == Binding.Call ? Binding.Comparison
                : place.Index == 0 && binding != Binding.Comparison ? binding : binding + 1;
            return term.Binding < needed ? $"({term.Text})" : term.Text;
        });
        return new Term(written, binding);
    }

    [GeneratedRegex("(?<=^§0§ )\\S+(?= §1§$)")]
    private static partial Regex Infix { get; }

    [GeneratedRegex("§(\\d)§")]
    private static partial Regex Place { get; }

    [GeneratedRegex("\\s+")]
    private static partial Regex Space { get; }

    [GeneratedRegex(@"(?<![\w.])\d+(?![\w.])")]
    private static partial Regex Integer { get; }

    /// <summary>How strongly an operator binds its operands.</summary>
    private enum Binding
    {
        Comparison,
        Sum,
        Product,
        Sign,
        Call,
    }

    private readonly record struct Term(string Text, Binding Binding)
    {
        public static Term Named(string name) => new(name, name.StartsWith('-') ? Binding.Sign : Binding.Call);
    }
}
