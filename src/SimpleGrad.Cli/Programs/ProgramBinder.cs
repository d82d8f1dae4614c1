using System.Diagnostics;
using System.Runtime.CompilerServices;

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
        foreach (LocalSyntax local in syntax.Locals)
            binder.Declare(local);
        return new BoundProgram(text, variables, binder._locals, binder.BindOperand(syntax.Result));
    }

    private void Declare(LocalSyntax local)
    {
        string name = local.Name.Name;
        if (ProgramNames.WhyNot(name) is { } reason)
            throw _text.Mistake(local.Name.Span, $"{reason} Choose another name.");
        BoundNode value = BindOperand(local.Value);
        if (!_names.TryAdd(name, value.IsVariable ? new BoundVariable(default, _variableCount++) : value))
            throw _text.Mistake(local.Name.Span, $"There is a variable '{name}' already.");
        if (value.IsVariable)
            _locals.Add(value);
    }

    /// <summary>Binds what must be a variable or a number.</summary>
    private BoundNode BindOperand(Syntax syntax)
    {
        BoundNode node = Bind(syntax);
        return node is BoundNumber or { IsVariable: true }
            ? node
            : throw _text.Mistake(syntax.Span, $"A {node.Kind} cannot stand here: a variable or a number is needed.");
    }

    private BoundNode Bind(Syntax syntax)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return syntax switch
        {
            NameSyntax name => BindName(name),
            NumberSyntax number => new BoundNumber(number.Span, number.Value, number.IsWhole),
            TruthSyntax truth => new BoundTruth(truth.Span, truth.Value),
            SignSyntax sign => BindSign(sign),
            BinarySyntax binary => BindBinary(binary),
            CallSyntax call => BindCall(call),
            AccessSyntax access => BindAccess(access),
            ListSyntax list => new BoundList(list.Span, [.. list.Items.Select(BindOperand)]),
            MemberSyntax member => throw NotCalled(member),
            _ => throw new UnreachableException($"{syntax.GetType().Name} is bound where it stands."),
        };
    }

    private BoundNode BindName(NameSyntax syntax)
    {
        string name = syntax.Name;
        if (_names.TryGetValue(name, out BoundNode? node))
            return node with { Place = syntax.Span };
        if (OperatorLookup.Contains(name))
            throw _text.Mistake(syntax.Span, $"'{name}' is an operator: parentheses with its arguments must follow.");
        string hint = ProgramIdioms.ForValue(name) is { } form
            ? $" Write {form}."
            : ProgramNames.DidYouMean(name, _names.Keys);
        throw _text.Mistake(syntax.Span, $"There is no variable '{name}'.{_hint?.Invoke(name)}{hint}");
    }

    private BoundNode BindSign(SignSyntax syntax)
    {
        BoundNode operand = BindOperand(syntax.Operand);
        return syntax.IsMinus
            ? Apply("op_UnaryNegation", syntax, operand is BoundNumber { IsWhole: true }, operand)
            : operand with { Place = syntax.Span };
    }

    private BoundNode BindBinary(BinarySyntax syntax)
    {
        string name = syntax.Symbol switch
        {
            "+" => "op_Addition",
            "-" => "op_Subtraction",
            "*" => "op_Multiply",
            "/" => "op_Division",
            "<" => "op_LessThan",
            "<=" => "op_LessThanOrEqual",
            ">" => "op_GreaterThan",
            ">=" => "op_GreaterThanOrEqual",
            _ => throw new UnreachableException($"'{syntax.Symbol}' is no binary operator."),
        };
        BoundNode left = BindOperand(syntax.Left), right = BindOperand(syntax.Right);
        bool areWhole = (left, right) is (BoundNumber { IsWhole: true }, BoundNumber { IsWhole: true });
        if (areWhole && name == "op_Division" && ((BoundNumber)left).Value % ((BoundNumber)right).Value != 0)
            throw _text.Mistake(
                syntax.Span, "C# would cut this quotient of whole numbers: write one with a point, as in 1.0 / 2.");
        return Apply(name, syntax, areWhole, left, right);
    }

    private BoundNode Apply(string name, Syntax syntax, bool isWhole, params IReadOnlyList<BoundNode> operands)
    {
        OperatorArgument[] arguments = [.. operands.Select(operand => new OperatorArgument(null, operand))];
        return Choose(syntax.Span, OperatorLookup.Symbol(name), arguments, isWhole)
            ?? throw new UnreachableException($"'{name}' takes any values.");
    }

    private BoundNode BindCall(CallSyntax syntax)
    {
        string name = syntax.Operator.Name;
        if (!OperatorLookup.Contains(name) || LibraryOf(syntax.Source) is not null)
            throw UnknownOperator(syntax);
        BoundNode? source = syntax.Source is null ? null : BindOperand(syntax.Source);

        var arguments = new List<OperatorArgument>();
        if (source is not null)
            arguments.Add(new OperatorArgument(null, source));
        foreach (ArgumentSyntax argument in syntax.Arguments)
        {
            if (argument.Name is null && arguments.LastOrDefault()?.Name is not null)
                throw _text.Mistake(argument.Span, "Arguments without a name come before those with one.");
            arguments.Add(new OperatorArgument(argument.Name, Bind(argument.Value)));
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

    private BoundNode BindAccess(AccessSyntax syntax)
    {
        BoundNode source = BindOperand(syntax.Source);
        RangeSyntax[] ranges = [.. syntax.Indices.OfType<RangeSyntax>()];
        if (ranges.Length == syntax.Indices.Count)
            return new BoundPart(syntax.Span, source, [.. ranges.Select(BindRange)]);
        return syntax.Indices is [var only]
            ? new BoundElement(syntax.Span, source, BindIndex(only))
            : throw _text.Mistake(
                syntax.Brackets,
                "In brackets stands one index, as in x[^1], or ranges, as in x[1..3, ..2]. An element of a matrix is "
                + "x[0][1].");
    }

    private Range BindRange(RangeSyntax syntax) => new(
        syntax.From is { } from ? BindIndex(from) : Index.Start,
        syntax.To is { } to ? BindIndex(to) : Index.End);

    private Index BindIndex(Syntax syntax)
    {
        var fromEnd = syntax as FromEndSyntax;
        return Bind(fromEnd?.Index ?? syntax) is BoundNumber { IsInt: true, Value: >= 0 } number
            ? new Index((int)number.Value, fromEnd is not null)
            : throw _text.Mistake(syntax.Span, "An index is a whole number from 0 on; ^1 is the last.");
    }

    private MistakeException UnknownOperator(CallSyntax syntax)
    {
        string name = syntax.Operator.Name;
        if (LibraryOf(syntax.Source) is { } library)
            return _text.Mistake(
                TextSpan.Of(syntax.Source!.Span, syntax.Operator.Span), ProgramIdioms.Unqualified(library, name));
        if (syntax.Source is null && _names.TryGetValue(name, out BoundNode? value))
            return _text.Mistake(syntax.Operator.Span, value.IsVariable
                ? $"'{name}' is a variable and no operator: a product is written {name}*(…), an element {name}[0]."
                : $"'{name}' is a number: leave out the parentheses, or write a product as {name}*(…).");
        string hint = ProgramIdioms.ForName(name) is { } form
            ? $" Write {form}."
            : ProgramNames.DidYouMean(name, OperatorLookup.Names);
        return _text.Mistake(syntax.Operator.Span, $"There is no operator '{name}'.{hint}");
    }

    private MistakeException NotCalled(MemberSyntax syntax)
    {
        string name = syntax.Member.Name;
        if (LibraryOf(syntax.Source) is { } library)
            return _text.Mistake(syntax.Span, ProgramIdioms.Unqualified(library, name));
        if (OperatorLookup.Contains(name))
            return _text.Mistake(
                syntax.Member.Span, $"'{name}' is an operator: parentheses with its arguments must follow.");
        string hint = ProgramIdioms.ForOperator(name) is { } form
            ? $" Write {form}."
            : ProgramNames.DidYouMean(name, OperatorLookup.Names);
        return _text.Mistake(syntax.Member.Span, syntax.Source is NumberSyntax
            ? $"After its point a number goes on: 1.0; and there is no operator '{name}'."
            : $"There is no operator '{name}'.{hint}");
    }

    /// <summary>The name of the class or module before the last point, where it is one and no variable.</summary>
    private string? LibraryOf(Syntax? source) => source switch
    {
        NameSyntax name when !_names.ContainsKey(name.Name) && ProgramIdioms.IsLibrary(name.Name) => name.Name,
        MemberSyntax member when LibraryOf(member.Source) is { } outer => $"{outer}.{member.Member.Name}",
        _ => null,
    };

    private static string Describe(List<OperatorArgument> arguments) => string.Join(
        ", ", arguments.Select(argument => (argument.Name is null ? "" : argument.Name + ": ") + argument.Value.Kind));
}
