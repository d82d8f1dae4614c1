using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SimpleGrad.Cli;

/// <summary>A program as it is written: local variables, then the expression that is its result.</summary>
internal sealed record ProgramSyntax(
    ProgramText Text, IReadOnlyList<VariableDeclaratorSyntax> Locals, ExpressionSyntax Result);

/// <summary>Parses programs with the C# parser, and refuses every statement but declarations and the result.</summary>
internal static class ProgramParser
{
    private static readonly CSharpParseOptions _options = new(LanguageVersion.Latest, kind: SourceCodeKind.Script);

    public static ProgramSyntax Parse(ProgramText text)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text.Source, _options);
        if (tree.GetDiagnostics().FirstOrDefault(d => d.Severity == DiagnosticSeverity.Error) is { } error)
            throw text.Mistake(error.Location.SourceSpan, error.GetMessage());
        CompilationUnitSyntax root = tree.GetCompilationUnitRoot();
        if (root.GetFirstDirective() is { } directive)
            throw Refuse(text, directive);

        var locals = new List<VariableDeclaratorSyntax>();
        ExpressionSyntax? result = null;
        foreach (SyntaxNode part in root.ChildNodes())
        {
            if (result is not null)
                throw text.Mistake(result.Span, "This value is not used: the result is the last statement.");
            if (part is FieldDeclarationSyntax { AttributeLists.Count: 0, Modifiers.Count: 0 } declaration)
                locals.Add(Local(text, declaration.Declaration));
            else
                result = Result(text, part);
        }
        return new ProgramSyntax(text, locals, result ?? throw text.Mistake(
            new(text.Source.Length, 0), "The program has no result: end it with an expression or with 'return'."));
    }

    /// <summary>The mistake of using C# that is no part of a program.</summary>
    public static MistakeException Refuse(ProgramText text, SyntaxNode node)
    {
        SyntaxKind kind = node.Kind();
        return text.Mistake(node.Span, kind switch
        {
            SyntaxKind.GenericName =>
                "C# reads < and > as the brackets of type arguments here: put the comparisons in parentheses.",
            SyntaxKind.ExclusiveOrExpression or SyntaxKind.PointerIndirectionExpression =>
                "A power is written Pow(x, 2) or x.Pow(2).",
            _ => $"A program has no {Words(kind)}; it is made of variables, numbers, + - * /, comparisons, "
                + "parentheses, operators such as Exp(x) or x.Sum(), 'var' and 'return'.",
        });
    }

    private static VariableDeclaratorSyntax Local(ProgramText text, VariableDeclarationSyntax declaration)
    {
        if (!declaration.Type.IsVar)
            throw text.Mistake(declaration.Type.Span, "Local variables are declared with 'var'.");
        if (declaration.Variables is not [{ ArgumentList: null } local])
            throw text.Mistake(declaration.Span, "Each 'var' declares one local variable.");
        return local.Initializer is null
            ? throw text.Mistake(local.Span, $"Local variable '{local.Identifier.ValueText}' has no value.")
            : local;
    }

    private static ExpressionSyntax Result(ProgramText text, SyntaxNode part) => part switch
    {
        GlobalStatementSyntax { AttributeLists.Count: 0, Statement: var statement } => statement switch
        {
            ExpressionStatementSyntax expression => expression.Expression,
            ReturnStatementSyntax returned =>
                returned.Expression ?? throw text.Mistake(returned.Span, "There is no value after 'return'."),
            _ => throw Refuse(text, statement),
        },
        _ => throw Refuse(text, part),
    };

    /// <summary>The name of a kind of syntax as words: CastExpression is "cast expression".</summary>
    private static string Words(SyntaxKind kind) => string.Concat(
        kind.ToString().Select(c => char.IsUpper(c) ? $" {char.ToLowerInvariant(c)}" : $"{c}")).TrimStart();
}
