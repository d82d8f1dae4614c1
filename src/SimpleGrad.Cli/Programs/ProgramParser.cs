using System.Runtime.CompilerServices;

namespace SimpleGrad.Cli;

/// <summary>
/// Parses programs: declarations with <c>var</c>, then one expression. The notation is a part of C#'s; time and memory
/// are proportional to the length of the text.
/// </summary>
internal sealed class ProgramParser
{
    private readonly ProgramText _text;
    private readonly List<Token> _tokens;
    private int _next;

    private ProgramParser(ProgramText text)
    {
        _text = text;
        _tokens = ProgramLexer.Tokens(text);
    }

    private Token Next => _tokens[_next];

    private Token Last => _tokens[_next - 1];

    /// <exception cref="MistakeException">The text is no program; the message says where and why.</exception>
    public static ProgramSyntax Parse(ProgramText text) => new ProgramParser(text).Program();

    private ProgramSyntax Program()
    {
        var locals = new List<LocalSyntax>();
        while (Next is { Kind: TokenKind.Name, Text: "var" } && _tokens[_next + 1].Kind == TokenKind.Name)
            locals.Add(Local());
        if (Next.Kind == TokenKind.End)
            throw _text.Mistake(
                Next.Span, "The program has no result: end it with an expression or with 'return'.");
        Token first = Next;
        if (first.Is("return"))
        {
            _next++;
            if (Next.Is(";") || Next.Kind == TokenKind.End)
                throw _text.Mistake(TextSpan.Of(first.Span, Last.Span), "There is no value after 'return'.");
        }
        Syntax result = Expression();
        TextSpan span = TextSpan.Of(first.Span, Last.Span);
        if (!Accepts(";") && Next.Kind != TokenKind.End)
            throw AfterValue();
        while (Accepts(";"))
        {
        }
        return Next.Kind == TokenKind.End ? new ProgramSyntax(locals, result) : throw _text.Mistake(
            first.Is("return") ? result.Span : span, "This value is not used: the result is the last statement.");
    }

    private LocalSyntax Local()
    {
        Token first = Next;
        _next++;
        NameSyntax name = Name();
        if (Next.Is(";") || Next.Kind == TokenKind.End)
            throw _text.Mistake(name.Span, $"Local variable '{name.Name}' has no value.");
        if (!Accepts("="))
            throw AfterValue();
        Syntax value = Expression();
        if (Next.Is(",") && !IsDecimalComma())
            throw _text.Mistake(TextSpan.Of(first.Span, Last.Span), "Each 'var' declares one local variable.");
        if (Next.Kind == TokenKind.End)
            throw _text.Mistake(Next.Span, "A ';' is missing, and after it the result.");
        if (!Accepts(";"))
            throw AfterValue();
        return new LocalSyntax(name, value);
    }

    private Syntax Expression(int least = 1)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        Syntax left = Operand();
        while (Precedence(Next) is var precedence && precedence >= least)
        {
            string symbol = Next.Text;
            _next++;
            Syntax right = Expression(precedence + 1);
            left = new BinarySyntax(TextSpan.Of(left.Span, right.Span), symbol, left, right);
        }
        return left;
    }

    private static int Precedence(Token token) => token.Kind != TokenKind.Symbol ? 0 : token.Text switch
    {
        "<" or "<=" or ">" or ">=" => 1,
        "+" or "-" => 2,
        "*" or "/" => 3,
        _ => 0,
    };

    private Syntax Operand()
    {
        Token first = Next;
        if (first.Is("-") || first.Is("+"))
        {
            _next++;
            Syntax operand = Signed();
            return new SignSyntax(TextSpan.Of(first.Span, operand.Span), first.Is("-"), operand);
        }
        return WithSuffixes(Primary(), first);
    }

    private Syntax Signed()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return Operand();
    }

    private Syntax Primary()
    {
        Token token = Next;
        switch (token.Kind)
        {
            case TokenKind.Number:
                _next++;
                return ProgramLexer.TryReadNumber(token.Text, out double value, out bool isWhole) is { } reason
                    ? throw _text.Mistake(token.Span, reason)
                    : new NumberSyntax(token.Span, value, isWhole);
            case TokenKind.Name:
                return Name();
            case TokenKind.Keyword when token.Text is "true" or "false":
                _next++;
                return new TruthSyntax(token.Span, token.Text == "true");
            case TokenKind.Symbol when token.Text == "(":
                _next++;
                Syntax inner = Expression();
                Close(")", token);
                return inner;
            case TokenKind.Symbol when token.Text == "[":
                _next++;
                List<Syntax> items = Separated("]", token, Item);
                return new ListSyntax(TextSpan.Of(token.Span, Last.Span), items);
            case TokenKind.Keyword when token.Text is "double" or "float" && _tokens[_next + 1].Is(".")
                && _tokens[_next + 2] is { Kind: TokenKind.Name } member:
                throw _text.Mistake(
                    TextSpan.Of(token.Span, member.Span), ProgramIdioms.Unqualified(token.Text, member.Text));
            default:
                throw _text.Mistake(token.Span, ProgramIdioms.For(token, afterValue: false));
        }
    }

    private Syntax Item() => Next.Is("..")
        ? throw _text.Mistake(Next.Span, "A list has no spread element: join vectors by Concatenate([x, y]).")
        : Expression();

    /// <summary>What stands behind a value: calls, members, brackets.</summary>
    private Syntax WithSuffixes(Syntax value, Token first)
    {
        TextSpan Span() => TextSpan.Of(first.Span, Last.Span);
        while (true)
        {
            Token token = Next;
            if (token.Is("(") && value is NameSyntax function && Last.Kind == TokenKind.Name)
            {
                List<ArgumentSyntax> arguments = Arguments();
                value = new CallSyntax(Span(), null, function, arguments);
            }
            else if (token.Is("."))
            {
                _next++;
                if (Next.Kind != TokenKind.Name)
                    throw _text.Mistake(token.Span, value is NumberSyntax
                        ? "After its point a number goes on: 1.0."
                        : "After the point stands an operator, as in x.Sum().");
                NameSyntax member = Name();
                value = Next.Is("(")
                    ? new CallSyntax(default, value, member, Arguments())
                    : new MemberSyntax(default, value, member);
                value = value with { Span = Span() };
            }
            else if (token.Is("["))
            {
                _next++;
                List<Syntax> indices = Separated("]", token, Index);
                value = new AccessSyntax(Span(), value, TextSpan.Of(token.Span, Last.Span), indices);
            }
            else
                return value;
        }
    }

    private List<ArgumentSyntax> Arguments()
    {
        Token open = Next;
        _next++;
        return Separated(")", open, () =>
        {
            Token first = Next;
            string? name = null;
            if (first.Kind == TokenKind.Name && _tokens[_next + 1].Is(":"))
            {
                name = first.Text;
                _next += 2;
            }
            Syntax value = Expression();
            return new ArgumentSyntax(TextSpan.Of(first.Span, Last.Span), name, value);
        });
    }

    private Syntax Index()
    {
        Token first = Next;
        Syntax? from = first.Is("..") ? null : FromEnd();
        if (!Accepts(".."))
            return from!;
        Syntax? to = Next.Is(",") || Next.Is("]") ? null : FromEnd();
        return new RangeSyntax(TextSpan.Of(first.Span, Last.Span), from, to);
    }

    private Syntax FromEnd()
    {
        Token first = Next;
        if (!Accepts("^"))
            return Expression();
        Syntax index = Expression();
        return new FromEndSyntax(TextSpan.Of(first.Span, index.Span), index);
    }

    /// <summary>Parts with commas between them, up to a closing bracket.</summary>
    private List<TPart> Separated<TPart>(string close, Token open, Func<TPart> part)
    {
        var parts = new List<TPart>();
        if (Accepts(close))
            return parts;
        do
            parts.Add(part());
        while (Accepts(","));
        Close(close, open);
        return parts;
    }

    private void Close(string close, Token open)
    {
        if (Accepts(close))
            return;
        throw Next.Kind == TokenKind.End || Next.Is(")") || Next.Is("]")
            ? _text.Mistake(Next.Span, $"A '{close}' is missing: that of the '{open.Text}' in column "
                + $"{_text.Column(open.Span.Start)}.")
            : AfterValue();
    }

    private NameSyntax Name()
    {
        Token token = Next;
        if (token.Kind != TokenKind.Name)
            throw _text.Mistake(token.Span, ProgramIdioms.For(token, afterValue: false));
        _next++;
        return new NameSyntax(token.Span, token.Text);
    }

    private bool Accepts(string symbol)
    {
        if (!Next.Is(symbol))
            return false;
        _next++;
        return true;
    }

    private bool IsDecimalComma() => Next.Is(",") && Last.Kind == TokenKind.Number
        && _tokens[_next + 1] is { Kind: TokenKind.Number } fraction && fraction.Span.Start == Next.Span.End;

    /// <summary>The mistake of what cannot follow a value.</summary>
    private MistakeException AfterValue()
    {
        Token left = Last, right = Next;
        if (IsDecimalComma())
            return _text.Mistake(
                right.Span, $"A number has a point, not a comma: {left.Text}.{_tokens[_next + 1].Text}");
        if (right.Is(","))
            return _text.Mistake(right.Span, "A comma stands only between arguments, and in lists and brackets.");
        if (right.Is(")") || right.Is("]"))
            return _text.Mistake(right.Span, $"Nothing is open that '{right.Text}' could close.");
        if (right.Kind is TokenKind.Number or TokenKind.Name || right.Is("("))
        {
            string shown = left.Is(")") ? "(…)" : left.Is("]") ? "…]" : left.Text;
            return _text.Mistake(right.Span, ProgramIdioms.Adjacent(left, right, shown));
        }
        // Of a pair of absolute bars the first one stands before the value.
        return _text.Mistake(right.Span, ProgramIdioms.For(right, afterValue: left.EndsValue));
    }
}
