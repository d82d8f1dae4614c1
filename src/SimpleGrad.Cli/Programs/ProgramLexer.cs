using System.Globalization;

namespace SimpleGrad.Cli;

internal enum TokenKind
{
    Number,
    Name,
    Keyword,
    Symbol,
    End,
}

/// <summary>A piece of the text of a program.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Text">What stands there; of a name with an at sign, what follows that.</param>
internal readonly record struct Token(TokenKind Kind, TextSpan Span, string Text)
{
    public bool Is(string symbol) => Kind is TokenKind.Symbol or TokenKind.Keyword && Text == symbol;

    /// <summary>Whether it can be the last of a value.</summary>
    public bool EndsValue =>
        Kind is TokenKind.Number or TokenKind.Name || Is(")") || Is("]") || Is("true") || Is("false");
}

/// <summary>Cuts a program into tokens, in time that is proportional to its length.</summary>
internal static class ProgramLexer
{
    // Those of other notations are here too, so that a message can say what to write.
    private static readonly string[] _symbols =
    [
        "!==", "===", "**", "&&", "||", "==", "!=", "<=", ">=", "<>", "=>", "..", "++", "--", "??", "+=", "-=", "*=",
        "/=", "^=", "%=", ":=", "~=", ".*", "./", ".^", ".'",
    ];

    private const string Suffixes = "fFdDmMlLuU";

    public static List<Token> Tokens(ProgramText program)
    {
        string text = program.Source;
        var tokens = new List<Token>();
        int i = 0;
        while (true)
        {
            i = SkipSpaces(program, i, tokens);
            if (i == text.Length)
                break;
            bool followsValue = tokens.Count > 0 && tokens[^1].EndsValue;
            int end;
            TokenKind kind = TokenKind.Symbol;
            int first = i;
            if (char.IsAsciiDigit(text[i]) || (text[i] == '.' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1])))
                (kind, end) = (TokenKind.Number, EndOfNumber(text, i));
            else if (ProgramNames.IsStart(text[i]))
            {
                end = EndOfName(text, i);
                kind = ProgramNames.IsKeyword(text[i..end]) ? TokenKind.Keyword : TokenKind.Name;
            }
            else if (text[i] == '@' && !followsValue && i + 1 < text.Length && ProgramNames.IsStart(text[i + 1]))
                (kind, first, end) = (TokenKind.Name, i + 1, EndOfName(text, i + 1));
            else
                end = i + (Array.Find(_symbols, symbol => string.CompareOrdinal(text, i, symbol, 0, symbol.Length) == 0)
                    ?.Length ?? 1);
            tokens.Add(new Token(kind, new TextSpan(i, end - i), text[first..end]));
            i = end;
        }
        tokens.Add(new Token(TokenKind.End, new TextSpan(text.Length, 0), ""));
        return tokens;
    }

    private static int SkipSpaces(ProgramText program, int i, List<Token> tokens)
    {
        string text = program.Source;
        while (i < text.Length)
        {
            if (char.IsWhiteSpace(text[i]) || text[i] == '\uFEFF')
                i++;
            else if (text.AsSpan(i).StartsWith("//"))
            {
                int end = text.IndexOf('\n', i);
                end = end < 0 ? text.Length : end;
                if (tokens.Count > 0 && IsWholeQuotient(tokens[^1], text[tokens[^1].Span.End..i], text[(i + 2)..end]))
                    throw program.Mistake(new(i, 2), ProgramIdioms.WholeQuotient);
                i = end;
            }
            else if (text.AsSpan(i).StartsWith("/*"))
            {
                int end = text.IndexOf("*/", i + 2, StringComparison.Ordinal);
                if (end < 0)
                    throw program.Mistake(new(i, 2), "The end of this comment, */, is missing.");
                i = end + 2;
            }
            else
                break;
        }
        return i;
    }

    /// <summary>Whether a comment is meant as the divisor of Python's <c>x // 2</c>.</summary>
    private static bool IsWholeQuotient(Token before, string between, string comment) =>
        before.EndsValue && !between.Contains('\n', StringComparison.Ordinal)
        && comment.Trim() is { Length: > 0 } divisor
        && divisor.All(c => ProgramNames.IsPart(c) || c is '.' or '(' or ')');

    private static int EndOfName(string text, int i)
    {
        while (i < text.Length && ProgramNames.IsPart(text[i]))
            i++;
        return i;
    }

    private static int EndOfNumber(string text, int i)
    {
        bool isBased = text[i] == '0' && i + 1 < text.Length && text[i + 1] is 'x' or 'X' or 'b' or 'B';
        if (isBased)
        {
            i += 2;
            while (i < text.Length && (char.IsAsciiHexDigit(text[i]) || text[i] == '_'))
                i++;
        }
        else
        {
            i = Digits(text, i);
            if (i + 1 < text.Length && text[i] == '.' && char.IsAsciiDigit(text[i + 1]))
                i = Digits(text, i + 1);
            if (i < text.Length && text[i] is 'e' or 'E')
            {
                int exponent = i + 1 < text.Length && text[i + 1] is '+' or '-' ? i + 2 : i + 1;
                if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
                    i = Digits(text, exponent);
            }
        }
        // A suffix, as of a C# number: 0.5f, 2L.
        int suffix = i;
        while (suffix < text.Length && suffix - i < 2 && Suffixes.Contains(text[suffix], StringComparison.Ordinal))
            suffix++;
        return suffix == text.Length || !ProgramNames.IsPart(text[suffix]) ? suffix : i;
    }

    private static int Digits(string text, int i)
    {
        while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '_'))
            i++;
        return i;
    }

    /// <summary>The value of a number, and whether it is a whole one for C#.</summary>
    /// <returns>Why it is none; null where it is one.</returns>
    public static string? TryReadNumber(string text, out double value, out bool isWhole)
    {
        string digits = text.Replace("_", "", StringComparison.Ordinal);
        isWhole = false;
        if (digits.Length > 2 && digits[0] == '0' && digits[1] is 'x' or 'X' or 'b' or 'B')
        {
            isWhole = true;
            bool isHexadecimal = digits[1] is 'x' or 'X';
            string figures = digits[2..].TrimEnd(isHexadecimal ? ['l', 'L', 'u', 'U'] : ['l', 'L', 'u', 'U', 'd', 'D']);
            bool isRead = ulong.TryParse(
                figures, isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.AllowBinarySpecifier,
                CultureInfo.InvariantCulture, out ulong bits);
            value = bits;
            return isRead ? null : $"'{text}' is no number.";
        }
        string number = digits.TrimEnd([.. Suffixes]), suffix = digits[number.Length..];
        if (!double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
            return $"'{text}' is no number.";
        bool hasPoint = number.AsSpan().ContainsAny('.', 'e', 'E');
        isWhole = !hasPoint && suffix.ToUpperInvariant() is "" or "L" or "U" or "UL" or "LU";
        return suffix.ToUpperInvariant() switch
        {
            "M" => $"Programs compute with float or double: leave out the suffix '{suffix}'.",
            "" or "F" or "D" or "L" or "U" or "UL" or "LU" when isWhole || !suffix.AsSpan().ContainsAny("lLuU") =>
                double.IsInfinity(value) ? $"'{text}' is outside the range of double."
                : isWhole && value > ulong.MaxValue ? $"'{text}' is too long for a whole number: write it with a point."
                : null,
            _ => $"'{text}' is no number: a whole number has no suffix or L, another one none or f.",
        };
    }
}
