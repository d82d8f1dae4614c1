using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace SimpleGrad.Cli;

/// <summary>
/// Finds out what each part of a program means. What has no meaning here is refused, so a program can do nothing but
/// compute with its variables.
/// </summary>
internal sealed class ProgramBinder
{
    private readonly ProgramText _text;
    private readonly Dictionary<string, BoundNode> _names = [];
    private readonly List<BoundNode> _locals = [];
    private readonly Func<string, string>? _hint;
    private int _variableCount;

    private ProgramBinder(ProgramText text, IReadOnlyList<string> variables, Func<string, string>? hint)
    {
        _text = text;
        _hint = hint;
        foreach ((string name, double value) in ProgramNames.Constants)
            _names.Add(name, new BoundNumber(default, value, false));
        foreach (string name in variables)
            _names.Add(name, new BoundVariable(default, _variableCount++));
    }

    /// <summary>Parses a program and binds its names.</summary>
    /// <param name="text">The program.</param>
    /// <param name="variables">The names of the variables that it is given.</param>
    /// <param name="hint">What to add to the message about a name that is unknown.</param>
    /// <exception cref="MistakeException">The program is wrong; the message says where.</exception>
    public static BoundProgram Bind(
        ProgramText text, IReadOnlyList<string> variables, Func<string, string>? hint = null)
    {
        ProgramSyntax syntax = ProgramParser.Parse(text);
        var binder = new ProgramBinder(text, variables, hint);
        foreach (VariableDeclaratorSyntax local in syntax.Locals)
            binder.Declare(local);
        return new BoundProgram(text, variables, binder._locals, binder.BindOperand(syntax.Result));
    }

    private void Declare(VariableDeclaratorSyntax local)
    {
        string name = local.Identifier.ValueText;
        if (ProgramNames.WhyNot(name) is { } reason)
            throw _text.Mistake(local.Identifier.Span, $"{reason} Choose another name.");
        BoundNode value = BindOperand(local.Initializer!.Value);
        if (!_names.TryAdd(name, value.IsVariable ? new BoundVariable(default, _variableCount++) : value))
            throw _text.Mistake(local.Identifier.Span, $"There is a variable '{name}' already.");
        if (value.IsVariable)
            _locals.Add(value);
    }

    /// <summary>Binds what must be a variable or a number.</summary>
    private BoundNode BindOperand(ExpressionSyntax syntax)
    {
        BoundNode node = Bind(syntax);
        return node is BoundNumber or { IsVariable: true }
            ? node
            : throw _text.Mistake(syntax.Span, $"A {node.Kind} cannot stand here: a variable or a number is needed.");
    }

    private BoundNode Bind(ExpressionSyntax syntax)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return syntax switch
        {
            ParenthesizedExpressionSyntax parenthesized => Bind(parenthesized.Expression),
            IdentifierNameSyntax name => BindName(name),
            LiteralExpressionSyntax literal => BindLiteral(literal),
            PrefixUnaryExpressionSyntax unary => BindUnary(unary),
            BinaryExpressionSyntax binary => BindBinary(binary),
            InvocationExpressionSyntax call => BindCall(call),
            ElementAccessExpressionSyntax access => BindAccess(access),
            CollectionExpressionSyntax list => BindList(list),
            AssignmentExpressionSyntax assignment => throw _text.Mistake(
                assignment.Span, "A variable keeps its value: declare a new one with 'var'."),
            MemberAccessExpressionSyntax { Name: IdentifierNameSyntax member } => throw NotCalled(member),
            _ => throw ProgramParser.Refuse(_text, syntax),
        };
    }

    private BoundNode BindName(IdentifierNameSyntax syntax)
    {
        string name = syntax.Identifier.ValueText;
        if (_names.TryGetValue(name, out BoundNode? node))
            return node with { Place = syntax.Span };
        throw OperatorLookup.Contains(name) ? NotCalled(syntax) : _text.Mistake(
            syntax.Span,
            $"There is no variable '{name}'.{_hint?.Invoke(name)}{ProgramNames.DidYouMean(name, _names.Keys)}");
    }

    private BoundNode BindLiteral(LiteralExpressionSyntax syntax) => syntax.Token.Value switch
    {
        int or uint or long or ulong => new BoundNumber(syntax.Span, Convert.ToDouble(syntax.Token.Value), true),
        double or float => new BoundNumber(syntax.Span, Convert.ToDouble(syntax.Token.Value), false),
        bool value => new BoundTruth(syntax.Span, value),
        decimal => throw _text.Mistake(syntax.Span, "Programs compute with float or double: leave out the suffix 'm'."),
        _ => throw ProgramParser.Refuse(_text, syntax),
    };

    private BoundNode BindUnary(PrefixUnaryExpressionSyntax syntax)
    {
        if (syntax.Kind() is not (SyntaxKind.UnaryMinusExpression or SyntaxKind.UnaryPlusExpression))
            throw ProgramParser.Refuse(_text, syntax);
        BoundNode operand = BindOperand(syntax.Operand);
        return syntax.IsKind(SyntaxKind.UnaryPlusExpression)
            ? operand with { Place = syntax.Span }
            : Apply("op_UnaryNegation", syntax, operand is BoundNumber { IsWhole: true }, operand);
    }

    private BoundNode BindBinary(BinaryExpressionSyntax syntax)
    {
        string name = syntax.Kind() switch
        {
            SyntaxKind.AddExpression => "op_Addition",
            SyntaxKind.SubtractExpression => "op_Subtraction",
            SyntaxKind.MultiplyExpression => "op_Multiply",
            SyntaxKind.DivideExpression => "op_Division",
            SyntaxKind.LessThanExpression => "op_LessThan",
            SyntaxKind.LessThanOrEqualExpression => "op_LessThanOrEqual",
            SyntaxKind.GreaterThanExpression => "op_GreaterThan",
            SyntaxKind.GreaterThanOrEqualExpression => "op_GreaterThanOrEqual",
            _ => throw ProgramParser.Refuse(_text, syntax),
        };
        BoundNode left = BindOperand(syntax.Left), right = BindOperand(syntax.Right);
        bool areWhole = (left, right) is (BoundNumber { IsWhole: true }, BoundNumber { IsWhole: true });
        if (areWhole && name == "op_Division" && ((BoundNumber)left).Value % ((BoundNumber)right).Value != 0)
            throw _text.Mistake(
                syntax.Span, "C# would cut this quotient of whole numbers: write one with a point, as in 1.0 / 2.");
        return Apply(name, syntax, areWhole, left, right);
    }

    private BoundNode Apply(
        string name, ExpressionSyntax syntax, bool isWhole, params IReadOnlyList<BoundNode> operands)
    {
        OperatorArgument[] arguments = [.. operands.Select(operand => new OperatorArgument(null, operand))];
        return Choose(syntax.Span, OperatorLookup.Symbol(name), arguments, isWhole)
            ?? throw ProgramParser.Refuse(_text, syntax);
    }

    private BoundNode BindCall(InvocationExpressionSyntax syntax)
    {
        (IdentifierNameSyntax? operatorName, BoundNode? source) = syntax.Expression switch
        {
            IdentifierNameSyntax function => (function, null),
            MemberAccessExpressionSyntax { RawKind: (int)SyntaxKind.SimpleMemberAccessExpression } method =>
                (method.Name as IdentifierNameSyntax, OperatorLookup.Contains(method.Name.Identifier.ValueText)
                    ? BindOperand(method.Expression)
                    : null),
            _ => (null, null),
        };
        if (operatorName is null)
            throw ProgramParser.Refuse(_text, syntax.Expression);
        string name = operatorName.Identifier.ValueText;
        if (!OperatorLookup.Contains(name))
            throw UnknownOperator(operatorName);

        var arguments = new List<OperatorArgument>();
        if (source is not null)
            arguments.Add(new OperatorArgument(null, source));
        foreach (ArgumentSyntax argument in syntax.ArgumentList.Arguments)
        {
            if (!argument.RefKindKeyword.IsKind(SyntaxKind.None))
                throw ProgramParser.Refuse(_text, argument);
            if (argument.NameColon is null && arguments.LastOrDefault()?.Name is not null)
                throw _text.Mistake(argument.Span, "Arguments without a name come before those with one.");
            arguments.Add(
                new OperatorArgument(argument.NameColon?.Name.Identifier.ValueText, Bind(argument.Expression)));
        }
        return Choose(syntax.Span, OperatorLookup.Named(name), arguments, false) ?? throw _text.Mistake(
            syntax.Span, $"There is no {name}({Describe(arguments)}); there is\n" + string.Join('\n',
                OperatorLookup.Named(name).Select(signature => $"    {signature.Describe(name)}").Distinct()));
    }

    /// <summary>The signature that fits best, computed at once if it can be; null where none fits.</summary>
    private BoundNode? Choose(
        TextSpan place,
        IEnumerable<OperatorSignature> signatures,
        IReadOnlyList<OperatorArgument> arguments,
        bool isWhole)
    {
        BoundCall? call = (
            from signature in signatures
            let match = signature.Match(arguments)
            where match is not null
            orderby match.Value.Cost
            select new BoundCall(place, signature, match.Value.Arguments)).FirstOrDefault();
        return call is null ? null : Fold(call, isWhole);
    }

    /// <summary>An operator on nothing but numbers, if its result is a number too, is that number.</summary>
    private BoundNode Fold(BoundCall call, bool isWhole)
    {
        if (call.Arguments.Any(UsesVariable))
            return call;
        Variable<double> value = new ProgramRun<double>(_text, new Tape<double>(), []).Evaluate(call);
        return value.Rank == 0 ? new BoundNumber(call.Place, value.Item(), isWhole) : call;
    }

    private static bool UsesVariable(BoundNode? node) =>
        node is { IsVariable: true } || (node is BoundList list && list.Items.Any(UsesVariable));

    private BoundNode BindAccess(ElementAccessExpressionSyntax syntax)
    {
        BoundNode source = BindOperand(syntax.Expression);
        SeparatedSyntaxList<ArgumentSyntax> arguments = syntax.ArgumentList.Arguments;
        foreach (ArgumentSyntax argument in arguments)
        {
            if (argument.NameColon is not null || !argument.RefKindKeyword.IsKind(SyntaxKind.None))
                throw ProgramParser.Refuse(_text, argument);
        }
        RangeExpressionSyntax[] ranges =
            [.. arguments.Select(argument => argument.Expression).OfType<RangeExpressionSyntax>()];
        if (ranges.Length == arguments.Count)
            return new BoundPart(syntax.Span, source, [.. ranges.Select(BindRange)]);
        return arguments.Count == 1
            ? new BoundElement(syntax.Span, source, BindIndex(arguments[0].Expression))
            : throw _text.Mistake(
                syntax.ArgumentList.Span, "In brackets stands one index, as in x[^1], or ranges, as in x[1..3, ..2].");
    }

    private Range BindRange(RangeExpressionSyntax syntax) => new(
        syntax.LeftOperand is { } left ? BindIndex(left) : Index.Start,
        syntax.RightOperand is { } right ? BindIndex(right) : Index.End);

    private Index BindIndex(ExpressionSyntax syntax)
    {
        bool isFromEnd = syntax.IsKind(SyntaxKind.IndexExpression);
        BoundNode index = Bind(isFromEnd ? ((PrefixUnaryExpressionSyntax)syntax).Operand : syntax);
        return index is BoundNumber { IsInt: true, Value: >= 0 } number
            ? new Index((int)number.Value, isFromEnd)
            : throw _text.Mistake(syntax.Span, "An index is a whole number from 0 on; ^1 is the last.");
    }

    private BoundList BindList(CollectionExpressionSyntax syntax) => new(
        syntax.Span,
        [.. syntax.Elements.Select(element => element is ExpressionElementSyntax item
            ? BindOperand(item.Expression)
            : throw ProgramParser.Refuse(_text, element))]);

    private MistakeException UnknownOperator(IdentifierNameSyntax syntax)
    {
        string name = syntax.Identifier.ValueText;
        return _text.Mistake(
            syntax.Span, $"There is no operator '{name}'.{ProgramNames.DidYouMean(name, OperatorLookup.Names)}");
    }

    private MistakeException NotCalled(IdentifierNameSyntax syntax) =>
        OperatorLookup.Contains(syntax.Identifier.ValueText)
            ? _text.Mistake(syntax.Span, $"'{syntax}' is an operator: parentheses with its arguments must follow.")
            : UnknownOperator(syntax);

    private static string Describe(List<OperatorArgument> arguments) => string.Join(
        ", ", arguments.Select(argument => (argument.Name is null ? "" : argument.Name + ": ") + argument.Value.Kind));
}
