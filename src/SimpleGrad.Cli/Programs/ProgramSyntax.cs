namespace SimpleGrad.Cli;

/// <summary>A place in a text.</summary>
internal readonly record struct TextSpan(int Start, int Length)
{
    public int End => Start + Length;

    public static TextSpan Of(TextSpan first, TextSpan last) => new(first.Start, last.End - first.Start);
}

/// <summary>A program as it is written: local variables, then the expression that is its result.</summary>
internal sealed record ProgramSyntax(IReadOnlyList<LocalSyntax> Locals, Syntax Result);

/// <summary>A local variable: <c>var t = a + b;</c>.</summary>
internal sealed record LocalSyntax(NameSyntax Name, Syntax Value);

/// <summary>An expression.</summary>
internal abstract record Syntax(TextSpan Span);

internal sealed record NumberSyntax(TextSpan Span, double Value, bool IsWhole) : Syntax(Span);

/// <summary><c>true</c> or <c>false</c>.</summary>
internal sealed record TruthSyntax(TextSpan Span, bool Value) : Syntax(Span);

internal sealed record NameSyntax(TextSpan Span, string Name) : Syntax(Span);

/// <summary>A sign before an expression.</summary>
internal sealed record SignSyntax(TextSpan Span, bool IsMinus, Syntax Operand) : Syntax(Span);

internal sealed record BinarySyntax(TextSpan Span, string Symbol, Syntax Left, Syntax Right) : Syntax(Span);

/// <summary>A call: <c>Exp(x)</c>, or with a source <c>x.Exp()</c>.</summary>
internal sealed record CallSyntax(
    TextSpan Span, Syntax? Source, NameSyntax Operator, IReadOnlyList<ArgumentSyntax> Arguments) : Syntax(Span);

/// <summary>An argument, with its name where it has one.</summary>
internal sealed record ArgumentSyntax(TextSpan Span, string? Name, Syntax Value);

/// <summary>What is no call: <c>x.Exp</c>.</summary>
internal sealed record MemberSyntax(TextSpan Span, Syntax Source, NameSyntax Member) : Syntax(Span);

/// <summary>Indices or ranges in brackets: <c>x[0]</c>, <c>x[1..3, ..]</c>.</summary>
internal sealed record AccessSyntax(
    TextSpan Span, Syntax Source, TextSpan Brackets, IReadOnlyList<Syntax> Indices) : Syntax(Span);

/// <summary>A range in brackets: <c>1..^1</c>.</summary>
internal sealed record RangeSyntax(TextSpan Span, Syntax? From, Syntax? To) : Syntax(Span);

/// <summary>An index that is counted from the end: <c>^1</c>.</summary>
internal sealed record FromEndSyntax(TextSpan Span, Syntax Index) : Syntax(Span);

internal sealed record ListSyntax(TextSpan Span, IReadOnlyList<Syntax> Items) : Syntax(Span);
