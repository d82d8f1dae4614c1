using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace SimpleGrad.Generator;

/// <summary>A diagnostic as values: one that held a syntax tree would not be equal to that of the next edit.</summary>
internal sealed class Mistake : IEquatable<Mistake>
{
    private readonly string _path;
    private readonly TextSpan _span;
    private readonly LinePositionSpan _lines;
    private readonly string[] _arguments;

    public Mistake(DiagnosticDescriptor rule, ISymbol at, params string[] arguments)
    {
        (Rule, _arguments) = (rule, arguments);
        Location location = at.Locations.FirstOrDefault(each => each.IsInSource) ?? Location.None;
        _path = location.SourceTree?.FilePath ?? "";
        _span = location.SourceSpan;
        _lines = location.GetLineSpan().Span;
    }

    public DiagnosticDescriptor Rule { get; }

    public Diagnostic ToDiagnostic() => Diagnostic.Create(
        Rule, _path.Length == 0 ? Location.None : Location.Create(_path, _span, _lines),
        _arguments.ToArray<object>());

    public bool Equals(Mistake? other) =>
        other is not null && Rule.Id == other.Rule.Id && _path == other._path && _span == other._span
        && _lines == other._lines && _arguments.SequenceEqual(other._arguments);

    public override bool Equals(object? obj) => Equals(obj as Mistake);

    public override int GetHashCode() => Rule.Id.GetHashCode() ^ _span.GetHashCode();
}
