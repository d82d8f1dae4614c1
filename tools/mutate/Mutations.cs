using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace SimpleGrad.Mutate;

/// <summary>One small fault: other text in the place of a part of a source.</summary>
/// <param name="Tree">The source.</param>
/// <param name="Span">The part.</param>
/// <param name="Text">What stands there instead.</param>
internal sealed record Mutant(SyntaxTree Tree, TextSpan Span, string Text)
{
    private const string Becomes = " ==> ";
    private const int Telling = 24; // characters that hardly stand twice in a file

    public int Line => Tree.GetLineSpan(Span).StartLinePosition.Line + 1;

    /// <summary>The fault as text that does not change when lines move, with what stands around a short one.</summary>
    public override string ToString()
    {
        TextSpan place = Span;
        SyntaxNode? node = Tree.GetRoot().FindNode(Span, getInnermostNodeForTie: true);
        for (; place.Length < Telling && node is not (null or BlockSyntax or MemberDeclarationSyntax);
            node = node.Parent)
        {
            SyntaxNode? body = node is StatementSyntax ? node.ChildNodes().FirstOrDefault(IsBody) : null;
            TextSpan wider = TextSpan.FromBounds(node.SpanStart, body?.FullSpan.Start ?? node.Span.End);
            place = wider.Contains(place) ? wider : place;
        }
        string old = Tree.GetText().ToString(place);
        string @new = old.Remove(Span.Start - place.Start, Span.Length).Insert(Span.Start - place.Start, Text);
        return $"{Short(old)}{Becomes}{Short(@new)}".TrimEnd();

        static bool IsBody(SyntaxNode child) => child is StatementSyntax or ElseClauseSyntax;
    }

    /// <summary>A fault as a list has it: <c>old text ==> new text</c>, within a line of the source.</summary>
    public static Mutant? Parse(SyntaxTree tree, string fault)
    {
        string[] parts = fault.Split(Becomes.TrimEnd(), 2);
        int at = tree.ToString().IndexOf(parts[0], StringComparison.Ordinal);
        return at < 0 ? null : new Mutant(tree, new TextSpan(at, parts[0].Length), parts[1].Trim());
    }

    public SyntaxTree Mutated() => CSharpSyntaxTree.ParseText(
        Tree.GetText().WithChanges(new TextChange(Span, Text)), (CSharpParseOptions)Tree.Options, Tree.FilePath);

    private static string Short(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>Finds the places of a source where a programmer might have slipped.</summary>
internal static class Mutations
{
    private static readonly Dictionary<SyntaxKind, string[]> _operators = new()
    {
        [SyntaxKind.PlusToken] = ["-"],
        [SyntaxKind.MinusToken] = ["+"],
        [SyntaxKind.AsteriskToken] = ["/"],
        [SyntaxKind.SlashToken] = ["*"],
        [SyntaxKind.PercentToken] = ["*"],
        [SyntaxKind.LessThanToken] = ["<=", ">="],
        [SyntaxKind.LessThanEqualsToken] = ["<"],
        [SyntaxKind.GreaterThanToken] = [">=", "<="],
        [SyntaxKind.GreaterThanEqualsToken] = [">"],
        [SyntaxKind.EqualsEqualsToken] = ["!="],
        [SyntaxKind.ExclamationEqualsToken] = ["=="],
        [SyntaxKind.AmpersandToken] = ["|"],
        [SyntaxKind.BarToken] = ["&"],
        [SyntaxKind.CaretToken] = ["&"],
        [SyntaxKind.LessThanLessThanToken] = [">>"],
        [SyntaxKind.GreaterThanGreaterThanToken] = ["<<"],
        [SyntaxKind.PlusEqualsToken] = ["-="],
        [SyntaxKind.MinusEqualsToken] = ["+="],
        [SyntaxKind.AsteriskEqualsToken] = ["/="],
        [SyntaxKind.SlashEqualsToken] = ["*="],
        [SyntaxKind.BarEqualsToken] = ["&="],
        [SyntaxKind.AmpersandEqualsToken] = ["|="],
        [SyntaxKind.QuestionQuestionEqualsToken] = ["="],
    };

    private static readonly Dictionary<string, string> _calls = new()
    {
        ["Min"] = "Max",
        ["Max"] = "Min",
        ["First"] = "Last",
        ["Last"] = "First",
        ["Any"] = "All",
        ["All"] = "Any",
        ["Increment"] = "Decrement",
        ["Decrement"] = "Increment",
        ["Ceiling"] = "Floor",
        ["Floor"] = "Ceiling",
    };

    public static IEnumerable<Mutant> Of(SyntaxTree tree)
    {
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes(child => !IsText(child)))
        {
            if (IsText(node))
                continue;
            foreach (string text in Texts(node))
                yield return new Mutant(tree, node.Span, text);
        }
    }

    /// <summary>What only describes: attributes, and the messages of exceptions.</summary>
    private static bool IsText(SyntaxNode node) =>
        node is AttributeListSyntax or InterpolatedStringExpressionSyntax
        || (node is ArgumentListSyntax && node.Parent is BaseObjectCreationExpressionSyntax creation
            && (creation.Parent is ThrowStatementSyntax or ThrowExpressionSyntax
                || creation is ObjectCreationExpressionSyntax { Type: var type }
                && type.ToString().EndsWith("Exception", StringComparison.Ordinal)));

    private static IEnumerable<string> Texts(SyntaxNode node)
    {
        switch (node)
        {
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } both:
                return [$"{both.Left} || {both.Right}", $"{both.Left}", $"{both.Right}"];
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalOrExpression } either:
                return [$"{either.Left} && {either.Right}", $"{either.Left}", $"{either.Right}"];
            case BinaryExpressionSyntax { RawKind: (int)SyntaxKind.CoalesceExpression } choice
                when choice.Right is not ThrowExpressionSyntax:
                return [$"{choice.Left}", $"{choice.Right}"];
            case BinaryExpressionSyntax binary when !binary.DescendantNodes().Any(IsString):
                return Replaced(binary.OperatorToken).Select(token => $"{binary.Left} {token} {binary.Right}");
            case AssignmentExpressionSyntax assignment when !IsString(assignment.Right):
                return Replaced(assignment.OperatorToken)
                    .Select(token => $"{assignment.Left} {token} {assignment.Right}");
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalNotExpression } not:
                return [$"{not.Operand}"];
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus:
                return [$"{minus.Operand}"];
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.BitwiseNotExpression } complement:
                return [$"{complement.Operand}"];
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression } up:
                return [$"--{up.Operand}"];
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreDecrementExpression } down:
                return [$"++{down.Operand}"];
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression } up:
                return [$"{up.Operand}--"];
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostDecrementExpression } down:
                return [$"{down.Operand}++"];
            case LiteralExpressionSyntax { Token.Value: bool value }:
                return [value ? "false" : "true"];
            case LiteralExpressionSyntax { Token.Value: int value }:
                return [$"{value + 1}"];
            case ConditionalExpressionSyntax conditional:
                return [$"({conditional.Condition}) ? {conditional.WhenFalse} : {conditional.WhenTrue}"];
            case IfStatementSyntax { Condition: var condition }:
                return IfTexts((IfStatementSyntax)node, condition);
            case IsPatternExpressionSyntax { Pattern: UnaryPatternSyntax unary } test:
                return [$"{test.Expression} is {unary.Pattern}"];
            case BinaryPatternSyntax pattern:
                return [$"{pattern.Left}", $"{pattern.Right}"];
            case ExpressionStatementSyntax or ThrowStatementSyntax or ContinueStatementSyntax:
            case BreakStatementSyntax { Parent: not SwitchSectionSyntax }:
            case ReturnStatementSyntax { Expression: null }:
                return [";"];
            case MemberAccessExpressionSyntax access
                when access.Parent is InvocationExpressionSyntax
                && _calls.TryGetValue(access.Name.Identifier.Text, out string? other):
                return [$"{access.Expression}.{other}"];
            default:
                return [];
        }
    }

    private static IEnumerable<string> IfTexts(IfStatementSyntax node, ExpressionSyntax condition)
    {
        // Where the condition declares variables, only the compiler knows whether the statement can do without.
        string rest = node.ToString()[(node.CloseParenToken.SpanStart - node.SpanStart)..];
        yield return $"if (!({condition}){rest}";
        if (node.Else is null && !condition.DescendantNodes().Any(each => each is DeclarationPatternSyntax))
            yield return $"if (({condition}) && false{rest}";
    }

    private static string[] Replaced(SyntaxToken token) => _operators.GetValueOrDefault(token.Kind(), []);

    private static bool IsString(SyntaxNode node) =>
        node is InterpolatedStringExpressionSyntax || node.IsKind(SyntaxKind.StringLiteralExpression);
}
